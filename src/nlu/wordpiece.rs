//! Text as the pieces of words an encoder knows: WordPiece as BERT's uncased models use it.
//!
//! Lower case, no diacritics, a space around every sign, then of each word the longest beginning that is in the
//! vocabulary, and of what remains the longest that is there with `##` before it (Wu et al., 2016; the steps before it
//! are those of Devlin et al., 2019). A word of which some part is not in the vocabulary is one unknown piece.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::slip::Slips;

/// Letters of one word from which on it is an unknown piece without a look: BERT's own limit.
const LONGEST_WORD: usize = 100;

/// Characters read of one text. The pieces an encoder takes are fewer, and no piece is told by more than these.
const MAX_CHARS: usize = 2_000;

/// Pieces with smaller numbers are common: BERT's vocabulary is sorted by how often each is written. A rarer word is seldom what
/// somebody meant who wrote a name that is nearly the same.
const COMMON: i32 = 10_000;

/// What may stand behind a word that is right.
const ENDINGS: [&str; 7] = ["s", "es", "ed", "ing", "er", "ly", "y"];

/// A vocabulary, and the numbers of the pieces that every such model has.
#[derive(Debug)]
pub(crate) struct WordPiece {
    pieces: HashMap<String, i32>,
    unknown: i32,
    begin: i32,
    end: i32,
    /// Words that a misspelt one may have been meant for.
    mending: Option<Mending>,
}

#[derive(Debug)]
struct Mending {
    slips: Slips,
    /// Words that are right although they are not in the vocabulary.
    others: BTreeSet<&'static str>,
}

impl WordPiece {
    /// Reads a vocabulary: one piece a line, numbered from 0.
    ///
    /// # Errors
    /// In words, when it lacks one of the pieces every text needs.
    pub(crate) fn new(vocabulary: &str) -> Result<Self, String> {
        let pieces: HashMap<String, i32> =
            (0..).zip(vocabulary.lines()).map(|(number, piece)| (piece.trim_end().to_owned(), number)).collect();
        let number = |piece: &str| {
            pieces.get(piece).copied().ok_or_else(|| format!("the vocabulary has no line `{piece}`: it is not BERT's"))
        };
        let (unknown, begin, end) = (number("[UNK]")?, number("[CLS]")?, number("[SEP]")?);
        Ok(Self { pieces, unknown, begin, end, mending: None })
    }

    /// The same, for texts in English in which slips of the keyboard are mended: a word that is neither in it nor among `others`,
    /// and one slip away from a common word of it or one of `others`, is taken for that one.
    pub(crate) fn with_slips(self, others: BTreeSet<&'static str>) -> Self {
        let common = self.pieces.iter().filter(|(_, number)| **number < COMMON);
        let common = common.filter_map(|(word, number)| Some((word.as_str(), u32::try_from(*number).ok()?)));
        let rare = others.iter().filter(|word| self.pieces.get(**word).is_none_or(|number| *number >= COMMON));
        let slips = Slips::of(common.chain(rare.map(|word| (*word, u32::MAX))));
        Self { mending: Some(Mending { slips, others }), ..self }
    }

    /// Whether a word is in it whole.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.pieces.contains_key(word)
    }

    /// The numbers of a text's pieces between the two that mark its ends, at most `most` in all. `mends`: slips of the keyboard
    /// are mended, if it can.
    pub(crate) fn ids(&self, text: &str, most: usize, mends: bool) -> Vec<i32> {
        let mut ids = vec![self.begin];
        let room = most.saturating_sub(1);
        for word in words(text) {
            if ids.len() >= room {
                break;
            }
            let meant = if mends { self.meant(&word) } else { None };
            self.add(meant.unwrap_or(&word), &mut ids);
        }
        ids.truncate(room.max(1));
        ids.push(self.end);
        ids
    }

    // The word that was meant by one that nobody writes.
    fn meant(&self, word: &str) -> Option<&str> {
        let Mending { slips, others } = self.mending.as_ref()?;
        let is_known = |word: &str| self.has(word) || others.contains(word);
        let is_form = ENDINGS.iter().any(|ending| word.strip_suffix(ending).is_some_and(is_known));
        if is_form || is_known(word) {
            return None;
        }
        slips.near(word).first().map(|(meant, _)| *meant)
    }

    fn add(&self, word: &str, ids: &mut Vec<i32>) {
        let from = ids.len();
        let mut piece = String::with_capacity(word.len() + 2);
        let mut rest = word;
        if word.chars().count() > LONGEST_WORD {
            return ids.push(self.unknown);
        }
        while !rest.is_empty() {
            let mark = if rest.len() == word.len() { "" } else { "##" };
            let borders = rest.char_indices().rev().map(|(at, c)| at + c.len_utf8());
            let mut longest = borders.filter_map(|to| {
                piece.clear();
                piece.push_str(mark);
                piece.push_str(rest.get(..to)?);
                Some((*self.pieces.get(piece.as_str())?, to))
            });
            let Some((id, to)) = longest.next() else {
                ids.truncate(from);
                return ids.push(self.unknown);
            };
            ids.push(id);
            rest = rest.get(to..).unwrap_or_default();
        }
    }
}

