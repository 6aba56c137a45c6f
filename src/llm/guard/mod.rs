//! The promise guard: nothing is promised that does not stand in a source.
//!
//! A sentence is read for the values it states ([`facts`]) and for what it gives away ([`claims`]). Every one of them must stand
//! in the sources it cites or in the order's record, as a value of the same kind: `5 days` is no `5 €`. What cannot be read
//! for sure counts as a value that is missing, so that the guard errs on the side of the article's own words.
//!
//! English and German are read. Nothing here does I/O, and nothing panics, whatever the text.

mod amount;
mod claims;
mod dates;
mod facts;
mod fold;
mod founded;
mod links;
mod measures;
mod spelled;
#[cfg(test)]
mod tests;
mod topics;

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use self::claims::{Claim, Speaker, claims};
use self::facts::{Fact, facts};
use self::topics::{Topic, topics};
use super::Source;

pub(super) use self::fold::visible;
pub(super) use self::links::plain;

/// Languages whose promises the guard can read.
pub(super) const LANGUAGES: [&str; 2] = ["en", "de"];

#[expect(clippy::expect_used, reason = "the patterns are constants, and tests use every one of them")]
fn regex(pattern: &str) -> Regex {
    // Folded texts have ASCII digits; whatever other digits are left are nothing that can be read as a number.
    Regex::new(&pattern.replace(r"\d", "[0-9]")).expect("a pattern")
}

/// What the sources of an answer state.
#[derive(Debug)]
pub(super) struct Guard {
    sources: Vec<Evidence>,
    record: Evidence,
}

#[derive(Debug, Default)]
struct Evidence {
    facts: BTreeSet<Fact>,
    claims: Vec<Claim>,
    stems: BTreeSet<String>,
}

impl Guard {
    /// Reads the sources, and the record as lines of `field: value`.
    pub(super) fn new(sources: &[Source], record: &BTreeMap<String, String>) -> Self {
        let sources = sources.iter().map(|source| {
            let mut evidence = Evidence::of(&source.text, &source.title);
            evidence.facts.extend(source.url.iter().flat_map(|url| facts("", Some(url))));
            evidence
        });
        Self { sources: sources.collect(), record: Evidence::of(&lines(record), "") }
    }

    /// Whether a sentence may be said that cites the sources at these places, after `before` was said. `own` are the texts of
    /// the shopper's own that were put back into it.
    ///
    /// # Errors
    /// What stands in no source, in words without anything personal.
    pub(super) fn judge(&self, sentence: &str, cited: &[usize], own: &[&str], before: &str) -> Result<(), String> {
        if let Some(oddity) = fold::oddity(sentence) {
            return Err(oddity.to_owned());
        }
        let own: Vec<Fact> = own.iter().flat_map(|text| facts(text, None)).filter(Fact::is_ones_own).collect();
        let evidence: Vec<&Evidence> =
            cited.iter().filter_map(|at| self.sources.get(*at)).chain([&self.record]).collect();
        let said = facts(sentence, None);
        let stands = |fact: &Fact| {
            evidence.iter().any(|evidence| evidence.facts.iter().any(|known| known.supports(fact)))
                || own.iter().any(|known| known.supports(fact))
        };
        if let Some(missing) = said.iter().find(|fact| !stands(fact)) {
            return Err(format!("{missing} stands in no source"));
        }
        let about = topics(&lower(before));
        let claimed = claims(&lower(sentence), &said, &about, Speaker::Model);
        let is_backed =
            |claim: &Claim| evidence.iter().any(|evidence| evidence.claims.iter().any(|known| known.supports(claim)));
        // Whoever denies promises nothing: a shop cannot be held to it, and a source rarely says what it does not give.
        let unfounded = claimed.iter().find(|claim| !claim.is_denied && !is_backed(claim));
        unfounded.map_or(Ok(()), |claim| Err(format!("`{}` stands in no source like this", claim.kind)))
    }

    /// Whether a sentence that passed speaks of anything its sources speak of. It must be in their language.
    pub(super) fn is_founded(&self, sentence: &str, cited: &[usize]) -> bool {
        let mut evidence = cited.iter().filter_map(|at| self.sources.get(*at)).chain([&self.record]);
        let said = founded::stems(&lower(sentence));
        // What it states stands there: the guard has seen to it.
        let has_values = !facts(sentence, None).is_empty();
        has_values || said.is_empty() || evidence.any(|evidence| !evidence.stems.is_disjoint(&said))
    }
}

impl Evidence {
    fn of(text: &str, title: &str) -> Self {
        let mut evidence = Self::default();
        let about: BTreeSet<Topic> = topics(&lower(title));
        let sentences = super::sentences::all(text).into_iter().chain([title.to_owned()]);
        for sentence in sentences.flat_map(|sentence| parts(&sentence)) {
            let facts = facts(&sentence, None);
            evidence.claims.extend(claims(&lower(&sentence), &facts, &about, Speaker::Source));
            evidence.facts.extend(facts);
        }
        evidence.stems = founded::stems(&lower(&format!("{title} {text}")));
        evidence
    }
}

// A semicolon ends what belongs together, as far as a claim is concerned.
fn parts(sentence: &str) -> Vec<String> {
    sentence.split(';').map(str::to_owned).collect()
}

fn lower(text: &str) -> String {
    fold::fold(text).to_lowercase()
}

// Amounts of a record have their currency in a field of its own.
fn lines(record: &BTreeMap<String, String>) -> String {
    const AMOUNTS: [&str; 8] = ["price", "total", "amount", "cost", "sum", "refund", "shipping", "tax"];
    let currency = record.get("currency").map(|currency| currency.trim());
    let line = |(name, value): (&String, &String)| {
        let is_amount = AMOUNTS.iter().any(|word| name.contains(word)) && value.ends_with(|c: char| c.is_ascii_digit());
        let unit = currency.filter(|_| is_amount).map_or(String::new(), |currency| format!(" {currency}"));
        format!("{}: {value}{unit}\n", name.replace('_', " "))
    };
    record.iter().map(line).collect()
}
