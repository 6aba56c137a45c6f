//! Days counted from today: "yesterday", "last Tuesday", "vor 2 Wochen", and rows of days: "last week", "im Oktober".

use jiff::Span;
use jiff::civil::{Date, Weekday};

use super::context::Request;
use super::date::Day;
use super::line::Line;
use super::words;

/// What is counted from today at most: more is no day anybody remembers.
const MOST: i64 = 999;
/// Letters from which on a word such as "yesterday" may be mistyped.
const TYPO: usize = 7;

const DAY: &str = "a day counted from today";
const WEEKDAY: &str = "a day of the week, counted from today";
const DAYS: &str = "days counted from today";

/// The relative day or days that begin with a word.
pub(super) fn at(request: &Request<'_>, index: usize) -> Option<Day> {
    named(request, index)
        .or_else(|| row(request, index))
        .or_else(|| weekday(request, index))
        .or_else(|| counted(request, index))
        .or_else(|| month(request, index))
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
    // "today's parcel"
    let word = line.word(index);
    let own = word.strip_suffix("'s").unwrap_or(word);
    let (days, more) = match own {
        "today" | "heute" | "tonight" => (0, 0),
        "yesterday" | "gestern" | "yday" => (-1, 0),
        "vorgestern" => (-2, 0),
        "tomorrow" | "tmrw" | "tmr" => (1, 0),
        "morgen" if !is_morning(request, index) => (1, 0),
        "uebermorgen" => (2, 0),
        "last" if follows(&["night"]) => (-1, 1),
        "day" if follows(&["before", "yesterday"]) => (-2, 2),
        "day" if follows(&["after", "tomorrow"]) => (2, 2),
        _ => (mistyped(own)?, 0),
    };
    let date = shifted(request.today, days, 0)?;
    let bytes = (own.len() < word.len()).then(|| line.raw(index).trim_end_matches(['s', 'S', '\'', '\u{2019}']).len());
    Some(Day { bytes, ..Day::new(date, index + more, DAY) })
}

