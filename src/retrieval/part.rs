//! The articles of one language, and how a query is compared with them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use super::answer;
use super::fit::{self, Asked};
use super::index::{FoundIn, Hit, IndexError, TermRead};
use super::known::{Entry, Known, level};
use super::meaning::{Nearest, Pointer};
use super::rank::{self, Basis, Evidence};
use super::store::{Reader, Store, Wanted};
use super::vocabulary::{Lexicon, Synonyms, Vocabulary};
use super::words::Words;
use crate::nlu::Vector;

/// Terms of a query that are looked at. A question has far fewer; a pasted page has thousands, and each costs time.
const MAX_TERMS: usize = 64;

/// Passages BM25 proposes, and articles meaning proposes, before the evidence puts them in order.
const CANDIDATES: usize = 100;

/// Articles that are worth a thread of their own: a millisecond's work.
const A_THREADS_WORTH: usize = 5_000;

/// Threads that look through articles at most: others search, too.
const MOST_THREADS: usize = 4;

/// What a faint word ("order", "last week") weighs beside others.
const FAINT: f32 = 0.3;

/// What all of a query's words in a passage count beside a cosine, where one of an article's passages is chosen.
const PASSAGE_WORDS: f32 = 0.3;

/// A word tells of what is asked when no more than one article in so many has it.
const TELLING: usize = 12;

/// How much nearer than the answer, as a cosine, such a passage has to be.
const NEARER: f32 = 0.03;

/// What the rest of a question counts where a sentence is chosen for some of its words.
const A_LITTLE: f32 = 0.1;

/// A name or number that more than this share of the articles has decides nothing.
const COMMON: f32 = 0.25;

/// The articles of one language.
#[derive(Clone)]
pub(super) struct Part {
    words: Words,
    vocabulary: Vocabulary,
    lexicon: Arc<Lexicon>,
    // By the number of a term: in how many articles it is, what it weighs, and whether it is written as a name wherever it is.
    frequencies: Vec<u32>,
    weights: Vec<f32>,
    names: BTreeSet<u32>,
    // What a word weighs that no article has: the most, for it says that the question is about something else.
    unknown: f32,
    articles: Vec<Arc<Known>>,
    by_digest: HashMap<u64, usize>,
    // Whether it is known what all of them mean. One that lacks it would stand behind all others, so then words decide.
    is_deep: bool,
    store: Store,
}

/// A query, read.
pub(super) struct Question {
    terms: Vec<String>,
    asked: Vec<Asked>,
    exact: Vec<u32>,
}

// An article that may be the answer, and what speaks for it.
struct Candidate {
    at: usize,
    score: f32,
    nearest: Option<Nearest>,
    words: f32,
    found_in: FoundIn,
    bm25: f32,
}

impl Part {
    /// Indexes `entries`; what `before` has already is taken over. The word index is kept in the folder `place`, if there is one.
    pub(super) fn build(
        locale: &str,
        entries: Vec<Entry>,
        synonyms: &Synonyms,
        before: Option<&Self>,
        place: Option<&Path>,
    ) -> Result<Self, IndexError> {
        let words = Words::of(locale);
        // A vocabulary of which half is no longer used is begun anew.
        let before = before.filter(|before| before.lexicon.len() < 2 * before.used() + 1_000);
        let mut lexicon = before.map(|before| Arc::clone(&before.lexicon)).unwrap_or_default();
        let articles: Vec<Arc<Known>> = entries
            .into_iter()
            .map(|entry| {
                let digest = entry.digest();
                let same = before.and_then(|before| before.of_digest(digest));
                same.cloned()
                    .unwrap_or_else(|| Arc::new(Known::new(digest, entry, &words, Arc::make_mut(&mut lexicon))))
            })
            .collect();
        let by_digest: HashMap<u64, usize> =
            articles.iter().enumerate().map(|(at, known)| (known.digest, at)).collect();
        let written = |digest: u64| Some(articles.get(*by_digest.get(&digest)?)?.written(&words));
        let store = Store::open(place, &by_digest.keys().copied().collect(), &written)?;
        let vocabulary = Vocabulary::new(locale, &words, synonyms);
        let mut part = Self {
            frequencies: Vec::new(),
            weights: Vec::new(),
            names: BTreeSet::new(),
            unknown: idf(0, articles.len()),
            words,
            vocabulary,
            lexicon,
            is_deep: all_deep(&articles),
            articles,
            by_digest,
            store,
        };
        part.weigh();
        Ok(part)
    }

