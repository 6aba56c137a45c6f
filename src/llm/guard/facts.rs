//! The typed values a text states: amounts of money, percentages, days, durations, codes, links, numbers.

use std::fmt;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::amount::Amount;
use super::{dates, fold, links, measures, regex, spelled};

/// A value with its kind. `5 €`, `5 %`, `5 days` and `5` are four.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Fact {
    /// An amount in a currency.
    Money(Amount, &'static str),
    Percent(Amount),
    Date {
        year: Option<u16>,
        month: u8,
        day: u8,
    },
    /// A day written so that Europe and America read it differently.
    Slashes {
        year: u16,
        first: u16,
        second: u16,
    },
    Month {
        year: Option<u16>,
        month: u8,
    },
    /// 1 is Monday.
    Weekday(u8),
    /// Minutes since midnight.
    Time(u16),
    /// Seconds.
    Elapsed(Amount),
    /// Days on which somebody works.
    Working(Amount),
    Months(Amount),
    /// A few of a unit: a promise whose number is left open.
    Few(&'static str),
    /// A moment told from now: today, at once.
    Soon(&'static str),
    /// A number of anything else.
    Number(Amount),
    /// Digits that are no amount: a phone or tracking number.
    Digits(String),
    /// A code, in capitals.
    Code(String),
    /// An address on the web or of e-mail, in its shortest form.
    Link(String),
}

impl Fact {
    /// Whether somebody who was told `self` was told `said`. A year or a day that one side leaves open is not compared.
    pub(super) fn supports(&self, said: &Self) -> bool {
        let same_year = |a: &Option<u16>, b: &Option<u16>| a.is_none() || b.is_none() || a == b;
        match (self, said) {
            (Self::Date { year: a, month, day }, Self::Date { year: b, month: said_month, day: said_day }) => {
                (month, day) == (said_month, said_day) && same_year(a, b)
            }
            (
                Self::Date { year: a, month, .. } | Self::Month { year: a, month },
                Self::Month { year: b, month: said_month },
            ) => month == said_month && same_year(a, b),
            (Self::Link(known), Self::Link(said)) => links::covers(known, said),
            _ => self == said,
        }
    }

    /// Whether it may come from what a shopper wrote: a name, a number, an address, and no terms.
    pub(super) fn is_ones_own(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Digits(_) | Self::Code(_) | Self::Link(_))
    }
}

// For the trace: what may be somebody's own is told by its kind alone.
impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Money(amount, currency) => write!(f, "{amount} {currency}"),
            Self::Percent(amount) => write!(f, "{amount} %"),
            Self::Date { month, day, .. } => write!(f, "the day {month:02}-{day:02}"),
            Self::Slashes { first, second, .. } => write!(f, "the day {first}/{second}"),
            Self::Month { month, .. } => write!(f, "the month {month}"),
            Self::Weekday(day) => write!(f, "the weekday {day}"),
            Self::Time(minutes) => write!(f, "the time {:02}:{:02}", minutes / 60, minutes % 60),
            Self::Elapsed(seconds) => write!(f, "{seconds} seconds"),
            Self::Working(days) => write!(f, "{days} working days"),
            Self::Months(months) => write!(f, "{months} months"),
            Self::Few(unit) => write!(f, "a few {unit}"),
            Self::Soon(when) => write!(f, "`{when}`"),
            Self::Number(amount) if !amount.is_long() => write!(f, "the number {amount}"),
            Self::Number(_) | Self::Digits(_) => f.write_str("a long number"),
            Self::Code(_) => f.write_str("a code"),
            Self::Link(_) => f.write_str("a link"),
        }
    }
}

/// A text being read: what was understood is taken out of it, so that nothing counts twice.
pub(super) struct Reader {
    text: String,
    facts: Vec<Fact>,
}

