//! What can happen in a conversation, as it is stored. Numbers and order are the log's; bodies can be emptied in place.

use serde::{Deserialize, Serialize};

use super::{AgentId, DialogueState, Seq, Timestamp};

/// One entry of a conversation's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its number: 1, 2, 3 without holes.
    pub seq: Seq,
    /// When it was stored.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventKind {
    /// Somebody said something.
    Said {
        /// Who.
        by: Author,
        /// The sender's own name for it, for a shopper's or agent's message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_id: Option<String>,
        /// The locale of the shopper's page, where it is news.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        locale: Option<String>,
        /// What.
        body: Body,
    },
    /// The conversation's phase changed.
    Phase {
        /// The phase it is in from here on.
        phase: Phase,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A person took the conversation, or gave it up.
    Assigned {
        /// Who has it now.
        agent: Option<AgentId>,
    },
    /// The shopper rated the episode.
    Rated {
        /// 1 (bad) to 5 (good).
        score: u8,
        /// In the shopper's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    /// The shopper said whether an answer helped.
    Helped {
        /// The answer.
        of: Seq,
        /// Whether it did.
        yes: bool,
    },
    /// Bodies before this one were emptied at the shopper's wish.
    Redacted,
}

impl EventKind {
    /// The kind's name as it stands in the store and on the wire.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Said { .. } => "said",
            Self::Phase { .. } => "phase",
            Self::Assigned { .. } => "assigned",
            Self::Rated { .. } => "rated",
            Self::Helped { .. } => "helped",
            Self::Redacted => "redacted",
        }
    }
}

/// Who speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The visitor.
    Shopper,
    /// The assistant.
    Bot,
    /// A person at the desk.
    Agent(AgentId),
    /// The desk itself.
    System,
}

impl Author {
    /// The name under which this author's client ids are unique.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Shopper => "shopper",
            Self::Bot => "bot",
            Self::System => "system",
            Self::Agent(id) => id.as_str(),
        }
    }
}

/// What was said, and what only the desk may know about it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// Plain text.
    pub text: String,
    /// Buttons under it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quick_replies: Vec<QuickReply>,
    /// A card beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    /// The articles it stands on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// The button this message is the press of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<ChoiceMade>,
    /// The key of the reply it was made from. Never leaves the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
    /// What it counts as. Never leaves the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts_as: Option<CountsAs>,
    /// The body was emptied.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
}

impl Body {
    /// A body of text alone.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// A button under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickReply {
    /// Its words.
    pub title: String,
    /// A page it opens instead of answering.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What pressing it means: `/intent{"entity": "value"}`. Never leaves the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send: Option<String>,
}

/// The press of a button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceMade {
    /// The message the button stood under.
    pub of: Seq,
    /// Its place, from 0.
    pub index: usize,
    /// What the button sends. Never leaves the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send: Option<String>,
}

/// A card beside a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Its heading.
    pub title: String,
    /// Its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The address of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Links.
    pub buttons: Vec<CardButton>,
}

/// A link on a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardButton {
    /// Its words.
    pub title: String,
    /// Where it leads.
    pub url: String,
}

/// An article an answer stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// The article's id.
    pub article: String,
    /// Its title.
    pub title: String,
    /// The passage in it.
    pub anchor: String,
    /// Its page in the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What a reply counts as; containment is computed from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountsAs {
    /// An answer to a request.
    Answer,
    /// A question back.
    Question,
    /// A greeting and the like: never an answer.
    Smalltalk,
    /// "I cannot help with that."
    Refusal,
    /// The offer of a person.
    HandoffOffer,
}

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The assistant answers.
    #[default]
    Bot,
    /// The shopper waits for a person; the assistant is silent.
    Waiting,
    /// A person has it; the assistant is silent.
    WithAgent,
    /// Over, until the shopper writes again.
    Closed,
}

impl Phase {
    /// Moves on to `next`, if the life cycle has such a move.
    ///
    /// # Errors
    /// The move that does not exist, for the message.
    pub fn to(self, next: Self) -> Result<Self, (Self, Self)> {
        use Phase::{Bot, Closed, Waiting, WithAgent};
        match (self, next) {
            (Bot, Waiting | Closed)
            | (Waiting, WithAgent | Bot | Closed)
            | (WithAgent, Waiting | Bot | Closed)
            | (Closed, Bot | Waiting) => Ok(next),
            _ => Err((self, next)),
        }
    }

    /// The phase's name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::Waiting => "waiting",
            Self::WithAgent => "with_agent",
            Self::Closed => "closed",
        }
    }
}

/// Why a phase changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The shopper asked for a person.
    Asked,
    /// The assistant's rules handed over.
    Rule,
    /// The assistant failed twice on one message.
    TurnFailed,
    /// Nothing was said for the time the settings name.
    Idle,
    /// The shopper ended it.
    Ended,
    /// The shopper wrote again after the end.
    Reopened,
    /// The shopper chose to go on with the assistant.
    BackToBot,
}

impl Reason {
    /// The reason's name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Rule => "rule",
            Self::TurnFailed => "turn_failed",
            Self::Idle => "idle",
            Self::Ended => "ended",
            Self::Reopened => "reopened",
            Self::BackToBot => "back_to_bot",
        }
    }
}

/// One entry of a conversation's second log, which no shopper sees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StaffEntry {
    /// Its number in the staff log.
    pub seq: Seq,
    /// The chat number it belongs behind.
    pub after: Seq,
    /// When it was stored.
    pub at: Timestamp,
    /// What it is.
    pub kind: StaffKind,
}

/// What a staff entry is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StaffKind {
    /// How a turn came to its reply, and what the dialogue remembers after it.
    Trace {
        /// The event the turn answered.
        question: Seq,
        /// Whether a reply was stored, or dropped because a person had taken over.
        replied: bool,
        /// What was read, looked up and chosen, with times.
        trace: serde_json::Value,
        /// What the dialogue remembers.
        dialogue: DialogueState,
    },
}

impl StaffKind {
    /// The kind's name as it stands in the store.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Trace { .. } => "trace",
        }
    }
}
