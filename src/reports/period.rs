//! The time a report is about.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::domain::Timestamp;

/// Days of a report that names none.
const DAYS: i64 = 7;

/// The longest period, in days: a year, and the month it is compared with.
const MOST_DAYS: i64 = 400;

const DAY_MS: i64 = 24 * 3_600_000;

/// From one moment to another, which is not in it any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
}

impl Period {
    /// Reads a period as somebody wrote it: days in UTC such as `2026-11-22`, or moments in RFC 3339. Without an end it ends
    /// now, without a beginning it is seven days long.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(from: Option<&str>, to: Option<&str>, now: Timestamp) -> Result<Self, String> {
        let to = to.map(|text| moment("to", text)).transpose()?;
        // What happens at this very moment is in it.
        let to = to.unwrap_or(now.plus(Duration::from_millis(1)));
        let from = from.map(|text| moment("from", text)).transpose()?;
        let from = from.unwrap_or(Timestamp(to.0.saturating_sub(DAYS * DAY_MS)));
        if from >= to {
            return Err("`from` has to be before `to`, which is now if it is not given".to_owned());
        }
        if to.0.saturating_sub(from.0) > MOST_DAYS * DAY_MS {
            return Err(format!("a report is about {MOST_DAYS} days at most"));
        }
        Ok(Self { from, to })
    }
}

fn moment(name: &str, text: &str) -> Result<Timestamp, String> {
    let at = if text.len() == "2026-11-22".len() {
        let day = text.parse::<jiff::civil::Date>().ok();
        day.and_then(|day| day.to_zoned(TimeZone::UTC).ok()).map(|start| start.timestamp())
    } else {
        text.parse::<jiff::Timestamp>().ok()
    };
    let at = at.map(|at| Timestamp(at.as_millisecond()));
    at.ok_or_else(|| {
        // In an address, a plus sign stands for a space.
        let hint = if text.contains(' ') { "; write a `+` in it as `%2B`" } else { "" };
        format!("`{name}` is a day in UTC such as 2026-11-22, or a moment such as 2026-11-22T09:00:00Z{hint}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // 2026-11-22T13:49:47Z
    const NOW: Timestamp = Timestamp(1_795_355_387_000);

    fn check(from: Option<&str>, to: Option<&str>, expected: Result<[&str; 2], &str>) {
        let read = Period::read(from, to, NOW).map(|period| [period.from, period.to].map(Timestamp::to_rfc3339));
        match (read, expected) {
            (Ok(read), Ok(expected)) => assert_eq!(read, expected, "{from:?} {to:?}"),
            (Err(words), Err(expected)) => assert!(words.contains(expected), "{words}"),
            (read, _) => panic!("{from:?} {to:?} gives {read:?}"),
        }
    }

    #[test]
    fn periods_are_read() {
        check(None, None, Ok(["2026-11-15T13:49:47.001Z", "2026-11-22T13:49:47.001Z"]));
        check(Some("2026-11-20"), None, Ok(["2026-11-20T00:00:00.000Z", "2026-11-22T13:49:47.001Z"]));
        check(None, Some("2026-11-20"), Ok(["2026-11-13T00:00:00.000Z", "2026-11-20T00:00:00.000Z"]));
        let hours = (Some("2026-11-20T08:00:00Z"), Some("2026-11-20T10:30:00.500+01:00"));
        check(hours.0, hours.1, Ok(["2026-11-20T08:00:00.000Z", "2026-11-20T09:30:00.500Z"]));
        check(Some("2025-10-18"), Some("2026-11-22"), Ok(["2025-10-18T00:00:00.000Z", "2026-11-22T00:00:00.000Z"]));
        check(Some("2026-12-01"), Some("2027-01-01"), Ok(["2026-12-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"]));
    }

    #[test]
    fn what_is_no_period_is_refused_in_words() {
        check(Some("2025-10-17"), Some("2026-11-22"), Err("400 days at most"));
        check(Some("2026-11-22"), Some("2026-11-22"), Err("`from` has to be before `to`"));
        check(Some("2026-12-01"), None, Err("which is now if it is not given"));
        for bad in ["", "yesterday", "2026-11-31", "2026-11-2", "22.11.2026", "2026-11-22T09:00:00", "1795355387"] {
            check(Some(bad), None, Err("`from` is a day in UTC such as"));
            check(None, Some(bad), Err("`to` is a day in UTC such as"));
        }
        check(Some("2026-11-20T10:30:00 01:00"), None, Err("write a `+` in it as `%2B`"));
        check(Some("0001-01-01"), Some("9999-12-30"), Err("400 days at most"));
    }
}
