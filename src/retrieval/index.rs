//! The index of all articles, one part for each language.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::evaluate::Faq;
use super::follow;
use super::known::{Entry, day, level};
use super::meaning::Pointer;
use super::part::Part;
use super::rank::{Basis, OFFERS};
use super::store::Reader;
use super::views::{self, Things};
use super::vocabulary::Synonyms;
use crate::knowledge::{Article, Audience, Status};
use crate::nlu::{Encoder, Vector};

/// The share of a follow-up's own words that an article has to have: "and for Norway?" is answered by what speaks of Norway.
const OF_FOLLOW_UP: f32 = 0.6;

/// How many more articles are looked at for a follow-up: those about what was said before fill the first places.
const FOLLOWED: usize = 10;

/// The index could not be built or read.
#[derive(Debug, thiserror::Error)]
#[error("the search index: {0}")]
pub struct IndexError(#[from] tantivy::TantivyError);

/// Articles, ready to be searched. Immutable; cheap to clone.
#[derive(Clone)]
pub struct Index {
    default_locale: String,
    today: String,
    parts: BTreeMap<String, Arc<Part>>,
    things: Arc<Things>,
    encoder: Option<Arc<Encoder>>,
}

/// What an index is made of.
#[derive(Debug, Clone, Copy)]
pub struct Material<'m> {
    /// The articles; drafts and what was put away are left out.
    pub articles: &'m [Article],
    /// Names the shop has for the same thing.
    pub synonyms: &'m Synonyms,
    /// The titles of the shop's products: what a message says of them is not what it asks.
    pub products: &'m [&'m str],
    /// The day, as `2026-11-22`, unless a search names another.
    pub today: &'m str,
    /// Where a shopper's language has no article, those in this one are searched.
    pub default_locale: &'m str,
}

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Search<'s> {
    /// What was asked.
    pub text: &'s str,
    /// In which language.
    pub locale: &'s str,
    /// What the conversation is about, in a few words: a follow-up says only what is new.
    pub about: Option<&'s str>,
    /// Who asks: what is written for others is not found.
    pub audience: Audience,
    /// The day of asking; without it that of the index.
    pub today: Option<&'s str>,
    /// Articles wanted.
    pub limit: usize,
}

impl<'s> Search<'s> {
    /// A question of somebody nobody knows.
    #[must_use]
    pub fn public(text: &'s str, locale: &'s str, limit: usize) -> Self {
        Self { text, locale, about: None, audience: Audience::Public, today: None, limit }
    }
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
    /// The answer to give: the article's own, or else the best sentence of the passage.
    pub answer: String,
    /// The words of the passage; empty for an article that has none.
    pub passage_text: String,
    /// BM25 of its best passage: comparable within one search only; 0 for what only its meaning found.
    pub score: f32,
    /// How near in meaning it is, a cosine; nothing without an encoder for the language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near: Option<f32>,
    /// How well its words fit, 0 to 1.
    pub words: f32,
    /// How likely it is the answer, 0 to 1: from [`super::FITS`] on it is given.
    pub fit: f32,
    /// Where the best match was.
    pub found_in: FoundIn,
    /// The terms of the query, or what means the same, that it has.
    pub matched: Vec<String>,
    /// Those among them that mean nothing but themselves: numbers and names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exact: Vec<String>,
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
    /// What it was searched with besides, because it only goes on with what was said before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
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
    /// Whether it means nothing but itself: a number, a name.
    pub is_exact: bool,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("articles", &self.len()).finish_non_exhaustive()
    }
}

impl Index {
    /// Indexes what is published, taking over from `before` what has not changed. The word index is kept below the folder
    /// `place`, if there is one: a cache that is checked, and made again when it is not whole.
    ///
    /// # Errors
    /// Only if tantivy fails: out of memory, in the end.
    pub fn build(material: Material<'_>, before: Option<&Self>, place: Option<&Path>) -> Result<Self, IndexError> {
        let mut by_locale: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for article in material.articles.iter().filter(|article| article.status == Status::Published) {
            by_locale.entry(article.locale.clone()).or_default().push(Entry::of_article(article));
        }
        Self::of_entries(by_locale, material, before, place)
    }

