//! How well a search finds the right document, measured on labelled queries.

use serde::{Deserialize, Serialize};

use super::index::{Hit, Index};

/// A question with its answer: a line of a `DOCS.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faq {
    /// Its name.
    pub id: String,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
}

/// A query and the document that answers it: a line of a `QUERIES.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// What is asked.
    pub query: String,
    /// The id of the document; null where none answers it.
    #[serde(default)]
    pub id: Option<String>,
}

/// What a search found, in shares of the queries that have an answer, from 0 to 1.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Evaluation {
    /// The right document stood first.
    pub hit1: f64,
    /// It was among the first three.
    pub hit3: f64,
    /// The mean of 1 / its place, 0 beyond the tenth: mean reciprocal rank.
    pub mrr10: f64,
    /// How many queries have an answer.
    pub queries: usize,
    /// How many have none.
    pub unanswerable: usize,
    /// What would be answered if that took a fit of so much: the abstention curve.
    pub abstention: Vec<Point>,
    /// The queries whose document was not first, with what was.
    pub missed: Vec<Missed>,
    /// What was found first for each query, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub each: Vec<Each>,
}

/// A point of the abstention curve, in shares from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Point {
    /// From this fit on, a query is answered.
    pub fit: f64,
    /// Queries that have an answer and get it.
    pub right: f64,
    /// Queries that have an answer and get another.
    pub wrong: f64,
    /// Queries that have none and get one all the same.
    pub made_up: f64,
}

/// A query whose document was not found first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Missed {
    /// The query.
    pub query: String,
    /// Its document.
    pub id: String,
    /// What was first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

/// What was found first for a query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Each {
    /// The query.
    pub query: String,
    /// Its document; null where none answers it.
    pub id: Option<String>,
    /// What was first, and how well it fits.
    pub found: Option<String>,
    /// From 0 to 1.
    pub fit: Option<f32>,
}

/// The fits of an abstention curve: that from which an article answers is among them.
const FITS: [f64; 13] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];

/// Missed queries that are listed.
const LISTED: usize = 100;

/// Asks `index` each of `queries` in `locale`; tells `done` of each.
#[must_use]
pub fn evaluate(index: &Index, queries: &[Query], locale: &str, done: &dyn Fn()) -> Evaluation {
    let asked: Vec<Asked<'_>> = queries
        .iter()
        .map(|query| {
            let hits = index.search(&query.query, locale, 10);
            done();
            Asked::of(query, &hits)
        })
        .collect();
    let (answerable, rest): (Vec<&Asked<'_>>, Vec<&Asked<'_>>) =
        asked.iter().partition(|asked| asked.query.id.is_some());
    let within = |limit: usize| share(&answerable, |asked| asked.place.is_some_and(|place| place < limit));
    // Counts of queries are far below 2⁵³, so they are exact as `f64`.
    let reciprocal: f64 =
        answerable.iter().filter_map(|asked| asked.place).map(|place| 1.0 / (place as f64 + 1.0)).sum();
    let point = |fit: f64| {
        let is_answered = |asked: &Asked<'_>| asked.fit.is_some_and(|best| f64::from(best) >= fit);
        Point {
            fit,
            right: share(&answerable, |asked| is_answered(asked) && asked.place == Some(0)),
            wrong: share(&answerable, |asked| is_answered(asked) && asked.place != Some(0)),
            made_up: share(&rest, is_answered),
        }
    };
    Evaluation {
        hit1: within(1),
        hit3: within(3),
        mrr10: reciprocal / answerable.len().max(1) as f64,
        queries: answerable.len(),
        unanswerable: rest.len(),
        abstention: FITS.into_iter().map(point).collect(),
        missed: answerable.iter().filter_map(|asked| asked.missed()).take(LISTED).collect(),
        each: asked.iter().map(Asked::each).collect(),
    }
}

// A query and what came of it.
struct Asked<'q> {
    query: &'q Query,
    place: Option<usize>,
    fit: Option<f32>,
    first: Option<String>,
}

impl<'q> Asked<'q> {
    fn of(query: &'q Query, hits: &[Hit]) -> Self {
        let place = hits.iter().position(|hit| query.id.as_ref() == Some(&hit.article));
        let first = hits.first();
        Self { query, place, fit: first.map(|hit| hit.fit), first: first.map(|hit| hit.article.clone()) }
    }

    fn each(&self) -> Each {
        let Query { query, id } = self.query.clone();
        Each { query, id, found: self.first.clone(), fit: self.fit }
    }

    fn missed(&self) -> Option<Missed> {
        let id = self.query.id.clone().filter(|_| self.place != Some(0))?;
        Some(Missed { query: self.query.query.clone(), id, found: self.first.clone() })
    }
}

fn share(asked: &[&Asked<'_>], counts: impl Fn(&Asked<'_>) -> bool) -> f64 {
    asked.iter().filter(|asked| counts(asked)).count() as f64 / asked.len().max(1) as f64
}