    fn weigh(&mut self) {
        let terms = self.lexicon.len();
        self.frequencies = vec![0; terms];
        let mut named = vec![0u32; terms];
        for known in &self.articles {
            known.all().iter().for_each(|number| self.frequencies[place(*number)] += 1);
            known.names.iter().for_each(|number| named[place(*number)] += 1);
        }
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let faint = |at: usize| if self.words.is_faint(self.lexicon.term(number(at))) { FAINT } else { 1.0 };
        let weight = |(at, df): (usize, &u32)| idf(*df, self.articles.len()) * faint(at);
        self.weights = self.frequencies.iter().enumerate().map(weight).collect();
        let is_name =
            |at: &usize| named[*at] > 0 && self.frequencies[*at] as f32 <= COMMON * self.articles.len() as f32 + 1.0;
        self.names = (0..terms).filter(is_name).map(number).collect();
    }

    fn used(&self) -> usize {
        self.frequencies.iter().filter(|df| **df > 0).count()
    }

    fn of_digest(&self, digest: u64) -> Option<&Arc<Known>> {
        self.articles.get(*self.by_digest.get(&digest)?)
    }

    /// The same with the meaning of those articles whose texts `vector` knows, in directions of `width` numbers.
    pub(super) fn deepened(self, vector: &dyn Fn(&str) -> Option<Vector>, width: usize) -> Self {
        let deeper = |known: Arc<Known>| match &known.rows {
            Some(_) => known,
            None => known.with_rows(vector, width).map_or(known, Arc::new),
        };
        let articles: Vec<Arc<Known>> = self.articles.into_iter().map(deeper).collect();
        Self { is_deep: all_deep(&articles), articles, ..self }
    }

