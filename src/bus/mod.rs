//! What is shown now or never: passing frames, between the sockets of one conversation wherever they are.
//!
//! Within one process this is a channel; between machines it will be a network, and wake-ups ("conversation c has head h")
//! will come in here too. Within a process those go straight to the hub, so that no flood of passing frames can push
//! one out. Wake-ups may be lost, the log may not: whoever is woken reads the log.

use std::sync::Arc;

use tokio::sync::broadcast;

use crate::domain::ConversationId;

/// Frames a slow listener may lag behind; the oldest are dropped, which passing frames are made for.
const LAG: usize = 1_024;

/// The largest passing frame, in bytes.
pub const PASSING_LIMIT: usize = 4 * 1024;

/// Something that is shown now or never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passing {
    /// Where.
    pub conversation: ConversationId,
    /// The connection it comes from, which does not get it back.
    pub from: u64,
    /// Whether it is for people at the desk only.
    pub staff_only: bool,
    /// The frame, as JSON, at most [`PASSING_LIMIT`] bytes.
    pub frame: String,
}

/// The bus. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bus(broadcast::Sender<Arc<Passing>>);

impl Bus {
    /// A bus within this process.
    #[must_use]
    pub fn in_process() -> Self {
        Self(broadcast::Sender::new(LAG))
    }

    /// Everything that is passed on from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Arc<Passing>> {
        self.0.subscribe()
    }

    /// Passes something on. What is too large is dropped: passing things are the first to go.
    pub fn passing(&self, passing: Passing) {
        if passing.frame.len() <= PASSING_LIMIT {
            // An error means that nobody listens, which is allowed.
            drop(self.0.send(Arc::new(passing)));
        }
    }
}
