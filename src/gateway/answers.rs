//! What the store answered and the connection has not sent yet.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::domain::Answered;
use crate::store::StoreError;

/// An answer to one request.
pub(super) struct Answer {
    /// The request's `id`.
    pub(super) re: String,
    /// The request's `client_id`.
    pub(super) client_id: String,
    /// The number of the say on its socket, whose order with later says is kept; none for an act.
    pub(super) say: Option<u64>,
    /// What became of it.
    pub(super) result: Result<Answered, StoreError>,
}

/// A box of answers. A channel would do, at 4 KiB a socket; as no more requests are open than may be in flight, this one
/// never holds more than that.
#[derive(Clone, Default)]
pub(super) struct Answers(Arc<(Mutex<VecDeque<Answer>>, Notify)>);

impl Answers {
    pub(super) fn put(&self, answer: Answer) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(answer);
        self.0.1.notify_one();
    }

    pub(super) fn take(&self) -> Option<Answer> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// Wakes when there may be one.
    pub(super) async fn wait(&self) {
        self.0.1.notified().await;
    }
}
