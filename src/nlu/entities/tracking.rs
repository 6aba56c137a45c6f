//! Parcel numbers whose check digit fits.
//!
//! UPS: `1Z` and 16 characters. Postal services: two letters, nine digits, a country (UPU standard S10). DHL: 20 digits,
//! which are an SSCC (GS1), or 12, which are an Identcode.

use super::context::{Request, Verdict, rank};
use super::line::{Line, is_number};
use super::{Found, MAX_PLACES};

pub(super) const CONTEXT_WORDS: &[&str] = &[
    "tracking",
    "track",
    "parcel",
    "shipment",
    "package",
    "sendung",
    "paket",
    "päckchen",
    "trackingnummer",
    "dhl",
    "ups",
    "hermes",
    "royal mail",
    "usps",
    "post",
];

/// Pieces a number is written in: `00 3404 3416 1094 0315 6378` is six, and some write each pair apart.
const MAX_PIECES: usize = 10;
const UPS: usize = 18;
const S10: usize = 13;
const SSCC: usize = 20;
const IDENTCODE: usize = 12;

pub(super) fn find(request: &Request<'_>, out: &mut Vec<Found>) {
    let line = request.line;
    let mut index = 0;
    while index < line.len() && out.len() < MAX_PLACES {
        let found = at(request, index);
        index = found.as_ref().map_or(index + 1, |(_, last)| last + 1);
        out.extend(found.map(|(found, _)| found));
    }
}

// The longest number that begins with a word, and its last word.
fn at(request: &Request<'_>, first: usize) -> Option<(Found, usize)> {
    let line = request.line;
    if !may_begin(line, first) {
        return None;
    }
    let (mut code, mut longest) = (String::new(), None);
    for index in first..line.len().min(first + MAX_PIECES) {
        let piece = line.raw(index);
        if (index > first && !matches!(line.gap_before(index), " " | "\u{a0}" | "-" | "."))
            || code.len() + piece.len() > SSCC
        {
            break;
        }
        code.push_str(piece);
        if let Some(carrier) = carrier(&code.to_ascii_uppercase()) {
            longest = Some((carrier, code.to_ascii_uppercase(), index));
        }
    }
    let (carrier, value, last) = longest?;
    let (start, end) = (line.start(first), line.end(last));
    if value.len() == IDENTCODE && line.is_in_row(first, last) {
        return None;
    }
    let verdict = if value.len() == IDENTCODE {
        // One number in ten fits by chance, so that any word beside it may say otherwise.
        request
            .weigh(start, end)
            .filter(|verdict| verdict.rank <= rank::RULE)
            .unwrap_or(Verdict::new(rank::CHECKED, ""))
    } else {
        Verdict::new(rank::SIGN, "")
    };
    let reason = format!("a number of {carrier} whose check digit fits{}", verdict.why);
    Some((Found { start, end, value, rank: verdict.rank, reason }, last))
}

// Cheap enough for every word of a text.
fn may_begin(line: &Line<'_>, index: usize) -> bool {
    let raw = line.raw(index);
    let letters = raw.bytes().take_while(u8::is_ascii_alphabetic).count();
    let is_s10 = letters == 2 && (raw.len() > 2 || line.raw(index + 1).starts_with(|c: char| c.is_ascii_digit()));
    let is_inside = index > 0 && line.is_number(index - 1) && matches!(line.gap_before(index), "-" | "." | ",");
    raw.is_ascii() && (is_s10 || (raw.starts_with(|c: char| c.is_ascii_digit()) && !is_inside))
}

// Whose number it is, if it is one. Upper case.
fn carrier(code: &str) -> Option<&'static str> {
    let bytes = code.as_bytes();
    match bytes.len() {
        UPS if is_ups(bytes) => Some("UPS"),
        S10 if is_s10(bytes) => Some("a postal service"),
        SSCC if is_number(code) && is_sscc(bytes) => Some("DHL"),
        IDENTCODE if is_number(code) && is_identcode(bytes) => Some("DHL"),
        _ => None,
    }
}

fn value(digit: u8) -> u32 {
    u32::from(digit.wrapping_sub(b'0'))
}

fn is_ups(code: &[u8]) -> bool {
    let Some((body, [check])) = code.strip_prefix(b"1Z").and_then(|rest| rest.split_at_checked(15)) else {
        return false;
    };
    let weigh = |(at, b): (usize, &u8)| {
        // Letters count as 2 to 9, 0, 1 and so on, beginning with A.
        let value = if b.is_ascii_digit() { value(*b) } else { u32::from(*b - b'A' + 2) % 10 };
        if at % 2 == 1 { 2 * value } else { value }
    };
    let is_code = code.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) && check.is_ascii_digit();
    is_code && (10 - body.iter().enumerate().map(weigh).sum::<u32>() % 10) % 10 == value(*check)
}

fn is_s10(code: &[u8]) -> bool {
    let [a, b, digits @ .., c, d] = code else { return false };
    let Some(([first @ .., check], true)) = Some((digits, digits.iter().all(u8::is_ascii_digit))) else { return false };
    let sum: u32 = first.iter().zip([8, 6, 4, 2, 3, 5, 9, 7]).map(|(digit, weight)| value(*digit) * weight).sum();
    let expected = match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        other => other,
    };
    [a, b, c, d].iter().all(|b| b.is_ascii_uppercase()) && expected == value(*check)
}

fn is_sscc(code: &[u8]) -> bool {
    // The application identifier `00` in front weighs nothing; 3 and 1 alternate from the right.
    let weigh = |(at, digit): (usize, &u8)| value(*digit) * if at % 2 == 1 { 3 } else { 1 };
    code.starts_with(b"00") && code.iter().rev().enumerate().map(weigh).sum::<u32>().is_multiple_of(10)
}

fn is_identcode(code: &[u8]) -> bool {
    let Some((body, [check])) = code.split_at_checked(11) else { return false };
    let weigh = |(at, digit): (usize, &u8)| value(*digit) * if at % 2 == 0 { 4 } else { 9 };
    (10 - body.iter().enumerate().map(weigh).sum::<u32>() % 10) % 10 == value(*check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_the_carriers() {
        let check = |code: &str, expected: Option<&str>| assert_eq!(carrier(code), expected, "{code}");
        check("1Z999AA10123456784", Some("UPS"));
        check("1Z999AA10123456785", None);
        check("RR473124829GB", Some("a postal service"));
        check("RR473124828GB", None);
        // Numbers that others print as examples.
        check("428001369716", Some("DHL"));
        check("123456789016", Some("DHL"));
        check("201298452277", Some("DHL"));
        check("201298452278", None);
        check("00340433836442636597", Some("DHL"));
        check("00340433836442636579", None);
        let fits = (0..10).filter(|digit| carrier(&format!("0034043416109403156{digit}")).is_some()).count();
        assert_eq!(fits, 1);
    }
}
