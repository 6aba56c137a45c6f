//! Wake-ups: "conversation c has head h", and passing things that are never stored.
//!
//! Wake-ups may be lost, the log may not: whoever is woken reads the log. Between the sockets of one process this is a
//! channel; between machines it will be a network, and nothing above this module will know.

use std::sync::Arc;

use tokio::sync::broadcast;

use crate::domain::{ConversationId, Seq};

/// Signals a slow listener may lag behind before it is told that it missed some and looks at everything itself.
const LAG: usize = 4_096;

/// The largest passing frame, in bytes.
pub const PASSING_LIMIT: usize = 4 * 1024;

/// What goes over the bus.
#[derive(Debug, Clone)]
pub enum Signal {
    /// Conversations have new heads.
    Heads(Arc<[Head]>),
    /// Something that is shown now or never.
    Passing(Arc<Passing>),
}

/// A conversation's new head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Which.
    pub conversation: ConversationId,
    /// The number of its last event.
    pub seq: Seq,
    /// Its erasures, for the epoch.
    pub erasures: u32,
}

/// Something that is shown now or never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passing {
    /// Where.
    pub conversation: ConversationId,
    /// The connection it comes from, which does not get it back.
    pub from: u64,
    /// The frame, as JSON, at most [`PASSING_LIMIT`] bytes.
    pub frame: String,
}

/// The bus. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bus(broadcast::Sender<Signal>);

impl Bus {
    /// A bus within this process.
    #[must_use]
    pub fn in_process() -> Self {
        Self(broadcast::Sender::new(LAG))
    }

    /// Everything that is published from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Signal> {
        self.0.subscribe()
    }

    /// Says that conversations have new heads.
    pub fn heads(&self, heads: Vec<Head>) {
        // An error means that nobody listens, which is allowed.
        drop(self.0.send(Signal::Heads(heads.into())));
    }

    /// Passes something on. What is too large is dropped: passing things are the first to go.
    pub fn passing(&self, passing: Passing) {
        if passing.frame.len() <= PASSING_LIMIT {
            drop(self.0.send(Signal::Passing(Arc::new(passing))));
        }
    }
}
