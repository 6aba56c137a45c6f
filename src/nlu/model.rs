//! The model: trained from examples, asked about texts.

use std::cmp::Ordering;
use std::num::NonZeroUsize;
use std::sync::Arc;

use super::calibration::{Calibration, largest};
use super::encoder::Encoder;
use super::language::{self, Lexicon};
use super::learned::{Vectors, Writer};
use super::material::{self, Line, Material};
use super::svm::Machines;
use super::tiers::{self, Second};
use super::training::{Found, find, hash};
use super::vectors::{self, Vocabulary};
use super::{Example, IntentExamples, clauses};
use crate::domain::{RankedIntent, ReadBy, Understanding};

/// Intents told of one text. Beyond the tenth nobody asks, and with hundreds of intents their names would be most of
/// the cost of an answer.
const RANKED: usize = 10;

/// What training may take besides the intents.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Lines known to belong to no intent. They count against every intent, and from twenty on they set what
    /// [`Understanding::in_scope`] means.
    pub out_of_scope: &'a [Example],
    /// Threads to train on, at most four; by default as many as the machine has. The model is the same.
    pub threads: Option<NonZeroUsize>,
    /// The encoder of the second tier; without one there is only the first.
    pub encoding: Option<Encoding<'a>>,
}

/// An encoder, and vectors it made before; what is not among them is encoded while training.
#[derive(Debug, Clone, Copy)]
pub struct Encoding<'a> {
    /// The encoder.
    pub encoder: &'a Arc<Encoder>,
    /// Vectors by text.
    pub vectors: &'a Vectors,
    /// What [`Nlu::learned`] told of a model: if it was of the same examples, nothing is learnt twice.
    pub learned: Option<&'a [u8]>,
}

/// A trained model of the shop's intents.
#[derive(Debug, Clone)]
pub struct Nlu {
    /// Intents with examples, in the order they came.
    pub(crate) names: Vec<String>,
    pub(crate) lines: Vec<Line>,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) idf: Vec<f32>,
    pub(crate) machines: Machines,
    pub(crate) calibration: Calibration,
    pub(crate) second: Option<Second>,
    locales: Vec<String>,
    lexicon: Lexicon,
    hash: String,
}

/// What the sparse tier makes of a text: the first stage of reading it.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseView {
    margins: Vec<f32>,
    // Whether training knew any n-gram of the text.
    is_known: bool,
    // Two letters, when the text tells.
    language: Option<String>,
}

impl Nlu {
    /// Trains a model. Without examples it is a model that ranks nothing.
    #[must_use]
    pub fn train(intents: &[IntentExamples]) -> Self {
        Self::train_with(intents, &Options::default())
    }

    /// Trains a model with lines out of scope, an encoder or a number of threads of the caller's choice.
    #[must_use]
    pub fn train_with(intents: &[IntentExamples], options: &Options<'_>) -> Self {
        let threads = material::threads(options);
        let material = Material::read(intents, options, threads);
        let (machines, idf) = material.machines(threads);
        let hash = hash(intents, options);
        let Found { calibration, second } = find(&material.ground(), &hash, options.encoding, threads);
        let examples = || intents.iter().flat_map(|intent| &intent.examples);
        Self {
            hash,
            locales: language::locales(examples()),
            lexicon: Lexicon::of(examples()),
            vocabulary: material.corpus.vocabulary,
            names: material.names,
            lines: material.lines,
            idf,
            machines,
            calibration,
            second,
        }
    }

    /// Reads a text. Only its first 2,000 characters count; entities are left to the caller.
    #[must_use]
    pub fn understand(&self, text: &str) -> Understanding {
        self.understand_in(text, None)
    }

    /// Reads a text in a conversation whose language is known. It counts where the text itself does not tell its own.
    #[must_use]
    pub fn understand_in(&self, text: &str, spoken: Option<&str>) -> Understanding {
        let view = self.view(text);
        let vector = self.encoder_for(&view, spoken).and_then(|encoder| encoder.encode(text));
        self.conclude(text, view, vector.as_deref())
    }