impl Reader {
    /// Takes out what a pattern finds and `fact` understands; the rest stays.
    pub(super) fn take(&mut self, pattern: &Regex, mut fact: impl FnMut(&Captures<'_>) -> Option<Vec<Fact>>) {
        let mut taken: Vec<std::ops::Range<usize>> = Vec::new();
        for found in pattern.captures_iter(&self.text) {
            if let Some(facts) = fact(&found) {
                self.facts.extend(facts);
                taken.push(found.get_match().range());
            }
        }
        if taken.is_empty() {
            return;
        }
        // A mark of its own, so that what stood apart is not read as one.
        let (mut rest, mut at) = (String::with_capacity(self.text.len()), 0);
        for range in taken {
            rest.push_str(self.text.get(at..range.start).unwrap_or_default());
            rest.push('\u{1}');
            at = range.end;
        }
        rest.push_str(self.text.get(at..).unwrap_or_default());
        self.text = rest;
    }
}

static GROUPS: LazyLock<Regex> = LazyLock::new(|| regex(r"\b([1-9]\d{0,2}(?: \d{3})+)\b"));
static NO_CENTS: LazyLock<Regex> = LazyLock::new(|| regex(r"(\d)[.,]--?([^\d-]|$)"));
static GLUED: LazyLock<Regex> = LazyLock::new(|| regex(r"(\d)(kg|mg|g|ml|cl|l|km|cm|mm|m|kwh|w|v|gb|mb|x)\b"));
static PHONE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:\+|\b0)\d(?:[ ()/'-]{0,2}\d){5,}"));
static MIXED: LazyLock<Regex> = LazyLock::new(|| regex(r"\b[\p{L}\d]+(?:[-_][\p{L}\d]+)*\b"));
static SUFFIXED: LazyLock<Regex> = LazyLock::new(|| regex(r"^(\d+)(?:st|nd|rd|th|er)$"));
static NUMBER: LazyLock<Regex> = LazyLock::new(|| regex(r"\d+(?:[.,']\d+)*"));
static CODE_AHEAD: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)code|coupon|voucher|gutschein|promo|rabatt|discount|aktion"));
static QUOTED: LazyLock<Regex> = LazyLock::new(|| regex(r#"["']([\p{L}\d_-]{3,})["']"#));
static CAPITALS: LazyLock<Regex> = LazyLock::new(|| regex(r"\b\p{Lu}[\p{Lu}\d]{2,}(?:[-_][\p{Lu}\d]+)*\b"));
static NAMED_CODE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:gutschein|rabatt|aktions|promo|discount|coupon|voucher)?-?code:? ?(?:is |lautet |ist |= ?)?(\p{L}[\p{L}\d_-]{3,})",
    )
});