// "yesteday", "tommorow", "ubermorgen"
fn mistyped(word: &str) -> Option<i64> {
    let known = [("yesterday", -1), ("gestern", -1), ("vorgestern", -2), ("tomorrow", 1), ("uebermorgen", 2)];
    let near = |known: &str| {
        let most = 1 + usize::from(known.len() > TYPO);
        // At two mistakes nothing but doubled and dropped letters is meant: "tommorow".
        let is_near = strsim::osa_distance(known, word) <= most && known.len().abs_diff(word.len()) <= 1;
        is_near
            && known.chars().next() == word.chars().next()
            && known.get(known.len() - 2..) == word.get(word.len() - 2..)
    };
    if word.len() < TYPO - 1 || !word.is_ascii() {
        return None;
    }
    known.into_iter().find(|(known, _)| near(known)).map(|(_, days)| days)
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

// Which of several: "last" is -1, "this" 0, "next" 1.
fn which(word: &str) -> Option<i64> {
    Some(match word {
        "last" | "past" | "previous" => -1,
        "this" | "dieser" | "diese" | "diesen" | "dieses" | "diesem" => 0,
        "next" | "coming" => 1,
        _ => {
            // With and without its umlaut, and whatever German puts behind it.
            let is = |stems: &[&str]| {
                let ends = |rest: &str| matches!(rest, "e" | "en" | "er" | "es" | "em" | "n" | "s");
                stems.iter().any(|stem| word.strip_prefix(stem).is_some_and(ends))
            };
            if is(&["letzt", "letz", "vergangen", "vorig"]) {
                -1
            } else if is(&["vorletzt"]) {
                -2
            } else if is(&["naechst", "nachst", "kommend"]) {
                1
            } else if is(&["uebernaechst", "ubernachst"]) {
                2
            } else {
                return None;
            }
        }
    })
}

// "last week", "nächsten Monat", "this weekend", "the last two weeks", "next week Friday"
fn row(request: &Request<'_>, index: usize) -> Option<Day> {
    let line = request.line;
    let is_beside = |at: usize| line.gap_before(at) == " ";
    if line.word(index) == "week" && line.word(index + 1) == "before" && line.word(index + 2) == "last" {
        let (from, until) = week(request.today, -2)?;
        return Some(Day::row(from, until, index + 2, DAYS));
    }
    let which = which(line.word(index))?;
    let unit = index + 1;
    if let Some((days, months)) =
        several(line.word(unit + 1)).filter(|_| which == -1 && is_beside(unit) && is_beside(unit + 1))
    {
        let count = count_of(line, unit)?;
        let from = shifted(request.today, -count * days, -count * months)?;
        return Some(Day::row(from, request.today, unit + 1, DAYS));
    }
    if !is_beside(unit) {
        return None;
    }
    let (from, until) = match line.word(unit) {
        "week" | "wk" | "woche" => {
            // "next week Friday", "letzte Woche am Montag"
            let skipped = usize::from(matches!(line.word(unit + 1), "on" | "am"));
            let at = unit + 1 + skipped;
            if let Some(weekday) = weekday_of(line.word(at)).filter(|_| line.gap_before(at).trim().is_empty()) {
                return Some(Day::new(day_of_week(request.today, which, weekday)?, at, WEEKDAY));
            }
            week(request.today, which)?
        }
        "weekend" | "wochenende" => {
            (day_of_week(request.today, which, Weekday::Saturday)?, day_of_week(request.today, which, Weekday::Sunday)?)
        }
        "month" | "monat" => {
            let day = shifted(request.today, 0, which)?;
            (day.first_of_month(), day.last_of_month())
        }
        "year" | "jahr" => {
            let day = shifted(request.today, 0, 12 * which)?;
            (day.first_of_year(), day.last_of_year())
        }
        _ => return None,
    };
    Some(Day::row(from, until, unit, DAYS))
}

// Monday to Sunday, so many weeks on.
fn week(today: Date, weeks: i64) -> Option<(Date, Date)> {
    Some((day_of_week(today, weeks, Weekday::Monday)?, day_of_week(today, weeks, Weekday::Sunday)?))
}

fn day_of_week(today: Date, weeks: i64, day: Weekday) -> Option<Date> {
    let of = |day: Weekday| i64::from(day.to_monday_zero_offset());
    shifted(today, 7 * weeks + of(day) - of(today.weekday()), 0)
}

// "last Tuesday", "nächsten Freitag", "Monday last week". Without such a word nobody can tell which one is meant, unless it
// was asked for: then it is the last one, today included, for shops ask when something came.
fn weekday(request: &Request<'_>, index: usize) -> Option<Day> {
    let line = request.line;
    let word = line.word(index);
    if let Some(weekday) = weekday_of(word) {
        if let Some(weeks) = which(line.word(index + 1)).filter(|_| matches!(line.word(index + 2), "week" | "woche")) {
            return Some(Day::new(day_of_week(request.today, weeks, weekday)?, index + 2, WEEKDAY));
        }
        let back = request.is_asked.then(|| request.today.weekday().since(weekday))?;
        let date = shifted(request.today, -i64::from(back), 0)?;
        return Some(Day::new(date, index, "the last day of that name"));
    }
    let direction = match word {
        "since" | "seit" => -1,
        "by" | "until" | "till" | "bis" => 0,
        _ => which(word)?,
    };
    let skipped = usize::from(matches!(word, "since" | "seit") && which(line.word(index + 1)) == Some(-1));
    let last = index + 1 + skipped;
    let weekday = weekday_of(line.word(last)).filter(|_| line.gap_before(last).trim().is_empty())?;
    let today = request.today.weekday();
    // Never today where it is the last or the next: that would be called so.
    let days = match direction {
        -1 => -back_from(today, weekday),
        0 => i64::from(weekday.since(today)),
        1 => back_from(weekday, today),
        weeks => {
            7 * (weeks - weeks.signum())
                + weeks.signum() * if weeks < 0 { back_from(today, weekday) } else { back_from(weekday, today) }
        }
    };
    Some(Day::new(shifted(request.today, days, 0)?, last, WEEKDAY))
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
        "wednesday" | "wensday" | "wednsday" | "mittwoch" => Weekday::Wednesday,
        "thursday" | "donnerstag" => Weekday::Thursday,
        "friday" | "freitag" => Weekday::Friday,
        "saturday" | "samstag" | "sonnabend" => Weekday::Saturday,
        "sunday" | "sonntag" => Weekday::Sunday,
        _ => return None,
    })
}

