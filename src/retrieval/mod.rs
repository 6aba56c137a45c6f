//! Finding the article that answers a question, and telling when there is none.
//!
//! Candidates come from tantivy (BM25). Whether a candidate is an answer at all is told by [`Hit::fit`], a number from 0 to 1
//! that means the same whatever else the shop has written; [`FITS`] is where an answer begins.

mod evaluate;
mod fit;
mod index;
mod soft;
mod store;
mod thesaurus;
mod words;

#[cfg(test)]
mod tests;

pub use evaluate::{Evaluation, Faq, Query, evaluate};
pub use fit::FITS;
pub use index::{Explanation, FoundIn, Hit, Index, IndexError, TermRead};
