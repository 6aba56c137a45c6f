//! What the store answered and a connection has not sent yet.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// A box of answers. A channel would do, at 4 KiB a socket; as no more requests are open than may be in flight, this one
/// never holds more than that.
pub struct Answers<T>(Arc<(Mutex<VecDeque<T>>, Notify)>);

impl<T> Clone for Answers<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self(Arc::new((Mutex::default(), Notify::new())))
    }
}

impl<T> Answers<T> {
    /// Puts one in, and wakes whoever waits.
    pub fn put(&self, answer: T) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(answer);
        self.0.1.notify_one();
    }

    /// The oldest.
    #[must_use]
    pub fn take(&self) -> Option<T> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// Wakes when there may be one.
    pub async fn wait(&self) {
        self.0.1.notified().await;
    }
}