/// All values of a text, as often as they stand there. A `link` that belongs to the text is one of them.
pub(super) fn facts(text: &str, link: Option<&str>) -> Vec<Fact> {
    let folded = fold::fold(text);
    let mut facts: Vec<Fact> = codes(&folded).collect();
    facts.extend(link.map(|link| Fact::Link(links::shortest(link))));
    let lower = folded.to_lowercase();
    let lower = NO_CENTS.replace_all(&lower, "$1$2");
    let lower = GLUED.replace_all(&lower, "$1 $2");
    let mut reader = Reader { text: lower.into_owned(), facts };
    links::take(&mut reader);
    reader.text = spelled::to_digits(&reader.text);
    dates::take(&mut reader);
    reader.take(&PHONE, |found| Some(vec![Fact::Digits(digits(&found[0]))]));
    reader.text = GROUPS.replace_all(&reader.text, |found: &Captures<'_>| found[1].replace(' ', "")).into_owned();
    measures::take(&mut reader);
    take_names(&mut reader);
    reader.take(&NUMBER, |found| Some(vec![number(&found[0])]));
    reader.facts
}

/// A number as a value, or as the row of digits it is.
pub(super) fn number(text: &str) -> Fact {
    Amount::read(text).map_or_else(|| Fact::Digits(digits(text)), Fact::Number)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

// Words with digits in them: `save10` is a code, `5kg` a number, `2-person` both.
fn take_names(reader: &mut Reader) {
    reader.take(&MIXED, |found| {
        let word = &found[0];
        let is_code = |part: &str| part.contains(|c: char| c.is_ascii_digit()) && part.contains(char::is_alphabetic);
        if let Some(number) = SUFFIXED.captures(word) {
            return Some(vec![self::number(&number[1])]);
        }
        let is_one = word.split(['-', '_']).any(is_code);
        let has_both = is_code(word) && word.split(['-', '_']).any(|part| part.len() > 2 && is_digits(part));
        (is_one || has_both).then(|| vec![Fact::Code(word.to_uppercase())])
    });
}

fn is_digits(part: &str) -> bool {
    part.chars().all(|c| c.is_ascii_digit())
}

// Codes without a digit, which only their capitals, their quotes or the word before them give away.
fn codes(folded: &str) -> impl Iterator<Item = Fact> + '_ {
    let speaks_of_codes = CODE_AHEAD.is_match(folded);
    let quoted = QUOTED.captures_iter(folded).map(|found| found[1].to_owned());
    let capitals = CAPITALS.find_iter(folded).map(|found| found.as_str().to_owned());
    let named = NAMED_CODE.captures_iter(folded).map(|found| found[1].to_owned()).filter(|word| !is_plain_word(word));
    let all = quoted.chain(capitals).chain(named).filter(move |_| speaks_of_codes);
    all.filter(|word| word.chars().any(char::is_alphabetic)).map(|word| Fact::Code(word.to_uppercase()))
}

// What follows the word `code` in a sentence about codes in general: small letters, or a word known to be one.
fn is_plain_word(word: &str) -> bool {
    word.chars().skip(1).all(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        Amount::read(text).expect("an amount")
    }

    #[test]
    fn values_are_read_with_their_kind() {
        let check = |text: &str, expected: &[Fact]| {
            let mut read = facts(text, None);
            let mut expected = expected.to_vec();
            read.sort();
            expected.sort();
            assert_eq!(read, expected, "{text}");
        };
        let euros = |text| Fact::Money(amount(text), "EUR");
        for text in ["€5", "5 EUR", "5.00 €", "five euros", "5,- €", "5€", "EUR 5", "５ €", "500 cents"] {
            check(text, &[euros("5")]);
        }
        check("1.000,50 € or 1,000.50 EUR or 1 000,50 €", &[euros("1000.5"), euros("1000.5"), euros("1000.5")]);
        check("€5–10", &[euros("5"), euros("10")]);
        check("€5 €10", &[euros("5"), euros("10")]);
        check("5 £", &[Fact::Money(amount("5"), "GBP")]);
        for text in ["10%", "10 percent", "ten per cent", "10 Prozent", "zehn Prozent", "10-prozentiger"] {
            check(text, &[Fact::Percent(amount("10"))]);
        }
        let days = |text| Fact::Elapsed(amount(text).times(86_400));
        for text in ["2 weeks", "14 days", "vierzehn Tage", "14-day", "a fortnight", "14-tägiges", "zwei volle Wochen"]
        {
            check(text, &[days("14")]);
        }
        check("48 hours", &[days("2")]);
        check("3 to 5 days, 3–5 Tage", &[days("3"), days("5"), days("3"), days("5")]);
        check("between 3 and 5 working days", &[Fact::Working(amount("3")), Fact::Working(amount("5"))]);
        check("5 Werktage, 5 business days", &[Fact::Working(amount("5")), Fact::Working(amount("5"))]);
        check("2 years, 24 Monate", &[Fact::Months(amount("24")), Fact::Months(amount("24"))]);
        check("a few days", &[Fact::Few("days")]);
        check("einige Werktage", &[Fact::Few("working days")]);
        check("the 3 mugs of 350 ml", &[Fact::Number(amount("3")), Fact::Number(amount("350"))]);
        check("5kg", &[Fact::Number(amount("5"))]);
        check("call +49 40 123 4567", &[Fact::Digits("49401234567".into())]);
        check("morgen, guten Morgen", &[Fact::Soon("tomorrow")]);
        check("", &[]);
    }

    #[test]
    fn codes_are_read() {
        let check = |text: &str, expected: &[&str]| {
            let read: std::collections::BTreeSet<Fact> = facts(text, None).into_iter().collect();
            let expected = expected.iter().map(|code| Fact::Code((*code).to_owned())).collect();
            assert_eq!(read, expected, "{text}");
        };
        check("use SAVE10", &["SAVE10"]);
        check("use save10", &["SAVE10"]);
        check("the code WELCOME", &["WELCOME"]);
        check("Gutscheincode „Willkommen“", &["WILLKOMMEN"]);
        check("enter the code at checkout", &[]);
        check("Pay with PAYPAL", &[]);
        check("MUG-010 is blue", &["MUG-010"]);
        check("Show the QR-Code", &[]);
    }

    #[test]
    fn sides_that_leave_something_open_are_not_compared_in_it() {
        let date = |year, month, day| Fact::Date { year, month, day };
        let check = |a: &Fact, b: &Fact, expected| assert_eq!(a.supports(b), expected, "{a:?} {b:?}");
        check(&date(None, 11, 24), &date(Some(2026), 11, 24), true);
        check(&date(Some(2026), 11, 24), &date(None, 11, 24), true);
        check(&date(Some(2026), 11, 24), &date(Some(2027), 11, 24), false);
        check(&date(Some(2026), 11, 24), &Fact::Month { year: None, month: 11 }, true);
        check(&Fact::Month { year: None, month: 11 }, &date(None, 11, 24), false);
    }
}
