//! Days, months, weekdays and times of day in a text.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Captures, Regex};

use super::facts::{Fact, Reader};
use super::regex;

const MONTHS: [&str; 12] = [
    "january|januar|jänner|jan",
    "february|februar|feber|feb",
    "march|märz|maerz|mar|mär|mrz",
    "april|apr",
    "may|mai",
    "june|juni|jun",
    "july|juli|jul",
    "august|aug",
    "september|sept|sep",
    "october|oktober|oct|okt",
    "november|nov",
    "december|dezember|dec|dez",
];

const WEEKDAYS: [&str; 7] = [
    "mondays?|montags?",
    "tuesdays?|dienstags?",
    "wednesdays?|mittwochs?",
    "thursdays?|donnerstags?",
    "fridays?|freitags?",
    "saturdays?|samstags?|sonnabends?",
    "sundays?|sonntags?",
];

/// The names of all months, for other patterns.
pub(super) fn month_words() -> String {
    MONTHS.join("|")
}

static ISO: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:\b|t)"));
static POINTS: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(\d{1,2})\. ?(\d{1,2})\.(?: ?(\d{4})\b|(\d{2})\b)?"));
static POINTS_RANGE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\b(\d{1,2})\. ?(?:-|bis|und) ?(\d{1,2})\. ?(\d{1,2})\.(?: ?(\d{4})\b|(\d{2})\b)?"));
static SLASHES: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b"));
static DAY_MONTH: LazyLock<Regex> = LazyLock::new(|| {
    let months = month_words();
    regex(&format!(
        r"\b(?:(\d{{1,2}})(?:st|nd|rd|th|\.)? ?(?:-|to|bis|and|und|or|oder) ?)?(\d{{1,2}})(st|nd|rd|th|\.)? ?(of )?({months})\b\.?(?:,? (\d{{4}})\b)?"
    ))
});
static MONTH_DAY: LazyLock<Regex> = LazyLock::new(|| {
    let months = month_words();
    regex(&format!(
        r"\b({months})\b\.? (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?: ?(?:-|to) ?(\d{{1,2}})(?:st|nd|rd|th)?)?\b(?:,? (\d{{4}})\b)?"
    ))
});
static MONTH: LazyLock<Regex> = LazyLock::new(|| {
    let months = month_words();
    regex(&format!(r"\b({months})\b\.?(?: (\d{{4}})\b)?"))
});
static WEEKDAY: LazyLock<Regex> =
    LazyLock::new(|| regex(&format!(r"\b(?:{})\b", WEEKDAYS.map(|words| format!("({words})")).join("|"))));
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    let time = r"(\d{1,2})(?:[:.](\d{2}))?";
    let half = r"am\b|pm\b|a\.m\.?|p\.m\.?|uhr\b|o'clock\b";
    regex(&format!(r"\b(?:{time} ?({half})? ?(?:-|to|bis|until|till|and|und|or|oder) ?)?{time} ?({half})"))
});
static CLOCK: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(\d{1,2}):(\d{2})\b(?::\d{2})?"));
static NAMED: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(noon|midday|mittags?)\b|\b(midnight|mitternachts?)\b"));

/// Takes all dates and times out of the text.
pub(super) fn take(reader: &mut Reader) {
    reader.take(&ISO, |found| date(year(found, 1), number(found, 2)?, number(found, 3)?).map(one));
    reader.take(&POINTS_RANGE, |found| {
        let (year, month) = (year(found, 4).or_else(|| year(found, 5)), number(found, 3)?);
        Some(vec![date(year, month, number(found, 1)?)?, date(year, month, number(found, 2)?)?])
    });
    reader.take(&POINTS, |found| {
        let year = year(found, 3).or_else(|| year(found, 4));
        date(year, number(found, 2)?, number(found, 1)?).map(one)
    });
    reader.take(&SLASHES, slashes);
    times(reader);
    reader.take(&DAY_MONTH, |found| {
        let year = year(found, 6);
        // `orders over 30 may be returned` names no day.
        let is_word = &found[5] == "may" && year.is_none() && found.get(3).is_none() && found.get(4).is_none();
        let month = month(&found[5]).filter(|_| !is_word)?;
        let days = [number(found, 1), number(found, 2)].into_iter().flatten();
        days.map(|day| date(year, month, day)).collect()
    });
    reader.take(&MONTH_DAY, |found| {
        let (year, month) = (year(found, 4), month(&found[1])?);
        let days = [number(found, 2), number(found, 3)].into_iter().flatten();
        days.map(|day| date(year, month, day)).collect()
    });
    // `may` and `mar` without a day or a year are words like any other.
    reader.take(&MONTH, |found| {
        let year = year(found, 2);
        let is_word = year.is_none() && matches!(&found[1], "may" | "mar" | "march");
        (!is_word).then_some(vec![Fact::Month { year, month: month(&found[1])? }])
    });
    reader.take(&WEEKDAY, |found| {
        let day = (1..=7).find(|day| found.get(usize::from(*day)).is_some())?;
        Some(vec![Fact::Weekday(day)])
    });
}

