//! Payment card numbers: found only to be taken out.
//!
//! A number is one if a card network gives out numbers that begin so and are that long, and if its check digit fits
//! (Luhn, ISO/IEC 7812-1). Nothing here hands one on: what is found is its last four digits, and [`redact_cards`] puts
//! a dot in the place of all others, so that every position in a text stays what it was.

use std::borrow::Cow;

use super::context::{Request, rank};
use super::normalize::{digit, is_dash};
use super::{Found, MAX_PLACES};

/// What stands for a digit that was taken out.
pub(super) const HIDDEN: char = '\u{2022}';

/// Digits of a card number (ISO/IEC 7812-1).
const LEAST: usize = 13;
const MOST: usize = 19;
/// Digits of it that may be shown (PCI DSS 3.4).
const SHOWN: usize = 4;
/// Digits of a bank account (ISO 13616), and of what is looked back on for one.
const LONGEST_ACCOUNT: usize = 34;
/// Characters between two groups: a dash with a space on both sides.
const MAX_GAP: usize = 3;

/// Puts `•` in the place of every digit of a payment card number but the last four. All else stays as it is.
#[must_use]
pub fn redact_cards(text: &str) -> Cow<'_, str> {
    let digits = digits(text);
    let cards = cards(text, &digits);
    if cards.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 2 * MOST * cards.len());
    let mut at = 0;
    for card in cards {
        let hidden = digits.get(card.start..card.end - SHOWN).unwrap_or_default();
        for digit in hidden {
            out.push_str(text.get(at..digit.at).unwrap_or_default());
            out.push(HIDDEN);
            at = digit.end;
        }
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

/// Finds card numbers, those that were redacted too. The value is the last four digits behind four dots.
pub(super) fn find(request: &Request<'_>, out: &mut Vec<Found>) {
    let text = request.line.text;
    let digits = digits(text);
    let written = cards(text, &digits).into_iter();
    let reason = "the number of a payment card, by its check digit";
    out.extend(written.take(MAX_PLACES).filter_map(|card| found(text, digits.get(card)?, reason)));
    redacted(text, &digits, out);
}

fn found(text: &str, digits: &[Digit], reason: &str) -> Option<Found> {
    let (start, end) = (digits.first()?.at, digits.last()?.end);
    let shown: String = digits.iter().rev().take(SHOWN).rev().map(|digit| digit.value).collect();
    debug_assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "digits are whole characters");
    let value = format!("{HIDDEN}{HIDDEN}{HIDDEN}{HIDDEN} {shown}");
    Some(Found { start, end, value, rank: rank::SIGN, reason: reason.to_owned(), ..Found::default() })
}

// One digit of a text, whatever the script, and whether it goes on the number before it.
#[derive(Debug)]
struct Digit {
    at: usize,
    end: usize,
    value: char,
    // Characters between it and the digit before, if only spaces and dashes stand there and not too many.
    joint: Option<usize>,
}

fn digits(text: &str) -> Vec<Digit> {
    let mut digits: Vec<Digit> = Vec::new();
    for (at, c) in text.char_indices() {
        let Some(value) = digit(c) else { continue };
        let gap = digits.last().and_then(|last| text.get(last.end..at)).filter(|gap| is_joint(gap));
        digits.push(Digit { at, end: at + c.len_utf8(), value, joint: gap.map(|gap| gap.chars().count()) });
    }
    digits
}

fn is_joint(gap: &str) -> bool {
    let is_sign = |c: char| is_dash(c) || matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '.' | '_');
    gap.chars().take(MAX_GAP + 1).count() <= MAX_GAP && gap.chars().all(is_sign)
}

// Ranges of digits that are a card number. A group of digits is never cut in two.
fn cards(text: &str, digits: &[Digit]) -> Vec<std::ops::Range<usize>> {
    let (mut cards, mut from) = (Vec::new(), 0);
    while from + LEAST <= digits.len() {
        match card_at(text, digits, from) {
            Some(end) => {
                cards.push(from..end);
                from = end;
            }
            None => from += 1,
        }
    }
    cards
}

// Where the longest card number ends that begins with a digit.
fn card_at(text: &str, digits: &[Digit], from: usize) -> Option<usize> {
    let first = digits.get(from)?;
    let before = text.get(..first.at).and_then(|text| text.chars().next_back());
    // The first of its group; `+49…` is a phone, and what is glued to a letter is a piece of something else.
    if first.joint == Some(0)
        || before.is_some_and(|c| c == '+' || c.is_alphanumeric())
        || is_account(text, digits, from)
    {
        return None;
    }
    let row = 1 + digits.get(from + 1..)?.iter().take(MOST).take_while(|digit| digit.joint.is_some()).count();
    let number: String = digits.get(from..from + row.min(MOST))?.iter().map(|digit| digit.value).collect();
    (LEAST..=number.len()).rev().map(|length| from + length).find(|end| {
        let is_cut = digits.get(*end).is_some_and(|next| next.joint == Some(0));
        let behind = digits.get(end - 1).and_then(|last| text.get(last.end..)).and_then(|rest| rest.chars().next());
        let number = number.get(..end - from).unwrap_or_default();
        !is_cut && !behind.is_some_and(char::is_alphabetic) && is_issued(number) && fits(number)
    })
}

