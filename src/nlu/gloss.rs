//! German in rough English, word by word, for an encoder that has read English only.
//!
//! A sentence encoder goes by the words of a sentence much more than by their order, so "when get I my money back" is as near to
//! "how long does a refund take" as a translation is. Words that no list has stay as they are: names, numbers, what both
//! languages share.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use super::slip::Slips;

/// Forms of German words that hold a sentence together, and verbs; a gloss is English, or nothing for what only colours.
const COMMON: &str = include_str!("gloss/common.tsv");
/// What is ordered, sent, paid and complained of, and what it is made of.
const THINGS: &str = include_str!("gloss/things.tsv");

/// The language that is glossed.
pub(super) const LANGUAGE: &str = "de";

/// Characters read of one text: an encoder takes the beginning.
const MAX_CHARS: usize = 2_000;
/// Letters of a word, at most: no compound anybody writes is longer, and the time to take one apart grows with it.
const LONGEST: usize = 40;
/// Letters of a part of a compound.
const SHORTEST_PART: usize = 3;
/// Letters from which a word of the common list can be a part: shorter ones stand inside too many words.
const SHORTEST_COMMON_PART: usize = 6;
/// Parts of a compound.
const MOST_PARTS: usize = 4;

/// What may stand between the parts of a compound.
const LINKS: [&str; 5] = ["", "s", "n", "en", "es"];
/// What may stand behind a form that a list has without it.
const ENDINGS: [&str; 8] = ["e", "n", "s", "en", "er", "es", "em", "t"];

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(&[(COMMON, true), (THINGS, false)]));

/// `text` in rough English if it is German, as it is if not. `is_english` tells words of an English vocabulary.
pub(super) fn gloss<'t>(text: &'t str, is_english: impl Fn(&str) -> bool) -> Cow<'t, str> {
    LEXICON.gloss(text, is_english)
}

/// Everything that a gloss depends on.
pub(super) fn material() -> [&'static str; 2] {
    [COMMON, THINGS]
}

/// The English words of all glosses: what is said of things that are ordered, sent and paid, in small letters.
pub(super) fn english() -> BTreeSet<&'static str> {
    let glosses = material().into_iter().flat_map(str::lines).filter_map(|line| Some(line.split_once('\t')?.1));
    let words = glosses.flat_map(|gloss| gloss.split(|c: char| !c.is_ascii_alphabetic()));
    words.filter(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())).collect()
}

struct Lexicon {
    words: HashMap<String, Word>,
    /// Forms that a misspelt word may have been meant for, and the glosses they are numbered by.
    slips: Slips,
    glosses: Vec<&'static str>,
}

#[derive(Debug, Clone, Copy)]
struct Word {
    english: &'static str,
    is_common: bool,
}

impl Lexicon {
    fn new(lists: &[(&'static str, bool)]) -> Self {
        let mut words = HashMap::new();
        for (list, is_common) in lists {
            for (forms, english) in list.lines().filter_map(|line| line.split_once('\t')) {
                for form in forms.split(',') {
                    // The first list that has a form is right about it.
                    words.entry(folded(form)).or_insert(Word { english, is_common: *is_common });
                }
            }
        }
        // Sorted, so that a number does not depend on the order in which a map is read.
        let mut forms: Vec<(&String, &Word)> = words.iter().collect();
        forms.sort_unstable_by_key(|(form, word)| (!word.is_common, *form));
        let glosses = forms.iter().map(|(_, word)| word.english).collect();
        let slips = Slips::of(forms.iter().map(|(form, _)| form.as_str()).zip(0..));
        Self { slips, glosses, words }
    }

    fn gloss<'t>(&self, text: &'t str, is_english: impl Fn(&str) -> bool) -> Cow<'t, str> {
        let end = text.char_indices().nth(MAX_CHARS).map_or(text.len(), |(at, _)| at);
        let pieces = pieces(text.get(..end).unwrap_or(text));
        let (mut german, mut english) = (0, 0);
        let glosses: Vec<Option<String>> = pieces
            .iter()
            .map(|piece| {
                let word = folded(piece);
                let is_word = word.len() > 1 && word.chars().all(char::is_alphabetic);
                let gloss = is_word.then(|| self.of(&word)).flatten();
                match (gloss.is_some(), is_word && is_english(&piece.to_lowercase())) {
                    (true, false) => german += 1,
                    (false, true) => english += 1,
                    _ => {}
                }
                gloss
            })
            .collect();
        if german <= english {
            return Cow::Borrowed(text);
        }
        let meant = |piece: &'t str| self.meant(&folded(piece)).unwrap_or(piece);
        let words = pieces.iter().zip(&glosses).map(|(piece, gloss)| gloss.as_deref().unwrap_or_else(|| meant(piece)));
        let mut out = String::with_capacity(text.len() * 2);
        for word in words.filter(|word| !word.is_empty()) {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
        Cow::Owned(out)
    }

    // What a form means that is one slip away from `word`: where there are several, they have to mean the same.
    fn meant(&self, word: &str) -> Option<&'static str> {
        let near = self.slips.near(word);
        let mut meanings = near.iter().filter_map(|(_, at)| self.glosses.get(usize::try_from(*at).ok()?).copied());
        let first = meanings.next()?;
        meanings.all(|other| other == first).then_some(first)
    }

