//! The index of all articles, one part for each language.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::evaluate::Faq;
use super::fit::{self, Asked, Unit};
use super::soft::Vocabulary;
use super::store::{Store, Terms, Wanted};
use super::words::Words;
use crate::knowledge::Article;

/// Terms of a query that are looked at. A question has far fewer; a pasted page has thousands, and each costs time.
const MAX_TERMS: usize = 64;

/// Articles BM25 proposes before the fit puts them in order.
const CANDIDATES: usize = 50;

/// What a faint word ("order", "last week") weighs beside others.
const FAINT: f32 = 0.3;

/// The longest text that is said when an article has no `answer` of its own, in characters.
const LONGEST_ANSWER: usize = 600;

/// The index could not be built or read.
#[derive(Debug, thiserror::Error)]
#[error("the search index: {0}")]
pub struct IndexError(#[from] tantivy::TantivyError);

/// Articles, ready to be searched. Immutable; cheap to share.
pub struct Index {
    default_locale: String,
    parts: BTreeMap<String, Part>,
}

/// An article that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// Its id.
    pub article: String,
    /// Its title.
    pub title: String,
    /// Its language.
    pub locale: String,
    /// The passage that fits best: its anchor.
    pub anchor: String,
    /// The article's page in the shop.
    pub url: Option<String>,
    /// The answer to give: the article's own, or else the beginning of the passage.
    pub answer: String,
    /// The words of the passage; empty for an article that has none.
    pub passage_text: String,
    /// BM25: comparable within one search only.
    pub score: f32,
    /// How well it answers, 0 to 1: from [`super::FITS`] on it is an answer.
    pub fit: f32,
    /// Where the best match was.
    pub found_in: FoundIn,
    /// The terms of the query, or what means the same, that it has.
    pub matched: Vec<String>,
}

/// A part of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundIn {
    /// One of its questions.
    Question,
    /// Its title.
    Title,
    /// Its answer.
    Answer,
    /// One of its passages.
    Passage,
    /// All of it together.
    Article,
}

/// How a search came to its result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// What was read in the query, in the query's language.
    pub terms: Vec<TermRead>,
    /// What was found.
    pub hits: Vec<Hit>,
}

/// A term of a query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TermRead {
    /// Its stem.
    pub term: String,
    /// How much it weighs: rare words more.
    pub weight: f32,
    /// The words of the articles that count for it; none for a word no article has.
    pub counts: Vec<String>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("articles", &self.len()).finish_non_exhaustive()
    }
}

impl Index {
    /// Indexes those of `articles` that everybody may read on the day `today` (as `2026-11-22`). Where a shopper's language
    /// has no article, those in `default_locale` are searched.
    ///
    /// # Errors
    /// Only if tantivy fails: out of memory, in the end.
    pub fn build(articles: &[Article], today: &str, default_locale: &str) -> Result<Self, IndexError> {
        let mut by_locale: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for article in articles.iter().filter(|article| article.is_live(today)) {
            by_locale.entry(article.locale.clone()).or_default().push(Entry::of_article(article));
        }
        Self::of_entries(by_locale, default_locale)
    }

    /// Indexes questions with answers, as `eval --retrieval` reads them.
    ///
    /// # Errors
    /// Only if tantivy fails.
    pub fn of_faq(faq: &[Faq], locale: &str) -> Result<Self, IndexError> {
        let entries = faq.iter().map(|faq| Entry::of_faq(faq, locale)).collect();
        Self::of_entries(BTreeMap::from([(locale.to_owned(), entries)]), locale)
    }

    fn of_entries(by_locale: BTreeMap<String, Vec<Entry>>, default_locale: &str) -> Result<Self, IndexError> {
        let parts = by_locale.into_iter().map(|(locale, entries)| {
            let part = Part::build(&locale, entries)?;
            Ok((locale, part))
        });
        Ok(Self { default_locale: default_locale.to_owned(), parts: parts.collect::<Result<_, IndexError>>()? })
    }

    /// How many articles it has, each language counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.values().map(|part| part.articles.len()).sum()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The articles that fit `query`, best first, at most `limit`: first in `locale`, then in its language, then in the default.
    ///
    /// Any text can be asked for. Should tantivy fail, which it does not in memory, nothing is found.
    #[must_use]
    pub fn search(&self, query: &str, locale: &str, limit: usize) -> Vec<Hit> {
        let mut seen = BTreeSet::new();
        let mut hits: Vec<Hit> = self
            .parts_for(locale)
            .flat_map(|part| part.search(query))
            .filter(|hit| seen.insert(hit.article.clone()))
            .collect();
        hits.sort_by(|a, b| b.fit.total_cmp(&a.fit).then(b.score.total_cmp(&a.score)).then(a.article.cmp(&b.article)));
        hits.truncate(limit);
        hits
    }

