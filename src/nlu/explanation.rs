//! Why the model reads what it reads: the examples nearest to a text and the n-grams that decided.

use std::collections::HashMap;

use serde::Serialize;

use super::grams;
use super::logistic::dot;
use super::material::Line;
use super::model::{Nlu, SparseView};
use super::svm::Label;
use super::text;
use super::vectors;
use crate::domain::RankedIntent;

/// Examples and n-grams told of one text: what an admin takes in at a glance.
const NEAREST: usize = 3;
const STRONGEST: usize = 10;

/// Why a text was read as its best intent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The best intent, if the model has any.
    pub intent: Option<String>,
    /// Its calibrated probability, 0 to 1.
    pub probability: f32,
    /// The second best intent.
    pub runner_up: Option<String>,
    /// The best intent's examples nearest to the text, nearest first, at most three.
    pub examples: Vec<NearExample>,
    /// What spoke for the intent most, strongest first, at most ten; negative weights spoke against it.
    pub features: Vec<Contribution>,
    /// What each tier made of it.
    pub views: Views,
}

/// A training example near a text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearExample {
    /// The example as its file has it.
    pub text: String,
    /// Its locale.
    pub locale: String,
    /// Cosine of the two vectors, 0 (nothing in common) to 1 (the same): of the encoder's where it read both, else of the n-grams'.
    pub similarity: f32,
}

/// One n-gram's part in the decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contribution {
    /// The words, or `·…·` around a run of characters in which `_` is the border of a word.
    pub feature: String,
    /// What it added to the intent's margin.
    pub weight: f32,
}

/// What each tier made of a text by itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Views {
    /// The sparse tier's best intents with its own probabilities, at most three.
    pub sparse: Vec<RankedIntent>,
    /// Its word on whether the text is in scope.
    pub sparse_in_scope: f32,
    /// The encoder's view; nothing where there is none, or it does not read the language.
    pub encoder: Option<EncoderView>,
    /// Whether the encoder is asked when a shopper writes this.
    pub encoder_asked: bool,
    /// The sparse tier's probability times scope from which on it is not asked; nothing when it always is.
    pub sure_from: Option<f32>,
}

/// What the encoder tier made of a text by itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EncoderView {
    /// Its best intents, at most three, not calibrated.
    pub intents: Vec<RankedIntent>,
    /// Cosine to the nearest example of any intent.
    pub nearest: f32,
    /// Probability that it is like the lines that belong to no intent.
    pub outside: f32,
}

impl Nlu {
    /// Explains a text's best intent. Costs a pass over that intent's examples, so it is for people, not for every
    /// turn.
    #[must_use]
    pub fn explain(&self, text: &str) -> Explanation {
        let view = self.view(text);
        let asked = self.encoder_for(&view, None).is_some();
        let vector = self.encoder_of(&view, None).and_then(|encoder| encoder.encode(text));
        let views = self.views(&view, vector.as_deref(), asked);
        let read = self.conclude(text, view, vector.as_deref().filter(|_| asked));
        let mut ranked = read.intents.into_iter();
        let best = ranked.next();
        let name = best.as_ref().map(|best| best.intent.clone());
        let class = name.as_ref().and_then(|name| self.names.iter().position(|known| known == name));
        Explanation {
            probability: best.map_or(0.0, |best| best.probability),
            runner_up: ranked.next().map(|second| second.intent),
            examples: class.map_or_else(Vec::new, |class| self.nearest(text, vector.as_deref(), class)),
            features: class.map_or_else(Vec::new, |class| self.strongest(text, class)),
            intent: name,
            views,
        }
    }

    fn views(&self, view: &SparseView, vector: Option<&[f32]>, asked: bool) -> Views {
        let best = |probabilities: &[f32]| {
            let mut ranked = self.rank(probabilities);
            ranked.truncate(NEAREST);
            ranked
        };
        let encoder = self.second.as_ref().zip(vector).map(|(second, vector)| {
            let read = second.dense.read(vector);
            EncoderView { intents: best(&read.probabilities), nearest: read.nearest, outside: read.outside }
        });
        let (probabilities, sparse_in_scope) = self.alone(view);
        Views {
            sparse: best(&probabilities),
            sparse_in_scope,
            encoder,
            encoder_asked: asked,
            sure_from: self.sure_from(),
        }
    }

    // By meaning where both have a vector, else by words.
    fn nearest(&self, text: &str, vector: Option<&[f32]>, class: usize) -> Vec<NearExample> {
        let of_text = self.features(text);
        let near = |line: &Line| NearExample {
            text: line.text.clone(),
            locale: line.locale.clone(),
            similarity: match vector.zip(line.vector.as_deref()) {
                Some((of_text, of_line)) => self.cosine(of_text, of_line),
                None => cosine(&of_text, &self.features(&line.text)),
            },
        };
        let of_class = self.lines.iter().filter(|line| line.label == Label::Is(class) && !line.is_name);
        let mut all: Vec<NearExample> = of_class.map(near).collect();
        all.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
        all.truncate(NEAREST);
        all
    }

