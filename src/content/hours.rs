//! Business hours: when people are at the desk. Pure: the moment is passed in.

use std::time::Duration;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{ToSpan as _, Zoned};

use crate::domain::Timestamp;

/// Days looked ahead for an opening: longer than any run of holidays.
const LOOK_AHEAD: i32 = 400;

/// When people are at the desk.
#[derive(Debug, Clone)]
pub struct Hours {
    zone: TimeZone,
    // `None`: around the clock.
    week: Option<[Vec<Span>; 7]>,
    holidays: Vec<Date>,
}

/// From one time of a day to another; to the next day's if that is not later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    from: Time,
    // Minutes after `from`; at most a day.
    minutes: i64,
}

impl Span {
    /// Reads `09:00-18:00`; `24:00` is the end of a day, and `22:00-02:00` ends on the next.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let (from, to) = (minutes_of(from)?, minutes_of(to)?);
        if from == DAY {
            return None;
        }
        let minutes = if to > from { to - from } else { to + DAY - from };
        Some(Self { from: Time::midnight().saturating_add(from.minutes()), minutes })
    }
}

const DAY: i64 = 24 * 60;

fn minutes_of(text: &str) -> Option<i64> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60 || hours == 24 && minutes == 0).then_some(hours * 60 + minutes)
}

impl Hours {
    /// Open around the clock, as clocks go in `zone`.
    #[must_use]
    pub fn always(zone: TimeZone) -> Self {
        Self { zone, week: None, holidays: Vec::new() }
    }

    /// Open in the spans of each day, Monday first, but not on `holidays`.
    pub(super) fn weekly(zone: TimeZone, week: [Vec<Span>; 7], holidays: Vec<Date>) -> Self {
        Self { zone, week: Some(week), holidays }
    }

