//! Forms, look-ups and their fixtures in an intent's file, as types.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::words::Ordered;

/// What has to be known before an intent can be answered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FormFile {
    /// What, in the order of asking.
    pub slots: Vec<SlotFile>,
    /// Whether a question in the middle is answered, and the form then goes on.
    #[serde(default = "yes")]
    pub interruptible: bool,
    /// After too many bad answers: `handoff` calls a person, else the key of a reply.
    #[serde(default = "handoff")]
    pub on_give_up: String,
}

fn yes() -> bool {
    true
}

fn handoff() -> String {
    HANDOFF.to_owned()
}

/// The word that calls a person.
pub(super) const HANDOFF: &str = "handoff";

/// The word for a slot that takes the whole answer.
pub(super) const TEXT: &str = "text";

/// One thing to know.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SlotFile {
    /// Its name.
    pub slot: String,
    /// The entity it is filled from, as `order_number`; `text` takes the whole answer.
    pub from: String,
    /// The key of the reply that asks for it.
    pub ask: String,
    /// When it is not asked for: `visitor.verified` or `not visitor.verified`.
    pub skip_if: Option<String>,
    /// How often it is asked again after an answer that is none. More than twice is talking to a wall.
    #[serde(default = "two")]
    #[schemars(range(min = 0, max = 2))]
    pub retries: u32,
    /// Whether the shopper may leave it empty by saying "skip".
    #[serde(default)]
    pub optional: bool,
}

fn two() -> u32 {
    2
}

/// What is said after a look-up.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum OutcomeSayFile {
    /// The key of a reply.
    Key(String),
    /// The key of a reply, and what follows.
    More(MoreFile),
}

/// The key of a reply, and what follows.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MoreFile {
    /// The key of the reply.
    pub say: String,
    /// `handoff` calls a person after it.
    pub then: Option<ThenFile>,
}

/// What follows on a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ThenFile {
    /// A person is called.
    Handoff,
}

impl OutcomeSayFile {
    /// The key of the reply.
    pub(super) fn say(&self) -> &str {
        match self {
            Self::Key(key) => key,
            Self::More(more) => &more.say,
        }
    }

    /// Whether a person is called.
    pub(super) fn hands_over(&self) -> bool {
        matches!(self, Self::More(MoreFile { then: Some(ThenFile::Handoff), .. }))
    }
}

/// What look-ups find in a test, without network.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FixturesFile {
    /// By action: one answer, or a list that gives one after the other.
    pub actions: Ordered<AnswersFile>,
}

/// One answer, or several.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum AnswersFile {
    /// The same every time.
    One(AnswerFile),
    /// One after the other; the last one again and again.
    Many(Vec<AnswerFile>),
}

/// What an action answers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerFile {
    /// The outcome, as `found`.
    pub outcome: String,
    /// What it found, by field.
    #[serde(default)]
    pub data: BTreeMap<String, Value>,
}

impl AnswersFile {
    /// All of them, in order.
    pub(super) fn list(&self) -> &[AnswerFile] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}
