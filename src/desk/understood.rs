//! What the assistant reads in a text and would do first, with the reasons: for `understand` and the console's try-it box.

use std::collections::BTreeMap;
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
    /// Microseconds of each stage of reading: `sparse`, `encoder` where it is asked, `entities`.
    pub stages_us: BTreeMap<&'static str, u64>,
}

impl Understood {
    /// Reads `text`, written at `now`.
    #[must_use]
    pub fn of(snapshot: &Snapshot, text: &str, now: Timestamp) -> Self {
        let started = instant();
        let (understanding, step) = read(snapshot, text, now);
        let understand_us = micros(started);
        let explanation = snapshot.nlu().explain(text);
        Self {
            understanding,
            does: step.in_words(),
            explanation,
            understand_us,
            stages_us: stages(snapshot, text, now),
        }
    }
}

// Taken one by one, beside the reading: stages that are timed on a shopper's way would be timed for nobody.
fn stages(snapshot: &Snapshot, text: &str, now: Timestamp) -> BTreeMap<&'static str, u64> {
    let mut stages = BTreeMap::new();
    let started = instant();
    let view = snapshot.nlu().view(text);
    stages.insert("sparse", micros(started));
    if let Some(encoder) = snapshot.nlu().encoder_for(&view, None) {
        let started = instant();
        std::hint::black_box(encoder.encode(text));
        stages.insert("encoder", micros(started));
    }
    let started = instant();
    std::hint::black_box(snapshot.entities_in(text, now));
    stages.insert("entities", micros(started));
    stages
}

fn micros(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "measures a duration to show; nothing is decided by it")]
fn instant() -> Instant {
    Instant::now()
}
