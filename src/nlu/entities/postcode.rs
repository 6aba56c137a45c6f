//! Postcodes. Five digits are a postcode only beside a word for one, or in front of a town.

use super::context::{Request, Verdict, rank};
use super::line::Line;
use super::normalize::is_dash;
use super::words::{self, PLACE_WORDS};
use super::{Found, MAX_PLACES};

pub(super) const CONTEXT_WORDS: &[&str] =
    &["postcode", "post code", "postal code", "postal", "zip", "zipcode", "plz", "postleitzahl"];

/// The states of the USA, as they stand in front of a ZIP code.
const STATES: &str = "AL AK AZ AR CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK \
    OR PA RI SC SD TN TX UT VA VT WA WI WV WY";

pub(super) fn find(request: &Request<'_>, out: &mut Vec<Found>) {
    for index in 0..request.line.len() {
        if out.len() >= MAX_PLACES {
            return;
        }
        out.extend(digits(request, index).or_else(|| british(request, index)));
    }
}

fn digits(request: &Request<'_>, index: usize) -> Option<Found> {
    let line = request.line;
    if !line.is_number(index) || !matches!(line.raw(index).len(), 4 | 5) {
        return None;
    }
    let is_five = line.raw(index).len() == 5;
    let is_plus_four =
        is_five && line.gap_after(index) == "-" && line.is_number(index + 1) && line.raw(index + 1).len() == 4;
    let (start, end) = (line.start(index), line.end(index + usize::from(is_plus_four)));
    let is_joined =
        |gap: &str| gap.chars().count() == 1 && gap.contains(|c| is_dash(c) || matches!(c, '.' | ',' | '/'));
    let country =
        is_joined(line.gap_before(index)) && matches!(line.word_before(index, 1), "d" | "de" | "a" | "at" | "ch");
    let verdict = if country {
        Verdict::new(rank::FORM, ", behind its country")
    } else if is_plus_four {
        // `80331-1234` may be part of anything; the dash is its own, so that it is weighed without it.
        request.weigh(start, end)?
    } else if is_before_town(request, index, is_five) {
        Verdict::new(rank::FORM, ", in front of a town")
    } else if is_five && stands_behind_state(line, index) {
        Verdict::new(rank::FORM, ", behind a state")
    } else {
        request.weigh(start, end)?
    };
    // A short text is no address; that a number stands alone speaks for any other number.
    if verdict.rank > rank::RULE && !request.is_asked {
        return None;
    }
    let value = line.text.get(start..end)?.to_owned();
    Some(Found {
        start,
        end,
        value,
        rank: verdict.rank,
        reason: format!("a postcode{}", verdict.why),
        ..Found::default()
    })
}

// An order number beside its own word is one, whatever follows: "order 10042 Berlin".
fn is_before_town(request: &Request<'_>, index: usize, is_five: bool) -> bool {
    let line = request.line;
    stands_before_town(line, index) || (is_five && (stands_in_address(line, index) || is_whole_text(line, index)))
}

// "10115 Berlin", "1010 wien": a large town says it by itself, whatever stands around it.
fn stands_before_town(line: &Line<'_>, index: usize) -> bool {
    let is_town = |town: &str| {
        let mut words = town.split(' ').zip(index + 1..);
        words.all(|(word, at)| line.word(at) == word && line.gap_before(at) == " ")
    };
    words::TOWNS.iter().any(|town| is_town(town))
}

// "10117 Kleinkleckersdorf" and nothing else: a town nobody wrote down here, with a capital letter.
fn is_whole_text(line: &Line<'_>, index: usize) -> bool {
    let town = line.word(index + 1);
    let is_word = words::FILLERS.contains(&town) || words::is_common(town);
    index == 0 && line.len() == 2 && town_follows(line, index) && !is_word
}

fn town_follows(line: &Line<'_>, index: usize) -> bool {
    let town = line.raw(index + 1);
    line.gap_after(index) == " "
        && town.chars().count() > 2
        && town.starts_with(char::is_uppercase)
        && town.contains(char::is_lowercase)
        && !town.contains(|c: char| c.is_ascii_digit())
        && !words::is_unit(line.word(index + 1))
}

// "for 80331 Munich", "Hauptstr. 5, 80331 München"
fn stands_in_address(line: &Line<'_>, index: usize) -> bool {
    let is_house = index > 0 && line.raw(index - 1).starts_with(|c: char| c.is_ascii_digit());
    let is_break = matches!(line.gap_before(index).trim_end_matches(' '), "," | "\n" | ",\n" | "\r\n");
    let street = line.word_before(index, 2);
    let is_street = ["str", "strasse", "weg", "platz", "allee", "gasse", "ring", "damm", "ufer"];
    let is_behind_street = is_house && (is_break || is_street.iter().any(|ending| street.ends_with(ending)));
    let is_behind_word = line.gap_before(index) == " " && PLACE_WORDS.contains(&line.word_before(index, 1));
    town_follows(line, index) && (is_behind_street || is_behind_word)
}

// "San Francisco, CA 94107"
fn stands_behind_state(line: &Line<'_>, index: usize) -> bool {
    let state = index.checked_sub(1).map_or("", |index| line.raw(index));
    line.gap_before(index) == " " && state.len() == 2 && STATES.split(' ').any(|known| known == state)
}

// `SW1A 1AA` (BS 7666). In lower case or without its gap it needs a word beside it.
fn british(request: &Request<'_>, index: usize) -> Option<Found> {
    let line = request.line;
    let raw = line.raw(index);
    if !raw.is_ascii() || !(2..=7).contains(&raw.len()) || !raw.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let split = raw.len().checked_sub(3).and_then(|at| raw.split_at_checked(at));
    let (outward, inward, last) = match split {
        Some((outward, inward)) if is_outward(outward) && is_inward(inward) => (outward, inward, index),
        _ if line.gap_after(index) == " " && is_outward(raw) && is_inward(line.raw(index + 1)) => {
            (raw, line.raw(index + 1), index + 1)
        }
        _ => return None,
    };
    let (start, end) = (line.start(index), line.end(last));
    let is_plain = last > index && !line.text.get(start..end)?.contains(|c: char| c.is_ascii_lowercase());
    let verdict = if is_plain { Verdict::new(rank::SIGN, "") } else { request.weigh(start, end)? };
    if verdict.rank > rank::RULE && !request.is_asked {
        return None;
    }
    let value = format!("{outward} {inward}").to_ascii_uppercase();
    Some(Found {
        start,
        end,
        value,
        rank: verdict.rank,
        reason: format!("a British postcode{}", verdict.why),
        ..Found::default()
    })
}

// A9, A99, AA9, AA99, A9A or AA9A
fn is_outward(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let rest = text.as_bytes().get(letters..).unwrap_or_default();
    let digit_first = rest.first().is_some_and(u8::is_ascii_digit);
    matches!(letters, 1 | 2) && digit_first && rest.len() <= 2 && rest.iter().all(u8::is_ascii_alphanumeric)
}

// A digit and two letters; six letters are never used there.
fn is_inward(text: &str) -> bool {
    let is_letter = |b: &u8| b.is_ascii_alphabetic() && !b"CIKMOVcikmov".contains(b);
    matches!(text.as_bytes(), [digit, one, two] if digit.is_ascii_digit() && is_letter(one) && is_letter(two))
}
