//! Days, amounts and waits as a language writes them. English and German; any other language gets what every reader can read.

use jiff::civil::Date;

use super::words::language;

const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const GERMAN: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// A day, as `18 November`; without its year, for what a desk talks about is near.
pub(super) fn day(day: Date, locale: &str) -> String {
    let name =
        |names: &[&'static str; 12]| usize::try_from(day.month() - 1).ok().and_then(|month| names.get(month).copied());
    match (language(locale), name(&ENGLISH), name(&GERMAN)) {
        ("en", Some(month), _) => format!("{} {month}", day.day()),
        ("de", _, Some(month)) => format!("{}. {month}", day.day()),
        _ => day.to_string(),
    }
}

/// A day written `2026-11-18`, or the beginning of a moment, as the language writes it; any other text as it is.
pub(super) fn day_of_text(text: &str, locale: &str) -> String {
    let parsed = text.trim().get(..10).and_then(|text| text.parse::<Date>().ok());
    parsed.map_or_else(|| text.to_owned(), |date| day(date, locale))
}

/// An amount written `49.9 EUR` or `49.90`, as the language writes it: `€49.90`, `49,90 €`; any other text as it is.
pub(super) fn money_of_text(text: &str, locale: &str) -> String {
    let mut words = text.split_whitespace();
    let (first, currency) = (words.next().unwrap_or_default(), words.next());
    let Some(amount) = amount(first).filter(|_| words.next().is_none()) else { return text.to_owned() };
    let amount = if language(locale) == "de" { amount.replace('.', ",") } else { amount };
    let Some(currency) = currency else { return amount };
    let sign = match currency {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        other => return format!("{amount} {other}"),
    };
    if language(locale) == "en" { format!("{sign}{amount}") } else { format!("{amount} {sign}") }
}

// With two decimals, and only if that loses nothing.
fn amount(text: &str) -> Option<String> {
    let (whole, cents) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(cents) || cents.len() > 2 {
        return None;
    }
    Some(format!("{whole}.{cents:0<2}"))
}

/// A wait, as `3 minutes`, rounded up.
pub(super) fn wait(seconds: u64, locale: &str) -> String {
    let minutes = seconds.div_ceil(60).max(1);
    let (number, unit) = if minutes < 90 { (minutes, 0) } else { (minutes.div_ceil(60), 1) };
    match (language(locale), unit, number) {
        ("de", 0, 1) => "1 Minute".to_owned(),
        ("de", 0, _) => format!("{number} Minuten"),
        ("de", ..) => format!("{number} Stunden"),
        (_, 0, 1) => "1 minute".to_owned(),
        (_, 0, _) => format!("{number} minutes"),
        _ => format!("{number} hours"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_amounts_and_waits_are_written_as_the_language_does() {
        let check = |text: &str, locale: &str, expected: &str| assert_eq!(day_of_text(text, locale), expected);
        check("2026-11-18", "en", "18 November");
        check("2026-03-01T10:00:00Z", "de-AT", "1. März");
        check("2026-11-18", "fr", "2026-11-18");
        check("soon", "en", "soon");
        check("", "en", "");
        check("2026-13-18", "en", "2026-13-18");
        let check = |text: &str, locale: &str, expected: &str| assert_eq!(money_of_text(text, locale), expected);
        check("49.9 EUR", "en", "€49.90");
        check("49.90 EUR", "de", "49,90 €");
        check("49 CHF", "de", "49,00 CHF");
        check("49.95", "en", "49.95");
        check("1.234,50 EUR", "en", "1.234,50 EUR");
        check("free", "en", "free");
        check("", "en", "");
        let check = |seconds, locale: &str, expected: &str| assert_eq!(wait(seconds, locale), expected);
        check(0, "en", "1 minute");
        check(61, "en", "2 minutes");
        check(180, "de", "3 Minuten");
        check(7200, "en", "2 hours");
    }
}
