//! All that is known of the lines a model is trained on: their labels, their n-grams and their vectors.

use std::num::NonZeroUsize;
use std::thread;

use super::IntentExamples;
use super::encoder::Vector;
use super::folds::{Embedded, Ground};
use super::model::Options;
use super::svm::{Label, Machines};
use super::training::{embed, lines, names};
use super::vectors::Corpus;

/// More threads than this gain little and would take the machine from the desk while it serves.
const MOST_THREADS: usize = 4;

/// All lines to train on, and what both tiers see of them.
#[derive(Debug)]
pub(crate) struct Material {
    /// Intents with examples, in the order they came.
    pub(crate) names: Vec<String>,
    pub(crate) lines: Vec<Line>,
    pub(crate) corpus: Corpus,
    labels: Vec<Label>,
    are_names: Vec<bool>,
    embedded: Option<Embedded>,
}

/// One training line.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) locale: String,
    pub(crate) label: Label,
    /// Whether it is the name of an intent, as somebody would say it: one more example, which no shopper wrote.
    pub(crate) is_name: bool,
    /// Its vector, where the encoder can read it.
    pub(crate) vector: Option<Vector>,
}

impl Line {
    /// The intent it is an example of, if a shopper wrote it.
    pub(crate) fn class(&self) -> Option<usize> {
        match self.label {
            Label::Is(class) if !self.is_name => Some(class),
            _ => None,
        }
    }
}

impl Material {
    /// Reads all lines, and encodes those whose vectors are not there yet.
    pub(crate) fn read(intents: &[IntentExamples], options: &Options<'_>, threads: NonZeroUsize) -> Self {
        let names = names(intents);
        let mut lines = lines(intents, &names, options.out_of_scope);
        let embedded = options.encoding.map(|encoding| embed(&lines, names.len(), encoding, threads));
        for (line, vector) in lines.iter_mut().zip(embedded.iter().flat_map(|embedded| &embedded.lines)) {
            line.vector.clone_from(vector);
        }
        let labels = lines.iter().map(|line| line.label).collect();
        let are_names = lines.iter().map(|line| line.is_name).collect();
        let corpus = Corpus::read(lines.iter().map(|line| line.text.as_str()));
        Self { names, lines, corpus, labels, are_names, embedded }
    }

    /// The same without the words, for cross-validation.
    pub(crate) fn ground(&self) -> Ground<'_> {
        Ground {
            corpus: &self.corpus,
            labels: &self.labels,
            classes: self.names.len(),
            are_names: &self.are_names,
            embedded: self.embedded.as_ref(),
        }
    }

    /// The sparse tier, trained on all lines, and the weights of its rows.
    pub(crate) fn machines(&self, threads: NonZeroUsize) -> (Machines, Vec<f32>) {
        let all: Vec<usize> = (0..self.lines.len()).collect();
        let idf = self.corpus.idf(&all);
        let (vectors, rows) = (self.corpus.weigh(&all, &idf), self.corpus.vocabulary.rows());
        (Machines::train(&vectors, &self.labels, self.names.len(), rows, threads), idf)
    }
}

/// The threads to train on.
pub(crate) fn threads(options: &Options<'_>) -> NonZeroUsize {
    let available = || thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let threads = options.threads.unwrap_or_else(available);
    NonZeroUsize::new(threads.get().min(MOST_THREADS)).unwrap_or(NonZeroUsize::MIN)
}
