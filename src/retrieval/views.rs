//! What of a message the encoder is shown: without the names of products, and clause by clause.
//!
//! "my toddler bought three lamps, how do I stop this" is not about lamps; an encoder thinks so, and finds what the shop says
//! of old lamps. So products become "item" before a message is read for its meaning (its words are searched as they stand).
//! And who tells a story asks in one clause of it: the mean over the clauses beside the whole lets that clause count.

use std::collections::BTreeSet;

/// What stands for a product.
const ITEM: &str = "item";

/// Clauses read of one message: the first ones. Each costs a call of the encoder.
const MOST_CLAUSES: usize = 4;

/// Words a clause has at least: fewer say nothing by themselves.
const CLAUSE_WORDS: usize = 3;

/// Letters of a word that names a product at least: "m" and "of" stand in titles, too.
const SHORTEST: usize = 3;

/// Words that stand in titles and name nothing.
const LITTLE_WORDS: [&str; 14] =
    ["and", "the", "for", "with", "without", "set", "new", "our", "your", "pack", "free", "gift", "card", "sale"];

/// Words that begin a clause.
const JOINTS: [&str; 5] = ["and", "but", "so", "because", "now"];

/// The words of the shop's products, in small letters and without the ending of a plural.
#[derive(Debug, Clone, Default)]
pub(super) struct Things(BTreeSet<String>);

impl Things {
    /// Those of titles.
    pub(super) fn of<'t>(titles: impl Iterator<Item = &'t str>) -> Self {
        let words = titles.flat_map(|title| title.split(|c: char| !c.is_alphabetic()));
        let names = words
            .map(str::to_lowercase)
            .filter(|word| word.chars().count() >= SHORTEST && !LITTLE_WORDS.contains(&word.as_str()));
        Self(names.map(|word| singular(&word).to_owned()).collect())
    }

    fn has(&self, word: &str) -> bool {
        let lower = word.to_lowercase();
        self.0.contains(singular(&lower))
    }

    /// `text` with "item" for every run of products.
    pub(super) fn hidden(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        // Blanks between two products go with them; the one behind the last stays.
        let (mut after_item, mut blank) = (false, false);
        for piece in pieces(text) {
            if piece.chars().all(char::is_alphabetic) && self.has(piece) {
                if !after_item {
                    out.push_str(ITEM);
                }
                (after_item, blank) = (true, false);
            } else if after_item && piece.trim().is_empty() {
                blank = true;
            } else {
                if blank {
                    out.push(' ');
                }
                out.push_str(piece);
                (after_item, blank) = (false, false);
            }
        }
        out
    }
}

// Words and what stands between them, one after the other.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let is_word = first.is_alphabetic();
        let end = rest.find(|c: char| c.is_alphabetic() != is_word).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').filter(|rest| rest.chars().count() >= SHORTEST).unwrap_or(word)
}

/// The clauses of a text; none where it has only one.
pub(super) fn clauses(text: &str) -> Vec<String> {
    let mut found: Vec<Vec<&str>> = vec![Vec::new()];
    for word in text.split_whitespace() {
        let begins = JOINTS.contains(&word.to_lowercase().as_str());
        if begins {
            found.push(Vec::new());
        } else if let Some(clause) = found.last_mut() {
            clause.push(word.trim_end_matches([',', '.', ';', '!', '?']));
        }
        if word.ends_with([',', '.', ';', '!', '?']) {
            found.push(Vec::new());
        }
    }
    found.retain(|clause| clause.len() >= CLAUSE_WORDS);
    if found.len() < 2 {
        return Vec::new();
    }
    found.into_iter().take(MOST_CLAUSES).map(|clause| clause.join(" ")).collect()
}

/// The mean of the clauses' directions and the whole's, as one direction; only the first `width` numbers of each count.
pub(super) fn mixed(whole: &[f32], clauses: &[impl AsRef<[f32]>], width: usize) -> Vec<f32> {
    let mut sum: Vec<f32> = whole.iter().take(width).copied().collect();
    for clause in clauses {
        let share = 1.0 / clauses.len() as f32;
        sum.iter_mut().zip(clause.as_ref()).for_each(|(sum, value)| *sum += value * share);
    }
    let length = sum.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        sum.iter_mut().for_each(|value| *value /= length);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_hidden() {
        let things = Things::of(["Table lamp Mast, brass", "Set of mugs (white)", "Wool throw"].into_iter());
        let check = |text: &str, expected: &str| assert_eq!(things.hidden(text), expected, "{text}");
        check("my toddler bought three lamps, how do I stop this", "my toddler bought three item, how do I stop this");
        check("the Brass table lamp broke", "the item broke");
        check("a white mug-throw", "a item-item");
        check("where is my parcel?", "where is my parcel?");
        check("", "");
        check("wool", "item");
    }

    #[test]
    fn clauses_are_what_stands_between_the_joints() {
        let check = |text: &str, expected: &[&str]| assert_eq!(clauses(text), expected, "{text}");
        check("how long does a refund take", &[]);
        check(
            "changed my mind after paying, can I drop the blanket and keep all the rest",
            &["changed my mind after paying", "can I drop the blanket", "keep all the rest"],
        );
        check("hi, where is it", &[]);
        check("a b c. d e f! g h i; j k l, m n o", &["a b c", "d e f", "g h i", "j k l"]);
    }

    #[test]
    fn a_mixture_is_a_direction() {
        let mixed = mixed(&[1.0, 0.0, 9.0], &[vec![0.0, 1.0], vec![0.0, 1.0]], 2);
        assert!((mixed[0] - 0.5f32.sqrt()).abs() < 1e-6 && (mixed[1] - 0.5f32.sqrt()).abs() < 1e-6, "{mixed:?}");
        assert_eq!(super::mixed(&[0.0, 0.0], &[] as &[Vec<f32>], 2), [0.0, 0.0]);
    }
}
