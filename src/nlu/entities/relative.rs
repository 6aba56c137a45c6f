//! Days counted from today: "yesterday", "last Tuesday", "vor 2 Wochen".

use jiff::Span;
use jiff::civil::{Date, Weekday};

use super::context::Request;
use super::date::Day;
use super::line::Line;
use super::words;

/// What is counted from today at most: more is no day anybody remembers.
const MOST: i64 = 999;

/// The relative day that begins with a word.
pub(super) fn at(request: &Request<'_>, index: usize) -> Option<Day> {
    named(request, index).or_else(|| weekday(request, index)).or_else(|| counted(request, index))
}

/// A day so many days and months from another, if the calendar has it.
pub(super) fn shifted(from: Date, days: i64, months: i64) -> Option<Date> {
    let span = Span::new().try_days(days).ok()?.try_months(months);
    // A span has one sign; only one of the two is ever given.
    from.checked_add(span.ok()?).ok()
}

fn named(request: &Request<'_>, index: usize) -> Option<Day> {
    let line = request.line;
    let follows = |words: &[&str]| words.iter().zip(index + 1..).all(|(word, at)| line.word(at) == *word);
    let (days, more) = match line.word(index) {
        "today" | "heute" | "tonight" => (0, 0),
        "yesterday" | "gestern" => (-1, 0),
        "vorgestern" => (-2, 0),
        "tomorrow" => (1, 0),
        "morgen" if !is_morning(request, index) => (1, 0),
        "uebermorgen" => (2, 0),
        "day" if follows(&["before", "yesterday"]) => (-2, 2),
        "day" if follows(&["after", "tomorrow"]) => (2, 2),
        _ => return None,
    };
    let date = shifted(request.today, days, 0)?;
    Some(Day { date, last: index + more, bytes: None, reason: "a day counted from today" })
}

// "guten Morgen", "heute morgen", and the "Morgen!" that is a greeting.
fn is_morning(request: &Request<'_>, index: usize) -> bool {
    let line = request.line;
    let before = line.word_before(index, 1);
    let is_behind = matches!(
        before,
        "guten"
            | "gute"
            | "guter"
            | "schoenen"
            | "schoener"
            | "am"
            | "jeden"
            | "heute"
            | "gestern"
            | "diesen"
            | "n"
            | "nen"
            | "einen"
    );
    let ends = line.gap_after(index).contains([',', '!', '.', '\n', ';']) || index + 1 == line.len();
    let is_greeting = index == 0 && ends && !request.is_asked;
    let is_double = line.word(index + 1) == "zusammen" || line.word(index + 1) == "allerseits";
    is_behind || is_greeting || is_double
}

// "last Tuesday", "nächsten Freitag". Without such a word nobody can tell which one is meant, unless it was asked for:
// then it is the last one, today included, for shops ask when something came.
fn weekday(request: &Request<'_>, index: usize) -> Option<Day> {
    let line = request.line;
    let is_past = match line.word(index) {
        "last" | "past" | "letzten" | "letzter" | "letzte" | "letztem" | "vergangenen" | "vergangener" | "since"
        | "seit" => true,
        "next" | "coming" | "naechsten" | "naechster" | "naechste" | "naechstem" | "kommenden" | "kommender" => false,
        word => {
            let weekday = weekday_of(word).filter(|_| request.is_asked)?;
            let back = request.today.weekday().since(weekday);
            let date = shifted(request.today, -i64::from(back), 0)?;
            return Some(Day { date, last: index, bytes: None, reason: "the last day of that name" });
        }
    };
    let skipped = usize::from(matches!(line.word(index + 1), "last" | "letztem" | "letzten"));
    let last = index + 1 + skipped;
    let weekday = weekday_of(line.word(last)).filter(|_| line.gap_before(last).trim().is_empty())?;
    let today = request.today.weekday();
    // Never today: that would be called so. Either way it is one to seven days off.
    let days = if is_past { -back_from(today, weekday) } else { back_from(weekday, today) };
    let date = shifted(request.today, days, 0)?;
    Some(Day { date, last, bytes: None, reason: "a day of the week, counted from today" })
}

fn back_from(from: Weekday, to: Weekday) -> i64 {
    match from.since(to) {
        0 => 7,
        days => i64::from(days),
    }
}

fn weekday_of(word: &str) -> Option<Weekday> {
    Some(match word {
        "monday" | "montag" => Weekday::Monday,
        "tuesday" | "dienstag" => Weekday::Tuesday,
        "wednesday" | "mittwoch" => Weekday::Wednesday,
        "thursday" | "donnerstag" => Weekday::Thursday,
        "friday" | "freitag" => Weekday::Friday,
        "saturday" | "samstag" | "sonnabend" => Weekday::Saturday,
        "sunday" | "sonntag" => Weekday::Sunday,
        _ => return None,
    })
}

// "3 days ago", "vor 2 Wochen", "in einem Monat", "3 Tage her"
fn counted(request: &Request<'_>, index: usize) -> Option<Day> {
    let line = request.line;
    let is_beside = |index: usize| line.gap_before(index) == " ";
    let (sign, number, behind) = match line.word(index) {
        "in" => (1, index + 1, 0),
        "vor" => (-1, index + 1, 0),
        _ => (-1, index, 1),
    };
    let unit = number + 1;
    let (days, months) =
        unit_of(line.word(unit)).filter(|_| is_beside(unit) && (number == index || is_beside(number)))?;
    let count = count_of(line, number)?;
    let sign = match (behind, line.word(unit + 1), line.word(unit + 2)) {
        (0, _, _) | (1, "ago" | "her", _) => sign,
        (1, "from", "now") => 1,
        _ => return None,
    };
    let more = if behind == 1 && sign == 1 { 2 } else { behind };
    let date = shifted(request.today, sign * count * days, sign * count * months)?;
    Some(Day { date, last: unit + more, bytes: None, reason: "a day counted from today" })
}

fn unit_of(word: &str) -> Option<(i64, i64)> {
    Some(match word {
        "day" | "days" | "tag" | "tage" | "tagen" => (1, 0),
        "week" | "weeks" | "woche" | "wochen" => (7, 0),
        "month" | "months" | "monat" | "monate" | "monaten" => (0, 1),
        "year" | "years" | "jahr" | "jahre" | "jahren" => (0, 12),
        _ => return None,
    })
}

fn count_of(line: &Line<'_>, index: usize) -> Option<i64> {
    let word = line.word(index);
    let number = if line.is_number(index) { word.parse().ok() } else { words::count(word).map(i64::from) };
    number.filter(|count| *count <= MOST)
}
