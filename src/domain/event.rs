//! What can happen in a conversation, as it is stored. Numbers and order are the log's; bodies can be emptied in place.

use serde::{Deserialize, Serialize};

use super::{AgentId, Seq, Timestamp};

/// Cards in one row beside a message: what a shopper looks through on a phone without losing track.
pub const MOST_CARDS: usize = 5;

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
    /// Bodies before this one were emptied.
    Redacted {
        /// At the shopper's wish: nothing is said in the conversation any more.
        #[serde(default)]
        for_good: bool,
    },
}

impl EventKind {
    /// The event without what a person said in it.
    #[must_use]
    pub fn emptied(&self) -> Self {
        match self {
            Self::Said { by, body, .. } => {
                Self::Said { by: by.clone(), client_id: None, locale: None, body: body.emptied() }
            }
            Self::Rated { score, .. } => Self::Rated { score: *score, comment: None },
            other => other.clone(),
        }
    }

    /// The kind's name as it stands in the store and on the wire.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Said { .. } => "said",
            Self::Phase { .. } => "phase",
            Self::Assigned { .. } => "assigned",
            Self::Rated { .. } => "rated",
            Self::Helped { .. } => "helped",
            Self::Redacted { .. } => "redacted",
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
    /// Cards in a row beside it, at most [`MOST_CARDS`]: things to choose from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<Card>,
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
}

impl Body {
    /// What is left of it once it is erased: who erases wants the words gone, and the reports their sums. Never longer than
    /// it was, so that it is emptied where it stands.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self { reply: self.reply.clone(), counts_as: self.counts_as, ..Self::default() }
    }

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
            (Bot, Waiting | WithAgent | Closed)
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
    /// The shopper chose to go on with the assistant, or a person gave the conversation back to it.
    BackToBot,
    /// A person took it.
    Claimed,
    /// The desk gave it to a person whose turn it was.
    Placed,
    /// The person who had it put it back into the queue.
    Released,
    /// The person who had it passed it on.
    Transferred,
    /// The person who had it was not heard of any more.
    AgentGone,
    /// The person who had it did not answer in time.
    NoReply,
    /// A person ended it.
    Resolved,
    /// Everything that was said is emptied, at the shopper's wish.
    Erased,
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
            Self::Claimed => "claimed",
            Self::Placed => "placed",
            Self::Released => "released",
            Self::Transferred => "transferred",
            Self::AgentGone => "agent_gone",
            Self::NoReply => "no_reply",
            Self::Resolved => "resolved",
            Self::Erased => "erased",
        }
    }
}