    /// Reads a whole message: as [`Nlu::understand_in`], and then what it denies and whether it asks two things.
    #[must_use]
    pub fn read(&self, text: &str, spoken: Option<&str>) -> Understanding {
        self.amend(self.understand_in(text, spoken), spoken)
    }

    /// Looks at the clauses of a message that was read as a whole.
    ///
    /// What it denies is left out where it was what the whole was taken for, and the rest clearly means something else: "not
    /// cancel, just change the address". Two clauses that clearly mean two intents are its [`Understanding::parts`].
    #[must_use]
    pub fn amend(&self, whole: Understanding, spoken: Option<&str>) -> Understanding {
        let spoken = whole.language.clone().or_else(|| spoken.map(str::to_owned));
        let read = |text: &str| self.understand_in(text, spoken.as_deref());
        let told = |read: &Understanding| read.top().map(|top| top.intent.clone());
        if let Some((denied, meant)) = clauses::denial(&whole.text) {
            let meant = read(&meant);
            let is_misled = is_clear(&meant) && told(&meant) != told(&whole) && told(&read(&denied)) == told(&whole);
            return if is_misled {
                Understanding { text: whole.text, language: whole.language, ..meant }
            } else {
                whole
            };
        }
        // The n-grams look first: a split that they take for one thing, or for nothing, is not worth the encoder's time.
        let worth = |(first, second): &(&str, &str)| match (self.glance(first), self.glance(second)) {
            (Some(first), Some(second)) => first != second,
            _ => false,
        };
        let splits = clauses::splits(&whole.text).into_iter().filter(worth);
        let parts = splits.map(|(first, second)| [read(first), read(second)]);
        let clear = parts.filter(|[first, second]| is_clear(first) && is_clear(second) && told(first) != told(second));
        let least = |parts: &[Understanding; 2]| parts.iter().map(sureness).fold(f32::INFINITY, f32::min);
        let best = clear.max_by(|a, b| least(a).total_cmp(&least(b)));
        Understanding { parts: best.map(Vec::from).unwrap_or_default(), ..whole }
    }

