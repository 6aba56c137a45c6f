//! Parcel numbers whose check digit fits.
//!
//! Some can be nothing else: UPS, postal services (UPU standard S10), DHL's licence plate (GS1 SSCC), DPD with its check
//! letter, USPS and FedEx Ground with their long prefixes. Of ten other numbers as long, one fits by chance: those count
//! beside a word for a parcel or the name of a carrier.

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
    "courier",
    "dhl",
    "ups",
    "dpd",
    "gls",
    "fedex",
    "hermes",
    "royal mail",
    "usps",
    "post",
];

/// Pieces a number is written in: `00 3404 3416 1094 0315 6378` is six, and some write each pair apart.
const MAX_PIECES: usize = 12;
/// Characters of the longest: USPS with the postcode it goes to.
const LONGEST: usize = 34;
const IDENTCODE: usize = 12;

/// Whose number it is, and how much else it takes to believe so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Carrier {
    name: &'static str,
    proof: Proof,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// Its form is enough.
    Form,
    /// Its check digit fits, and nothing beside it says otherwise.
    Digit,
    /// A word for a parcel or a carrier stands beside it, or it was asked for.
    Word,
    /// The text names this carrier.
    Name(&'static str),
}

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
            || code.len() + piece.len() > LONGEST
            || !piece.is_ascii()
        {
            break;
        }
        code.extend(piece.chars().map(|c| c.to_ascii_uppercase()));
        let verdict = |carrier: Carrier| Some((carrier, verdict(request, carrier, first, index)?));
        if let Some((carrier, verdict)) = carriers(&code).into_iter().flatten().find_map(verdict) {
            longest = Some((carrier, verdict, code.clone(), index));
            // What was written in one piece is whole.
            if index == first {
                break;
            }
        }
    }
    let (carrier, verdict, value, last) = longest?;
    let (start, end) = (line.start(first), line.end(last));
    let reason = format!("a number of {}{}", carrier.name, verdict.why);
    Some((Found { start, end, value, rank: verdict.rank, reason, ..Found::default() }, last))
}

// Why the words `first..=last` count as a number of this carrier, if they do.
fn verdict(request: &Request<'_>, carrier: Carrier, first: usize, last: usize) -> Option<Verdict> {
    let line = request.line;
    let weighed = || {
        let verdict = request.weigh(line.start(first), line.end(last))?;
        let is_told = verdict.rank <= rank::RULE || request.is_asked;
        is_told.then(|| Verdict::new(verdict.rank, &format!(" whose check digit fits{}", verdict.why)))
    };
    match carrier.proof {
        Proof::Form => Some(Verdict::new(rank::SIGN, ", by its form and check digit")),
        Proof::Digit if line.is_in_row(first, last) => None,
        // One number in ten fits by chance, so that any word beside it may say otherwise.
        Proof::Digit => Some(weighed().unwrap_or(Verdict::new(rank::CHECKED, " whose check digit fits"))),
        Proof::Word if line.is_in_row(first, last) => None,
        Proof::Word => weighed(),
        Proof::Name(name) => {
            let near = first.saturating_sub(MAX_PIECES)..(last + MAX_PIECES).min(line.len());
            let is_named = near.into_iter().any(|index| line.word(index) == name);
            let verdict = is_named.then(|| request.weigh(line.start(first), line.end(last))).flatten()?;
            Some(Verdict::new(verdict.rank, &format!(", by its form{}", verdict.why)))
        }
    }
}

// Cheap enough for every word of a text.
fn may_begin(line: &Line<'_>, index: usize) -> bool {
    let raw = line.raw(index);
    let has_digit = |text: &str| text.contains(|c: char| c.is_ascii_digit());
    let is_inside = index > 0 && line.is_number(index - 1) && matches!(line.gap_before(index), "-" | "." | ",");
    raw.is_ascii() && !is_inside && (has_digit(raw) || (raw.len() <= 4 && has_digit(line.raw(index + 1))))
}

// Whose number it may be, the surest first. Upper case.
fn carriers(code: &str) -> [Option<Carrier>; 3] {
    let bytes = code.as_bytes();
    let one = |name, proof, fits: bool| fits.then_some(Carrier { name, proof });
    if !is_number(code) {
        return [
            one("UPS", Proof::Form, is_ups(bytes))
                .or_else(|| one("a postal service", Proof::Form, is_s10(bytes)))
                .or_else(|| one("DPD", Proof::Form, matches!(bytes.len(), 15 | 28) && is_dpd(code)))
                .or_else(|| one("DHL", Proof::Form, is_dhl_piece(code)))
                .or_else(|| one("GLS", Proof::Name("gls"), is_gls_id(code))),
            None,
            None,
        ];
    }
    match bytes.len() {
        10 => [one("DHL Express", Proof::Word, is_waybill(code)), None, None],
        11 => [one("GLS", Proof::Name("gls"), true), None, None],
        IDENTCODE => [
            one("DHL", Proof::Digit, is_identcode(bytes)),
            one("FedEx", Proof::Word, is_fedex(bytes)),
            one("GLS", Proof::Word, is_gls(bytes)),
        ],
        14 => [one("Hermes", Proof::Word, is_gs1(bytes)), one("DPD", Proof::Name("dpd"), true), None],
        15 => [one("FedEx", Proof::Word, is_gs1(bytes)), one("DPD", Proof::Word, is_dpd(code)), None],
        20 if code.starts_with("00") => [one("DHL", Proof::Form, is_gs1(bytes)), None, None],
        20 => [one("USPS", Proof::Word, is_gs1(bytes)), None, None],
        22 if code.starts_with("96") => {
            [one("FedEx", Proof::Form, is_gs1(bytes.get(7..).unwrap_or_default())), None, None]
        }
        22 | 26 => [one("USPS", Proof::Form, is_usps(bytes)), None, None],
        // With the postcode it goes to in front, of five digits or nine.
        30 if code.starts_with("420") => {
            [one("USPS", Proof::Form, is_usps(bytes.get(8..).unwrap_or_default())), None, None]
        }
        34 if code.starts_with("420") => [
            one("USPS", Proof::Form, is_usps(bytes.get(12..).unwrap_or_default())),
            one("USPS", Proof::Form, is_usps(bytes.get(8..).unwrap_or_default())),
            None,
        ],
        28 => [one("DPD", Proof::Form, is_dpd(code)), None, None],
        _ => [None; 3],
    }
}