/// The words of a text, each sign one of its own.
fn words(text: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(text.len() + 16);
    let clean = text.chars().take(MAX_CHARS).filter(|c| !is_nothing(*c)).flat_map(char::to_lowercase);
    for c in clean.nfd().filter(|c| !is_combining_mark(*c)) {
        if c.is_whitespace() {
            spaced.push(' ');
        } else if is_sign(c) || is_ideograph(c) {
            spaced.extend([' ', c, ' ']);
        } else {
            spaced.push(c);
        }
    }
    spaced.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn is_nothing(c: char) -> bool {
    (c.is_control() && !c.is_whitespace()) || c == '\u{fffd}' || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}')
}

fn is_sign(c: char) -> bool {
    static PUNCTUATION: LazyLock<Regex> = LazyLock::new(|| match Regex::new(r"\A\p{P}\z") {
        Ok(pattern) => pattern,
        Err(error) => unreachable!("the pattern is a constant that a test compiles: {error}"),
    });
    if c.is_ascii() { c.is_ascii_punctuation() } else { PUNCTUATION.is_match(c.encode_utf8(&mut [0; 4])) }
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VOCABULARY: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nwhere\nis\nmy\nor\n##der\n?\n##s\n39\n##€\nuber\n日\nx\n##x";

    fn shown(text: &str, most: usize) -> Vec<String> {
        let vocabulary: Vec<&str> = VOCABULARY.lines().collect();
        let ids = WordPiece::new(VOCABULARY).unwrap().ids(text, most, false);
        ids.iter().map(|id| vocabulary[usize::try_from(*id).unwrap()].to_owned()).collect()
    }

    #[test]
    fn slips_are_mended_where_they_are_to_be() {
        let plain = WordPiece::new(VOCABULARY).unwrap();
        let mending = WordPiece::new(VOCABULARY).unwrap().with_slips(BTreeSet::from(["orders", "uberx"]));
        for (text, meant) in [
            ("wehre is my odrers", "where is my orders"),
            ("uberz", "uber"),
            ("whree wheres whereing", "where wheres whereing"),
            ("Where uberx", "where uberx"),
        ] {
            assert_eq!(mending.ids(text, 64, false), plain.ids(text, 64, true), "{text}");
            assert_eq!(mending.ids(text, 64, true), plain.ids(meant, 64, false), "{text}");
        }
    }

    #[test]
    fn words_become_pieces() {
        let check = |text: &str, expected: &[&str]| {
            let all = shown(text, 64);
            assert_eq!((all[0].as_str(), all[all.len() - 1].as_str()), ("[CLS]", "[SEP]"));
            assert_eq!(all[1..all.len() - 1], *expected, "{text}");
        };
        check("Where is MY order?", &["where", "is", "my", "or", "##der", "?"]);
        check("orders", &["or", "##der", "##s"]);
        check("Über 39€", &["uber", "39", "##€"]);
        check("日日", &["日", "日"]);
        check("ordered is", &["[UNK]", "is"]);
        check("\u{0}is\u{200b}\tmy\u{fffd}", &["is", "my"]);
        check("🙂", &["[UNK]"]);
        check("", &[]);
        check(&"x".repeat(101), &["[UNK]"]);
        check(&"x".repeat(3), &["x", "##x", "##x"]);
    }

    #[test]
    fn long_texts_are_cut_and_keep_their_ends() {
        let all = shown(&"is ".repeat(500), 16);
        assert_eq!((all.len(), all[0].as_str(), all[15].as_str()), (16, "[CLS]", "[SEP]"));
        assert_eq!(shown("order order", 4), ["[CLS]", "or", "##der", "[SEP]"]);
    }

    #[test]
    fn a_vocabulary_of_something_else_is_refused() {
        assert!(WordPiece::new("hello\nworld").unwrap_err().contains("[UNK]"));
    }

    proptest! {
        #[test]
        fn any_text_has_pieces(text in any::<String>()) {
            let ids = WordPiece::new(VOCABULARY).unwrap().with_slips(BTreeSet::from(["orders"])).ids(&text, 32, true);
            prop_assert!((2..=32).contains(&ids.len()));
        }
    }
}
