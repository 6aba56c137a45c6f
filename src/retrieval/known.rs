//! An article as the search knows it: its texts, the terms of each, and what each means.

use std::collections::BTreeSet;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::evaluate::Faq;
use super::fit::Unit;
use super::index::FoundIn;
use super::meaning::Rows;
use super::store::{Terms, Written};
use super::vocabulary::Lexicon;
use super::words::Words;
use crate::knowledge::{Article, Audience};
use crate::nlu::Vector;

/// Raised when the same article would be indexed in another way, so that an index on disk is not taken for one of now.
const VERSION: u8 = 1;

/// The last day of an article that holds for ever: no day sorts behind it.
const FOR_EVER: u64 = u64::MAX;

/// An article before it is indexed: texts, and what a hit tells.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) article: String,
    pub(super) title: String,
    pub(super) locale: String,
    pub(super) url: Option<String>,
    pub(super) answer: Option<String>,
    pub(super) questions: Vec<String>,
    pub(super) passages: Vec<Stretch>,
    pub(super) audience: Audience,
    pub(super) until: u64,
}

/// A passage.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    pub(super) anchor: String,
    pub(super) heading: String,
    pub(super) text: String,
}

/// A day as `2026-11-22` in the form that is compared: 20261122. What is no day is before all days.
pub(super) fn day(text: &str) -> u64 {
    text.chars().filter(char::is_ascii_digit).take(8).collect::<String>().parse().unwrap_or(0)
}

/// How much one has to be let in on to read what is written for `audience`.
pub(super) fn level(audience: Audience) -> u64 {
    match audience {
        Audience::Public => 0,
        Audience::SignedIn => 1,
        Audience::Agents => 2,
    }
}

impl Entry {
    pub(super) fn of_article(article: &Article) -> Self {
        let passage = |passage: &crate::knowledge::Passage| Stretch {
            anchor: passage.anchor.clone(),
            heading: passage.heading.clone(),
            text: passage.text.clone(),
        };
        Self {
            article: article.id.clone(),
            title: article.title.clone(),
            locale: article.locale.clone(),
            url: article.url.clone(),
            answer: article.answer.clone(),
            questions: article.questions.clone(),
            passages: article.passages.iter().map(passage).collect(),
            audience: article.audience,
            until: article.valid_until.as_deref().map_or(FOR_EVER, day),
        }
    }

    pub(super) fn of_faq(faq: &Faq, locale: &str) -> Self {
        Self {
            article: faq.id.clone(),
            title: faq.question.clone(),
            locale: locale.to_owned(),
            url: None,
            answer: Some(faq.answer.clone()).filter(|answer| !answer.trim().is_empty()),
            questions: Vec::new(),
            passages: Vec::new(),
            audience: Audience::Public,
            until: FOR_EVER,
        }
    }

    /// What tells this article as it is from every other: 64 bits, of which two among a million are the same with a chance of
    /// one in 10^7.
    pub(super) fn digest(&self) -> u64 {
        let mut sha = Sha256::new();
        sha.update([VERSION, u8::try_from(level(self.audience)).unwrap_or(u8::MAX)]);
        sha.update(self.until.to_le_bytes());
        let Self { article, locale, title, url, answer, questions, passages, .. } = self;
        let none = String::new();
        let (url, answer) = (url.as_ref().unwrap_or(&none), answer.as_ref().unwrap_or(&none));
        let passages = passages.iter().flat_map(|passage| [&passage.anchor, &passage.heading, &passage.text]);
        sha.update((questions.len() as u64).to_le_bytes());
        for text in [article, locale, title, url, answer].into_iter().chain(questions).chain(passages) {
            // With its length, so that no two lists of texts are the same bytes.
            sha.update((text.len() as u64).to_le_bytes());
            sha.update(text);
        }
        let digest = sha.finalize();
        u64::from_le_bytes(std::array::from_fn(|at| digest[at]))
    }

    /// The texts that say what the article is about, in the order of its [`Rows`]: title, questions, answer, passages.
    pub(super) fn texts(&self) -> Vec<String> {
        let Self { title, questions, answer, passages, .. } = self;
        let passages = passages.iter().map(|Stretch { heading, text, .. }| {
            let begin = if heading.is_empty() { title.clone() } else { format!("{title} {heading}.") };
            format!("{begin} {text}")
        });
        std::iter::once(title).chain(questions).chain(answer).cloned().chain(passages).collect()
    }

