//! What the log adds up to over a time: outcomes, ratings, first responses, waits, and the conversations behind each number.
//!
//! A report counts the **episodes** that began in a period `[from, to)`, judged by the rules of
//! [`crate::domain::RULES_VERSION`] (see [`crate::domain::Episode`]) at the moment it is asked for. It reads the rows that are
//! written in one transaction with the events they follow from; `frontdesk verify` folds the log again and compares. So an
//! old period can be asked for at any time, and every number can be taken back to the event that proves it.
//!
//! Two reports of one period may differ, because a shopper may still come back, rate or say that an answer helped, and open
//! episodes end. What may change by itself is marked: `open` and `provisional`.

mod days;
mod figures;
mod list;
mod period;
mod read;

pub use days::Day;
pub use figures::{Containment, Csat, Outcomes, Ratings, Report, Responses, Spread, Tally, Waits};
pub use list::{Found, Page, Wanted};
pub use period::Period;
pub use read::{AT_ONCE, EPISODES, Full, PAGE, Query, ReportError, first, outcomes, page};

use crate::domain::{Episode, Timestamp, Verdict};

/// What an episode is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// The moment of judging.
    pub now: Timestamp,
    /// Who comes back within this many hours was not really helped.
    pub recontact_hours: u32,
}

impl Rules {
    /// What an episode comes to.
    #[must_use]
    pub fn judge(&self, facts: &Episode) -> Verdict {
        facts.verdict(self.now, self.recontact_ms())
    }

    // When a shopper's return takes no credit back any more.
    fn settled_at(&self, facts: &Episode) -> Option<Timestamp> {
        facts.closed.map(|mark| Timestamp(mark.at.0.saturating_add(self.recontact_ms())))
    }

    fn recontact_ms(&self) -> i64 {
        i64::from(self.recontact_hours) * 3_600_000
    }
}

#[cfg(test)]
mod tests;
