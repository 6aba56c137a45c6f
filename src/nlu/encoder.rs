//! Sentences as vectors: a small transformer, run by `rten`.
//!
//! A text goes through the model alone: the activations of an int8 model are scaled by the largest of a call, so a text
//! among others would get another vector. One call takes one thread; as many run side by side as the machine has cores,
//! and the rest wait for one of them.

use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool, ValueOrView};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};
use sha2::{Digest, Sha256};

use super::gloss;
use super::logistic::dot;
use super::wordpiece::WordPiece;

/// A sentence: a direction of length one, and behind it, as wide, the mean of a middle layer, as it is.
///
/// The last layer of such a model says what a sentence is about; a middle one still knows its words. With the second beside
/// the first a classifier gains 0.3 to 0.4 points from few examples.
pub type Vector = Arc<[f32]>;

/// Pieces of words read of one text, its two ends counted. The time of a call grows with them, and a shopper says what
/// they want in the first hundred words.
const MOST_PIECES: usize = 128;

/// Calls that run side by side at most, whatever the machine: each keeps some megabytes of its own.
const MOST_CALLS: usize = 8;

/// The fingerprint of the embedded weights: computing it takes longer than a start may. A test does it.
#[cfg(feature = "encoder")]
const EMBEDDED: &str = "598f088989033c24f367a08b9a22812fd5c26e619b72d7ee9d9088b8e7016320";

/// The language that glosses are in.
const GLOSSED_INTO: &str = "en";

const INPUTS: [&str; 3] = ["input_ids", "attention_mask", "token_type_ids"];
const OUTPUT: &str = "last_hidden_state";
/// The layer in the middle of the embedded model. A model without a node of this name has no such half in its vectors.
const MIDDLE: &str = "/net/encoder/layer.3/output/LayerNorm/LayerNormalization_output_0";

/// A sentence encoder: BERT's architecture with a WordPiece vocabulary, the mean of its last layer as the sentence.
pub struct Encoder {
    model: Model,
    inputs: [NodeId; 3],
    outputs: Vec<NodeId>,
    vocabulary: WordPiece,
    width: usize,
    threads: Vec<Arc<ThreadPool>>,
    next: AtomicUsize,
    fingerprint: String,
    language: String,
    reads_glosses: bool,
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoder").field("fingerprint", &self.fingerprint).field("width", &self.width).finish()
    }
}

impl Encoder {
    /// The model the binary carries: all-MiniLM-L6-v2, in eight bits, for texts in `language`.
    ///
    /// # Errors
    /// In words; a build whose own weights cannot be read is broken.
    #[cfg(feature = "encoder")]
    pub fn embedded(language: &str) -> Result<Self, String> {
        static WEIGHTS: &[u8] = include_bytes!("../../models/encoder-int8.onnx");
        let model = options().load_static_slice(WEIGHTS).map_err(|error| error.to_string())?;
        Self::of(model, EMBEDDED.to_owned(), include_str!("../../models/vocab.txt"), language)
    }

    /// A model of the same family: ONNX weights and the vocabulary that belongs to them, for texts in `language`.
    ///
    /// # Errors
    /// In words, when the two are not what such a model needs.
    pub fn new(weights: Vec<u8>, vocabulary: &str, language: &str) -> Result<Self, String> {
        let fingerprint = fingerprint(&weights, vocabulary);
        let model = options().load(weights).map_err(|error| format!("these are no weights: {error}"))?;
        Self::of(model, fingerprint, vocabulary, language)
    }

    fn of(model: Model, fingerprint: String, vocabulary: &str, language: &str) -> Result<Self, String> {
        let node = |name: &str| model.node_id(name).map_err(|_| format!("the model has no `{name}`: it is not BERT's"));
        let inputs = [node(INPUTS[0])?, node(INPUTS[1])?, node(INPUTS[2])?];
        let middle = model.find_node(MIDDLE);
        let outputs = std::iter::once(node(OUTPUT)?).chain(middle).collect();
        let calls = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MOST_CALLS);
        let reads_glosses = language == GLOSSED_INTO;
        let pieces = WordPiece::new(vocabulary)?;
        let mut encoder = Self {
            fingerprint: if reads_glosses { with_glosses(&fingerprint) } else { fingerprint },
            vocabulary: if reads_glosses { pieces.with_slips(gloss::english()) } else { pieces },
            model,
            inputs,
            outputs,
            width: 0,
            threads: (0..calls).map(|_| Arc::new(ThreadPool::with_num_threads(1))).collect(),
            next: AtomicUsize::new(0),
            language: language.to_owned(),
            reads_glosses,
        };
        // One call shows whether the model takes what it is given, and how wide its vectors are.
        encoder.width = encoder.run("where is my order")?.len() / encoder.outputs.len();
        Ok(encoder)
    }

    /// Numbers of a vector's first half, the sentence's direction.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Numbers of a whole vector.
    #[must_use]
    pub fn length(&self) -> usize {
        self.width * self.outputs.len()
    }

    /// What tells this model from every other: 64 hex digits over its weights, its vocabulary, and the glosses it reads.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Whether it makes something of texts in `language`, two letters: it was trained on them (`*` stands for all), or on English
    /// and reads them in rough translation.
    #[must_use]
    pub fn reads(&self, language: &str) -> bool {
        self.is_native(language) || self.reads_glosses && language == gloss::LANGUAGE
    }

    /// Whether it was trained on texts in `language`: of two that it reads in rough translation nobody can say how alike they are.
    #[must_use]
    pub fn is_native(&self, language: &str) -> bool {
        self.language == "*" || self.language == language
    }

    /// The vector of a text; nothing if the model fails at it, which no text has made it do.
    #[must_use]
    pub fn encode(&self, text: &str) -> Option<Vector> {
        self.run(text).ok().filter(|vector| vector.len() == self.length() && vector.iter().all(|x| x.is_finite()))
    }

    fn run(&self, text: &str) -> Result<Vector, String> {
        let text =
            if self.reads_glosses { gloss::gloss(text, |word| self.vocabulary.has(word)) } else { Cow::Borrowed(text) };
        // What is left of German after that is no English word with a slip.
        let ids = self.vocabulary.ids(&text, MOST_PIECES, matches!(text, Cow::Borrowed(_)));
        let pieces = ids.len();
        let row = |values: Vec<i32>| NdTensor::from_data([1, pieces], values).into_dyn();
        let values = [row(ids), row(vec![1; pieces]), row(vec![0; pieces])];
        let inputs = self.inputs.iter().copied().zip(values.map(ValueOrView::from)).collect();
        let thread = self.next.fetch_add(1, Ordering::Relaxed) % self.threads.len();
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.threads[thread])));
        let hidden = self
            .model
            .run(inputs, &self.outputs, Some(options))
            .map_err(|error| format!("the model fails: {error}"))?;
        let mut vector = Vec::with_capacity(self.length());
        for (layer, hidden) in hidden.into_iter().enumerate() {
            let hidden: NdTensor<f32, 3> =
                hidden.try_into().map_err(|_| "the model's output is no sentence".to_owned())?;
            let mean = mean(&hidden.view());
            let length = if layer == 0 { dot(&mean, &mean).sqrt() } else { 1.0 };
            vector.extend(mean.iter().map(|x| x / length));
        }
        Ok(vector.into())
    }
}

