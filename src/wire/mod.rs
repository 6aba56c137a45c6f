//! What both edges' frames have in common: entries of the log as a shopper sees them, refusals, passing frames; reading bytes
//! as frames. The generated TypeScript comes from here and from each edge's own file.

mod answers;
mod export;
mod order;
mod parse;
mod view;

use serde::Serialize;

pub use answers::Answers;
pub use export::Export;
pub use order::SayOrder;
pub use parse::{check_ids, parse};
pub use view::{Viewer, field, phase_on_wire, refusal_of, short};

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Refusal {
    /// The request's `id`, where it could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub re: Option<String>,
    /// What kind of refusal it is.
    pub code: Code,
    /// In words.
    pub message: String,
    /// Whether the same request may succeed later.
    pub retry: bool,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub after_ms: Option<u64>,
}

/// Kinds of refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Not a JSON object.
    BadJson,
    /// A field is missing or of the wrong kind.
    BadField,
    /// Larger than allowed.
    TooLarge,
    /// Not a version that is spoken here.
    UnsupportedVersion,
    /// No proof of who asks.
    Unauthenticated,
    /// Not there, or not the asker's.
    NotFound,
    /// The `client_id` stands for another body.
    ClientIdConflict,
    /// Erased.
    Erased,
    /// Too fast.
    RateLimited,
    /// The server has too much to do.
    Busy,
    /// The commit failed.
    StorageUnavailable,
    /// The disk takes nothing at the moment.
    ReadOnly,
    /// Decided on an old state.
    Stale,
    /// Somebody else has it.
    AlreadyClaimed,
    /// Who asks has to be proved first.
    VerifyRequired,
    /// Too many look-ups.
    LookupLimited,
    /// A fault of the server.
    Internal,
}

impl Code {
    /// The code as it stands on the wire, for the metrics.
    #[must_use]
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|value| value.as_str().map(String::from)).unwrap_or_default()
    }
}

/// An entry of the log as a shopper sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Entry {
    /// Its number.
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: u64,
    /// The log's epoch.
    pub epoch: String,
    /// When it was stored.
    pub at: String,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// Somebody said something.
    Said {
        /// Its name.
        message: String,
        /// Who.
        by: Speaker,
        /// The shopper's own name for it.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        client_id: Option<String>,
        /// What.
        body: SaidBody,
    },
    /// The conversation's phase changed.
    Phase {
        /// The phase it is in from here on.
        phase: Phase,
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        reason: Option<String>,
    },
    /// A person took the conversation, or gave it up.
    Assigned {
        /// The person's display name.
        agent: Option<String>,
    },
    /// The shopper rated the episode.
    Rated {
        /// 1 (bad) to 5 (good).
        score: u8,
        /// In the shopper's words.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        comment: Option<String>,
    },
    /// The shopper said whether an answer helped.
    Helped {
        /// The answer's message.
        of: String,
        /// Whether it did.
        yes: bool,
    },
    /// Bodies before this one were emptied.
    Redacted,
}

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The assistant answers.
    Bot,
    /// The shopper waits for a person.
    Waiting,
    /// A person has it.
    WithAgent,
    /// Over, until the shopper writes again.
    Closed,
}

/// Who speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Speaker {
    /// In which part.
    pub role: Role,
    /// Under which name.
    pub name: String,
    /// Whether a machine wrote it.
    pub ai: bool,
}

/// The parts in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The visitor.
    Shopper,
    /// The assistant.
    Bot,
    /// A person at the desk.
    Agent,
    /// The desk itself.
    System,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SaidBody {
    /// Words, with what belongs to them.
    Text {
        /// The words.
        text: String,
        /// Buttons.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(test, ts(optional, as = "Option<Vec<QuickReply>>"))]
        quick_replies: Vec<QuickReply>,
        /// A card.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        card: Option<Card>,
        /// Cards in a row: things to choose from. Where there is one alone it is the `card`.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(test, ts(optional, as = "Option<Vec<Card>>"))]
        cards: Vec<Card>,
        /// The articles it stands on.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(test, ts(optional, as = "Option<Vec<Citation>>"))]
        citations: Vec<Citation>,
        /// The button it is the press of.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        choice: Option<Choice>,
    },
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct QuickReply {
    /// Its words.
    pub title: String,
    /// A page it opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub url: Option<String>,
}

/// The press of a button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Choice {
    /// The message it stands under.
    pub of: String,
    /// Its place, from 0.
    #[cfg_attr(test, ts(type = "number"))]
    pub index: usize,
}

/// A card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Card {
    /// Its heading.
    pub title: String,
    /// Its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub text: Option<String>,
    /// The address of its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub image: Option<String>,
    /// Links.
    pub buttons: Vec<CardButton>,
}

/// A link on a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CardButton {
    /// Its words.
    pub title: String,
    /// Where it leads.
    pub url: String,
}

/// An article an answer stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Citation {
    /// Its id.
    pub article: String,
    /// Its title.
    pub title: String,
    /// The passage in it.
    pub anchor: String,
    /// Its page in the shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub url: Option<String>,
}

/// What is shown now or never.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Passing {
    /// Somebody is typing, or stopped.
    Typing {
        /// Who.
        by: Speaker,
        /// Which.
        on: bool,
    },
    /// A piece of a reply that is being written.
    Delta {
        /// The message it will be.
        message: String,
        /// The piece's number.
        #[cfg_attr(test, ts(type = "number"))]
        index: u64,
        /// Its words.
        text: String,
    },
    /// The shopper's place in the queue.
    Queue {
        /// From 1.
        #[cfg_attr(test, ts(type = "number"))]
        place: u64,
        /// How long it takes; missing when nobody is there.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional, type = "number"))]
        wait_seconds: Option<u64>,
    },
    /// What the other side has of the log.
    Receipt {
        /// Who.
        role: Role,
        /// What arrived there.
        #[cfg_attr(test, ts(type = "number"))]
        received: u64,
        /// What was shown there.
        #[cfg_attr(test, ts(type = "number"))]
        read: u64,
    },
}