    // As documents of the word index; an article without a text of its own is one, too.
    fn written(&self, digest: u64, words: &Words) -> Written {
        let title = words.terms(&self.title);
        let questions: Vec<String> = self.questions.iter().flat_map(|question| words.terms(question)).collect();
        let answer = words.terms(self.answer.as_deref().unwrap_or_default());
        let first = Stretch { anchor: String::new(), heading: String::new(), text: String::new() };
        let none = std::slice::from_ref(&first);
        let passages = if self.passages.is_empty() { none } else { self.passages.as_slice() };
        let document = |passage: &Stretch| Terms {
            title: title.clone(),
            questions: questions.clone(),
            heading: words.terms(&passage.heading),
            body: answer.iter().cloned().chain(words.terms(&passage.text)).collect(),
        };
        Written {
            digest,
            level: level(self.audience),
            until: self.until,
            passages: passages.iter().map(document).collect(),
        }
    }
}

/// An article, ready to be compared with a query.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) digest: u64,
    pub(super) entry: Arc<Entry>,
    /// Title, questions, answer, and all of it together.
    pub(super) units: Vec<Unit>,
    /// The passages, in the order of the entry's.
    pub(super) passages: Vec<Unit>,
    /// Terms that are names: written with a capital letter in the middle of a sentence.
    pub(super) names: Vec<u32>,
    /// What its texts mean, where there is an encoder for its language.
    pub(super) rows: Option<Arc<Rows>>,
}

impl Known {
    pub(super) fn new(digest: u64, entry: Entry, words: &Words, lexicon: &mut Lexicon) -> Self {
        let mut unit = |found_in: FoundIn, texts: &[&str]| {
            let terms: BTreeSet<u32> =
                texts.iter().flat_map(|text| words.terms(text)).map(|term| lexicon.add(&term)).collect();
            Unit { found_in, terms: terms.into_iter().collect() }
        };
        let title = entry.title.as_str();
        let mut units = vec![unit(FoundIn::Title, &[title])];
        units.extend(entry.questions.iter().map(|question| unit(FoundIn::Question, &[question])));
        units.extend(entry.answer.iter().map(|answer| unit(FoundIn::Answer, &[title, answer])));
        let passage = |passage: &Stretch| unit(FoundIn::Passage, &[title, &passage.heading, &passage.text]);
        let passages: Vec<_> = entry.passages.iter().map(passage).collect();
        let all: BTreeSet<u32> = units.iter().chain(&passages).flat_map(|unit| unit.terms.iter().copied()).collect();
        units.push(Unit { found_in: FoundIn::Article, terms: all.into_iter().collect() });
        let texts = entry.answer.iter().chain(entry.passages.iter().map(|passage| &passage.text));
        let names: BTreeSet<u32> = texts.flat_map(|text| words.names(text)).map(|term| lexicon.add(&term)).collect();
        Self { digest, entry: Arc::new(entry), units, passages, names: names.into_iter().collect(), rows: None }
    }

    /// The same with the meaning of its texts, of which `vector` knows each.
    pub(super) fn with_rows(&self, vector: &dyn Fn(&str) -> Option<Vector>, width: usize) -> Option<Self> {
        let vectors: Option<Vec<Vector>> = self.entry.texts().iter().map(|text| vector(text)).collect();
        Some(Self { rows: Some(Arc::new(Rows::of(&vectors?, width))), ..self.clone() })
    }

    pub(super) fn written(&self, words: &Words) -> Written {
        self.entry.written(self.digest, words)
    }

    /// The terms of all of it.
    pub(super) fn all(&self) -> &[u32] {
        self.units.last().map_or(&[], |unit| &unit.terms)
    }

    // Where in its rows the answer is, if it has one; else the first passage.
    fn behind_questions(&self) -> usize {
        1 + self.entry.questions.len()
    }

    fn first_passage(&self) -> usize {
        self.behind_questions() + usize::from(self.entry.answer.is_some())
    }

    /// Whether all of these terms are in it.
    pub(super) fn has(&self, term: u32) -> bool {
        self.units.last().is_some_and(|unit| unit.has(term))
    }

    /// The place among the passages of a row of its meaning; nothing for title, questions and answer.
    pub(super) fn passage_of_row(&self, row: usize) -> Option<usize> {
        row.checked_sub(self.first_passage())
    }

    /// Of the cosines to all rows that to a passage.
    pub(super) fn passage_row(&self, passage: usize, rows: &[f32]) -> Option<f32> {
        rows.get(self.first_passage() + passage).copied()
    }

    /// Of the cosines to all rows that to the answer.
    pub(super) fn answer_row(&self, rows: &[f32]) -> Option<f32> {
        self.entry.answer.as_ref()?;
        rows.get(self.behind_questions()).copied()
    }

    /// What a row of its meaning is.
    pub(super) fn kind_of_row(&self, row: usize) -> FoundIn {
        match row {
            0 => FoundIn::Title,
            row if row <= self.entry.questions.len() => FoundIn::Question,
            row if self.passage_of_row(row).is_none() => FoundIn::Answer,
            _ => FoundIn::Passage,
        }
    }
}
