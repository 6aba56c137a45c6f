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
/// Terms of one query that others are looked for: it costs up to a tenth of a millisecond each in a large vocabulary.
const MAX_UNKNOWN: usize = 12;
/// Letters that may be wrong in a long word.
const MOST_SLIPS: usize = 2;
/// Languages that write long words in one.
const COMPOUNDING: &[&str] = &["de", "nl", "da", "sv", "no", "nb", "fi"];
/// Other terms looked for in place of one.
const MAX_OTHERS: usize = 8;

/// Other names for the same thing that a shop has itself: for each language groups of words or short phrases.
pub type Synonyms = BTreeMap<String, Vec<Vec<String>>>;

/// The words of all articles of a language, numbered. It only grows, so that numbers stay what they were when an article
/// changes; what no article has any more is not looked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Lexicon {
    numbers: HashMap<String, u32>,
    terms: Vec<String>,
    // By first letter and length, so that a slip of the keyboard is looked for among few.
    alike: HashMap<(char, usize), Vec<u32>>,
}

impl Lexicon {
    /// The number of `term`, a new one if need be.
    pub(super) fn add(&mut self, term: &str) -> u32 {
        if let Some(number) = self.numbers.get(term) {
            return *number;
        }
        // The files are bounded far below 2³² words.
        let number = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        self.numbers.insert(term.to_owned(), number);
        self.terms.push(term.to_owned());
        if let Some(first) = term.chars().next() {
            self.alike.entry((first, term.chars().count())).or_default().push(number);
        }
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

    /// The number of `term`, if it has one.
    pub(super) fn number(&self, term: &str) -> Option<u32> {
        self.numbers.get(term).copied()
    }
}

/// What means the same as a term, in one language.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    // Whether the language writes long words in one: "Rücksendeetikett".
    compounds: bool,
    // Term to the other terms of its groups.
    groups: BTreeMap<String, BTreeSet<String>>,
    // Phrases of several terms to the terms of the other names.
    phrases: Vec<(Vec<String>, BTreeSet<String>)>,
}

impl Vocabulary {
    /// What all shops call the same in `locale`, and what this one does.
    pub(super) fn new(locale: &str, words: &Words, own: &Synonyms) -> Self {
        let code = locale.split('-').next().unwrap_or_default();
        let mut vocabulary = Self { compounds: COMPOUNDING.contains(&code), ..Self::default() };
        for group in thesaurus::groups(code) {
            vocabulary.add_group(group.map(|word| words.terms(word)));
        }
        let both = [own.get(locale), own.get(code).filter(|_| code != locale)];
        for group in both.into_iter().flatten().flatten() {
            vocabulary.add_group(group.iter().map(|name| words.terms(name)));
        }
        vocabulary
    }

    fn add_group(&mut self, names: impl Iterator<Item = Vec<String>>) {
        let names: BTreeSet<Vec<String>> = names.filter(|terms| !terms.is_empty()).collect();
        for name in &names {
            let others = || names.iter().filter(|other| *other != name).flatten().cloned();
            match name.as_slice() {
                [term] => self.groups.entry(term.clone()).or_default().extend(others()),
                terms => self.phrases.push((terms.to_vec(), others().collect())),
            }
        }
    }

    /// For each of `terms`, the terms of articles (which `is_used` knows) that mean it, with how much they count; the term
    /// itself, if an article has it, counts 1.
    pub(super) fn expand(
        &self,
        terms: &[String],
        lexicon: &Lexicon,
        is_used: &dyn Fn(u32) -> bool,
    ) -> Vec<Vec<(u32, f32)>> {
        let mut unknown = 0;
        let used = |term: &str| lexicon.number(term).filter(|number| is_used(*number));
        let expanded = terms.iter().enumerate().map(|(at, term)| {
            let mut found: Vec<_> = used(term).map(|number| (number, 1.0)).into_iter().collect();
            if found.is_empty() {
                unknown += 1;
                if unknown <= MAX_UNKNOWN {
                    found = self.similar(term, lexicon, is_used);
                }
            }
            let others = self.groups.get(term).into_iter().flatten().chain(self.of_phrase(&terms[at..]));
            found.extend(others.filter_map(|other| used(other)).map(|number| (number, OTHER_NAME)));
            found.truncate(MAX_OTHERS);
            found
        });
        expanded.collect()
    }

    // The other names of a phrase that begins here.
    fn of_phrase<'v>(&'v self, terms: &'v [String]) -> impl Iterator<Item = &'v String> {
        self.phrases.iter().filter(|(phrase, _)| terms.starts_with(phrase)).flat_map(|(_, others)| others)
    }

    fn similar(&self, term: &str, lexicon: &Lexicon, is_used: &dyn Fn(u32) -> bool) -> Vec<(u32, f32)> {
        let mut numbers: BTreeSet<u32> = BTreeSet::new();
        if let Some(first) = term.chars().next() {
            let length = term.chars().count();
            let lengths = length.saturating_sub(MOST_SLIPS)..=length + MOST_SLIPS;
            numbers.extend(lengths.filter_map(|length| lexicon.alike.get(&(first, length))).flatten());
        }
        if self.compounds {
            // A scan, for a part may stand at either end of either word.
            numbers.extend((0..).zip(&lexicon.terms).filter(|(_, known)| is_part(term, known)).map(|(at, _)| at));
        }
        let known = numbers.into_iter().filter(|number| is_used(*number));
        let mut found: Vec<_> = known
            .filter_map(|number| Some((number, similarity(term, lexicon.term(number), self.compounds)?)))
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
    let allowed = if length >= 8 { MOST_SLIPS } else { 1 };
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

    fn check(locale: &str, known: &[&str], query: &str, expected: &[(&str, f32)]) {
        let words = Words::of(locale);
        let own = Synonyms::from([("en".into(), vec![vec!["gift card".into(), "voucher".into(), "Gutschein".into()]])]);
        let (vocabulary, mut lexicon) = (Vocabulary::new(locale, &words, &own), Lexicon::default());
        for term in known {
            lexicon.add(term);
        }
        let terms: Vec<String> = query.split(' ').map(str::to_owned).collect();
        let found = vocabulary.expand(&terms, &lexicon, &|number| lexicon.term(number) != "gone").remove(0);
        let found: Vec<_> = found.iter().map(|(number, weight)| (lexicon.term(*number), *weight)).collect();
        assert_eq!(found, expected, "{query}");
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
        check("en", &["gone"], "gone", &[]);
    }

    #[test]
    fn a_shop_has_names_of_its_own() {
        check("en", &["voucher"], "gift card", &[("voucher", OTHER_NAME)]);
        check("en", &["voucher"], "gift wrap", &[]);
        check(
            "en",
            &["gutschein", "gift", "card"],
            "gutschein",
            &[("gutschein", 1.0), ("card", OTHER_NAME), ("gift", OTHER_NAME)],
        );
        check("de", &["voucher"], "gutschein", &[]);
    }
}