fn value(digit: u8) -> u32 {
    u32::from(digit.wrapping_sub(b'0'))
}

// The check digit of weights that repeat from the left: what is left to the next ten.
fn weighed(body: &[u8], weights: &[u32]) -> u32 {
    body.iter().zip(weights.iter().cycle()).map(|(digit, weight)| value(*digit) * weight).sum()
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
    let [first @ .., check] = digits else { return false };
    if digits.len() != 9 || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let expected = match 11 - weighed(first, &[8, 6, 4, 2, 3, 5, 9, 7]) % 11 {
        10 => 0,
        11 => 5,
        other => other,
    };
    [a, b, c, d].iter().all(|b| b.is_ascii_uppercase()) && expected == value(*check)
}

// 3 and 1 alternate from the right, as in all numbers of GS1.
fn is_gs1(code: &[u8]) -> bool {
    let weigh = |(at, digit): (usize, &u8)| value(*digit) * if at % 2 == 1 { 3 } else { 1 };
    !code.is_empty() && code.iter().rev().enumerate().map(weigh).sum::<u32>().is_multiple_of(10)
}

fn is_usps(code: &[u8]) -> bool {
    matches!(code, [b'9', b'1'..=b'5', ..]) && is_gs1(code)
}

fn is_identcode(code: &[u8]) -> bool {
    matches!(code.split_at_checked(11), Some((body, [check])) if (10 - weighed(body, &[4, 9]) % 10) % 10 == value(*check))
}

fn is_gls(code: &[u8]) -> bool {
    let Some((body, [check])) = code.split_at_checked(11) else { return false };
    (10 - (weighed(body, &[3, 1]) + 1) % 10) % 10 == value(*check)
}

fn is_fedex(code: &[u8]) -> bool {
    matches!(code.split_at_checked(11), Some((body, [check])) if weighed(body, &[3, 1, 7]) % 11 % 10 == value(*check))
}

// An air waybill: the rest of its digits by 7.
fn is_waybill(code: &str) -> bool {
    let number = |text: &str| text.parse::<u64>().ok();
    code.split_at_checked(code.len().saturating_sub(1))
        .is_some_and(|(body, check)| number(body).map(|body| body % 7) == number(check))
}

// ISO/IEC 7064, modulo 37, 36: digits and one letter or digit behind them.
fn is_dpd(code: &str) -> bool {
    let Some((body, check)) = code.split_at_checked(code.len().saturating_sub(1)) else { return false };
    let product = body.chars().filter_map(|c| c.to_digit(36)).fold(36, |product, digit| {
        let sum = (product + digit) % 36;
        2 * if sum == 0 { 36 } else { sum } % 37
    });
    let check = check.chars().next().and_then(|c| c.to_digit(36));
    is_number(body) && check.is_some_and(|check| (product + check) % 36 == 1)
}

// DHL's licence plate has no check digit; no other number begins so.
fn is_dhl_piece(code: &str) -> bool {
    let digits = code.strip_prefix("JJD").or_else(|| code.strip_prefix("JVGL"));
    digits.is_some_and(|digits| is_number(digits) && (10..=20).contains(&digits.len()))
}

// Eight letters and digits, both of them.
fn is_gls_id(code: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| code.as_bytes().iter().any(kind);
    code.len() == 8 && has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carrier(code: &str) -> Option<&'static str> {
        carriers(code).into_iter().flatten().next().map(|carrier| carrier.name)
    }

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
        check("3318810025", Some("DHL Express"));
        check("3318810010", None);
        check("JJD1410302937991", Some("DHL"));
        check("986578788855", Some("FedEx"));
        check("996578788857", None);
        check("041441760228964", Some("FedEx"));
        check("9611020987654312345672", Some("FedEx"));
        check("9611020987654312345671", None);
        check("9400111201080805483016", Some("USPS"));
        check("9400111201080805483017", None);
        check("92748931507708513018050063", Some("USPS"));
        check("420221539101026837331000039521", Some("USPS"));
        check("4201002334249200190132607600833457", Some("USPS"));
        check("4201028200009261290113185417468511", None);
        check("03071790000523483741", Some("USPS"));
        check("008182709980000020033350276C", Some("DPD"));
        check("008182709980000020033350276A", None);
        check("01015026003653C", Some("DPD"));
        check("01015026003653D", None);
        check("09133131530724", Some("Hermes"));
        check("503460075384", Some("GLS"));
        check("503460075385", None);
        let fits = (0..10).filter(|digit| carrier(&format!("0034043416109403156{digit}")).is_some()).count();
        assert_eq!(fits, 1);
    }
}
