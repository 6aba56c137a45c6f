//! How well a search finds the right document, measured on labelled queries.

use serde::{Deserialize, Serialize};

use super::index::Index;

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
    /// The id of the document.
    pub id: String,
}

/// Shares of all queries, from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Evaluation {
    /// The right document stood first.
    pub hit1: f64,
    /// It was among the first three.
    pub hit3: f64,
    /// The mean of 1 / its place, 0 beyond the tenth: mean reciprocal rank.
    pub mrr10: f64,
    /// How many queries there were.
    pub queries: usize,
}

/// Asks `index` each of `queries` in `locale`.
#[must_use]
pub fn evaluate(index: &Index, queries: &[Query], locale: &str) -> Evaluation {
    let places: Vec<Option<usize>> = queries
        .iter()
        .map(|query| index.search(&query.query, locale, 10).iter().position(|hit| hit.article == query.id))
        .collect();
    // Counts of queries are far below 2⁵³, so they are exact as `f64`.
    let share = |sum: f64| if queries.is_empty() { 0.0 } else { sum / queries.len() as f64 };
    let within = |limit: usize| share(places.iter().flatten().filter(|place| **place < limit).count() as f64);
    let reciprocal = places.iter().flatten().map(|place| 1.0 / (*place as f64 + 1.0)).sum();
    Evaluation { hit1: within(1), hit3: within(3), mrr10: share(reciprocal), queries: queries.len() }
}