    // What the sparse tier takes a clause for, if for anything.
    fn glance(&self, clause: &str) -> Option<usize> {
        let (probabilities, _) = self.alone(&self.view(clause));
        let best = (0..probabilities.len()).max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]))?;
        (probabilities[best] >= GLANCE).then_some(best)
    }

    /// The first stage: what the sparse tier makes of a text, and its language.
    #[must_use]
    pub fn view(&self, text: &str) -> SparseView {
        let (margins, is_known) = self.margins(text);
        let language = self.lexicon.detect(text, &self.locales).map(|locale| language::primary(&locale));
        SparseView { margins, is_known, language }
    }

    /// The second stage: the encoder to ask, if there is one, it reads the language, and the sparse tier alone is not sure.
    #[must_use]
    pub fn encoder_for(&self, view: &SparseView, spoken: Option<&str>) -> Option<&Arc<Encoder>> {
        let is_sure = |sure: f32| tiers::surest(&self.calibration, &view.margins) >= sure;
        self.encoder_of(view, spoken).filter(|_| !self.sure_from().is_some_and(is_sure))
    }

    /// The encoder, if there is one and it reads the language.
    pub(crate) fn encoder_of(&self, view: &SparseView, spoken: Option<&str>) -> Option<&Arc<Encoder>> {
        let encoder = &self.second.as_ref()?.encoder;
        let spoken = spoken.map(language::primary);
        let language = view.language.as_deref().or(spoken.as_deref());
        language.is_none_or(|language| encoder.reads(language)).then_some(encoder)
    }

    /// Probabilities and scope by the sparse tier alone.
    pub(crate) fn alone(&self, view: &SparseView) -> (Vec<f32>, f32) {
        // Of a text without one known n-gram the margins say only which intents are common.
        let in_scope = if view.is_known { self.calibration.in_scope(largest(&view.margins)) } else { 0.0 };
        (self.calibration.probabilities(&view.margins), in_scope)
    }

    /// The last stage: both views together, or the sparse tier's alone without a vector.
    #[must_use]
    pub fn conclude(&self, text: &str, view: SparseView, vector: Option<&[f32]>) -> Understanding {
        let (by_sparse, alone) = self.alone(&view);
        let (probabilities, in_scope, read_by) = match self.second.as_ref().zip(vector) {
            Some((second, vector)) => {
                let (values, score) = tiers::mix(&view.margins, &second.dense.read(vector));
                let together = second.calibration.in_scope(score);
                // Where the language is anybody's guess, so is whether the encoder could read it.
                let is_guess = view.language.is_none() && self.speaks_others(&second.encoder);
                let in_scope = if is_guess { together.max(alone) } else { together };
                (second.calibration.probabilities(&values), in_scope, ReadBy::Both)
            }
            None => (by_sparse, alone, ReadBy::Sparse),
        };
        Understanding {
            text: text.to_owned(),
            language: view.language,
            intents: self.rank(&probabilities),
            in_scope,
            entities: Vec::new(),
            read_by,
            parts: Vec::new(),
        }
    }

    // Whether the shop has examples in a language the encoder does not read.
    fn speaks_others(&self, encoder: &Encoder) -> bool {
        self.locales.iter().any(|locale| !encoder.reads(&language::primary(locale)))
    }

    /// What took long to learn of the second tier, for the next training on the same examples.
    #[must_use]
    pub fn learned(&self) -> Option<Vec<u8>> {
        let second = self.second.as_ref()?;
        let mut writer = Writer::default();
        writer.text(&self.hash).numbers(&self.calibration.numbers()).numbers(&second.calibration.numbers());
        writer.numbers(&[second.sure.map_or(2.0, f64::from)]).weights(second.dense.learned());
        Some(writer.finish())
    }

    /// Bytes that the weights of the sparse tier take.
    #[must_use]
    pub fn sparse_bytes(&self) -> usize {
        self.machines.bytes()
    }

    /// Whether the model has its second tier.
    #[must_use]
    pub fn has_encoder(&self) -> bool {
        self.second.is_some()
    }

    /// How sure the sparse tier has to be, probability times scope, for the encoder not to be asked; nothing without an encoder, or
    /// when it always is.
    #[must_use]
    pub fn sure_from(&self) -> Option<f32> {
        self.second.as_ref()?.sure
    }

    /// Fingerprint of everything the model depends on: 64 hex digits, equal for equal examples in equal order.
    #[must_use]
    pub fn hash(&self) -> String {
        self.hash.clone()
    }

    /// The margin of every class, and whether training knew any n-gram of the text.
    fn margins(&self, text: &str) -> (Vec<f32>, bool) {
        let vector = vectors::vector(text, &self.vocabulary, &self.idf);
        (self.machines.margins(&vector), !vector.is_empty())
    }

    /// The best intents; of equals the first named is the better, so that an answer never depends on chance.
    pub(crate) fn rank(&self, probabilities: &[f32]) -> Vec<RankedIntent> {
        let mut order: Vec<usize> = (0..probabilities.len()).collect();
        let better =
            |a: &usize, b: &usize| -> Ordering { probabilities[*b].total_cmp(&probabilities[*a]).then(a.cmp(b)) };
        if order.len() > RANKED {
            order.select_nth_unstable_by(RANKED, better);
            order.truncate(RANKED);
        }
        order.sort_unstable_by(better);
        let ranked =
            |class: usize| RankedIntent { intent: self.names[class].clone(), probability: probabilities[class] };
        order.into_iter().map(ranked).collect()
    }
}

/// Probability and scope from which on a clause by itself means what it is read as.
const CLEAR: f32 = 0.5;

/// Probability by the sparse tier from which on a clause is worth a second look.
const GLANCE: f32 = 0.2;

