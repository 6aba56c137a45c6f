//! Whether the shop's people are to be there, and what is promised when they are not.

use std::time::Duration;

use super::Snapshot;
use crate::domain::{Timestamp, hex_digest};

impl Snapshot {
    /// Whether `now` is within the desk's hours.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.hours().is_open(now)
    }

    /// By when an answer is promised to somebody who writes at `now`.
    #[must_use]
    pub fn reply_by(&self, now: Timestamp) -> Timestamp {
        let promise = self.settings().when_nobody_is_there.promise_hours;
        self.hours().reply_by(now, Duration::from_secs(u64::from(promise) * 3600))
    }

    /// A digest of what a shopper reads before the first message.
    #[must_use]
    pub fn disclosure_hash(&self, locale: &str) -> String {
        hex_digest(&[self.text("disclosure", locale).as_bytes()])
    }
}