    /// Indexes questions with answers, as `eval --retrieval` reads them.
    ///
    /// # Errors
    /// Only if tantivy fails.
    pub fn of_faq(faq: &[Faq], locale: &str) -> Result<Self, IndexError> {
        let entries = faq.iter().map(|faq| Entry::of_faq(faq, locale)).collect();
        let (synonyms, articles) = (Synonyms::new(), &[]);
        let material = Material { articles, synonyms: &synonyms, products: &[], today: "", default_locale: locale };
        Self::of_entries(BTreeMap::from([(locale.to_owned(), entries)]), material, None, None)
    }

    fn of_entries(
        by_locale: BTreeMap<String, Vec<Entry>>,
        material: Material<'_>,
        before: Option<&Self>,
        place: Option<&Path>,
    ) -> Result<Self, IndexError> {
        let part = |(locale, entries): (String, Vec<Entry>)| {
            let before = before.and_then(|before| before.parts.get(&locale)).map(Arc::as_ref);
            // A locale is letters, digits and a hyphen.
            let place = place.map(|place| place.join(&locale));
            let part = Part::build(&locale, entries, material.synonyms, before, place.as_deref())?;
            Ok((locale, Arc::new(part)))
        };
        Ok(Self {
            default_locale: material.default_locale.to_owned(),
            today: material.today.to_owned(),
            parts: by_locale.into_iter().map(part).collect::<Result<_, IndexError>>()?,
            things: Arc::new(Things::of(material.products.iter().copied())),
            encoder: before.and_then(|before| before.encoder.clone()),
        })
    }

    /// The same with what the articles mean, for the languages `encoder` reads; `vector` is asked for the vectors of
    /// [`Index::texts`].
    #[must_use]
    pub fn deepened(mut self, encoder: &Arc<Encoder>, vector: &dyn Fn(&str) -> Option<Vector>) -> Self {
        for (locale, part) in &mut self.parts {
            if encoder.reads(language(locale)) {
                *part = Arc::new((**part).clone().deepened(vector, encoder.width()));
            }
        }
        self.encoder = Some(Arc::clone(encoder));
        self
    }

    /// The texts whose vectors [`Index::deepened`] looks for.
    #[must_use]
    pub fn texts(&self, encoder: &Encoder) -> Vec<String> {
        let read = self.parts.iter().filter(|(locale, _)| encoder.reads(language(locale)));
        let mut seen = BTreeSet::new();
        read.flat_map(|(_, part)| part.texts()).filter(|text| seen.insert(text.clone())).collect()
    }

    /// Whether it knows what all articles mean that its encoder can read; not without an encoder.
    #[must_use]
    pub fn is_deep(&self) -> bool {
        let Some(encoder) = &self.encoder else { return false };
        let mut read = self.parts.iter().filter(|(locale, _)| encoder.reads(language(locale)));
        read.all(|(_, part)| part.is_deep())
    }

    /// How many articles it has, each language counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.values().map(|part| part.len()).sum()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The articles that fit `query` of somebody nobody knows: see [`Index::find`].
    #[must_use]
    pub fn search(&self, query: &str, locale: &str, limit: usize) -> Vec<Hit> {
        self.find(&Search::public(query, locale, limit))
    }

    /// The articles that fit, best first: those in the query's locale, in its language, and in the default.
    ///
    /// Any text can be asked for. Should tantivy fail, which it does not while its files are whole, meaning alone is asked.
    #[must_use]
    pub fn find(&self, search: &Search<'_>) -> Vec<Hit> {
        self.find_about(search).1
    }

    /// [`Index::find`] with its reasons.
    #[must_use]
    pub fn explain(&self, search: &Search<'_>) -> Explanation {
        let terms = self.parts_for(search.locale).next().map(|(_, part)| part.terms_read(search.text));
        let (about, hits) = self.find_about(search);
        Explanation { terms: terms.unwrap_or_default(), about, hits }
    }

