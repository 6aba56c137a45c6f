//! Numbers as values, however they are written.

use std::fmt;

/// Millionths of one.
const SCALE: i128 = 1_000_000;
/// Digits before the point. Longer rows are names of things (a tracking number), not amounts.
const MOST_DIGITS: usize = 15;

/// A number with up to six decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Amount(i128);

impl Amount {
    /// Reads ASCII digits with points, commas and apostrophes between them. A single point or comma before exactly three
    /// digits stands between thousands: shops write `1.000 €` far more often than three decimals.
    pub(super) fn read(text: &str) -> Option<Self> {
        let marks: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| !c.is_ascii_digit()).collect();
        let grouped = |c: char| {
            let (first, rest) = text.split_once(c).unwrap_or((text, ""));
            !first.starts_with('0') && first.len() <= 3 && rest.split(c).all(|group| group.len() == 3)
        };
        let decimal_at = match marks.as_slice() {
            [] => None,
            [.., (_, '\'')] => None,
            [(at, mark)] => (!grouped(*mark)).then_some(*at),
            [(_, first), .., (at, last)] if first != last => Some(*at),
            [(_, mark), ..] if grouped(*mark) => None,
            _ => return None,
        };
        let (whole, decimals) = decimal_at.map_or((text, ""), |at| (&text[..at], &text[at + 1..]));
        let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
        let whole = whole.trim_start_matches('0');
        let decimals = decimals.trim_end_matches('0');
        if whole.len() > MOST_DIGITS || decimals.len() > 6 || !decimals.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        format!("{whole}{decimals:0<6}").parse().ok().map(Self)
    }

    pub(super) fn times(self, factor: u32) -> Self {
        // At most 10^21 times 2^32: far below what fits.
        Self(self.0.saturating_mul(i128::from(factor)))
    }

    pub(super) fn hundredth(self) -> Self {
        Self(self.0 / 100)
    }

    /// Whether it is so long that it may be somebody's own number.
    pub(super) fn is_long(self) -> bool {
        self.0 >= 100_000 * SCALE
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / SCALE, self.0 % SCALE);
        write!(f, "{whole}")?;
        if rest == 0 { Ok(()) } else { write!(f, ".{}", format!("{rest:06}").trim_end_matches('0')) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_however_they_are_written() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(Amount::read(text).map(|amount| amount.to_string()).as_deref(), expected, "{text}");
        };
        check("5", Some("5"));
        check("5.00", Some("5"));
        check("5,5", Some("5.5"));
        check("0,50", Some("0.5"));
        check("1.000,50", Some("1000.5"));
        check("1,000.50", Some("1000.5"));
        check("1.000", Some("1000"));
        check("1,000", Some("1000"));
        check("0.500", Some("0.5"));
        check("1.000.000", Some("1000000"));
        check("1'000.50", Some("1000.5"));
        check("1'000'000", Some("1000000"));
        check("12.1234", Some("12.1234"));
        check("1.2.3", None);
        check("007", Some("7"));
        check("0", Some("0"));
        check("123456789012345", Some("123456789012345"));
        check("1234567890123456", None);
        check("1.1234567", None);
    }
}
