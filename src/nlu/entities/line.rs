//! A text cut into words once, for all rules.

use std::ops::Range;

/// Characters read of one text, as many as a shopper may send. What lies behind them is not read.
const MAX_CHARS: usize = 8_000;

/// A text and its words: runs of letters and digits.
#[derive(Debug)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    words: Vec<Word>,
    // The folded words one after the other: one allocation and not one a word.
    folded: String,
}

#[derive(Debug)]
struct Word {
    start: usize,
    end: usize,
    folded: Range<usize>,
}

impl<'t> Line<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let end = text.char_indices().nth(MAX_CHARS).map_or(text.len(), |(at, _)| at);
        let text = text.get(..end).unwrap_or(text);
        let mut line = Self { text, words: Vec::new(), folded: String::with_capacity(text.len()) };
        let mut start = None;
        for (at, c) in text.char_indices() {
            if c.is_alphanumeric() || (is_apostrophe(c) && start.is_some() && line.letters_around(at, c)) {
                start.get_or_insert(at);
            } else if let Some(start) = start.take() {
                line.push(start, at);
            }
        }
        if let Some(start) = start {
            line.push(start, text.len());
        }
        line
    }

    fn letters_around(&self, at: usize, c: char) -> bool {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        is_letter(self.before(at)) && is_letter(self.after(at + c.len_utf8()))
    }

    fn push(&mut self, start: usize, end: usize) {
        let from = self.folded.len();
        fold_into(self.text.get(start..end).unwrap_or_default(), &mut self.folded);
        self.words.push(Word { start, end, folded: from..self.folded.len() });
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// A word as written; empty behind the last.
    pub(super) fn raw(&self, index: usize) -> &'t str {
        self.words.get(index).and_then(|word| self.text.get(word.start..word.end)).unwrap_or_default()
    }

    /// A word folded as [`fold`] does; empty behind the last.
    pub(super) fn word(&self, index: usize) -> &str {
        self.words.get(index).and_then(|word| self.folded.get(word.folded.clone())).unwrap_or_default()
    }

    /// The word so many before another.
    pub(super) fn word_before(&self, index: usize, steps: usize) -> &str {
        index.checked_sub(steps).map_or("", |index| self.word(index))
    }

    /// Where a word begins, in bytes; the end of the text behind the last.
    pub(super) fn start(&self, index: usize) -> usize {
        self.words.get(index).map_or(self.text.len(), |word| word.start)
    }

    /// Where a word ends, in bytes.
    pub(super) fn end(&self, index: usize) -> usize {
        self.words.get(index).map_or(self.text.len(), |word| word.end)
    }

    /// What stands between a word and the one before it.
    pub(super) fn gap_before(&self, index: usize) -> &'t str {
        let from = index.checked_sub(1).map_or(0, |before| self.end(before));
        self.text.get(from..self.start(index)).unwrap_or_default()
    }

    /// What stands between a word and the next.
    pub(super) fn gap_after(&self, index: usize) -> &'t str {
        self.text.get(self.end(index)..self.start(index + 1)).unwrap_or_default()
    }

    /// The words a stretch of bytes has a part in. Never empty of meaning: where it touches none, it lies between them.
    pub(super) fn words_in(&self, start: usize, end: usize) -> Range<usize> {
        let first = self.words.partition_point(|word| word.end <= start);
        let last = self.words.partition_point(|word| word.start < end);
        first..last.max(first)
    }

    /// The character before a byte.
    pub(super) fn before(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }

    /// The character at a byte.
    pub(super) fn after(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    /// Whether a word is part of an e-mail address: an `@` stands in the same run without a space.
    pub(super) fn is_in_address(&self, index: usize) -> bool {
        let (before, behind) = (self.text.get(..self.start(index)), self.text.get(self.end(index)..));
        let has_at = |run: Option<&str>| run.is_some_and(|run| run.contains('@'));
        has_at(before.and_then(|text| text.rsplit(char::is_whitespace).next()))
            || has_at(behind.and_then(|text| text.split(char::is_whitespace).next()))
    }

    /// Whether the words `first..=last` are part of a longer row of numbers of one size, as on a bank card.
    pub(super) fn is_in_row(&self, first: usize, last: usize) -> bool {
        let is_same = |index: usize, other: usize| {
            let ends = self.raw(index).bytes().rev().take_while(u8::is_ascii_digit).count();
            ends > 1 && self.raw(other).len() == self.raw(index).len() && self.is_number(index.max(other))
        };
        let before = first > 0 && self.gap_before(first) == " " && is_same(first - 1, first);
        before || (self.gap_after(last) == " " && is_same(last, last + 1))
    }

    /// Whether a word is digits only.
    pub(super) fn is_number(&self, index: usize) -> bool {
        is_number(self.raw(index))
    }
}

/// Whether a text is ASCII digits and nothing else.
pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}')
}

/// A word as words are compared: lower case, umlauts spelled out, so that `Größe`, `GROESSE` and `größe` are one.
#[must_use]
pub fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    fold_into(word, &mut folded);
    folded
}

fn fold_into(word: &str, out: &mut String) {
    for c in word.chars() {
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
            continue;
        }
        for c in c.to_lowercase() {
            match c {
                'ä' => out.push_str("ae"),
                'ö' => out.push_str("oe"),
                'ü' => out.push_str("ue"),
                'ß' => out.push_str("ss"),
                '\u{2019}' => out.push('\''),
                _ => out.push(c),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        let check = |text: &str, expected: &[&str]| {
            let line = Line::new(text);
            assert_eq!((0..line.len()).map(|i| line.word(i)).collect::<Vec<_>>(), expected, "{text}");
        };
        check("It\u{2019}s #10042, 'bitte'!", &["it's", "10042", "bitte"]);
        check("GRÖSSE größe", &["groesse", "groesse"]);
        check("39,90€ a_b", &["39", "90", "a", "b"]);
        check("", &[]);
        check("…", &[]);
    }

    #[test]
    fn places_are_bytes_of_the_text() {
        let line = Line::new("für 80331, Ärger");
        assert_eq!(line.raw(2), "Ärger");
        assert_eq!((line.gap_before(0), line.gap_after(1), line.gap_after(2)), ("", ", ", ""));
        assert_eq!(line.words_in(line.start(1), line.end(1)), 1..2);
        assert_eq!(line.words_in(line.end(1), line.start(2)), 2..2);
        assert_eq!((line.raw(9), line.word(9), line.word_before(0, 1)), ("", "", ""));
    }

    #[test]
    fn only_as_much_is_read_as_a_shopper_may_send() {
        let text = "ä ".repeat(8_000);
        assert_eq!(Line::new(&text).len(), 4_000);
    }
}