    /// [`Index::search`] with its reasons.
    #[must_use]
    pub fn explain(&self, query: &str, locale: &str, limit: usize) -> Explanation {
        let terms = self.parts_for(locale).next().map(|part| part.terms_read(query)).unwrap_or_default();
        Explanation { terms, hits: self.search(query, locale, limit) }
    }

    fn parts_for<'a>(&'a self, locale: &'a str) -> impl Iterator<Item = &'a Part> {
        let language = locale.split('-').next().unwrap_or_default();
        let mut names = vec![locale, language, self.default_locale.as_str()];
        let mut seen = BTreeSet::new();
        names.retain(|name| seen.insert(*name));
        names.into_iter().filter_map(|name| self.parts.get(name))
    }
}

// An article before it is indexed: texts, and what a hit tells.
struct Entry {
    article: String,
    title: String,
    locale: String,
    url: Option<String>,
    answer: Option<String>,
    questions: Vec<String>,
    // Anchor, heading, text.
    passages: Vec<(String, String, String)>,
}

impl Entry {
    fn of_article(article: &Article) -> Self {
        Self {
            article: article.id.clone(),
            title: article.title.clone(),
            locale: article.locale.clone(),
            url: article.url.clone(),
            answer: article.answer.clone(),
            questions: article.questions.clone(),
            passages: article.passages.iter().map(|p| (p.anchor.clone(), p.heading.clone(), p.text.clone())).collect(),
        }
    }

    fn of_faq(faq: &Faq, locale: &str) -> Self {
        Self {
            article: faq.id.clone(),
            title: faq.question.clone(),
            locale: locale.to_owned(),
            url: None,
            answer: Some(faq.answer.clone()),
            questions: Vec::new(),
            passages: Vec::new(),
        }
    }
}

// The articles of one language.
struct Part {
    words: Words,
    vocabulary: Vocabulary,
    // By the number of a term.
    weights: Vec<f32>,
    // What a word weighs that no article has: the most, for it says that the question is about something else.
    unknown: f32,
    articles: Vec<Known>,
    store: Store,
}

struct Known {
    entry: Entry,
    units: Vec<Unit>,
    // The units of the passages, in the order of the entry's.
    passages: Vec<Unit>,
}

impl Part {
    fn build(locale: &str, entries: Vec<Entry>) -> Result<Self, IndexError> {
        let words = Words::of(locale);
        let mut vocabulary = Vocabulary::new(locale, &words);
        let terms: Vec<Terms> = entries.iter().map(|entry| terms_of(entry, &words)).collect();
        let store = Store::build(&terms)?;
        let mut articles: Vec<_> = entries.into_iter().map(|entry| known(entry, &words, &mut vocabulary)).collect();
        let weight = |df: usize| idf(df, articles.len());
        let mut frequencies = vec![0_usize; vocabulary.len()];
        for article in &articles {
            let unit = article.units.iter().find(|unit| unit.found_in == FoundIn::Article);
            for number in unit.into_iter().flat_map(|unit| &unit.terms) {
                frequencies[index(*number)] += 1;
            }
        }
        let faint = |number: usize| {
            if words.is_faint(vocabulary.term(u32::try_from(number).unwrap_or(0))) { FAINT } else { 1.0 }
        };
        let weights: Vec<f32> =
            frequencies.iter().enumerate().map(|(number, df)| weight(*df) * faint(number)).collect();
        let unknown = weight(0);
        for unit in articles.iter_mut().flat_map(|article| article.units.iter_mut().chain(&mut article.passages)) {
            unit.weight = unit.terms.iter().map(|number| weights[index(*number)]).sum();
        }
        Ok(Self { words, vocabulary, weights, unknown, articles, store })
    }

    fn weight(&self, number: u32) -> f32 {
        self.weights.get(index(number)).copied().unwrap_or(self.unknown)
    }

    fn asked(&self, query: &str) -> (Vec<String>, Vec<Asked>) {
        let mut seen = BTreeSet::new();
        let mut terms = self.words.terms(query);
        terms.retain(|term| seen.insert(term.clone()));
        terms.truncate(MAX_TERMS);
        let expanded = self.vocabulary.expand(&terms);
        let asked = terms.iter().zip(expanded).map(|(term, counts)| {
            let known = counts.first().filter(|(number, _)| self.vocabulary.term(*number) == term);
            let weight = match known {
                Some((number, _)) => self.weight(*number),
                None if self.words.is_faint(term) => self.unknown * FAINT,
                // A word that only stands for others weighs what the rarest of them does.
                None => counts.iter().map(|(number, _)| self.weight(*number)).reduce(f32::max).unwrap_or(self.unknown),
            };
            Asked { weight, counts }
        });
        let asked = asked.collect();
        (terms, asked)
    }

    fn terms_read(&self, query: &str) -> Vec<TermRead> {
        let (terms, asked) = self.asked(query);
        let read = terms.into_iter().zip(asked).map(|(term, asked)| TermRead {
            term,
            weight: asked.weight,
            counts: asked.counts.iter().map(|(number, _)| self.vocabulary.term(*number).to_owned()).collect(),
        });
        read.collect()
    }

