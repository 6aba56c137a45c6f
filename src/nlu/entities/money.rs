//! Amounts of money: `39,90 €`, `EUR 1.299`, `$12`, `12 euros`.

use super::context::{Request, rank};
use super::line::{Line, is_number};
use super::normalize::is_dash;
use super::words::currency;
use super::{Found, MAX_PLACES};

/// Digits before the decimals. A billion is the most anybody means.
const MAX_DIGITS: usize = 10;

/// A number as written in either country: point or comma, with or without groups of thousands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Amount {
    /// Where it ends, in bytes.
    pub(super) end: usize,
    /// With a point before its decimals, and no groups.
    pub(super) value: String,
}

pub(super) fn find(request: &Request<'_>, out: &mut Vec<Found>) {
    let line = request.line;
    for index in 0..line.len() {
        if out.len() >= MAX_PLACES {
            return;
        }
        if let Some(found) = amount(line, index).and_then(|amount| priced(line, index, &amount)) {
            out.push(found);
        }
    }
}

/// The number that begins with a word, if one does.
pub(super) fn amount(line: &Line<'_>, index: usize) -> Option<Amount> {
    let start = line.start(index);
    let is_inside = index > 0
        && matches!(line.gap_before(index), "." | "," | "'" | "\u{2019}")
        && line.raw(index - 1).ends_with(is_digit);
    let whole = leading_digits(line, start);
    if whole.is_empty() || whole.len() > MAX_DIGITS || is_inside {
        return None;
    }
    let (mut value, mut end, mut decimals) = (whole.to_owned(), start + whole.len(), "");
    // The separator of thousands may not change halfway, and what differs from it is the decimal point.
    let mut thousands = None;
    while let Some(separator) =
        line.after(end).filter(|c| matches!(c, '.' | ',' | '\'' | '\u{2019}' | '\u{a0}' | '\u{202f}'))
    {
        let digits = leading_digits(line, end + separator.len_utf8());
        let group_fits = digits.len() == 3 && whole.len() <= 3 && thousands.is_none_or(|known| known == separator);
        let next = end + separator.len_utf8() + digits.len();
        if group_fits && value.len() + 3 <= MAX_DIGITS {
            thousands = Some(separator);
            value.push_str(digits);
        } else if matches!(separator, '.' | ',') && matches!(digits.len(), 1 | 2) {
            decimals = digits;
        } else if digits.is_empty() || !matches!(separator, '.' | ',' | '\'' | '\u{2019}') {
            break;
        } else {
            return None;
        }
        end = next;
        if !decimals.is_empty() {
            break;
        }
    }
    // `1.5.2026` and `10.1.2` are no numbers.
    let goes_on = matches!(line.after(end), Some('.' | ',')) && !leading_digits(line, end + 1).is_empty();
    if !decimals.is_empty() {
        value = format!("{value}.{decimals}");
    }
    (!goes_on).then_some(Amount { end, value })
}

fn leading_digits<'t>(line: &Line<'t>, at: usize) -> &'t str {
    let rest = line.text.get(at..).unwrap_or_default();
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    rest.get(..count).unwrap_or_default()
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

// An amount with its currency. What touches the number counts first, then what follows, then what stands before:
// in "$12 $15" and in "12 € 15 €" each number has its own sign.
fn priced(line: &Line<'_>, index: usize, amount: &Amount) -> Option<Found> {
    let start = line.start(index);
    let end = whole_sum_end(line, amount.end);
    let before = currency_before(line, index);
    let behind = currency_behind(line, end);
    let touching = before.filter(|(_, from)| line.text.get(*from..start).is_some_and(|text| !text.contains(' ')));
    let (code, from, to) = match (touching, behind, before) {
        (Some((code, from)), _, _) => (code, from, end),
        (None, Some((code, to)), _) => (code, start, to),
        (None, None, Some((code, from))) => (code, from, end),
        (None, None, None) => return None,
    };
    let is_cut = |at: usize| line.after(at).is_some_and(char::is_alphanumeric);
    if is_cut(to) {
        return None;
    }
    let value = format!("{} {code}", with_cents(&amount.value, code));
    let reason = "a number with its currency".to_owned();
    Some(Found { start: from, end: to, value, rank: rank::SIGN, reason, ..Found::default() })
}

// `39,-` and `39.–` are round sums.
fn whole_sum_end(line: &Line<'_>, end: usize) -> usize {
    let mut rest = line.text.get(end..).unwrap_or_default().chars();
    match (rest.next(), rest.next()) {
        (Some(',' | '.'), Some(dash)) if is_dash(dash) => end + 1 + dash.len_utf8(),
        _ => end,
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}')
}

fn currency_before(line: &Line<'_>, index: usize) -> Option<(&'static str, usize)> {
    let start = line.start(index);
    let gap = line.gap_before(index).trim_end_matches(is_space);
    if let Some(symbol) = gap.chars().next_back() {
        let from = start - line.gap_before(index).len() + gap.len() - symbol.len_utf8();
        if let Some(code) = currency(symbol.encode_utf8(&mut [0; 4])) {
            return Some((code, from));
        }
    }
    let word = index.checked_sub(1)?;
    let is_beside = gap.is_empty() || (gap == "." && line.word(word) == "fr");
    // Full names stand behind: "euro 2024" is football.
    let is_code = matches!(line.word(word).len(), 2 | 3);
    if is_beside && is_code { Some((currency(line.word(word))?, line.start(word))) } else { None }
}

fn currency_behind(line: &Line<'_>, end: usize) -> Option<(&'static str, usize)> {
    let rest = line.text.get(end..)?;
    let trimmed = rest.trim_start_matches(is_space);
    let from = end + (rest.len() - trimmed.len());
    let symbol = trimmed.chars().next()?;
    if let Some(code) = currency(symbol.encode_utf8(&mut [0; 4])) {
        return Some((code, from + symbol.len_utf8()));
    }
    let letters = trimmed.char_indices().find(|(_, c)| !c.is_alphabetic()).map_or(trimmed.len(), |(at, _)| at);
    // The longest name of a currency is far shorter than a wall of letters.
    let name = trimmed.get(..letters).filter(|name| name.len() <= 8)?;
    Some((currency(&name.to_lowercase())?, from + letters))
}

// As prices are written: two decimals, none in yen.
fn with_cents(value: &str, code: &str) -> String {
    let (whole, cents) = value.split_once('.').unwrap_or((value, ""));
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    debug_assert!(is_number(whole), "digits were read");
    if code == "JPY" && cents.is_empty() { whole.to_owned() } else { format!("{whole}.{cents:0<2}") }
}