fn times(reader: &mut Reader) {
    reader.take(&TIME, |found| {
        let end = time(number(found, 4)?, number(found, 5).unwrap_or(0), &found[6])?;
        // `9 to 5 pm`: a begin without a half of the day is read as it stands.
        let half = found.get(3).map_or("", |half| half.as_str());
        let begin = number(found, 1).and_then(|hour| time(hour, number(found, 2).unwrap_or(0), half));
        Some(begin.into_iter().chain([end]).collect())
    });
    reader.take(&CLOCK, |found| time(number(found, 1)?, number(found, 2)?, "").map(one));
    reader.take(&NAMED, |found| Some(vec![Fact::Time(if found.get(1).is_some() { 720 } else { 0 })]));
}

fn one(fact: Fact) -> Vec<Fact> {
    vec![fact]
}

fn number(found: &Captures<'_>, group: usize) -> Option<u16> {
    found.get(group)?.as_str().parse().ok()
}

fn year(found: &Captures<'_>, group: usize) -> Option<u16> {
    number(found, group).map(|year| if year < 100 { 2000 + year } else { year })
}

fn month(word: &str) -> Option<u8> {
    let at = MONTHS.iter().position(|words| words.split('|').any(|known| known == word))?;
    u8::try_from(at + 1).ok()
}

fn date(year: Option<u16>, month: impl TryInto<u8>, day: u16) -> Option<Fact> {
    let (month, day) = (month.try_into().ok()?, u8::try_from(day).ok()?);
    // A leap year, where none is given: the 29th of February is a day.
    let known =
        Date::new(i16::try_from(year.unwrap_or(2024)).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    known.ok().map(|_| Fact::Date { year, month, day })
}

// Day first in Europe, month first in America: where both can be meant, it only equals what is written the same way.
fn slashes(found: &Captures<'_>) -> Option<Vec<Fact>> {
    let (first, second, year) = (number(found, 1)?, number(found, 2)?, year(found, 3));
    let fact = match (first, second) {
        (13.., _) => date(year, second, first)?,
        (_, 13..) => date(year, first, second)?,
        _ if first == second => date(year, first, first)?,
        _ => Fact::Slashes { year: year?, first, second },
    };
    Some(vec![fact])
}

fn time(hour: u16, minute: u16, half: &str) -> Option<Fact> {
    let hour = match half.as_bytes().first() {
        Some(b'p') if hour < 12 => hour + 12,
        Some(b'a') if hour == 12 => 0,
        _ => hour,
    };
    (hour <= 24 && minute < 60).then_some(Fact::Time(60 * hour + minute))
}

#[cfg(test)]
mod tests {
    use super::super::facts::facts;
    use super::*;

    #[test]
    fn days_and_times_are_read() {
        let date = |year: u16, month, day| Fact::Date { year: (year > 0).then_some(year), month, day };
        let check = |text: &str, expected: &[Fact]| {
            let mut read = facts(text, None);
            let mut expected = expected.to_vec();
            read.sort();
            expected.sort();
            assert_eq!(read, expected, "{text}");
        };
        let november = date(2026, 11, 24);
        for text in
            ["2026-11-24", "24.11.2026", "24.11.26", "24. 11. 2026", "24/11/2026", "11/24/2026", "24 November 2026"]
        {
            check(text, std::slice::from_ref(&november));
        }
        for text in
            ["November 24th, 2026", "24. November 2026", "the 24th of Nov. 2026", "twenty-fourth of november 2026"]
        {
            check(text, std::slice::from_ref(&november));
        }
        check("am 24.11. oder November 24", &[date(0, 11, 24), date(0, 11, 24)]);
        check("24-26 November", &[date(0, 11, 24), date(0, 11, 26)]);
        check("vom 24. bis 26.11.2026", &[november.clone(), date(2026, 11, 26)]);
        check("03/04/2026", &[Fact::Slashes { year: 2026, first: 3, second: 4 }]);
        check("in November", &[Fact::Month { year: None, month: 11 }]);
        check("you may march on", &[]);
        check("Monday and Freitags", &[Fact::Weekday(1), Fact::Weekday(5)]);
        check("9 am to 5:30 pm", &[Fact::Time(540), Fact::Time(1050)]);
        check("9-17 Uhr", &[Fact::Time(540), Fact::Time(1020)]);
        check("bis 14.30 Uhr, 14:30", &[Fact::Time(870), Fact::Time(870)]);
        check("noon", &[Fact::Time(720)]);
    }
}