    fn cosine(&self, a: &[f32], b: &[f32]) -> f32 {
        let width = self.second.as_ref().map_or(0, |second| second.encoder.width());
        let direction = |vector: &[f32]| vector.get(..width).unwrap_or_default().to_vec();
        dot(&direction(a), &direction(b)).clamp(0.0, 1.0)
    }

    fn strongest(&self, text: &str, class: usize) -> Vec<Contribution> {
        let of_text = self.features(text);
        let mut parts: HashMap<u32, Contribution> = HashMap::new();
        grams::walk(&text::normal(text), |gram, bucket| {
            if let Some(&(row, value)) = of_text.get(&bucket) {
                let weight = value * self.vocabulary.share(row) * self.machines.weight(row, class);
                parts.entry(bucket).or_insert_with(|| Contribution { feature: gram.to_string(), weight });
            }
        });
        let mut parts: Vec<Contribution> = parts.into_values().collect();
        let strength = |part: &Contribution| part.weight.abs();
        parts.sort_by(|a, b| strength(b).total_cmp(&strength(a)).then_with(|| a.feature.cmp(&b.feature)));
        parts.truncate(STRONGEST);
        parts
    }

    /// Row and value of each bucket the text touches.
    fn features(&self, text: &str) -> HashMap<u32, (u32, f32)> {
        vectors::features(text, &self.vocabulary, &self.idf).into_iter().collect()
    }
}

fn cosine(a: &HashMap<u32, (u32, f32)>, b: &HashMap<u32, (u32, f32)>) -> f32 {
    let mut shared: Vec<(u32, f32)> =
        a.iter().filter_map(|(bucket, (_, x))| Some((*bucket, x * b.get(bucket)?.1))).collect();
    // Floating sums depend on their order, and a hash map's is another at every run.
    shared.sort_unstable_by_key(|(bucket, _)| *bucket);
    // Each block that is not empty has length one.
    let blocks = |v: &HashMap<u32, (u32, f32)>| {
        let words = v.keys().any(|bucket| *bucket < grams::BLOCK);
        let chars = v.keys().any(|bucket| *bucket >= grams::BLOCK);
        f32::from(u8::from(words) + u8::from(chars))
    };
    let length = (blocks(a) * blocks(b)).sqrt();
    if length == 0.0 { 0.0 } else { (shared.iter().map(|(_, x)| x).sum::<f32>() / length).clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::super::{Example, IntentExamples};
    use super::*;

    fn model() -> Nlu {
        let intent = |name: &str, texts: &[&str]| IntentExamples {
            name: name.to_owned(),
            examples: texts.iter().map(|text| Example { text: (*text).to_owned(), locale: "en".to_owned() }).collect(),
            not_examples: Vec::new(),
        };
        Nlu::train(&[
            intent("track", &["where is my order", "track my parcel", "has it shipped", "delivery status"]),
            intent("cancel", &["cancel my order", "i want to cancel it"]),
        ])
    }

    #[test]
    fn an_example_is_nearest_to_itself() {
        let why = model().explain("Where is my order");
        assert_eq!((why.intent.as_deref(), why.runner_up.as_deref()), (Some("track"), Some("cancel")));
        assert_eq!(why.examples.len(), 3);
        assert_eq!(why.examples[0].text, "where is my order");
        assert!((why.examples[0].similarity - 1.0).abs() < 1e-4, "{why:?}");
        assert!(why.examples[1].similarity < 0.9);
    }

    #[test]
    fn the_telling_word_is_among_the_strongest() {
        let why = model().explain("cancel");
        assert!(why.features.iter().any(|part| part.feature == "cancel" && part.weight > 0.0), "{why:?}");
        assert!(why.features.len() <= STRONGEST);
    }

    #[test]
    fn all_parts_and_the_bias_make_the_margin() {
        let model = model();
        let of_text = model.features("where is my parcel");
        let row_sum: f32 = of_text
            .values()
            .map(|&(row, value)| value * model.vocabulary.share(row) * model.machines.weight(row, 0))
            .sum();
        let with = model.machines.margins(&vectors::vector("where is my parcel", &model.vocabulary, &model.idf))[0];
        let bias = model.machines.margins(&[])[0];
        assert!((row_sum + bias - with).abs() < 1e-4);
    }

    #[test]
    fn nothing_is_explained_by_nothing() {
        let why = Nlu::train(&[]).explain("hello");
        assert_eq!((why.intent, why.examples.len(), why.features.len()), (None, 0, 0));
        let why = model().explain("");
        assert!(why.examples.iter().all(|near| near.similarity == 0.0) && why.features.is_empty());
    }

    #[test]
    fn it_is_told_as_json() {
        let json = serde_json::to_value(model().explain("cancel")).unwrap();
        assert_eq!(json["intent"], "cancel");
        assert!(json["features"][0]["weight"].is_number());
    }
}