// "3 days ago", "vor 2 Wochen", "in einem Monat", "3 Tage her", "a couple of weeks ago"
fn counted(request: &Request<'_>, index: usize) -> Option<Day> {
    let line = request.line;
    let is_beside = |index: usize| line.gap_before(index) == " ";
    let (sign, number, behind) = match line.word(index) {
        "in" => (1, index + 1, 0),
        "vor" => (-1, index + 1, 0),
        _ => (-1, index, 1),
    };
    let is_couple = line.word(number + 1) == "couple" && line.word(number + 2) == "of";
    let unit = number + 1 + if is_couple { 2 } else { 0 };
    let (days, months) =
        unit_of(line.word(unit)).filter(|_| is_beside(unit) && (number == index || is_beside(number)))?;
    let count = if is_couple { 2 } else { count_of(line, number)? };
    let sign = match (behind, line.word(unit + 1), line.word(unit + 2)) {
        (0, _, _) | (1, "ago" | "her", _) => sign,
        (1, "from", "now") => 1,
        _ => return None,
    };
    let more = if behind == 1 && sign == 1 { 2 } else { behind };
    let date = shifted(request.today, sign * count * days, sign * count * months)?;
    Some(Day::new(date, unit + more, DAY))
}

// "in October", "seit letztem Mai": the month nearest to today, and rather behind. Where it is the last or the next, never this one.
fn month(request: &Request<'_>, index: usize) -> Option<Day> {
    let line = request.line;
    let number = words::month(line.word(index))?;
    let before = line.word_before(index, 1);
    let direction = which(before).filter(|weeks| weeks.abs() == 1);
    let is_told = matches!(before, "in" | "im" | "since" | "seit") || direction.is_some();
    // "in May I …", never "in mar".
    let is_plain = line.word(index).len() > 3 || matches!(line.word(index), "mai" | "may");
    if !is_told || !is_plain || line.gap_before(index) != " " {
        return None;
    }
    let year = Some(line.raw(index + 1))
        .filter(|year| year.len() == 4 && line.is_number(index + 1) && line.gap_after(index) == " ");
    let of = |year: i16| Date::new(year, number, 1).ok();
    let this = request.today.year();
    let first = match (year.and_then(|year| year.parse().ok()), direction) {
        (Some(year), _) => of(year)?,
        (None, Some(1)) => [this, this + 1].into_iter().filter_map(of).find(|first| *first > request.today)?,
        (None, Some(_)) => {
            [this, this - 1].into_iter().filter_map(of).find(|first| first.last_of_month() < request.today)?
        }
        (None, None) => {
            let oldest = shifted(request.today, 0, -9)?;
            [this - 1, this, this + 1].into_iter().filter_map(of).find(|first| *first > oldest)?
        }
    };
    let last = index + usize::from(year.is_some());
    Some(Day::row(first, first.last_of_month(), last, "a month"))
}

fn unit_of(word: &str) -> Option<(i64, i64)> {
    Some(match word {
        "day" | "tag" => (1, 0),
        "week" | "woche" => (7, 0),
        "fortnight" => (14, 0),
        "month" | "monat" => (0, 1),
        "year" | "jahr" => (0, 12),
        _ => return several(word),
    })
}

fn several(word: &str) -> Option<(i64, i64)> {
    Some(match word {
        "days" | "tage" | "tagen" => (1, 0),
        "weeks" | "wochen" => (7, 0),
        "months" | "monate" | "monaten" => (0, 1),
        "years" | "jahre" | "jahren" => (0, 12),
        _ => return None,
    })
}

fn count_of(line: &Line<'_>, index: usize) -> Option<i64> {
    let word = line.word(index);
    let number = if line.is_number(index) { word.parse().ok() } else { words::count(word).map(i64::from) };
    number.filter(|count| *count <= MOST)
}