    /// Whether people are there at `now`.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        if self.week.is_none() {
            return true;
        }
        let Some(here) = self.here(now) else { return true };
        // Yesterday's span may reach into today.
        [here.date().yesterday().ok(), Some(here.date())]
            .into_iter()
            .flatten()
            .flat_map(|day| self.openings(day))
            .any(|(from, to)| from <= now && now < to)
    }

    /// When people are there next: `now` if they are, nothing if they never come.
    #[must_use]
    pub fn next_opening(&self, now: Timestamp) -> Option<Timestamp> {
        if self.is_open(now) {
            return Some(now);
        }
        let today = self.here(now)?.date();
        (0..LOOK_AHEAD).find_map(|days| {
            let day = today.checked_add(days.days()).ok()?;
            self.openings(day).into_iter().map(|(from, _)| from).filter(|from| *from > now).min()
        })
    }

    /// By when an answer can be promised: `promise` after people are there next.
    #[must_use]
    pub fn reply_by(&self, now: Timestamp, promise: Duration) -> Timestamp {
        self.next_opening(now).unwrap_or(now).plus(promise)
    }

    /// The day at `now`, where the shop is.
    #[must_use]
    pub fn day(&self, now: Timestamp) -> Date {
        self.here(now).map_or_else(Date::default, |here| here.date())
    }

    /// The moment `at` as a clock in the shop shows it: day, and hour with minute as `18:00`.
    #[must_use]
    pub fn on_the_clock(&self, at: Timestamp) -> (Date, String) {
        let Some(here) = self.here(at) else { return (Date::default(), String::new()) };
        (here.date(), format!("{:02}:{:02}", here.hour(), here.minute()))
    }

    fn here(&self, now: Timestamp) -> Option<Zoned> {
        Some(jiff::Timestamp::from_millisecond(now.0).ok()?.to_zoned(self.zone.clone()))
    }

    // The spans that begin on `day`, as moments.
    fn openings(&self, day: Date) -> Vec<(Timestamp, Timestamp)> {
        let Some(week) = self.week.as_ref().filter(|_| !self.holidays.contains(&day)) else { return Vec::new() };
        let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = week;
        let spans = match day.weekday() {
            Weekday::Monday => monday,
            Weekday::Tuesday => tuesday,
            Weekday::Wednesday => wednesday,
            Weekday::Thursday => thursday,
            Weekday::Friday => friday,
            Weekday::Saturday => saturday,
            Weekday::Sunday => sunday,
        };
        spans.iter().filter_map(|span| self.moments(day, *span)).collect()
    }

    // By the clock on the wall: on the day the clocks change, nine o'clock is still nine o'clock.
    fn moments(&self, day: Date, span: Span) -> Option<(Timestamp, Timestamp)> {
        let from = day.to_datetime(span.from);
        let to = from.checked_add(span.minutes.minutes()).ok()?;
        let moment = |wall: jiff::civil::DateTime| {
            Some(Timestamp(self.zone.to_ambiguous_zoned(wall).compatible().ok()?.timestamp().as_millisecond()))
        };
        Some((moment(from)?, moment(to)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().expect("a time").as_millisecond())
    }

    fn berlin(week: [&[&str]; 7], holidays: &[&str]) -> Hours {
        let zone = TimeZone::get("Europe/Berlin").expect("the bundled clocks");
        let spans = |texts: &[&str]| texts.iter().map(|text| Span::read(text).expect("a span")).collect();
        Hours::weekly(zone, week.map(spans), holidays.iter().map(|day| day.parse().expect("a day")).collect())
    }

    const NINE_TO_SIX: &[&str] = &["09:00-12:00", "13:00-18:00"];

    fn office() -> Hours {
        let (work, off): (&[&str], &[&str]) = (NINE_TO_SIX, &[]);
        berlin([work, work, work, work, work, off, off], &["2026-12-25"])
    }

    #[test]
    fn spans_are_read() {
        let check = |text: &str, expected: Option<i64>| {
            assert_eq!(Span::read(text).map(|span| span.minutes), expected, "{text}");
        };
        check("09:00-18:00", Some(540));
        check(" 09:00 - 18:00 ", Some(540));
        check("22:00-02:00", Some(240));
        check("00:00-24:00", Some(1440));
        check("00:00-00:00", Some(1440));
        for bad in
            ["9-18", "09:00", "09:60-10:00", "24:00-02:00", "25:00-26:00", "", "a-b", "9:00-18:00", "+9:00-18:00"]
        {
            check(bad, None);
        }
    }

    #[test]
    fn open_and_closed() {
        let hours = office();
        let check = |time: &str, expected: bool| assert_eq!(hours.is_open(at(time)), expected, "{time}");
        check("2026-11-23T08:00:00Z", true); // Monday 09:00 in Berlin
        check("2026-11-23T07:59:59Z", false);
        check("2026-11-23T11:30:00Z", false); // lunch
        check("2026-11-23T16:59:59Z", true);
        check("2026-11-23T17:00:00Z", false);
        check("2026-11-22T10:00:00Z", false); // Sunday
        check("2026-12-25T10:00:00Z", false); // Friday, a holiday
        assert!(Hours::always(TimeZone::UTC).is_open(at("2026-12-25T10:00:00Z")));
    }

    #[test]
    fn the_next_opening_passes_nights_weekends_and_holidays() {
        let hours = office();
        let check = |time: &str, expected: &str| assert_eq!(hours.next_opening(at(time)), Some(at(expected)), "{time}");
        check("2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z");
        check("2026-11-23T11:30:00Z", "2026-11-23T12:00:00Z");
        check("2026-11-20T20:00:00Z", "2026-11-23T08:00:00Z");
        check("2026-12-24T20:00:00Z", "2026-12-28T08:00:00Z");
        let promised = hours.reply_by(at("2026-11-20T20:00:00Z"), Duration::from_secs(24 * 3600));
        assert_eq!(promised, at("2026-11-24T08:00:00Z"));
    }

    #[test]
    fn clocks_that_change_do_not_move_the_hours() {
        let all: &[&str] = &["09:00-18:00"];
        let hours = berlin([all; 7], &[]);
        // Summer time ends on 25 October 2026 at 03:00.
        assert_eq!(hours.next_opening(at("2026-10-24T20:00:00Z")), Some(at("2026-10-25T08:00:00Z")));
        assert_eq!(hours.next_opening(at("2026-10-23T20:00:00Z")), Some(at("2026-10-24T07:00:00Z")));
        // And begins on 29 March 2026 at 02:00: a span within the hour that is left out is none.
        let night: &[&str] = &["01:00-04:00"];
        let hours = berlin([night; 7], &[]);
        assert!(hours.is_open(at("2026-03-29T01:59:00Z")) && !hours.is_open(at("2026-03-29T02:00:00Z")));
    }

    #[test]
    fn a_night_belongs_to_the_day_it_begins_on() {
        let (night, off): (&[&str], &[&str]) = (&["22:00-02:00"], &[]);
        let hours = berlin([off, off, off, off, night, off, off], &["2026-11-21"]);
        // Friday 23:00, Saturday 01:30 (a holiday, but the night is Friday's), Saturday 02:00.
        assert!(hours.is_open(at("2026-11-20T22:00:00Z")) && hours.is_open(at("2026-11-21T00:30:00Z")));
        assert!(!hours.is_open(at("2026-11-21T01:00:00Z")));
        let always: &[&str] = &["00:00-24:00"];
        let hours = berlin([always; 7], &[]);
        assert!(hours.is_open(at("2026-11-21T22:59:59Z")) && hours.is_open(at("2026-11-21T23:00:00Z")));
    }

    #[test]
    fn a_desk_that_never_opens_promises_from_now() {
        let off: &[&str] = &[];
        let hours = berlin([off; 7], &[]);
        let now = at("2026-11-21T22:00:00Z");
        assert_eq!((hours.is_open(now), hours.next_opening(now)), (false, None));
        assert_eq!(hours.reply_by(now, Duration::from_secs(60)), now.plus(Duration::from_secs(60)));
    }

    #[test]
    fn the_clock_of_the_shop_is_read() {
        let hours = office();
        let (day, time) = hours.on_the_clock(at("2026-11-23T23:05:00Z"));
        assert_eq!((day.to_string().as_str(), time.as_str()), ("2026-11-24", "00:05"));
        assert_eq!(hours.day(at("2026-11-23T23:05:00Z")).to_string(), "2026-11-24");
    }
}
