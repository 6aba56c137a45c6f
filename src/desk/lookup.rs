//! Looking up what belongs to somebody: tries are limited, and every answer that tells whether a guess was right comes at
//! the same moment, so that neither many guesses nor a stopwatch find out more than the words say.

use std::net::IpAddr;
use std::pin::pin;
use std::time::Duration;

use serde::Deserialize;

use crate::domain::Clock;
use crate::shop::{ActionResult, Call, Shop, order_key};
use crate::store::{LookupLimits, LookupTry, Store};

/// What a source's answer has to leave of the last beat: the time to note the try.
const REST_OF_BEAT: Duration = Duration::from_millis(50);

/// How often one may guess.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrdersConfig {
    /// Look-ups that may fail in one conversation and hour; 0 is without limit.
    pub failures_per_conversation_hour: u32,
    /// Look-ups that may fail from one network and hour; 0 is without limit.
    pub failures_per_network_hour: u32,
    /// Look-ups that may fail for one order and day; 0 is without limit.
    pub failures_per_order_day: u32,
    /// The moment, in milliseconds, at which a look-up answers, whatever it found; a slower one answers at a multiple.
    pub answer_after_ms: u64,
}

impl OrdersConfig {
    /// What is wrong with this section.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        let slow = self.answer_after_ms > 2_000;
        slow.then(|| "orders.answer_after_ms: at most 2000, so that a slower source has time to answer".into())
            .into_iter()
            .collect()
    }

    fn limits(&self) -> Option<LookupLimits> {
        let limits = LookupLimits {
            conversation_hour: self.failures_per_conversation_hour,
            network_hour: self.failures_per_network_hour,
            order_day: self.failures_per_order_day,
        };
        let lifted = LookupLimits { conversation_hour: 0, network_hour: 0, order_day: 0 };
        (limits != lifted).then_some(limits)
    }
}

/// Carries out actions of a turn, within the limits.
#[derive(Clone, Copy)]
pub struct Guard<'d> {
    /// Counts failed tries.
    pub store: &'d Store,
    /// The clock.
    pub clock: &'d Clock,
    /// The shop's actions.
    pub shop: &'d Shop,
    /// The limits.
    pub config: &'d OrdersConfig,
}

impl Guard<'_> {
    /// Carries out an action. `network` is the shopper's, cut as limits count it; where it is not known, conversation and
    /// order are counted alone. Beyond a limit the outcome is `limited`, and the source is not asked.
    pub async fn run(&self, mut call: Call, network: Option<IpAddr>) -> ActionResult {
        if !self.shop.asks_for_proof(&call.action) {
            return self.shop.run(call).await;
        }
        let beat = Duration::from_millis(self.config.answer_after_ms);
        call.at_most = within_beats(call.at_most, beat);
        in_beats(self.clock, beat, self.decided(call, network)).await
    }

    async fn decided(&self, call: Call, network: Option<IpAddr>) -> ActionResult {
        let Some(limits) = self.config.limits() else { return self.shop.run(call).await };
        let (order, network) = (order_of(&call), network.map(|network| network.to_string()));
        let attempt = LookupTry {
            key: &call.idempotency_key,
            conversation: &call.conversation,
            network: network.as_deref(),
            order: &order,
        };
        let ticket = match self.store.begin_lookup(attempt, limits, self.clock.now()).await {
            Ok(Some(ticket)) => ticket,
            Ok(None) => {
                metrics::counter!("frontdesk_lookups_limited_total").increment(1);
                return ActionResult::limited();
            }
            // Without the count anybody could guess on; the store has logged why.
            Err(_) => return ActionResult::error(),
        };
        let result = self.shop.run(call).await;
        if !matches!(result.outcome.as_str(), "not_found" | "mismatch") {
            // A try that cannot be taken back counts as failed: the shopper has fewer left, which is the safe side.
            let _ = self.store.forgive_lookup(ticket).await;
        }
        result
    }
}

// The order a call is about. Where a webhook is asked by something else than a number, that is what is guessed at.
fn order_of(call: &Call) -> String {
    if let Some(number) = call.input.get("order_number") {
        return order_key(number);
    }
    let asked = call.input.iter().filter(|(slot, _)| !matches!(slot.as_str(), "email" | "postcode"));
    asked.map(|(slot, value)| format!("{slot}={} ", order_key(value))).collect()
}

// The time a source has so that its answer comes with the last beat that fits.
fn within_beats(at_most: Duration, beat: Duration) -> Duration {
    let beats = at_most.as_millis().checked_div(beat.as_millis()).unwrap_or(0);
    let last = beat.saturating_mul(u32::try_from(beats).unwrap_or(u32::MAX));
    if last.is_zero() { at_most } else { last.saturating_sub(REST_OF_BEAT) }
}

// Answers at the first beat after `work` is done, counted from now. A beat's timer is set before the work goes on, so that
// how long the work takes does not move it by so much as a part of a millisecond.
async fn in_beats<T>(clock: &Clock, beat: Duration, work: impl Future<Output = T>) -> T {
    if beat.is_zero() {
        return work.await;
    }
    let (began, mut work) = (clock.now(), pin!(work));
    loop {
        // A clock that was late, or was set by a test, may be several beats further.
        let beats = clock.now().since(began).as_millis() / beat.as_millis() + 1;
        let next = began.plus(beat.saturating_mul(u32::try_from(beats).unwrap_or(u32::MAX)));
        let mut timer = pin!(clock.sleep(next.since(clock.now())));
        tokio::select! {
            biased;
            () = &mut timer => {}
            done = &mut work => {
                timer.await;
                return done;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;
    use crate::domain::Timestamp;

    #[tokio::test]
    async fn answers_come_with_the_beat() {
        let clock = Clock::by_hand(Timestamp(0));
        let second = Duration::from_secs(1);
        let mut answer = pin!(in_beats(&clock, second, clock.sleep(Duration::from_millis(1_200))));
        for (step, expected) in [(0, false), (999, false), (201, false), (799, false), (1, true)] {
            clock.advance(Duration::from_millis(step));
            assert_eq!(matches!(futures_util::poll!(&mut answer), Poll::Ready(())), expected, "{:?}", clock.now());
        }
        let mut ready = pin!(in_beats(&clock, second, std::future::ready(7)));
        assert!(futures_util::poll!(&mut ready).is_pending());
        clock.advance(Duration::from_millis(999));
        assert!(futures_util::poll!(&mut ready).is_pending());
        clock.advance(Duration::from_millis(1));
        assert_eq!(ready.await, 7);
        assert_eq!(in_beats(&clock, Duration::ZERO, std::future::ready(8)).await, 8);
    }

    #[test]
    fn sources_have_the_time_of_whole_beats() {
        let check = |at_most, beat, expected| {
            let ms = Duration::from_millis;
            assert_eq!(within_beats(ms(at_most), ms(beat)), ms(expected), "{at_most} {beat}");
        };
        check(4_500, 1_000, 3_950);
        check(1_000, 1_000, 950);
        check(800, 1_000, 800);
        check(4_500, 0, 4_500);
    }
}
