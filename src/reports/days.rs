//! A period day by day.

use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Outcomes, Period};
use crate::domain::{Outcome, Timestamp};

/// The episodes that began on one day. The first and the last day of a period may be cut short by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Day {
    /// Its first moment.
    pub from: String,
    /// The first moment after it.
    pub to: String,
    /// Episodes.
    pub total: u64,
    /// By outcome.
    pub outcomes: Outcomes,
}

/// The days of a period, as they are counted.
#[derive(Debug)]
pub(super) struct Days {
    // The first moment of each day, and the end of the period: at most 401 days.
    bounds: Vec<Timestamp>,
    counts: Vec<Outcomes>,
}

impl Days {
    /// The days of `period` where the clock is that of `zone`.
    pub(super) fn of(period: Period, zone: &TimeZone) -> Self {
        let mut bounds = vec![period.from];
        while let Some(next) = bounds.last().and_then(|day| midnight_after(*day, zone)).filter(|next| *next < period.to)
        {
            bounds.push(next);
        }
        let counts = vec![Outcomes::default(); bounds.len()];
        bounds.push(period.to);
        Self { bounds, counts }
    }

    /// Counts an episode that began at `began`.
    pub(super) fn add(&mut self, began: Timestamp, outcome: Outcome) {
        let day = self.bounds.partition_point(|bound| *bound <= began).checked_sub(1);
        if let Some(counts) = day.and_then(|day| self.counts.get_mut(day)) {
            counts.count(outcome);
        }
    }

    /// The days, the oldest first, those without an episode too.
    pub(super) fn into_days(self) -> Vec<Day> {
        let spans = self.bounds.windows(2);
        let day = |(span, outcomes): (&[Timestamp], Outcomes)| Day {
            from: span[0].to_rfc3339(),
            to: span[1].to_rfc3339(),
            total: outcomes.total(),
            outcomes,
        };
        spans.zip(self.counts).map(day).collect()
    }
}

// A day has 23 to 25 hours where clocks are set forward and back.
fn midnight_after(at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let here = jiff::Timestamp::from_millisecond(at.0).ok()?.to_zoned(zone.clone());
    let next = here.date().checked_add(1.day()).ok()?.to_zoned(zone.clone()).ok()?;
    Some(Timestamp(next.timestamp().as_millisecond())).filter(|next| *next > at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, to: &str) -> Period {
        Period::read(Some(from), Some(to), Timestamp(0)).expect("a period")
    }

    fn check(from: &str, to: &str, zone: &str, expected: &[&str]) {
        let days = Days::of(period(from, to), &TimeZone::get(zone).expect("a zone")).into_days();
        let bounds: Vec<_> = days.iter().map(|day| day.from.as_str()).collect();
        assert_eq!(bounds, expected, "{from} to {to} in {zone}");
        assert_eq!(days.last().map(|day| day.to.clone()), Some(period(from, to).to.to_rfc3339()));
        assert!(days.windows(2).all(|pair| pair[0].to == pair[1].from));
    }

    #[test]
    fn days_begin_at_midnight_of_the_zone() {
        check("2026-11-20", "2026-11-22", "UTC", &["2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.000Z"]);
        let berlin = ["2026-11-20T10:00:00.000Z", "2026-11-20T23:00:00.000Z", "2026-11-21T23:00:00.000Z"];
        check("2026-11-20T10:00:00Z", "2026-11-22T01:00:00Z", "Europe/Berlin", &berlin);
        // The clocks go back on 25 October: that day has 25 hours.
        let long = ["2026-10-23T22:00:00.000Z", "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"];
        check("2026-10-23T22:00:00Z", "2026-10-26T20:00:00Z", "Europe/Berlin", &long);
    }

    #[test]
    fn every_episode_is_of_one_day() {
        let period = period("2026-11-20", "2026-11-23");
        let mut days = Days::of(period, &TimeZone::UTC);
        for hours in 0..72 {
            days.add(Timestamp(period.from.0 + hours * 3_600_000), Outcome::Abandoned);
        }
        days.add(period.to, Outcome::Open);
        assert_eq!(days.into_days().iter().map(|day| day.total).collect::<Vec<_>>(), [24, 24, 24]);
    }
}
