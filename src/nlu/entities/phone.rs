//! Phone numbers. The hard part is what they are not: order numbers, days, parcels.

use super::context::{Request, Verdict, rank};
use super::line::Line;
use super::normalize::is_dash;
use super::{Found, MAX_PLACES};

pub(super) const CONTEXT_WORDS: &[&str] = &[
    "phone",
    "telephone",
    "tel",
    "mobile",
    "cell",
    "call",
    "ring",
    "reach",
    "whatsapp",
    "fax",
    "telefon",
    "handy",
    "mobil",
    "anruf",
    "rufnummer",
    "erreich",
    "rückruf",
];

/// Digits of a number worth calling.
const LEAST: usize = 7;
/// Digits of an international number (ITU E.164), without `00`.
const MOST: usize = 15;
/// Digits of a number inside a country; more are a number and something beside it.
const MOST_INSIDE: usize = 12;
/// Digits of a number that begins with 0 and has no gaps. Below that it is anything with zeros in front.
const LEAST_PLAIN: usize = 10;

struct Number {
    end: usize,
    digits: String,
    groups: Vec<usize>,
    has_dots_or_dashes: bool,
}

pub(super) fn find(request: &Request<'_>, out: &mut Vec<Found>) {
    let line = request.line;
    let (mut read_to, mut places) = (0, 0);
    for index in 0..line.len() {
        if line.start(index) < read_to || !line.raw(index).starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        places += 1;
        if places > MAX_PLACES {
            return;
        }
        if let Some(found) = at(request, begin(line, index)) {
            read_to = found.end;
            out.push(found);
        }
    }
}

// With the `+` or the bracket in front of the first digit.
fn begin(line: &Line<'_>, index: usize) -> usize {
    let start = line.start(index);
    let gap = line.gap_before(index);
    let signs = gap.len() - gap.trim_end_matches(['+', '(']).len();
    start - signs.min(2)
}

fn at(request: &Request<'_>, start: usize) -> Option<Found> {
    let line = request.line;
    let text = line.text.get(start..)?;
    let is_plus = text.trim_start_matches('(').starts_with('+');
    let is_international = is_plus || text.starts_with("00");
    let most = if is_international { MOST + 2 } else { MOST_INSIDE };
    let number = read(line, start, most)?;
    let is_glued =
        line.before(start).is_some_and(|c| c.is_alphanumeric() || matches!(c, '#' | '/' | '.' | ',') || is_dash(c));
    if number.digits.len() < LEAST
        || (is_glued && !is_plus)
        || is_day(&number)
        || (!is_plus && is_in_row(line, start, number.end))
    {
        return None;
    }
    let verdict = judge(request, start, &number, is_plus)?;
    let digits = number.digits.as_str();
    let value = match digits.strip_prefix("00") {
        _ if is_plus => format!("+{digits}"),
        Some(rest) if is_international && rest.len() >= LEAST => format!("+{rest}"),
        _ => digits.to_owned(),
    };
    let reason = format!("the form of a phone number{}", verdict.why);
    Some(Found { start, end: number.end, value, rank: verdict.rank, reason, ..Found::default() })
}

fn judge(request: &Request<'_>, start: usize, number: &Number, is_plus: bool) -> Option<Verdict> {
    let digits = number.digits.len();
    let is_national = number.digits.starts_with('0') && digits >= if number.groups.len() > 1 { 9 } else { LEAST_PLAIN };
    let is_american = number.has_dots_or_dashes && matches!(number.groups.as_slice(), [3, 3, 4] | [1, 3, 3, 4]);
    if is_plus {
        return Some(Verdict::new(rank::SIGN, ""));
    }
    if is_national || is_american {
        return Some(Verdict::new(rank::FORM, ""));
    }
    // A bare number is nobody's phone only because the text is short.
    request.weigh(start, number.end).filter(|verdict| verdict.rank <= rank::RULE || request.is_asked)
}

// Groups of digits with at most two signs between them. A group that would make it too long belongs to something else.
fn read(line: &Line<'_>, start: usize, most: usize) -> Option<Number> {
    let text = line.text.get(start..)?;
    let mut number = Number { end: start, digits: String::new(), groups: Vec::new(), has_dots_or_dashes: false };
    let (mut at, mut gap) = (0, 0);
    loop {
        let rest = text.get(at..)?;
        let group = rest.bytes().take(most + 1).take_while(u8::is_ascii_digit).count();
        if group > 0 {
            // `+49 (0)171`: the zero is dialled from inside the country only.
            let is_trunk = rest.starts_with("0)") && text.get(..at)?.ends_with('(') && !number.digits.is_empty();
            if number.digits.len() + group > most {
                break;
            }
            at += group;
            if !is_trunk {
                number.digits.push_str(rest.get(..group)?);
                number.groups.push(group);
            }
            number.end = start + at;
            gap = 0;
        } else {
            let Some(sign) = rest.chars().next().filter(|c| is_sign(*c)) else { break };
            gap += 1;
            if gap > 3 || (sign == '+' && !number.digits.is_empty()) {
                break;
            }
            number.has_dots_or_dashes |= !number.digits.is_empty() && (sign == '.' || sign == ')' || is_dash(sign));
            at += sign.len_utf8();
        }
    }
    let is_cut = line.after(number.end).is_some_and(char::is_alphanumeric);
    (!is_cut && !number.digits.is_empty()).then_some(number)
}

fn is_sign(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '/' | '.' | '(' | ')' | '+') || is_dash(c)
}

// `3704 0044 0532 0130 00` is a bank account from its first group on.
fn is_in_row(line: &Line<'_>, start: usize, end: usize) -> bool {
    let words = line.words_in(start, end);
    line.is_in_row(words.start, words.end.saturating_sub(1))
}

// `18.11.2026`, `2026-11-18`
fn is_day(number: &Number) -> bool {
    matches!(number.groups.as_slice(), [1 | 2, 1 | 2, 4] | [4, 1 | 2, 1 | 2])
}