    fn search(&self, query: &str) -> Vec<Hit> {
        let (_, asked) = self.asked(query);
        let wanted: Vec<_> = asked
            .iter()
            .flat_map(|asked| &asked.counts)
            .map(|(number, counts)| Wanted { term: self.vocabulary.term(*number), weight: *counts })
            .collect();
        let found = self.store.search(&wanted, CANDIDATES).unwrap_or_default();
        found
            .into_iter()
            .filter_map(|(number, score)| Some(self.hit(self.articles.get(number)?, &asked, score)))
            .collect()
    }

    fn hit(&self, known: &Known, asked: &[Asked], score: f32) -> Hit {
        let weight_of = |number| self.weight(number);
        let fit::Match { fit, found_in } = fit::fit(asked, known.units.iter().chain(&known.passages), weight_of);
        let passages = known.passages.iter().zip(&known.entry.passages);
        let passage = passages
            .map(|(unit, passage)| (fit::cover(asked, unit, weight_of).asked, passage))
            .reduce(|a, b| if b.0 > a.0 { b } else { a })
            .map(|(_, passage)| passage);
        let entry = &known.entry;
        let text = passage.map_or("", |(_, _, text)| text);
        Hit {
            article: entry.article.clone(),
            title: entry.title.clone(),
            locale: entry.locale.clone(),
            anchor: passage.map_or_else(|| entry.article.clone(), |(anchor, _, _)| anchor.clone()),
            url: entry.url.clone(),
            answer: entry.answer.clone().unwrap_or_else(|| beginning(text)),
            passage_text: text.to_owned(),
            score,
            fit,
            found_in,
            matched: self.matched(known, asked),
        }
    }

    fn matched(&self, known: &Known, asked: &[Asked]) -> Vec<String> {
        let all = known.units.iter().find(|unit| unit.found_in == FoundIn::Article);
        let has = |number: &u32| all.is_some_and(|all| all.terms.binary_search(number).is_ok());
        let matched: BTreeSet<_> =
            asked.iter().flat_map(|asked| &asked.counts).map(|(number, _)| *number).filter(has).collect();
        matched.into_iter().map(|number| self.vocabulary.term(number).to_owned()).collect()
    }
}

// A number of a term as a place in a list; on machines of 16 bits it would be no place at all, hence out of range.
fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// How much a term says that `df` of `articles` have: the IDF of BM25 (Robertson and Zaragoza, 2009), never negative.
fn idf(df: usize, articles: usize) -> f32 {
    // Counts of articles are far below 2²⁴, where `f32` would begin to round.
    let (df, articles) = (df as f32, articles as f32);
    (1.0 + (articles - df + 0.5).max(0.5) / (df + 0.5)).ln()
}

fn terms_of(entry: &Entry, words: &Words) -> Terms {
    let all = |texts: &mut dyn Iterator<Item = &str>| texts.flat_map(|text| words.terms(text)).collect();
    Terms {
        title: words.terms(&entry.title),
        questions: all(&mut entry.questions.iter().map(String::as_str)),
        headings: all(&mut entry.passages.iter().map(|(_, heading, _)| heading.as_str())),
        body: all(&mut entry
            .answer
            .iter()
            .map(String::as_str)
            .chain(entry.passages.iter().map(|(_, _, text)| text.as_str()))),
    }
}

fn known(entry: Entry, words: &Words, vocabulary: &mut Vocabulary) -> Known {
    let mut unit = |found_in: FoundIn, texts: &[&str]| {
        let terms: BTreeSet<u32> =
            texts.iter().flat_map(|text| words.terms(text)).map(|term| vocabulary.add(&term)).collect();
        Unit { found_in, terms: terms.into_iter().collect(), weight: 0.0 }
    };
    let title = entry.title.as_str();
    let mut units = vec![unit(FoundIn::Title, &[title])];
    units.extend(entry.questions.iter().map(|question| unit(FoundIn::Question, &[question])));
    units.extend(entry.answer.iter().map(|answer| unit(FoundIn::Answer, &[title, answer])));
    let passages: Vec<_> =
        entry.passages.iter().map(|(_, heading, text)| unit(FoundIn::Passage, &[title, heading, text])).collect();
    let all: BTreeSet<u32> = units.iter().chain(&passages).flat_map(|unit| unit.terms.iter().copied()).collect();
    units.push(Unit { found_in: FoundIn::Article, terms: all.into_iter().collect(), weight: 0.0 });
    Known { entry, units, passages }
}

// The first sentences of a text, as many as fit.
fn beginning(text: &str) -> String {
    let Some((limit, _)) = text.char_indices().nth(LONGEST_ANSWER) else { return text.to_owned() };
    let cut = &text[..limit];
    let end = cut.rfind(['.', '!', '?', '\n']).map_or(limit, |end| end + 1);
    cut[..end].trim_end().to_owned()
}