    fn of(&self, word: &str) -> Option<String> {
        if let Some(known) = self.form(word) {
            return Some(known.english.to_owned());
        }
        (word.len() <= LONGEST).then(|| self.compound(word, MOST_PARTS)).flatten()
    }

    fn form(&self, word: &str) -> Option<Word> {
        let without = |ending: &&str| word.strip_suffix(*ending).filter(|stem| stem.len() >= 4);
        let known = |form: &str| self.words.get(form).copied();
        known(word).or_else(|| ENDINGS.iter().filter_map(|ending| known(without(ending)?)).next())
    }

    // The longest last part decides: it says what the thing is.
    fn compound(&self, word: &str, parts: usize) -> Option<String> {
        let borders = word.char_indices().map(|(at, _)| at);
        let borders = borders.filter(|at| *at >= SHORTEST_PART && word.len() - at >= SHORTEST_PART);
        borders.filter_map(|at| word.split_at_checked(at)).find_map(|(head, tail)| {
            let tail = self.part(tail)?;
            let head = self.head(head, parts.saturating_sub(1))?;
            Some(format!("{head} {tail}").trim().to_owned())
        })
    }

    fn head(&self, head: &str, parts: usize) -> Option<String> {
        let linked = LINKS.iter().filter_map(|link| head.strip_suffix(*link));
        linked.filter(|bare| bare.len() >= SHORTEST_PART).find_map(|bare| {
            let part = self.part(bare).map(str::to_owned);
            part.or_else(|| (parts > 1).then(|| self.compound(bare, parts)).flatten())
        })
    }

    fn part(&self, part: &str) -> Option<&'static str> {
        let known = self.form(part)?;
        (!known.is_common || part.len() >= SHORTEST_COMMON_PART).then_some(known.english)
    }
}

// How a word is looked up: small, and umlauts written out, as keyboards without them do.
fn folded(word: &str) -> String {
    let mut out = String::with_capacity(word.len() + 2);
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            c => out.push(c),
        }
    }
    out
}

// Words, and what stands between them without the spaces.
fn pieces(text: &str) -> Vec<&str> {
    let (mut pieces, mut from) = (Vec::new(), 0);
    let mut last = ' ';
    for (at, c) in text.char_indices() {
        if kind(c) != kind(last) {
            pieces.push(text.get(from..at).unwrap_or_default());
            from = at;
        }
        last = c;
    }
    pieces.push(text.get(from..).unwrap_or_default());
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
}

fn kind(c: char) -> u8 {
    match c {
        c if c.is_alphabetic() => 0,
        c if c.is_whitespace() => 1,
        c if c.is_numeric() => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: [&str; 12] =
        ["my", "gift", "card", "is", "where", "order", "paypal", "newsletter", "in", "the", "die", "hat"];

    fn lexicon() -> Lexicon {
        let common = "wann\twhen\nbekomme,bekommst\tget\nich\tI\nmein,meine\tmy\nzurück\tback\nwo\twhere\nist\tis\ndenn\t\nin\tin\n\
                      die\tthe\nhat\thas\nüber\tabout";
        let things = "geld\tmoney\nrücksende\treturn\nkosten\tcost\nversand\tshipping\nbestätigung\tconfirmation\n\
                      bestell,bestellung\torder\nnummer\tnumber\ntee\ttea\nkanne\tpot\nnewsletter\tnewsletter";
        Lexicon::new(&[(common, true), (things, false)])
    }

    fn check(text: &str, expected: &str) {
        let glossed = lexicon().gloss(text, |word| ENGLISH.contains(&word)).into_owned();
        assert_eq!(glossed, expected);
    }

    #[test]
    fn german_becomes_rough_english() {
        check("Wann bekomme ich mein Geld zurück?", "when get I my money back ?");
        check("wann bekomm ich mein geld zurueck", "when get I my money back");
        check("Wo ist denn meine Bestellung, die 10042?", "where is my order , the 10042 ?");
    }

    #[test]
    fn compounds_are_taken_apart() {
        check("Rücksendekosten", "return cost");
        check("Versandbestätigung", "shipping confirmation");
        check("Bestellungsnummern", "order number");
        check("Versandkostenbestätigung", "shipping cost confirmation");
        check("Teekanne", "tea pot");
        // `über` is too common to be a part.
        check("wo ist die Überkanne", "where is the Überkanne");
    }

    #[test]
    fn english_stays_as_it_is() {
        for text in
            ["Where is my order in the paypal", "newsletter", "my gift card die", "10042", "", "hat hat", "日本語"]
        {
            check(text, text);
        }
    }

    #[test]
    fn the_lists_are_whole_and_say_each_form_once() {
        let mut seen = HashMap::new();
        for list in material() {
            for line in list.lines() {
                let (forms, english) = line.split_once('\t').unwrap_or_else(|| panic!("no tab in `{line}`"));
                assert!(english.chars().all(|c| c.is_ascii_alphanumeric() || " '-".contains(c)), "{line}");
                for form in forms.split(',') {
                    assert!(!form.is_empty() && !form.contains(char::is_whitespace), "{line}");
                    assert_eq!(form, form.to_lowercase(), "{line}");
                    assert_eq!(seen.insert(form, line), None, "`{form}` stands there twice");
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_breaks_it(text in proptest::prelude::any::<String>()) {
            let _ = gloss(&text, |_| false);
        }
    }
}