// `DE89 3704 0044 0532 0130 00`: the row begins with digits behind two letters.
fn is_account(text: &str, digits: &[Digit], from: usize) -> bool {
    let so_far = digits.get(..=from).unwrap_or_default().iter().rev().take(LONGEST_ACCOUNT);
    let row = so_far.take_while(|digit| digit.joint.is_some()).count();
    let Some(first) = (from - row.min(from)..=from).next().and_then(|first| digits.get(first)) else { return false };
    let mut before = text.get(..first.at).unwrap_or_default().chars().rev();
    matches!((before.next(), before.next()), (Some(a), Some(b)) if a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
}

// Whether a card network gives out numbers of this beginning and length.
fn is_issued(number: &str) -> bool {
    let begins = |digits: usize| number.get(..digits).and_then(|text| text.parse::<u32>().ok()).unwrap_or_default();
    let (two, three, four, six) = (begins(2), begins(3), begins(4), begins(6));
    let length = number.len();
    match two {
        40..=49 => matches!(length, 13 | 16 | 19),
        51..=55 => length == 16,
        22..=27 if (2221..=2720).contains(&four) => length == 16,
        22 => (2200..=2204).contains(&four) && length >= 16,
        34 | 37 => length == 15,
        35 => (3528..=3589).contains(&four) && length >= 16,
        30 => three <= 305 && length == 14,
        36 | 38 | 39 => length == 14,
        60 => (four == 6011 || four >= 6060 || six >= 600_000) && length >= 16,
        62 | 65 | 81 | 82 => length >= 16,
        64 => three >= 644 && length >= 16,
        50 | 56..=58 | 63 | 67 => true,
        _ => false,
    }
}

// Luhn: every second digit from the right is doubled, and the sum of all digits is a multiple of ten.
fn fits(number: &str) -> bool {
    let weigh = |(at, digit): (usize, u32)| match at % 2 {
        0 => digit,
        _ if digit > 4 => 2 * digit - 9,
        _ => 2 * digit,
    };
    let sum: u32 = number.chars().rev().filter_map(|c| c.to_digit(10)).enumerate().map(weigh).sum();
    sum.is_multiple_of(10)
}

// `•••• •••• •••• 1111`, as `redact_cards` leaves it.
fn redacted(text: &str, digits: &[Digit], out: &mut Vec<Found>) {
    for shown in digits.windows(SHOWN) {
        if out.len() >= MAX_PLACES {
            return;
        }
        let (Some(first), Some(last)) = (shown.first(), shown.last()) else { continue };
        let before = text.get(..first.at).unwrap_or_default();
        let is_mark = |c: &(usize, char)| c.1 == HIDDEN || is_joint(c.1.encode_utf8(&mut [0; 4]));
        let row = before.char_indices().rev().take(3 * MOST).take_while(is_mark);
        let hidden: Vec<usize> = row.filter(|(_, c)| *c == HIDDEN).map(|(at, _)| at).collect();
        let begins = (LEAST - SHOWN..=MOST - SHOWN).contains(&hidden.len());
        if let Some(start) = hidden.last().filter(|_| begins) {
            let reason = "the number of a payment card, taken out";
            out.extend(found(text, shown, reason).map(|found| Found { start: *start, end: last.end, ..found }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_are_taken_out_however_they_are_written() {
        let check = |text: &str, expected: &str| {
            let redacted = redact_cards(text);
            assert_eq!(redacted, expected, "{text}");
            assert_eq!(redacted.chars().count(), text.chars().count());
            assert_eq!(redact_cards(&redacted), redacted, "once is enough");
        };
        // Numbers that payment providers print for tests.
        check("4111111111111111", "••••••••••••1111");
        check("my card is 4111 1111 1111 1111!", "my card is •••• •••• •••• 1111!");
        check("5555-5555-5555-4444 12/27 123", "••••-••••-••••-4444 12/27 123");
        check("amex 3782 822463 10005", "amex •••• •••••• •0005");
        check("4222222222222", "•••••••••2222");
        check("6011111111111117, 3530 1113 3330 0000", "••••••••••••1117, •••• •••• •••• 0000");
        check("30569309025904 123", "••••••••••5904 123");
        check("４１１１ １１１１ １１１１ １１１１", "•••• •••• •••• １１１１");
        check("ü4111 1111 1111 1111", "ü4111 1111 1111 1111");
        check("2223003122003222x", "2223003122003222x");
        check("Karte:2223003122003222", "Karte:••••••••••••3222");
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "",
            "4111111111111112",
            "order 113542617735902",
            "1Z999AA10123456784",
            "DE89 3704 0044 0532 0130 00",
            "+4111 1111 1111 1111",
            "41111111111111111111111",
            "order 10042 on 18.11.2026, +49 171 1234567",
            "00340433836442636597",
            "9400 1112 0108 0805 4830 16",
            "0000 0000 0000 0000",
        ] {
            assert!(matches!(redact_cards(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }
}