    /// [`Index::find`] with what it was searched with besides: a follow-up that finds nothing by itself is searched with what the
    /// thread is about, and then has to be in what is found.
    #[must_use]
    pub fn find_about(&self, search: &Search<'_>) -> (Option<String>, Vec<Hit>) {
        let hits = self.find_text(search, search.text);
        let is_found = hits.first().is_some_and(|best| best.fit >= super::FITS);
        let about = search.about.filter(|_| !is_found && follow::is_follow_up(search.text));
        let Some(about) = about else { return (None, hits) };
        let wide = Search { limit: search.limit.saturating_mul(FOLLOWED), ..*search };
        let mut both = self.find_text(&wide, &format!("{about} {}", search.text));
        for hit in &mut both {
            if let Some(part) = self.parts.get(&hit.locale) {
                let own = part.share(&part.read(search.text), &hit.article);
                hit.fit = if own >= OF_FOLLOW_UP { hit.fit } else { hit.fit.min(OFFERS / 2.0) };
            }
        }
        both.sort_by(|a, b| b.fit.total_cmp(&a.fit));
        both.truncate(search.limit);
        // What the message finds by itself may still be worth more.
        let fit = |hits: &[Hit]| hits.first().map_or(0.0, |hit| hit.fit);
        if fit(&both) <= fit(&hits) { (None, hits) } else { (Some(about.to_owned()), both) }
    }

    fn find_text(&self, search: &Search<'_>, text: &str) -> Vec<Hit> {
        self.find_near(&Search { text, ..*search }, self.direction(text, search.locale).as_deref())
    }

    /// What is found first of all for the text as it stands, where the direction of its meaning is known.
    #[must_use]
    pub fn find_near(&self, search: &Search<'_>, direction: Option<&[f32]>) -> Vec<Hit> {
        let today = day(search.today.unwrap_or(&self.today));
        let reader = Reader { level: level(search.audience), today };
        let pointer = self.encoder.as_ref().zip(direction).map(|(encoder, of)| Pointer::of(of, encoder.width()));
        let mut seen = BTreeSet::new();
        let mut hits: Vec<Hit> = self
            .parts_for(search.locale)
            .flat_map(|(locale, part)| {
                let encoder = self.encoder.as_ref().filter(|encoder| encoder.reads(language(locale)));
                let is_native = |locale| encoder.is_some_and(|encoder| encoder.is_native(language(locale)));
                let both = is_native(locale) && is_native(search.locale);
                let basis = if both { Basis::Meaning } else { Basis::Glosses };
                let pointer = pointer.as_ref().filter(|_| encoder.is_some());
                part.search(&part.read(search.text), (pointer, basis), reader, search.limit)
            })
            .filter(|hit| seen.insert(hit.article.clone()))
            .collect();
        // Stable: of one part, the order of its scores stays.
        hits.sort_by(|a, b| b.fit.total_cmp(&a.fit));
        hits.truncate(search.limit);
        hits
    }

    fn direction(&self, text: &str, locale: &str) -> Option<Vec<f32>> {
        let encoder = self.encoder.as_ref().filter(|encoder| encoder.reads(language(locale)))?;
        let is_said = text.chars().any(char::is_alphanumeric);
        let text = self.things.hidden(text);
        let whole = is_said.then(|| encoder.encode(&text)).flatten()?;
        let clauses: Vec<Vector> = views::clauses(&text).iter().filter_map(|clause| encoder.encode(clause)).collect();
        Some(views::mixed(&whole, &clauses, encoder.width()))
    }

    fn parts_for<'a>(&'a self, locale: &'a str) -> impl Iterator<Item = (&'a str, &'a Part)> {
        let mut names = vec![locale, language(locale), self.default_locale.as_str()];
        let mut seen = BTreeSet::new();
        names.retain(|name| seen.insert(*name));
        names.into_iter().filter_map(|name| Some((name, self.parts.get(name)?.as_ref())))
    }
}

/// The texts whose vectors [`Index::deepened`] asks for, before there is an index of `articles`.
#[must_use]
pub fn texts_to_encode(articles: &[Article], encoder: &Encoder) -> Vec<String> {
    let published = articles.iter().filter(|article| article.status == Status::Published);
    let readable = published.filter(|article| encoder.reads(language(&article.locale)));
    let mut seen = BTreeSet::new();
    readable.flat_map(|article| Entry::of_article(article).texts()).filter(|text| seen.insert(text.clone())).collect()
}

fn language(locale: &str) -> &str {
    locale.split('-').next().unwrap_or_default()
}