fn options() -> ModelOptions {
    let mut options = ModelOptions::with_all_ops();
    options.prepack_weights(true);
    options
}

/// The mean over the pieces between the two ends; over all where there are none. The ends mean nothing by themselves: without
/// them few-shot accuracy is 0.4 points higher.
fn mean(hidden: &NdTensorView<'_, f32, 3>) -> Vec<f32> {
    let [_, pieces, width] = hidden.shape();
    let between = if pieces > 2 { 1..pieces - 1 } else { 0..pieces };
    let count = between.len().max(1) as f32;
    let mut sum = vec![0.0f32; width];
    for piece in between {
        for (sum, value) in sum.iter_mut().zip(hidden.slice((0, piece)).iter()) {
            *sum += *value / count;
        }
    }
    sum
}

/// Raised when the same text and the same lists would become other pieces.
const MENDING: u8 = 1;

fn with_glosses(fingerprint: &str) -> String {
    let mut sha = Sha256::new_with_prefix(fingerprint);
    sha.update([MENDING]);
    gloss::material().iter().for_each(|list| sha.update(list));
    hex(sha)
}

fn hex(sha: Sha256) -> String {
    sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn fingerprint(weights: &[u8], vocabulary: &str) -> String {
    let mut sha = Sha256::new();
    sha.update((weights.len() as u64).to_le_bytes());
    sha.update(weights);
    sha.update(vocabulary);
    hex(sha)
}

#[cfg(all(test, feature = "encoder"))]
mod tests {
    use std::sync::LazyLock;

    use super::super::logistic::dot;
    use super::*;

    static ENCODER: LazyLock<Encoder> = LazyLock::new(|| match Encoder::embedded("en") {
        Ok(encoder) => encoder,
        Err(error) => panic!("{error}"),
    });

    #[test]
    fn near_in_meaning_is_near_in_direction() {
        let vector = |text: &str| ENCODER.encode(text).unwrap();
        let near = |a: &str, b: &str| dot(&vector(a)[..384], &vector(b)[..384]);
        let asked = "when do I get my money back";
        assert!((near(asked, asked) - 1.0).abs() < 1e-4);
        assert!(near(asked, "how long does a refund take") > near(asked, "how do I change my password") + 0.2);
        assert_eq!((ENCODER.width(), ENCODER.length()), (384, 768), "the embedded model has its middle layer");
    }

    #[test]
    fn a_text_has_one_vector_whoever_asks() {
        let alone = ENCODER.encode("where is my parcel").unwrap();
        thread::scope(|scope| {
            let others: Vec<_> =
                (0..4).map(|_| scope.spawn(|| ENCODER.encode("where is my parcel").unwrap())).collect();
            others.into_iter().for_each(|other| assert_eq!(*other.join().unwrap(), *alone));
        });
    }

    #[test]
    fn any_text_has_a_vector() {
        for text in ["", " ", "🙂", "\u{0}", "日本語", &"word ".repeat(4_000), &"x".repeat(9_000)] {
            assert!(ENCODER.encode(text).is_some(), "{text:.20}");
        }
    }

    #[test]
    fn the_fingerprint_is_that_of_the_weights() {
        let weights = include_bytes!("../../models/encoder-int8.onnx");
        assert_eq!(fingerprint(weights, include_str!("../../models/vocab.txt")), EMBEDDED);
    }

    #[test]
    fn what_is_no_encoder_is_refused_in_words() {
        assert!(Encoder::new(b"hello".to_vec(), "[UNK]\n[CLS]\n[SEP]", "en").unwrap_err().contains("no weights"));
        let weights = include_bytes!("../../models/encoder-int8.onnx").to_vec();
        assert!(Encoder::new(weights, "hello", "en").unwrap_err().contains("vocabulary"));
    }
}
