//! What a model is trained on, and what training finds: lines and labels in, calibrations and the second tier out.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::calibration::Calibration;
use super::dense::Dense;
use super::encoder::Encoder;
use super::folds::{self, Embedded, Ground};
use super::learned::Reader;
use super::material::Line;
use super::model::{Encoding, Options};
use super::parallel::in_parallel;
use super::svm::Label;
use super::tiers::{self, Second};
use super::{Example, IntentExamples, language, text};

/// Raised whenever the same examples would give another model, so that a snapshot's hash tells them apart.
const VERSION: u32 = 3;

/// The texts whose vectors training looks for: lines in a language the encoder reads, and the names of intents.
#[must_use]
pub fn texts_to_encode(intents: &[IntentExamples], out_of_scope: &[Example], encoder: &Encoder) -> Vec<String> {
    let names = names(intents);
    let lines = lines(intents, &names, out_of_scope);
    let readable = lines.into_iter().filter(|line| can_read(encoder, &line.locale)).map(|line| line.text);
    let mut seen = HashSet::new();
    readable.filter(|text| seen.insert(text.clone())).collect()
}

// A line of no locale is one of a labelled set; there the encoder was chosen for it.
fn can_read(encoder: &Encoder, locale: &str) -> bool {
    locale.is_empty() || encoder.reads(&language::primary(locale))
}

// `track_order` as somebody would say it.
fn spoken_name(name: &str) -> String {
    name.replace(['_', '-', '.', '/'], " ")
}

pub(super) fn embed(lines: &[Line], classes: usize, encoding: Encoding<'_>, threads: NonZeroUsize) -> Embedded {
    let encoder = encoding.encoder;
    // A name says what the intent is about where somebody writes in that language.
    let mut is_spoken = vec![false; classes];
    for line in lines.iter().filter(|line| !line.is_name && can_read(encoder, &line.locale)) {
        if let Label::Is(class) = line.label {
            is_spoken[class] = true;
        }
    }
    let reads = |line: &Line| match line.label {
        Label::Is(class) if line.is_name => is_spoken[class],
        _ => can_read(encoder, &line.locale),
    };
    let vector = |text: &str| encoding.vectors.get(text).cloned().or_else(|| encoder.encode(text));
    let of_line = |at: usize| lines.get(at).filter(|line| reads(line)).and_then(|line| vector(&line.text));
    Embedded { width: encoder.width(), lines: in_parallel(lines.len(), threads, of_line) }
}

/// What is found by training and cross-validation besides the machines.
pub(super) struct Found {
    pub(super) calibration: Calibration,
    pub(super) second: Option<Second>,
}

pub(super) fn find(ground: &Ground<'_>, hash: &str, encoding: Option<Encoding<'_>>, threads: NonZeroUsize) -> Found {
    if let Some(found) = encoding.and_then(|encoding| remembered(ground, hash, encoding)) {
        return found;
    }
    let held = folds::hold_out(ground, threads);
    let calibration = tiers::calibrate_sparse(&held);
    let second = encoding.and_then(|encoding| {
        let dense = dense(ground, None)?;
        let (both, sure) = tiers::calibrate_both(&held, &calibration);
        Some(Second { encoder: Arc::clone(encoding.encoder), dense, calibration: both, sure })
    });
    Found { calibration, second }
}

fn dense(ground: &Ground<'_>, learned: Option<Vec<f32>>) -> Option<Dense> {
    let all: Vec<usize> = (0..ground.labels.len()).collect();
    ground.embedded?.train(&all, ground.labels, (ground, ground.classes), learned)
}

fn remembered(ground: &Ground<'_>, hash: &str, encoding: Encoding<'_>) -> Option<Found> {
    let mut learned = Reader::new(encoding.learned?)?;
    if learned.text()? != hash {
        return None;
    }
    let mut calibration =
        || Some(Calibration::of([learned.number()?, learned.number()?, learned.number()?, learned.number()?]));
    let (sparse, both) = (calibration()?, calibration()?);
    // A sureness above one is never reached: the encoder is always asked.
    let sure = Some(learned.number()? as f32).filter(|sure| *sure <= 1.0);
    let dense = dense(ground, Some(learned.weights()?))?;
    let second = Second { encoder: Arc::clone(encoding.encoder), dense, calibration: both, sure };
    Some(Found { calibration: sparse, second: Some(second) })
}

pub(super) fn names(intents: &[IntentExamples]) -> Vec<String> {
    let mut seen = HashSet::new();
    let with_examples = intents.iter().filter(|intent| intent.examples.iter().any(says_something));
    with_examples.filter(|intent| seen.insert(&intent.name)).map(|intent| intent.name.clone()).collect()
}

fn says_something(example: &Example) -> bool {
    !text::normal(&example.text).is_empty()
}

/// All training lines. A line said twice of the same intent is one line: doubled, it would be in a fold's training
/// and its test at once, and make the model look surer than it is.
pub(super) fn lines(intents: &[IntentExamples], names: &[String], out_of_scope: &[Example]) -> Vec<Line> {
    let classes: HashMap<&str, usize> = names.iter().enumerate().map(|(class, name)| (name.as_str(), class)).collect();
    let of_intent = |intent: &'_ IntentExamples| classes.get(intent.name.as_str()).copied();
    let known = || intents.iter().filter_map(|intent| Some((intent, of_intent(intent)?)));
    let is = known().flat_map(|(intent, class)| intent.examples.iter().map(move |e| (e, Label::Is(class))));
    let is_not = known().flat_map(|(intent, class)| intent.not_examples.iter().map(move |e| (e, Label::IsNot(class))));
    let outside = out_of_scope.iter().map(|example| (example, Label::Outside));
    let named: Vec<Example> =
        names.iter().map(|name| Example { text: spoken_name(name), locale: String::new() }).collect();
    let named = named.iter().zip((0..).map(Label::Is));
    let shoppers = is.chain(is_not).chain(outside).map(|(example, label)| (example, label, false));
    let mut seen = HashSet::new();
    shoppers
        .chain(named.map(|(example, label)| (example, label, true)))
        .filter(|(example, label, _)| {
            let normal = text::normal(&example.text);
            !normal.is_empty() && seen.insert((normal, *label))
        })
        .map(|(example, label, is_name)| Line {
            text: example.text.clone(),
            locale: example.locale.clone(),
            label,
            is_name,
            vector: None,
        })
        .collect()
}

pub(super) fn hash(intents: &[IntentExamples], options: &Options<'_>) -> String {
    let mut sha = Sha256::new();
    put(&mut sha, &VERSION.to_string());
    for intent in intents {
        put(&mut sha, &intent.name);
        put_all(&mut sha, &intent.examples);
        put_all(&mut sha, &intent.not_examples);
    }
    put_all(&mut sha, options.out_of_scope);
    if let Some(encoding) = options.encoding {
        put(&mut sha, encoding.encoder.fingerprint());
    }
    sha.finalize().iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Every list goes in with its length and every text with its own, so that no two different sets read the same.
fn put_all(sha: &mut Sha256, examples: &[Example]) {
    sha.update((examples.len() as u64).to_le_bytes());
    for example in examples {
        put(sha, &example.locale);
        put(sha, &example.text);
    }
}

fn put(sha: &mut Sha256, text: &str) {
    sha.update((text.len() as u64).to_le_bytes());
    sha.update(text);
}
