//! How often somebody may try: so many in so long, exactly.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::domain::{Chance, Timestamp, hex_digest};

/// Places that tries are counted in. Who tries shares a place with one other in 65,536, which nobody can aim at because the
/// key is secret; so memory is bounded (10 MiB for 20 tries each) and a flood of names makes nobody's count go away.
const PLACES: u64 = 1 << 16;

/// Counts tries within a sliding window. A rate with a burst would let twice as many through in one window.
pub(super) struct Tries {
    most: usize,
    within: Duration,
    key: [u8; 32],
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    places: HashMap<u64, VecDeque<Timestamp>>,
    // When places without a try in the window were last forgotten. Once a window: to look at all of them at each try would
    // cost more than the try.
    tidied_at: Timestamp,
}

/// A try that was counted.
pub(super) struct Try {
    place: u64,
    at: Timestamp,
}

impl Tries {
    pub(super) fn new(most: usize, within: Duration, chance: &Chance) -> Self {
        Self { most, within, key: chance.bytes(), counts: Mutex::default() }
    }

    /// Counts a try, before it is known how it ends: many at once must not slip through.
    ///
    /// # Errors
    /// The time to wait.
    pub(super) fn take(&self, who: &str, now: Timestamp) -> Result<Try, Duration> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let over = |at: &Timestamp| now.since(*at) >= self.within;
        if over(&counts.tidied_at) {
            counts.tidied_at = now;
            counts.places.retain(|_, tries| tries.back().is_some_and(|last| !over(last)));
        }
        let place = self.place(who);
        let tries = counts.places.entry(place).or_default();
        while tries.front().is_some_and(over) {
            tries.pop_front();
        }
        match tries.front() {
            Some(first) if tries.len() >= self.most => Err(self.within.saturating_sub(now.since(*first))),
            _ => {
                tries.push_back(now);
                Ok(Try { place, at: now })
            }
        }
    }

    /// Takes a try back that was right: an office full of people may come in within one window.
    pub(super) fn give_back(&self, counted: &Try) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tries) = counts.places.get_mut(&counted.place)
            && let Some(at) = tries.iter().position(|at| *at == counted.at)
        {
            tries.remove(at);
        }
    }

    fn place(&self, who: &str) -> u64 {
        let digest = hex_digest(&[&self.key, who.as_bytes()]);
        u64::from_str_radix(&digest[..8], 16).unwrap_or_default() % PLACES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries() -> Tries {
        Tries::new(3, Duration::from_secs(20), &Chance::seeded(1))
    }

    #[test]
    fn a_window_holds_so_many_and_no_more() {
        let tries = tries();
        let take = |second: i64| tries.take("ann", Timestamp(second * 1000)).map(|_| ());
        assert!([0, 8, 9].iter().all(|at| take(*at).is_ok()));
        assert_eq!(take(9), Err(Duration::from_secs(11)));
        assert_eq!(take(19), Err(Duration::from_secs(1)));
        assert_eq!(take(20), Ok(()));
        assert_eq!(take(20), Err(Duration::from_secs(8)), "a refused try does not count and does not help");
        assert!(tries.take("bob", Timestamp(20_000)).is_ok());
    }

    #[test]
    fn a_right_one_is_given_back_and_a_wrong_one_is_not() {
        let (tries, now) = (tries(), Timestamp(0));
        for _ in 0..2 {
            assert!(tries.take("ann", now).is_ok());
        }
        for _ in 0..10 {
            tries.give_back(&tries.take("ann", now).map_err(drop).expect("one place is left"));
        }
        assert!(tries.take("ann", now).is_ok());
        assert!(tries.take("ann", now).is_err());
    }

    #[test]
    fn a_flood_of_names_costs_bounded_memory_and_frees_nobody() {
        let (tries, now) = (tries(), Timestamp(0));
        for _ in 0..3 {
            assert!(tries.take("ann", now).is_ok());
        }
        for n in 0..100_000 {
            drop(tries.take(&n.to_string(), now));
        }
        assert!(tries.take("ann", now).is_err());
        let places = || tries.counts.lock().expect("whole").places.len();
        assert!(places() <= 1 << 16);
        drop(tries.take("late", Timestamp(60_000)));
        assert_eq!(places(), 1);
    }
}
