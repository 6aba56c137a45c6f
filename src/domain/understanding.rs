//! What was read in a text: intents with probabilities, entities, language.

use serde::{Deserialize, Serialize};

/// What the classifier read in one text. Made by `nlu`, consumed by `dialogue`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Understanding {
    /// The text as it was written.
    pub text: String,
    /// Two-letter language of the text, when it could be told (`"en"`, `"de"`).
    pub language: Option<String>,
    /// Intents, best first, probabilities calibrated and summing to at most 1.
    pub intents: Vec<RankedIntent>,
    /// How surely the text is about one of the intents at all, 0 to 1; low means out of scope.
    pub in_scope: f32,
    /// Things named in the text, in order of position, never overlapping.
    pub entities: Vec<Entity>,
    /// Which tiers of the classifier read it.
    #[serde(default)]
    pub read_by: ReadBy,
    /// The two things a message asks, each read by itself, without entities; empty when it asks one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Understanding>,
}

/// Which tiers of the classifier read a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadBy {
    /// The sparse tier alone.
    #[default]
    Sparse,
    /// The sparse tier and the encoder.
    Both,
}

/// One intent and how probable it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RankedIntent {
    /// The intent's name.
    pub intent: String,
    /// Calibrated probability, 0 to 1.
    pub probability: f32,
}

/// A thing named in a text, such as an order number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// The kind of thing: `order_number`.
    pub entity: String,
    /// First position, in Unicode scalars.
    pub start: usize,
    /// Position after the last one, in Unicode scalars.
    pub end: usize,
    /// The normal form of what was written. Never a list: where several may be meant, the words as they stand there.
    pub value: String,
    /// What may be meant where the words fit several: all of them, two at least. Empty where one is meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// Why it was found, in words.
    pub reason: String,
}

impl Understanding {
    /// The best intent, if there is any.
    #[must_use]
    pub fn top(&self) -> Option<&RankedIntent> {
        self.intents.first()
    }

    /// The lead of the best intent over the second, 0 to 1.
    #[must_use]
    pub fn margin(&self) -> f32 {
        match self.intents.as_slice() {
            [] => 0.0,
            [only] => only.probability,
            [first, second, ..] => first.probability - second.probability,
        }
    }
}
