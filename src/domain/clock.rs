//! Time, passed in: the system's in production, set by hand in tests.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// Milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This moment and `duration` more.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is; zero when it is not after.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// RFC 3339 in UTC with three decimals, always 24 characters for the years 0 to 9999.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        jiff::Timestamp::from_millisecond(self.0)
            .map_or_else(|_| String::from("1970-01-01T00:00:00.000Z"), |t| format!("{t:.3}"))
    }
}

/// Tells the time and waits. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    // The wall's time at the start, and what has passed since: a clock that is set back or forward under a running server
    // must not stop its pings or end its sockets.
    System { wall: Timestamp, started: Instant },
    ByHand(Arc<watch::Sender<Timestamp>>),
}

impl Clock {
    /// The system's clock: its time as it was at this call, and what has passed since.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn system() -> Self {
        let wall = Timestamp(jiff::Timestamp::now().as_millisecond());
        Self(Source::System { wall, started: Instant::now() })
    }

    /// A clock that stands still until [`Clock::advance`] moves it.
    #[must_use]
    pub fn by_hand(start: Timestamp) -> Self {
        Self(Source::ByHand(Arc::new(watch::Sender::new(start))))
    }

    /// The current moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System { wall, started } => wall.plus(started.elapsed()),
            Source::ByHand(now) => *now.borrow(),
        }
    }

    /// Waits until `duration` has passed on this clock.
    pub async fn sleep(&self, duration: Duration) {
        match &self.0 {
            Source::System { .. } => tokio::time::sleep(duration).await,
            Source::ByHand(_) => self.sleep_until(self.now().plus(duration)).await,
        }
    }

    /// Waits until this clock shows `until`: for whoever worked out the moment before and must not miss it meanwhile.
    pub async fn sleep_until(&self, until: Timestamp) {
        match &self.0 {
            Source::System { .. } => tokio::time::sleep(until.since(self.now())).await,
            Source::ByHand(now) => {
                // An error means that the clock is gone; then no time passes any more and waiting on is right.
                if now.subscribe().wait_for(|now| *now >= until).await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        }
    }

    /// Moves a clock that is set by hand. The system's clock is not ours to move: nothing happens.
    pub fn advance(&self, duration: Duration) {
        if let Source::ByHand(now) = &self.0 {
            now.send_modify(|t| *t = t.plus(duration));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_with_three_decimals() {
        let check = |ms, expected: &str| assert_eq!(Timestamp(ms).to_rfc3339(), expected);
        check(0, "1970-01-01T00:00:00.000Z");
        check(1_795_355_387_050, "2026-11-22T13:49:47.050Z");
    }

    #[tokio::test]
    async fn a_clock_by_hand_wakes_sleepers_when_moved() {
        let clock = Clock::by_hand(Timestamp(0));
        let sleeper = tokio_util::task::TaskTracker::new().spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_secs(45)).await }
        });
        clock.advance(Duration::from_secs(20));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        // The sleeper may only have begun after the first move: so move further than it can want.
        clock.advance(Duration::from_secs(60));
        clock.advance(Duration::from_secs(60));
        sleeper.await.expect("the sleeper wakes");
    }
}
