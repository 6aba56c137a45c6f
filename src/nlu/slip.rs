//! Words with one slip of the keyboard: a letter too many, one missing, one wrong, or two that changed places.
//!
//! An encoder takes a misspelt word apart into pieces that mean nothing together; the word that was meant, it knows. The first
//! letter is taken as it stands (few people slip there, and it keeps most words from being compared), and short words are left
//! alone but for letters that changed places, because too many short words are one letter apart.

use std::collections::HashMap;

/// Letters from which a word may have any slip.
const LONG: usize = 5;
/// Letters from which two may have changed places.
const SHORTEST: usize = 4;

/// A word, and the number it came with.
type Numbered = (Box<str>, u32);

/// Words to find again.
#[derive(Debug, Default)]
pub(super) struct Slips {
    // By first letter and length.
    words: HashMap<(u8, usize), Vec<Numbered>>,
}

impl Slips {
    /// Of all words those that a slip can lead away from: small letters of the English alphabet and nothing else.
    pub(super) fn of<'w>(words: impl Iterator<Item = (&'w str, u32)>) -> Self {
        let mut slips = Self::default();
        for (word, number) in words {
            if let Some(first) = first(word) {
                slips.words.entry((first, word.len())).or_default().push((word.into(), number));
            }
        }
        slips
    }

    /// The words that `word`, which is none of them, was most likely meant for, the smallest number first: those of which two
    /// letters have changed places, or else those that any other slip makes it of.
    pub(super) fn near(&self, word: &str) -> Vec<(&str, u32)> {
        let Some(first) = first(word) else { return Vec::new() };
        let lengths = if word.len() < LONG { word.len()..=word.len() } else { word.len() - 1..=word.len() + 1 };
        let known = lengths.filter_map(|length| self.words.get(&(first, length))).flatten();
        let (mut swapped, mut others) = (Vec::new(), Vec::new());
        for (known, number) in known {
            match slip(word.as_bytes(), known.as_bytes()) {
                Some(Slip::Swapped) => swapped.push((known.as_ref(), *number)),
                Some(Slip::Other) if word.len() >= LONG => others.push((known.as_ref(), *number)),
                _ => {}
            }
        }
        let mut near = if swapped.is_empty() { others } else { swapped };
        near.sort_unstable_by_key(|(word, number)| (*number, *word));
        near
    }
}

fn first(word: &str) -> Option<u8> {
    let is_word = word.len() >= SHORTEST && word.bytes().all(|byte| byte.is_ascii_lowercase());
    word.bytes().next().filter(|_| is_word)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slip {
    Swapped,
    Other,
}

// The one slip between two words, if there is no more than that and no less.
fn slip(a: &[u8], b: &[u8]) -> Option<Slip> {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(same..)?, b.get(same..)?);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    match (a.get(..a.len() - end)?, b.get(..b.len() - end)?) {
        ([_], []) | ([], [_]) | ([_], [_]) => Some(Slip::Other),
        ([a, b], [c, d]) if (a, b) == (d, c) => Some(Slip::Swapped),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_found_and_no_more() {
        let words = ["refund", "parcel", "parole", "received", "last", "cast", "lost", "warehouse", "list"];
        let slips = Slips::of(words.iter().copied().zip(0..));
        let near = |word: &str| slips.near(word).into_iter().map(|(word, _)| word).collect::<Vec<_>>();
        assert_eq!(near("refnud"), ["refund"]);
        assert_eq!(near("refundd"), ["refund"]);
        assert_eq!(near("refunds"), ["refund"]);
        assert_eq!(near("parce"), ["parcel"]);
        assert_eq!(near("parcle"), ["parcel"], "letters that changed places before one that is wrong");
        assert_eq!(near("parcl"), ["parcel"]);
        assert_eq!(near("lisst"), ["list"]);
        assert_eq!(near("warehosue"), ["warehouse"]);
        assert_eq!(near("lsat"), ["last"]);
        assert_eq!(near("lust"), [""; 0], "too short for a wrong letter");
        assert_eq!(near("efund"), [""; 0], "the first letter stands");
        assert_eq!(near("rfeundd"), [""; 0], "two slips");
        for odd in ["", "a", "Refnud", "rückgabe", "ref4nd", "日本語"] {
            assert_eq!(near(odd), [""; 0], "{odd}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_one_slip_leads_back(word in "[a-z]{6,12}", at in 1usize..5, letter in "[a-z]", kind in 0u8..4) {
            let slips = Slips::of(std::iter::once((word.as_str(), 7)));
            let mut bytes: Vec<char> = word.chars().collect();
            match kind {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, letter.chars().next().unwrap()),
                2 => bytes[at] = letter.chars().next().unwrap(),
                _ => bytes.swap(at, at + 1),
            }
            let slipped: String = bytes.into_iter().collect();
            let expected = if slipped == word { vec![] } else { vec![(word.as_str(), 7)] };
            proptest::prop_assert_eq!(slips.near(&slipped), expected);
        }

        #[test]
        fn nothing_breaks_it(word in proptest::prelude::any::<String>(), other in proptest::prelude::any::<String>()) {
            let _ = Slips::of(std::iter::once((word.as_str(), 1))).near(&other);
        }
    }
}
