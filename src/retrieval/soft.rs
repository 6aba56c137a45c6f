//! Terms that are not the same but mean the same: other names, slips of the keyboard, parts of long words.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::thesaurus;
use super::words::Words;

/// How much another name for the same thing counts.
const OTHER_NAME: f32 = 0.75;
/// How much a word counts that differs by a slip of the keyboard.
const SLIP: f32 = 0.85;
/// How much a word counts that is part of the other, as in German compounds.
const PART: f32 = 0.65;
/// Terms of one query that are compared with the whole vocabulary: it costs up to a millisecond each in a large one.
const MAX_UNKNOWN: usize = 12;
/// Languages that write long words in one.
const COMPOUNDING: &[&str] = &["de", "nl", "da", "sv", "no", "nb", "fi"];
/// Other terms looked for in place of one.
const MAX_OTHERS: usize = 8;

/// The words of all articles of a language, numbered.
pub(super) struct Vocabulary {
    numbers: HashMap<String, u32>,
    terms: Vec<String>,
    // Whether the language writes long words in one: "Rücksendeetikett".
    compounds: bool,
    // Term to the other terms of its groups.
    groups: BTreeMap<String, BTreeSet<String>>,
}

impl Vocabulary {
    /// An empty one that knows what shops call the same in `locale`.
    pub(super) fn new(locale: &str, words: &Words) -> Self {
        let code = locale.split('-').next().unwrap_or_default();
        let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for group in thesaurus::groups(code) {
            let terms: BTreeSet<_> = group.flat_map(|word| words.terms(word)).collect();
            for term in &terms {
                groups.entry(term.clone()).or_default().extend(terms.iter().filter(|other| *other != term).cloned());
            }
        }
        Self { numbers: HashMap::new(), terms: Vec::new(), compounds: COMPOUNDING.contains(&code), groups }
    }

    /// The number of `term`, a new one if need be.
    pub(super) fn add(&mut self, term: &str) -> u32 {
        if let Some(number) = self.numbers.get(term) {
            return *number;
        }
        // The files are bounded far below 2³² words.
        let number = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        self.numbers.insert(term.to_owned(), number);
        self.terms.push(term.to_owned());
        number
    }

    /// How many terms there are.
    pub(super) fn len(&self) -> usize {
        self.terms.len()
    }

    /// The term with this number.
    pub(super) fn term(&self, number: u32) -> &str {
        self.terms.get(usize::try_from(number).unwrap_or(usize::MAX)).map_or("", String::as_str)
    }

    /// For each of `terms`, the known terms that mean it, with how much they count; the term itself, if known, counts 1.
    pub(super) fn expand(&self, terms: &[String]) -> Vec<Vec<(u32, f32)>> {
        let mut unknown = 0;
        terms
            .iter()
            .map(|term| {
                let mut found: Vec<_> = self.numbers.get(term).map(|number| (*number, 1.0)).into_iter().collect();
                if found.is_empty() {
                    unknown += 1;
                    if unknown <= MAX_UNKNOWN {
                        found = self.similar(term);
                    }
                }
                let others = self.groups.get(term).into_iter().flatten();
                found.extend(others.filter_map(|other| self.numbers.get(other)).map(|number| (*number, OTHER_NAME)));
                found.truncate(MAX_OTHERS);
                found
            })
            .collect()
    }

    fn similar(&self, term: &str) -> Vec<(u32, f32)> {
        let mut found: Vec<_> = (0..)
            .zip(&self.terms)
            .filter_map(|(number, known)| Some((number, similarity(term, known, self.compounds)?)))
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found
    }
}

// How much `known` counts for `term`, which differs from it.
fn similarity(term: &str, known: &str, compounds: bool) -> Option<f32> {
    let (length, other) = (term.chars().count(), known.chars().count());
    // Numbers that are nearly the same are not the same.
    if length < 4 || other < 4 || term.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    // Parts shorter than this are in too many words by chance.
    if compounds && length.min(other) >= 5 && is_part(term, known) {
        return Some(PART);
    }
    // Few people slip on the first letter; and it keeps most of the vocabulary from being compared.
    let allowed = if length >= 8 { 2 } else { 1 };
    let same_start = term.chars().next() == known.chars().next();
    if length < 5 || !same_start || length.abs_diff(other) > allowed {
        return None;
    }
    (strsim::damerau_levenshtein(term, known) <= allowed).then_some(SLIP)
}

fn is_part(a: &str, b: &str) -> bool {
    a.starts_with(b) || a.ends_with(b) || b.starts_with(a) || b.ends_with(a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(locale: &str, known: &[&str], term: &str, expected: &[(&str, f32)]) {
        let mut vocabulary = Vocabulary::new(locale, &Words::of(locale));
        for term in known {
            vocabulary.add(term);
        }
        let found = vocabulary.expand(&[term.to_owned()]).remove(0);
        let found: Vec<_> = found.iter().map(|(number, weight)| (vocabulary.term(*number), *weight)).collect();
        assert_eq!(found, expected, "{term}");
    }

    #[test]
    fn what_means_the_same_is_found() {
        check("en", &["parcel", "refund"], "parcel", &[("parcel", 1.0)]);
        check("en", &["parcel", "refund"], "packag", &[("parcel", OTHER_NAME)]);
        check("en", &["warranti"], "waranti", &[("warranti", SLIP)]);
        check("de", &["etikett"], "rucksendeetikett", &[("etikett", PART)]);
        check("en", &["count"], "discount", &[]);
        check("en", &["weather"], "leather", &[]);
        check("en", &["10042"], "10043", &[]);
    }
}
