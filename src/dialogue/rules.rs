//! What the shop's files say about deciding.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{Priority, Understanding};

/// What the shop's files say about deciding.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// The general thresholds.
    pub thresholds: Thresholds,
    /// What is special about each intent.
    pub intents: BTreeMap<String, IntentRule>,
    /// What is tried, in order.
    pub fallback: Vec<Fallback>,
    /// Times in a row the shopper is asked to put it differently.
    pub rephrase_at_most: u32,
    /// Misses in a row after which a person is called.
    pub handoff_after: u32,
    /// The fit from which on an article answers a question, 0 to 1.
    pub article_fits: f32,
    /// The fit from which on an article is worth asking about.
    pub article_offers: f32,
    /// When a person is called, and which; the first that holds.
    pub handoff: Vec<HandoffRule>,
    /// Whether what is known is kept for the next episode.
    pub carry_slots: bool,
}

/// When the assistant is sure enough.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Thresholds {
    /// Probability from which on an intent is answered.
    pub answer: f32,
    /// Probability from which on it is offered as a choice.
    pub confirm: f32,
    /// Lead over the second intent that an answer needs.
    pub margin: f32,
    /// Score from which on a text counts as being about one of the intents at all.
    pub in_scope: f32,
}

impl Rules {
    /// How sure the assistant has to be of what it takes `understanding` for.
    #[must_use]
    pub fn thresholds_of(&self, understanding: &Understanding) -> Thresholds {
        let rule = understanding.top().and_then(|top| self.intents.get(&top.intent));
        rule.map_or(self.thresholds, |rule| rule.thresholds)
    }
}

/// What the dialogue needs to know of an intent.
#[derive(Debug, Clone, PartialEq)]
pub struct IntentRule {
    /// Its thresholds.
    pub thresholds: Thresholds,
    /// The key of what it says, once nothing is left to ask or look up.
    pub reply: String,
    /// Whether it asks for a person.
    pub hands_over: bool,
    /// What has to be known first.
    pub form: Option<FormRule>,
    /// What is looked up then.
    pub act: Option<ActRule>,
}

impl IntentRule {
    /// Whether it is answered with words alone: such an intent may stand in the middle of a form.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.form.is_none() && self.act.is_none() && !self.hands_over
    }
}

/// What has to be known before an intent can be answered.
#[derive(Debug, Clone, PartialEq)]
pub struct FormRule {
    /// What, in the order of asking.
    pub slots: Vec<SlotRule>,
    /// Whether other questions are answered in the middle.
    pub interruptible: bool,
    /// The reply after too many bad answers; without it a person is called.
    pub give_up: Option<String>,
}

/// One thing to know.
#[derive(Debug, Clone, PartialEq)]
pub struct SlotRule {
    /// Its name.
    pub slot: String,
    /// What it is filled from.
    pub from: From,
    /// The key of the question.
    pub ask: String,
    /// Bad answers after each of which it is asked again.
    pub retries: u32,
    /// When it is not asked for.
    pub skip_if: Option<SkipIf>,
    /// Whether the shopper may leave it empty.
    pub optional: bool,
    /// Whether its value says who the shopper is: such a value is forgotten when the form ends.
    pub pii: bool,
}

/// What a slot is filled from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// An entity of this kind, wherever in a message it stands.
    Entity(String),
    /// The whole answer to the question.
    Text,
}

/// When a slot is not asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkipIf {
    /// The shop has signed who the visitor is.
    Verified,
    /// It has not.
    NotVerified,
}

/// A look-up and what is said after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActRule {
    /// The action's name.
    pub action: String,
    /// What is said, by outcome.
    pub outcomes: BTreeMap<String, OutcomeRule>,
}

/// What is said after a look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeRule {
    /// The reply's key.
    pub say: String,
    /// Whether a person is called.
    pub hands_over: bool,
}

/// Ways to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// The intents' own replies.
    Intent,
    /// The articles.
    KnowledgeBase,
    /// A language model.
    Llm,
    /// A person.
    Handoff,
}

/// When a person is called, and which.
#[derive(Debug, Clone, PartialEq)]
pub struct HandoffRule {
    /// All of it has to hold.
    pub when: When,
    /// The team that is called.
    pub team: Option<String>,
    /// How urgent it is.
    pub priority: Priority,
}

/// What calls a person. What is not named may be anything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct When {
    /// The message, or the form that is being filled in, is about this intent.
    pub intent: Option<String>,
    /// Nothing was found for so many messages in a row.
    pub misses_in_a_row: Option<u32>,
    /// The same was said so many times in a row, the reply of now included.
    pub same_reply_in_a_row: Option<u32>,
    /// Look-ups failed so many times in a row, now for the last time.
    pub action_failed: Option<u32>,
    /// The message sounds worse than this, from −1 to 1.
    pub sentiment_below: Option<f32>,
    /// These slots have these values; without a value, any.
    pub slots: BTreeMap<String, Option<String>>,
}