    /// The texts whose vectors it looks for.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> {
        self.articles.iter().flat_map(|known| known.entry.texts())
    }

    /// How many articles it has.
    pub(super) fn len(&self) -> usize {
        self.articles.len()
    }

    /// Whether it is known what all its articles mean.
    pub(super) fn is_deep(&self) -> bool {
        self.is_deep
    }

    fn weight(&self, number: u32) -> f32 {
        self.weights.get(place(number)).copied().unwrap_or(self.unknown)
    }

    fn is_used(&self, number: u32) -> bool {
        self.frequencies.get(place(number)).is_some_and(|df| *df > 0)
    }

    /// Reads a query.
    pub(super) fn read(&self, query: &str) -> Question {
        let mut seen = BTreeSet::new();
        let mut terms = self.words.terms(query);
        terms.retain(|term| seen.insert(term.clone()));
        terms.truncate(MAX_TERMS);
        let expanded = self.vocabulary.expand(&terms, &self.lexicon, &|number| self.is_used(number));
        let asked: Vec<Asked> = terms
            .iter()
            .zip(expanded)
            .map(|(term, counts)| {
                let known = counts.first().filter(|(number, _)| self.lexicon.term(*number) == term);
                let weight = match known {
                    Some((number, _)) => self.weight(*number),
                    None if self.words.is_faint(term) => self.unknown * FAINT,
                    // A word that only stands for others weighs what the rarest of them does.
                    None => {
                        counts.iter().map(|(number, _)| self.weight(*number)).reduce(f32::max).unwrap_or(self.unknown)
                    }
                };
                Asked { weight, counts }
            })
            .collect();
        let exact = terms.iter().zip(&asked).filter_map(|(term, asked)| self.exact(term, asked)).collect();
        Question { terms, asked, exact }
    }

    // A number, a SKU or a name that articles have: it means itself and nothing near it.
    fn exact(&self, term: &str, asked: &Asked) -> Option<u32> {
        let (number, _) = asked.counts.first().filter(|(number, _)| self.lexicon.term(*number) == term)?;
        let has_digit = term.chars().nth(1).is_some() && term.chars().any(|c| c.is_ascii_digit());
        (has_digit || self.names.contains(number)).then_some(*number)
    }

    /// What was read in a query, for those who ask why.
    pub(super) fn terms_read(&self, query: &str) -> Vec<TermRead> {
        let Question { terms, asked, exact } = self.read(query);
        let read = terms.into_iter().zip(asked).map(|(term, asked)| TermRead {
            is_exact: asked.counts.first().is_some_and(|(number, _)| exact.contains(number)),
            term,
            weight: asked.weight,
            counts: asked.counts.iter().map(|(number, _)| self.lexicon.term(*number).to_owned()).collect(),
        });
        read.collect()
    }

    /// At most `limit` articles that `reader` may see and that have words of `question` or mean about what `pointer` does, best
    /// first. `basis` is what a score is made of where meaning speaks.
    pub(super) fn search(
        &self,
        question: &Question,
        (pointer, basis): (Option<&Pointer>, Basis),
        reader: Reader,
        limit: usize,
    ) -> Vec<Hit> {
        let pointer = pointer.filter(|_| self.is_deep);
        let mut candidates: BTreeMap<usize, f32> = self.by_words(question, reader).into_iter().collect();
        let near = pointer.map(|pointer| self.by_meaning(pointer, reader)).unwrap_or_default();
        for (at, _) in &near {
            candidates.entry(*at).or_insert(0.0);
        }
        let mut found: Vec<Candidate> = candidates
            .into_iter()
            .filter_map(|(at, bm25)| Some(self.candidate(at, self.articles.get(at)?, question, pointer, bm25)))
            .collect();
        let name = |candidate: &Candidate| self.articles.get(candidate.at).map(|known| &known.entry.article);
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.bm25.total_cmp(&a.bm25)).then(name(a).cmp(&name(b))));
        let basis = |candidate: &Candidate| candidate.nearest.as_ref().map_or(Basis::Words, |_| basis);
        let fits = rank::judge(found.iter().map(|candidate| (candidate.score, basis(candidate))));
        // What a hit tells is worked out for those that are told.
        let told = found.iter().zip(fits).take(limit);
        told.filter_map(|(candidate, fit)| {
            Some(self.hit(self.articles.get(candidate.at)?, candidate, question, pointer, fit))
        })
        .collect()
    }

    fn may_read(&self, known: &Known, reader: Reader) -> bool {
        level(known.entry.audience) <= reader.level && known.entry.until >= reader.today
    }

    fn by_words(&self, question: &Question, reader: Reader) -> Vec<(usize, f32)> {
        let wanted: Vec<_> = question
            .asked
            .iter()
            .flat_map(|asked| &asked.counts)
            .map(|(number, counts)| Wanted { term: self.lexicon.term(*number), weight: *counts })
            .collect();
        let may_read = |digest| self.of_digest(digest).is_some_and(|known| self.may_read(known, reader));
        let found = self.store.search(&wanted, reader, &may_read, CANDIDATES);
        let found = found.inspect_err(|error| tracing::error!(%error, "the search index fails")).unwrap_or_default();
        found.into_iter().filter_map(|(digest, score)| Some((*self.by_digest.get(&digest)?, score))).collect()
    }

    // The nearest articles, best first: every one is looked at, which takes less time than an index would save below 100,000;
    // of very many by several threads.
    fn by_meaning(&self, pointer: &Pointer, reader: Reader) -> Vec<(usize, f32)> {
        let places: Vec<usize> = (0..self.articles.len()).collect();
        let near_of = |at: &usize| {
            let known = self.articles.get(*at).filter(|known| self.may_read(known, reader))?;
            Some((*at, known.rows.as_ref()?.nearest(pointer)?.total()))
        };
        let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MOST_THREADS);
        let share = places.len().div_ceil(threads).max(A_THREADS_WORTH);
        let mut near: Vec<(usize, f32)> = thread::scope(|scope| {
            let mut shares = places.chunks(share);
            let own = shares.next().unwrap_or_default();
            let others: Vec<_> =
                shares.map(|some| scope.spawn(move || some.iter().filter_map(near_of).collect::<Vec<_>>())).collect();
            let own: Vec<_> = own.iter().filter_map(near_of).collect();
            own.into_iter().chain(others.into_iter().flat_map(|other| other.join().unwrap_or_default())).collect()
        });
        if near.len() > CANDIDATES {
            near.select_nth_unstable_by(CANDIDATES, |a, b| b.1.total_cmp(&a.1));
            near.truncate(CANDIDATES);
        }
        near.sort_by(|a, b| b.1.total_cmp(&a.1));
        near
    }

    fn candidate(
        &self,
        at: usize,
        known: &Known,
        question: &Question,
        pointer: Option<&Pointer>,
        bm25: f32,
    ) -> Candidate {
        let units = known.units.iter().chain(&known.passages);
        let fit::Match { fit: words, found_in } = fit::fit(&question.asked, units, |number| self.weight(number));
        let nearest = pointer.zip(known.rows.as_ref()).and_then(|(pointer, rows)| rows.nearest(pointer));
        let near = nearest.map(|nearest| (nearest.cosine, nearest.mean));
        let has = question.exact.iter().filter(|number| known.has(**number)).count();
        let exact = if question.exact.is_empty() { 0.0 } else { has as f32 / question.exact.len() as f32 };
        let found_in = nearest.map_or(found_in, |nearest| known.kind_of_row(nearest.row));
        Candidate { at, score: Evidence { near, words, exact }.score(), nearest, words, found_in, bm25 }
    }

    fn hit(
        &self,
        known: &Known,
        candidate: &Candidate,
        question: &Question,
        pointer: Option<&Pointer>,
        fit: f32,
    ) -> Hit {
        let entry = &known.entry;
        let near: Vec<f32> =
            pointer.zip(known.rows.as_ref()).map(|(p, rows)| rows.cosines(p).collect()).unwrap_or_default();
        let named = self.named_there_alone(known, question, &near);
        let at = named.as_ref().map(|(at, _)| *at).or_else(|| self.passage(known, question, &near));
        let passage = at.and_then(|at| entry.passages.get(at));
        let text = passage.map_or("", |passage| &passage.text);
        let covers = |sentence: &str| {
            let numbers = self.numbers(sentence);
            let all = covered(question.asked.iter(), &numbers);
            named.as_ref().map_or(all, |(_, terms)| covered(terms.iter().copied(), &numbers) + A_LITTLE * all)
        };
        // The article's own answer, unless it was asked about something that only a passage speaks of.
        let own = entry.answer.clone().filter(|_| named.is_none());
        let exact = question.exact.iter().filter(|number| known.has(**number));
        Hit {
            article: entry.article.clone(),
            title: entry.title.clone(),
            locale: entry.locale.clone(),
            anchor: passage.map_or_else(|| entry.article.clone(), |passage| passage.anchor.clone()),
            url: entry.url.clone(),
            answer: own.unwrap_or_else(|| answer::of_passage(text, &covers)),
            passage_text: text.to_owned(),
            score: candidate.bm25,
            near: candidate.nearest.map(|nearest| nearest.cosine),
            words: candidate.words,
            fit,
            found_in: candidate.found_in,
            matched: self.matched(known, question),
            exact: exact.map(|number| self.lexicon.term(*number).to_owned()).collect(),
        }
    }

    // The passage that is nearest in meaning, else the one that has most of what was asked.
    fn passage(&self, known: &Known, question: &Question, near: &[f32]) -> Option<usize> {
        let cover = |unit| fit::cover(&question.asked, unit, |number| self.weight(number)).asked;
        let scores = known
            .passages
            .iter()
            .enumerate()
            .map(|(at, unit)| (at, known.passage_row(at, near).unwrap_or(0.0) + PASSAGE_WORDS * cover(unit)));
        scores.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(at, _)| at)
    }

    // The passage that speaks of what was asked for and what the answer does not mention, and those terms: who asks about the Canary
    // Islands is not told of islands in general. Words that many articles have are no such thing. Where it is known what texts mean,
    // the passage has to be nearer than the answer; where not, a question that has the words is taken to be answered by it.
    fn named_there_alone<'q>(
        &self,
        known: &Known,
        question: &'q Question,
        near: &[f32],
    ) -> Option<(usize, Vec<&'q Asked>)> {
        let telling = self.weight_in(self.articles.len().div_ceil(TELLING));
        let has = |unit: &fit::Unit, asked: &Asked| asked.counts.iter().any(|(at, _)| unit.has(*at));
        let is_short = |unit: &&fit::Unit| match unit.found_in {
            FoundIn::Title | FoundIn::Answer => true,
            FoundIn::Question => near.is_empty(),
            FoundIn::Passage | FoundIn::Article => false,
        };
        let short: Vec<_> = known.units.iter().filter(is_short).collect();
        let alone = |asked: &&Asked| asked.weight >= telling && !short.iter().any(|unit| has(unit, asked));
        let terms: Vec<&Asked> = question.asked.iter().filter(alone).collect();
        let answer = known.answer_row(near).unwrap_or(f32::MIN);
        let is_nearer = |at: usize| known.passage_row(at, near).is_none_or(|near| near > answer + NEARER);
        let of_passage = |(at, unit): (usize, &fit::Unit)| {
            (at, terms.iter().copied().filter(|asked| is_nearer(at) && has(unit, asked)).collect::<Vec<_>>())
        };
        let weight = |terms: &[&Asked]| terms.iter().map(|asked| asked.weight).sum::<f32>();
        let passages = known.passages.iter().enumerate().map(of_passage);
        let best = passages.reduce(|best, next| if weight(&next.1) > weight(&best.1) { next } else { best });
        best.filter(|(_, terms)| !terms.is_empty())
    }

    // The terms of a text by their numbers, as far as articles have them.
    fn numbers(&self, text: &str) -> BTreeSet<u32> {
        self.words.terms(text).iter().filter_map(|term| self.lexicon.number(term)).collect()
    }

    // What a word weighs that so many of the articles have.
    fn weight_in(&self, df: usize) -> f32 {
        idf(u32::try_from(df).unwrap_or(u32::MAX), self.articles.len())
    }

    /// The share of what was asked that the article `digest` has anywhere, 0 to 1.
    pub(super) fn share(&self, question: &Question, article: &str) -> f32 {
        let known = self.articles.iter().find(|known| known.entry.article == article);
        let unit = known.and_then(|known| known.units.iter().find(|unit| unit.found_in == FoundIn::Article));
        unit.map_or(0.0, |unit| fit::cover(&question.asked, unit, |number| self.weight(number)).asked)
    }

    fn matched(&self, known: &Known, question: &Question) -> Vec<String> {
        let counts = question.asked.iter().flat_map(|asked| &asked.counts).map(|(number, _)| *number);
        let matched: BTreeSet<_> = counts.filter(|number| known.has(*number)).collect();
        matched.into_iter().map(|number| self.lexicon.term(number).to_owned()).collect()
    }
}

// What of `asked` is among `numbers`, by weight.
fn covered<'q>(asked: impl Iterator<Item = &'q Asked>, numbers: &BTreeSet<u32>) -> f32 {
    asked.filter(|asked| asked.counts.iter().any(|(at, _)| numbers.contains(at))).map(|asked| asked.weight).sum()
}

fn all_deep(articles: &[Arc<Known>]) -> bool {
    articles.iter().all(|known| known.rows.is_some())
}

// A number of a term as a place in a list; on machines of 16 bits it would be no place at all, hence out of range.
fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// How much a term says that `df` of `articles` have: the IDF of BM25 (Robertson and Zaragoza, 2009), never negative.
fn idf(df: u32, articles: usize) -> f32 {
    // Counts of articles are far below 2²⁴, where `f32` would begin to round.
    let (df, articles) = (df as f32, articles as f32);
    (1.0 + (articles - df + 0.5).max(0.5) / (df + 0.5)).ln()
}
