//! Finding the article that answers a question, and telling when there is none.
//!
//! Candidates come from tantivy (BM25 over passages) and, where there is a sentence encoder for the language, from the
//! meaning of each title, question, answer and passage. [`Hit::fit`] tells how likely a candidate is the answer, a number that
//! means the same whatever else the shop has written; [`FITS`] is where an answer begins, [`OFFERS`] where one is worth
//! asking about.

mod answer;
mod evaluate;
mod fit;
mod follow;
mod index;
mod known;
mod meaning;
mod part;
mod rank;
mod store;
mod thesaurus;
mod views;
mod vocabulary;
mod words;

#[cfg(test)]
mod tests;

pub use answer::unsaid;
pub use evaluate::{Evaluation, Faq, Missed, Point, Query, evaluate};
pub use index::{Explanation, FoundIn, Hit, Index, IndexError, Material, Search, TermRead};
pub use rank::{FITS, OFFERS};
pub use vocabulary::Synonyms;

pub use index::texts_to_encode;
