//! Days: written in numbers, with the month's name, or counted from today.

use jiff::civil::Date;

use super::context::{Request, rank};
use super::line::{Line, is_number};
use super::words::{self, DAY_WORDS};
use super::{Found, MAX_PLACES, relative};

/// Years a shop's customer speaks of.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;
/// Months a day without a year may lie behind. Shoppers speak of orders more than of plans.
const MONTHS_BACK: i64 = 9;

/// A day or a row of days, and where the words that name it end.
#[derive(Debug)]
pub(super) struct Day {
    pub(super) date: Date,
    /// The last day of a row, such as a week.
    pub(super) until: Option<Date>,
    /// The last word.
    pub(super) last: usize,
    /// Bytes of the last word that belong to it; all of them if there is nothing to say.
    pub(super) bytes: Option<usize>,
    pub(super) reason: &'static str,
}

impl Day {
    pub(super) fn new(date: Date, last: usize, reason: &'static str) -> Self {
        Self { date, until: None, last, bytes: None, reason }
    }

    /// The days from `from` to `until`, both included; one day if they are the same.
    pub(super) fn row(from: Date, until: Date, last: usize, reason: &'static str) -> Self {
        Self { until: (from < until).then_some(until), ..Self::new(from, last, reason) }
    }

    // As ISO 8601 writes it: `2026-11-18`, `2026-11-09/2026-11-15`.
    fn value(&self) -> String {
        self.until.map_or_else(|| self.date.to_string(), |until| format!("{}/{until}", self.date))
    }
}

pub(super) fn find(request: &Request<'_>, out: &mut Vec<Found>) {
    let line = request.line;
    let mut index = 0;
    while index < line.len() && out.len() < MAX_PLACES {
        let Some(day) = at(request, index) else {
            index += 1;
            continue;
        };
        let end = day.bytes.map_or(line.end(day.last), |bytes| line.start(day.last) + bytes);
        let (start, value) = (line.start(index), day.value());
        out.push(Found { start, end, value, rank: rank::SIGN, reason: day.reason.to_owned(), ..Found::default() });
        index = day.last + 1;
    }
}

fn at(request: &Request<'_>, index: usize) -> Option<Day> {
    let line = request.line;
    if line.raw(index).starts_with(|c: char| c.is_ascii_digit()) {
        let written = || in_numbers(request, index).or_else(|| day_then_month(request, index));
        return written().or_else(|| relative::at(request, index));
    }
    month_then_day(request, index).or_else(|| relative::at(request, index))
}

// `2026-11-18`, `18.11.2026`, `18/11/26`, `18.11.`
fn in_numbers(request: &Request<'_>, index: usize) -> Option<Day> {
    let line = request.line;
    let (joint, next) = (line.gap_after(index).trim_end(), line.gap_after(index + 1));
    if !line.is_number(index) || !matches!(joint, "." | "/" | "-") || is_inside(line, index) {
        return None;
    }
    if next.trim_end() != joint || !line.raw(index + 2).starts_with(|c: char| c.is_ascii_digit()) {
        return without_year(request, index, joint);
    }
    let (one, two, (three, bytes)) = (line.raw(index), line.raw(index + 1), leading(line.raw(index + 2))?);
    // `1.2.3.4` is an address of another kind; `2026-11-18T10:00` goes on with its hour.
    let rest = line.raw(index + 2).get(bytes..).unwrap_or_default();
    let goes_on = if rest.is_empty() { joins_number(line, index + 2) } else { !rest.starts_with(['T', 't']) };
    if goes_on || !is_number(two) || two.len() > 2 {
        return None;
    }
    let date = if one.len() == 4 {
        day(one.parse().ok()?, two, three)?
    } else if one.len() <= 2 && (three.len() == 4 || (three.len() == 2 && joint != "-")) {
        let year: i16 = three.parse().ok()?;
        in_order(if three.len() == 2 { 2000 + year } else { year }, one, two, joint)?
    } else {
        return None;
    };
    Some(Day { bytes: Some(bytes), ..Day::new(date, index + 2, "a day in numbers") })
}

// Day first, as all of Europe writes; the other way round with strokes, if only that can be.
fn in_order(year: i16, one: &str, two: &str, joint: &str) -> Option<Date> {
    day(year, two, one).or_else(|| (joint == "/").then(|| day(year, one, two)).flatten())
}

