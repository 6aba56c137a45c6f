//! Text in, meaning out: which intent a shopper's line belongs to, how surely, and why.
//!
//! [`Nlu::train`] makes a model of the examples in the intent files; [`Nlu::read`] reads a message with it. The
//! model has two tiers. The sparse one is there at once: word and character n-grams, hashed, weighed by TF and IDF, one linear
//! support vector machine an intent, and probabilities calibrated by cross-validation over the same examples. All
//! locales are one model, so German and English examples of an intent support the same class. The second tier, where there
//! is an [`Encoder`] for the language, is a logistic regression on sentence vectors; `tiers` mixes both views and decides when
//! the first is enough.
//!
//! [`Extractor`] finds what a text names: order numbers, ids of the catalogue, addresses, days, amounts. A shop's
//! rules are ready as they are read; what no rule can name it learns from the marks in the examples.
//!
//! Nothing here does I/O, reads a clock or draws global randomness: the same examples give the same model, bit for
//! bit, on any number of threads. Nothing here panics or fails, whatever the text.

mod advice;
mod calibration;
mod chance;
mod clauses;
mod dense;
mod encoder;
mod entities;
mod evaluation;
mod explanation;
mod folds;
mod gloss;
mod grams;
pub mod language;
mod learned;
mod logistic;
mod material;
mod model;
mod near;
mod parallel;
mod report;
mod slip;
mod svm;
mod text;
mod tiers;
mod training;
mod vectors;
mod wordpiece;

pub use advice::{Advice, ConfusedPair, ExampleAt, Mistaken, NearPair, advise};
pub use encoder::{Encoder, Vector};
pub use entities::{
    Builtin, EntityKind, EntityRule, EntityScore, EntityScores, Extractor, LabelledEntity, NamedProduct, Normalize,
    colour_of, fold, redact_cards, score_entities,
};
pub use evaluation::{Labelled, Stage, cross_validate, evaluate_entities, evaluate_model, extractor_of, grouped};
pub use explanation::{Contribution, EncoderView, Explanation, NearExample, Views};
pub use learned::Vectors;
pub use model::{Encoding, Nlu, Options, SparseView};
pub use near::Similar;
pub use report::{Confusion, IntentScores, Report, Thresholds, Tiers};
pub use training::texts_to_encode;

/// One line of an intent file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What a shopper might write.
    pub text: String,
    /// The locale it is written in, such as `de` or `de-AT`; empty when nobody said.
    pub locale: String,
}

/// The examples of one intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentExamples {
    /// The intent's name. Entries of equal name are one intent.
    pub name: String,
    /// Lines that mean this intent. An intent without any is never ranked.
    pub examples: Vec<Example>,
    /// Near misses: lines that do not mean this intent. They say nothing about any other.
    pub not_examples: Vec<Example>,
}