fn is_clear(read: &Understanding) -> bool {
    sureness(read) >= CLEAR && read.in_scope >= CLEAR
}

fn sureness(read: &Understanding) -> f32 {
    read.top().map_or(0.0, |top| top.probability)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn intent(name: &str, examples: &[&str], not_examples: &[&str]) -> IntentExamples {
        let example = |text: &&str| Example { text: (*text).to_owned(), locale: "en".to_owned() };
        IntentExamples {
            name: name.to_owned(),
            examples: examples.iter().map(example).collect(),
            not_examples: not_examples.iter().map(example).collect(),
        }
    }

    fn shop() -> Vec<IntentExamples> {
        vec![
            intent("track", &["where is my order", "track my parcel", "has it shipped yet"], &["how long is delivery"]),
            intent("cancel", &["cancel my order", "i want to cancel it", "please stop the order"], &[]),
            intent("refund", &["i want my money back", "refund please", "when do i get my refund"], &[]),
            intent("greet", &["hello", "good morning", "hi there"], &[]),
        ]
    }

    #[test]
    fn examples_are_understood() {
        let nlu = Nlu::train(&shop());
        let check = |text: &str, expected: &str| {
            let read = nlu.understand(text);
            assert_eq!(read.intents[0].intent, expected, "{text}: {read:?}");
            assert!((read.intents.iter().map(|ranked| ranked.probability).sum::<f32>() - 1.0).abs() < 1e-3);
        };
        check("WHERE is my  order?!", "track");
        check("can you cancel the order", "cancel");
        check("money back", "refund");
        check("good mornin", "greet");
    }

    #[test]
    fn what_is_denied_is_not_meant() {
        let nlu = Nlu::train(&shop());
        let check = |text: &str, expected: &str| {
            let read = nlu.read(text, None);
            assert_eq!((read.top().unwrap().intent.as_str(), read.text.as_str()), (expected, text), "{read:?}");
        };
        check("i don't want to cancel it, i want my money back", "refund");
        check("cancel my order, it is no good morning", "cancel");
    }

    #[test]
    fn two_questions_are_two_parts() {
        let nlu = Nlu::train(&shop());
        let parts = |text: &str| -> Vec<String> {
            let told = |part: &Understanding| part.top().map(|top| top.intent.clone());
            nlu.read(text, None).parts.iter().filter_map(told).collect()
        };
        assert_eq!(parts("where is my order and when do i get my refund?"), ["track", "refund"]);
        assert_eq!(parts("where is my order and where is my parcel?"), Vec::<String>::new());
        assert_eq!(parts("where is my order"), Vec::<String>::new());
    }

    #[test]
    fn what_training_never_saw_is_out_of_scope() {
        let nlu = Nlu::train(&shop());
        let in_scope = |text: &str| nlu.understand(text).in_scope;
        assert!(in_scope("where is my order") > in_scope("xylophone quartz"));
        assert_eq!([in_scope(""), in_scope("日本語"), in_scope("🙂🙂")], [0.0; 3]);
    }

    #[test]
    fn poor_input_makes_a_poor_model_not_a_panic() {
        let check = |intents: &[IntentExamples], expected: &[&str]| {
            let read = Nlu::train(intents).understand("where is my order");
            assert_eq!(read.intents.iter().map(|i| i.intent.as_str()).collect::<Vec<_>>(), expected);
            assert!((0.0..=1.0).contains(&read.in_scope));
        };
        check(&[], &[]);
        check(&[intent("empty", &[], &["where is my order"])], &[]);
        check(&[intent("blank", &["", " \n"], &[])], &[]);
        check(&[intent("only", &["where is my order"], &[])], &["only"]);
        check(&[intent("only", &["x"], &["where is my order"])], &["only"]);
        check(&[intent("a", &["where is my order"], &[]), intent("b", &["bye"], &[])], &["a", "b"]);
        check(&[intent("a", &["one"], &[]), intent("a", &["where is my order"], &[])], &["a"]);
    }

    #[test]
    fn the_same_line_in_two_intents_speaks_for_both() {
        let both = [intent("a", &["where is my order"], &[]), intent("b", &["where is my order"], &[])];
        let read = Nlu::train(&both).understand("where is my order");
        assert!(read.margin() < 0.5, "{read:?}");
    }

    #[test]
    fn doubled_examples_count_once() {
        let mut doubled = shop();
        let again = doubled[0].examples.clone();
        doubled[0].examples.extend(again);
        let (once, twice) = (Nlu::train(&shop()), Nlu::train(&doubled));
        assert_eq!(once.machines, twice.machines);
        assert_ne!(once.hash(), twice.hash());
    }

    #[test]
    fn not_examples_push_away() {
        let text = "how long is delivery";
        let with = Nlu::train(&shop());
        let mut intents = shop();
        intents[0].not_examples.clear();
        let without = Nlu::train(&intents);
        assert!(with.margins(text).0[0] < without.margins(text).0[0]);
    }

    #[test]
    fn out_of_scope_lines_are_turned_away() {
        let outside: Vec<Example> = ["will it rain", "tell me a joke", "who won the game"]
            .map(|text| Example { text: text.to_owned(), locale: String::new() })
            .into();
        let with = Nlu::train_with(&shop(), &Options { out_of_scope: &outside, ..Options::default() });
        let most = with.margins("will it rain").0.into_iter().fold(f32::NEG_INFINITY, f32::max);
        assert!(most < -0.5, "{most}");
        assert_ne!(with.hash(), Nlu::train(&shop()).hash());
    }

    #[test]
    fn training_twice_gives_the_same_model() {
        let train =
            |threads| Nlu::train_with(&shop(), &Options { threads: NonZeroUsize::new(threads), ..Options::default() });
        let (one, other) = (train(1), train(4));
        assert_eq!(one.machines, other.machines);
        assert_eq!(one.calibration, other.calibration);
        assert_eq!(one.hash(), other.hash());
        assert_eq!(one.understand("where is it"), other.understand("where is it"));
    }

    #[test]
    fn hash_never_changes() {
        assert_eq!(Nlu::train(&[intent("a", &["b"], &["c"])]).hash(), FROZEN);
        let check = |other: IntentExamples| assert_ne!(Nlu::train(&[other]).hash(), FROZEN);
        check(intent("a", &["b", "c"], &[]));
        check(intent("a", &["bc"], &[]));
        check(intent("a", &[], &["b", "c"]));
    }

    const FROZEN: &str = "2df88b912bf967fbf6f39548b2df3cf2f2b53ec1d7618dfbc7f906f64f219dad";

    #[test]
    fn at_most_ten_are_told() {
        let intents: Vec<_> =
            (0..40).map(|n| intent(&format!("i{n}"), &[&format!("word{n} and"), "the same"], &[])).collect();
        let read = Nlu::train(&intents).understand("word7 and");
        assert_eq!((read.intents.len(), read.intents[0].intent.as_str()), (RANKED, "i7"));
        assert!(read.intents.is_sorted_by(|a, b| a.probability >= b.probability));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>(), example in any::<String>()) {
            let mut intents = shop();
            intents.push(intent("any", &[&example], &[&text]));
            let nlu = Nlu::train(&intents);
            let read = nlu.understand(&text);
            prop_assert!((0.0..=1.0).contains(&read.in_scope));
            prop_assert!(read.intents.iter().all(|ranked| ranked.probability.is_finite()));
            let _ = nlu.explain(&text);
            let _ = nlu.read(&text, None);
        }
    }

    #[test]
    fn long_texts_are_read() {
        let nlu = Nlu::train(&shop());
        for text in ["where is my order ".repeat(440), "x".repeat(8_000), "\u{fdfa}".repeat(8_000), "é ".repeat(4_000)]
        {
            let _ = nlu.understand(&text);
        }
        assert_eq!(nlu.understand(&"where is my order ".repeat(440)).intents[0].intent, "track");
    }
}
