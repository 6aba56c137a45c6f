//! What the assistant reads in a text and would do first, with the reasons: for `understand` and the console's try-it box.

use std::time::Instant;

use serde::Serialize;

use super::turn::read;
use crate::content::Snapshot;
use crate::domain::{Timestamp, Understanding};
use crate::nlu::Explanation;

/// A text, understood outside of any conversation.
#[derive(Debug, Clone, Serialize)]
pub struct Understood {
    /// What was read in it.
    #[serde(flatten)]
    pub understanding: Understanding,
    /// What the assistant would do first, in words.
    pub does: String,
    /// What spoke for the intent.
    pub explanation: Explanation,
    /// Microseconds of reading and deciding.
    pub understand_us: u64,
}

impl Understood {
    /// Reads `text`, written at `now`.
    #[must_use]
    pub fn of(snapshot: &Snapshot, text: &str, now: Timestamp) -> Self {
        let started = instant();
        let (understanding, step) = read(snapshot, text, now);
        let understand_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        Self { understanding, does: step.in_words(), explanation: snapshot.nlu().explain(text), understand_us }
    }
}

#[expect(clippy::disallowed_methods, reason = "measures a duration to show; nothing is decided by it")]
fn instant() -> Instant {
    Instant::now()
}
