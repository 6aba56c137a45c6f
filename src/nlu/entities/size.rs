//! Sizes of clothes and shoes: `M`, "XXL", "size 42", "UK 8", "42-44", "Gr. 38", "W32 L34".
//!
//! Letters and numbers are sizes where something says so: a word for size, a country, or that nothing else is written like
//! them (`XL`).

use super::context::{Request, rank};
use super::line::{Line, is_number};
use super::normalize::is_dash;
use super::{Found, MAX_PLACES};

const SIZE_WORDS: &[&str] =
    &["size", "sizes", "sz", "groesse", "grosse", "groessen", "gr", "konfektionsgroesse", "schuhgroesse"];
/// Whose numbers they are.
const COUNTRIES: &[&str] = &["eu", "uk", "us"];
/// Words between a word for size and the size: "size is 42".
const BETWEEN: &[&str] = &["is", "ist", "a", "an", "in", "eu", "uk", "us", "nr", "number", "of", "the", "von"];
/// Sizes said in words.
const WORDS: &[(&str, &str)] =
    &[("small", "S"), ("medium", "M"), ("large", "L"), ("klein", "S"), ("mittel", "M"), ("gross", "L")];

pub(super) fn find(request: &Request<'_>, out: &mut Vec<Found>) {
    let line = request.line;
    let mut index = 0;
    while index < line.len() && out.len() < MAX_PLACES {
        let Some((value, words, why)) = at(request, index) else {
            index += 1;
            continue;
        };
        let (start, end) = (line.start(index), line.end(index + words - 1));
        out.push(Found { start, end, value, rank: rank::FORM, reason: format!("a size{why}"), ..Found::default() });
        index += words;
    }
}

/// A size in letters as it is written on labels: `XXL` for `2xl`.
pub(super) fn canonical(word: &str) -> Option<String> {
    let upper = word.to_uppercase();
    let (count, kind) = match upper.as_bytes() {
        [b'S' | b'M' | b'L'] => return Some(upper),
        [count @ b'2'..=b'6', b'X', kind @ (b'S' | b'L')] => (usize::from(count - b'0'), *kind),
        [xs @ .., kind @ (b'S' | b'L')] if (1..=6).contains(&xs.len()) && xs.iter().all(|b| *b == b'X') => {
            (xs.len(), *kind)
        }
        _ => return None,
    };
    Some(format!("{}{}", "X".repeat(count), char::from(kind)))
}

// A size, how many words it is, and why it is one.
fn at(request: &Request<'_>, index: usize) -> Option<(String, usize, &'static str)> {
    let line = request.line;
    let (raw, word) = (line.raw(index), line.word(index));
    let told = is_told(line, index);
    if let Some(size) = canonical(word) {
        let is_single = size.len() == 1;
        let listed = || is_list(line, index) && raw == size;
        let is_upper_in =
            raw == size && matches!(line.word_before(index, 1), "in" | "statt" | "oder" | "or" | "auf" | "than");
        let is_size = !is_single || told || request.is_asked || is_upper_in || listed();
        // "i'm", "t's" are one word; "L'Oréal" is none of a size.
        return is_size.then_some((size, 1, if told { ", behind a word for it" } else { ", by its form" }));
    }
    if let Some((_, size)) = WORDS.iter().find(|(known, _)| *known == word) {
        let extra = matches!(line.word_before(index, 1), "extra" | "x");
        let behind = line.word(index + 1);
        let is_size =
            told || request.is_asked || matches!(behind, "size" | "groesse") || line.word_before(index, 1) == "in";
        return (is_size && !extra).then(|| ((*size).to_owned(), 1, ", in words"));
    }
    if let Some(jeans) = jeans(line, index) {
        return Some((jeans, 2, ", by its form"));
    }
    numbered(request, index, told)
}

// "W32 L34", "w32/l34"
fn jeans(line: &Line<'_>, index: usize) -> Option<String> {
    let part = |word: &str, letter: char| {
        word.strip_prefix(letter).filter(|n| is_number(n) && n.len() == 2).map(str::to_owned)
    };
    let (width, length) = (part(line.word(index), 'w')?, part(line.word(index + 1), 'l')?);
    matches!(line.gap_after(index), " " | "/").then(|| format!("W{width} L{length}"))
}

// "size 42", "UK 8", "Gr. 42-44", "EU 42.5"; the country belongs to it.
fn numbered(request: &Request<'_>, index: usize, told: bool) -> Option<(String, usize, &'static str)> {
    let line = request.line;
    let is_country = COUNTRIES.contains(&line.word(index)) && line.gap_after(index).trim().is_empty();
    // A country is its own sign in capitals only: "let us 2 know".
    let is_sign = is_country && (told || line.raw(index).chars().all(char::is_uppercase));
    let at = index + usize::from(is_country);
    let number = line.raw(at);
    let is_size = is_number(number) && number.len() <= 3 && !number.starts_with('0');
    if !is_size || !(is_sign || told || request.is_asked) || (is_country && !is_sign) || joins_more(line, at) {
        return None;
    }
    let (mut size, mut words) = (number.to_owned(), 1 + at - index);
    let (joint, next) = (line.gap_after(at), line.raw(at + 1));
    let is_range =
        joint.chars().count() == 1 && joint.contains(|c| is_dash(c) || c == '/') && next.len() == number.len();
    if is_range && is_number(next) {
        size = format!("{number}-{next}");
        words += 1;
    } else if matches!(joint, "." | ",") && next == "5" {
        size.push_str(".5");
        words += 1;
    }
    let size = if is_country { format!("{} {size}", line.word(index).to_uppercase()) } else { size };
    Some((size, words, if told { ", behind a word for it" } else { ", by its form" }))
}

// "42 cm", "42 €" and "42%" are measures.
fn joins_more(line: &Line<'_>, index: usize) -> bool {
    let sign = line.gap_after(index).trim_start().chars().next();
    matches!(sign, Some('€' | '$' | '£' | '%')) || super::words::is_unit(line.word(index + 1))
}

// Whether a word for size stands in front, at most two words away.
fn is_told(line: &Line<'_>, index: usize) -> bool {
    let is_word = |steps: usize| SIZE_WORDS.contains(&line.word_before(index, steps));
    let between = || BETWEEN.contains(&line.word_before(index, 1));
    is_word(1) || (between() && is_word(2)) || (is_list(line, index) && is_word(3))
}

// "M or L", "S/M": the neighbour is a size, too.
fn is_list(line: &Line<'_>, index: usize) -> bool {
    let is_size = |at: usize| {
        let raw = line.raw(at);
        canonical(raw).is_some_and(|size| size == raw) || (is_number(raw) && raw.len() == 2)
    };
    let joins = |at: usize| matches!(line.word(at), "or" | "oder" | "and" | "und" | "statt" | "nicht" | "not");
    let is_slash = |gap: &str| matches!(gap, "/" | ", ");
    (index > 1 && joins(index - 1) && is_size(index - 2))
        || (index > 0 && is_slash(line.gap_before(index)) && is_size(index - 1))
        || (joins(index + 1) && is_size(index + 2))
        || (is_slash(line.gap_after(index)) && is_size(index + 1))
}
