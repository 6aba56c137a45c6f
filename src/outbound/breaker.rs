//! Somebody who keeps failing is left alone for a while: shoppers hear at once what they would hear late, and whoever has to
//! mend it is not flooded.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::domain::Timestamp;

/// Failures in a row after which a source is left alone.
const FAILURES: u32 = 5;
/// For how long.
const REST: Duration = Duration::from_secs(10);
/// Sources remembered. A shop has a few; a name from files that were changed since costs nothing.
const SOURCES: usize = 256;

/// One breaker a source.
#[derive(Debug, Default)]
pub struct Breakers(Mutex<HashMap<String, Breaker>>);

#[derive(Debug, Clone, Copy)]
struct Breaker {
    failures: u32,
    until: Timestamp,
}

impl Breakers {
    /// Whether a source may be asked now. After a rest one call tries; the others wait for what becomes of it.
    #[must_use]
    pub fn lets_through(&self, source: &str, now: Timestamp) -> bool {
        let mut breakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(breaker) = breakers.get_mut(source).filter(|breaker| breaker.failures >= FAILURES) else {
            return true;
        };
        let may = breaker.until <= now;
        if may {
            breaker.until = now.plus(REST);
        }
        may
    }

    /// The source answered.
    pub fn worked(&self, source: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(source);
    }

    /// It did not.
    pub fn failed(&self, source: &str, now: Timestamp) {
        let mut breakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if breakers.len() >= SOURCES && !breakers.contains_key(source) {
            breakers.clear();
        }
        let breaker = breakers.entry(source.to_owned()).or_insert(Breaker { failures: 0, until: now });
        breaker.failures = breaker.failures.saturating_add(1);
        breaker.until = now.plus(REST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_give_ten_seconds_of_rest_and_then_one_try() {
        let breakers = Breakers::default();
        let may = |at: i64| breakers.lets_through("a", Timestamp(at));
        for at in 0..4 {
            assert!(may(at));
            breakers.failed("a", Timestamp(at));
        }
        assert!(may(4));
        breakers.failed("a", Timestamp(4));
        assert!(!may(5) && !may(10_003));
        assert!(breakers.lets_through("b", Timestamp(5)));
        assert!(may(10_004), "one tries");
        assert!(!may(10_005), "and the others wait");
        breakers.failed("a", Timestamp(10_100));
        assert!(!may(20_099) && may(20_100));
        breakers.worked("a");
        assert!(may(20_101) && may(20_102));
    }

    #[test]
    fn a_success_in_between_starts_the_count_again() {
        let breakers = Breakers::default();
        for _ in 0..3 {
            (0..4).for_each(|at| breakers.failed("a", Timestamp(at)));
            breakers.worked("a");
        }
        assert!(breakers.lets_through("a", Timestamp(5)));
    }
}