fn without_year(request: &Request<'_>, index: usize, joint: &str) -> Option<Day> {
    let line = request.line;
    let (one, two) = (line.raw(index), line.raw(index + 1));
    let fits = is_number(two) && one.len() <= 2 && two.len() <= 2 && line.gap_after(index) == joint && joint != "-";
    // "24/7" and "1.5" are no days; "am 18.11." and "on 18/11" are.
    let is_told = request.is_asked || DAY_WORDS.contains(&line.word_before(index, 1));
    if !fits || !is_told || joins_number(line, index + 1) || words::is_unit(line.word(index + 2)) {
        return None;
    }
    let near = |month: &str, day: &str| nearest(request.today, month.parse().ok()?, day.parse().ok()?);
    let date = near(two, one).or_else(|| (joint == "/").then(|| near(one, two)).flatten())?;
    Some(Day::new(date, index + 1, "a day in numbers, in the nearest year"))
}

// "18. November", "18th of November 2026"
fn day_then_month(request: &Request<'_>, index: usize) -> Option<Day> {
    let line = request.line;
    let number = day_number(line, index)?;
    let of = usize::from(line.word(index + 1) == "of");
    let at = index + 1 + of;
    let is_joined = |gap: &str| matches!(gap.trim(), "" | "." | "-");
    let month = words::month(line.word(at))?;
    let is_plain = line.is_number(index) && of == 0 && line.gap_after(index).trim().is_empty();
    if !is_joined(line.gap_after(index)) || is_inside(line, index) || (is_plain && is_verb(request, at, index)) {
        return None;
    }
    finish(request, month, number, at)
}

// "Nov 18", "November 18th, 2026"
fn month_then_day(request: &Request<'_>, index: usize) -> Option<Day> {
    let line = request.line;
    let month = words::month(line.word(index))?;
    let number = day_number(line, index + 1)?;
    let is_joined = matches!(line.gap_after(index).trim(), "" | "." | "-");
    if !is_joined || joins_number(line, index + 1) || is_verb(request, index, index) {
        return None;
    }
    finish(request, month, number, index + 1)
}

// "you may 5", "march 3 miles": both are months only with a capital letter, or where a day is expected.
fn is_verb(request: &Request<'_>, month: usize, first: usize) -> bool {
    let line = request.line;
    let is_month = request.is_asked
        || line.raw(month).starts_with(char::is_uppercase)
        || DAY_WORDS.contains(&line.word_before(first, 1));
    matches!(line.word(month), "may" | "march" | "mar") && !is_month
}

fn finish(request: &Request<'_>, month: i8, number: i8, last: usize) -> Option<Day> {
    let line = request.line;
    let is_beside = matches!(line.gap_after(last).trim(), "" | "," | ".") && line.gap_after(last).len() <= 2;
    let year = (is_beside && line.is_number(last + 1) && line.raw(last + 1).len() == 4)
        .then(|| line.raw(last + 1).parse().ok().filter(|year| YEARS.contains(year)))
        .flatten();
    if let Some(year) = year {
        let date = Date::new(year, month, number).ok()?;
        return Some(Day::new(date, last + 1, "a day with its month"));
    }
    let date = nearest(request.today, month, number)?;
    Some(Day::new(date, last, "a day with its month, in the nearest year"))
}

// `18`, `18th`
fn day_number(line: &Line<'_>, index: usize) -> Option<i8> {
    let word = line.word(index);
    let (digits, bytes) = leading(word)?;
    let ending = word.get(bytes..).unwrap_or_default();
    let is_day = digits.len() <= 2 && matches!(ending, "" | "st" | "nd" | "rd" | "th");
    digits.parse().ok().filter(|day| is_day && (1..=31).contains(day))
}

fn leading(word: &str) -> Option<(&str, usize)> {
    let bytes = word.bytes().take_while(u8::is_ascii_digit).count();
    let digits = word.get(..bytes)?;
    (1..=4).contains(&bytes).then_some((digits, bytes))
}

// Whether a word is the tail of `v1.18` or `7-18`.
fn is_inside(line: &Line<'_>, index: usize) -> bool {
    index > 0
        && matches!(line.gap_before(index), "." | "-" | "/" | ",")
        && line.raw(index - 1).ends_with(|c: char| c.is_alphanumeric())
}

// Whether another number is joined to the end of a word: `18:30`, `2.5`.
fn joins_number(line: &Line<'_>, index: usize) -> bool {
    let is_joint = matches!(line.gap_after(index), "." | "-" | "/" | ":" | ",");
    is_joint && line.raw(index + 1).starts_with(|c: char| c.is_ascii_digit())
}

fn day(year: i16, month: &str, day: &str) -> Option<Date> {
    let is_short = month.len() <= 2 && day.len() <= 2;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok().filter(|_| is_short && YEARS.contains(&year))
}

/// The day of that month nearest to `today`: behind it by nine months at most, else ahead.
fn nearest(today: Date, month: i8, day: i8) -> Option<Date> {
    let oldest = relative::shifted(today, 0, -MONTHS_BACK)?;
    // Four years on there has been a 29 February, mostly.
    (-1..=4).filter_map(|years| Date::new(today.year() + years, month, day).ok()).find(|date| *date >= oldest)
}
