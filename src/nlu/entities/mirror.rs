//! A text as it was meant: `1OO42` is `10042`, `FD–10042` is `FD-10042`, `１００４２` is `10042`.
//!
//! One character stands for one character, so that what is found in the mirror has a place in the text.

use super::normalize::{digit, is_dash};

/// Digits a run has at least before a letter in it is taken for one.
const LEAST_DIGITS: usize = 3;
/// Letters in it at most. Who writes three of them means letters.
const MOST_LETTERS: usize = 2;

/// The mirror of a text that is not its own.
#[derive(Debug)]
pub(super) struct Mirror {
    pub(super) text: String,
    // Of each character, its place here and in the text; one past the end, too.
    places: Vec<(usize, usize)>,
}

impl Mirror {
    /// Nothing if the text was written as meant.
    pub(super) fn of(text: &str) -> Option<Self> {
        let meant = |c: char| if is_dash(c) { '-' } else { digit(c).unwrap_or(c) };
        let mut chars: Vec<(usize, char)> = text.char_indices().map(|(at, c)| (at, meant(c))).collect();
        let mut from = 0;
        while from < chars.len() {
            let run = chars.iter().skip(from).take_while(|(_, c)| c.is_alphanumeric()).count();
            straighten(chars.get_mut(from..from + run).unwrap_or_default());
            from += run.max(1);
        }
        if chars.iter().map(|(_, c)| *c).eq(text.chars()) {
            return None;
        }
        let mut mirror = Self { text: String::with_capacity(text.len()), places: Vec::with_capacity(chars.len() + 1) };
        for (at, c) in chars {
            mirror.places.push((mirror.text.len(), at));
            mirror.text.push(c);
        }
        mirror.places.push((mirror.text.len(), text.len()));
        Some(mirror)
    }

    /// The place in the text of a place here, both in bytes.
    pub(super) fn place(&self, at: usize) -> Option<usize> {
        let index = self.places.binary_search_by_key(&at, |(here, _)| *here).ok()?;
        self.places.get(index).map(|(_, there)| *there)
    }
}

// Letters between digits become digits: those at the end of a word, behind its first digit.
fn straighten(word: &mut [(usize, char)]) {
    let Some(first) = word.iter().position(|(_, c)| c.is_ascii_digit()) else { return };
    // `l` at the end is a litre.
    let last = word.iter().rposition(|(_, c)| c.is_ascii_digit() || matches!(c, 'O' | 'o')).unwrap_or(first);
    if last + 1 != word.len() {
        return;
    }
    let Some(run) = word.get_mut(first..) else { return };
    let digits = run.iter().filter(|(_, c)| c.is_ascii_digit()).count();
    let letters = run.len() - digits;
    if digits < LEAST_DIGITS || letters > MOST_LETTERS || !run.iter().all(|(_, c)| look(*c).is_some()) {
        return;
    }
    for (_, c) in run {
        *c = look(*c).unwrap_or(*c);
    }
}

// The digit a character is or looks like.
fn look(c: char) -> Option<char> {
    Some(match c {
        'O' | 'o' => '0',
        'I' | 'l' | 'i' => '1',
        '0'..='9' => c,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_among_digits_are_digits() {
        let check = |text: &str, expected: Option<&str>| {
            let mirror = Mirror::of(text);
            assert_eq!(mirror.as_ref().map(|mirror| mirror.text.as_str()), expected, "{text}");
        };
        check("order 1OO42", Some("order 10042"));
        check("#10O4l2", Some("#100412"));
        check("FD–1004O", Some("FD-10040"));
        check("１００４２", Some("10042"));
        check("order10O42", Some("order10042"));
        for text in ["order 10042", "100l", "Ol42", "1Z999AA10123456784", "MUG-1042-BLO", "1OOO42", "ooo", ""] {
            check(text, None);
        }
    }

    #[test]
    fn places_lead_back() {
        let mirror = Mirror::of("ä–1OO42").unwrap();
        assert_eq!(mirror.text, "ä-10042");
        assert_eq!(
            (mirror.place(2), mirror.place(3), mirror.place(8), mirror.place(1)),
            (Some(2), Some(5), Some(10), None)
        );
    }
}
