//! chat.v1: every frame between a shopper's client and the server, in one place.
//!
//! Times are RFC 3339 in UTC, made by the server; positions in text count Unicode scalars. The TypeScript client gets the
//! same types: `web-widget/src/shared/protocol.ts` is written from this file, and a test fails when they differ.

use serde::{Deserialize, Serialize};

/// A frame from the client.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// The first frame.
    Hello(Hello),
    /// Say something.
    Say {
        /// Comes back as `re`.
        id: String,
        /// The client's own name for the message, for ever.
        client_id: String,
        /// What.
        body: SayBody,
    },
    /// Everything up to `seq` has arrived.
    Received {
        /// Cumulative.
        #[cfg_attr(test, ts(type = "number"))]
        seq: u64,
    },
    /// Everything up to `seq` was shown.
    Read {
        /// Cumulative.
        #[cfg_attr(test, ts(type = "number"))]
        seq: u64,
    },
    /// Send the events `from..=to` again.
    Fetch {
        /// Comes back as `re`.
        id: String,
        /// The first.
        #[cfg_attr(test, ts(type = "number"))]
        from: u64,
        /// The last.
        #[cfg_attr(test, ts(type = "number"))]
        to: u64,
    },
    /// The shopper is typing, or stopped.
    Typing {
        /// Which.
        on: bool,
    },
    /// Do something that is not said.
    Act {
        /// Comes back as `re`.
        id: String,
        /// The client's own name for the act, for ever.
        client_id: String,
        /// What.
        #[serde(flatten)]
        act: Act,
    },
    /// The answer to a ping.
    Pong {
        /// The ping's number.
        #[cfg_attr(test, ts(type = "number"))]
        n: u64,
    },
}

/// The first frame of a client.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct Hello {
    /// The token of an earlier `welcome`.
    #[serde(default)]
    pub token: Option<String>,
    /// What the client has already.
    #[serde(default)]
    pub resume: Option<Resume>,
    /// The locale of the page.
    #[serde(default)]
    pub locale: Option<String>,
    /// The page the shopper is on.
    #[serde(default)]
    pub page: Option<String>,
    /// The program that speaks.
    #[serde(default)]
    pub client: Option<ClientInfo>,
    /// A proof of who the shopper is, signed by the shop. This version takes none and treats everyone as a guest.
    #[serde(default)]
    pub identity: Option<String>,
}

/// The end of a client's copy of the log. What cannot be read in it means `reset`, never an error.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Resume {
    /// The epoch of the copy.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "string"))]
    pub epoch: serde_json::Value,
    /// The number of its last event.
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: u64,
    /// The time of its last event, byte for byte.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "string"))]
    pub at: serde_json::Value,
}

/// A program that speaks chat.v1.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ClientInfo {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What a shopper says.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SayBody {
    /// Words.
    Text {
        /// The words.
        text: String,
    },
    /// The press of a button.
    Choice {
        /// The message it stands under.
        of: String,
        /// Its place, from 0.
        #[cfg_attr(test, ts(type = "number"))]
        index: usize,
    },
}

/// What a shopper does.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// Ask for a person.
    Human,
    /// Rate the episode.
    Rate {
        /// 1 (bad) to 5 (good).
        score: u8,
        /// In the shopper's words.
        #[serde(default)]
        comment: Option<String>,
    },
    /// Say whether an answer helped.
    Helped {
        /// The answer's message.
        of: String,
        /// Whether it did.
        yes: bool,
    },
    /// Leave an address for the reply.
    LeaveContact {
        /// The address.
        email: String,
    },
    /// End the episode.
    End,
    /// Erase everything said.
    Erase,
    /// Get everything said.
    Export,
}

/// A frame from the server.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The answer to `hello`.
    Welcome(Box<Welcome>),
    /// A say or act is on disk.
    Ack {
        /// The request's `id`.
        re: String,
        /// The request's `client_id`.
        client_id: String,
        /// The message it became.
        message: String,
        /// Its number.
        #[cfg_attr(test, ts(type = "number"))]
        seq: u64,
        /// When it was stored.
        at: String,
        /// Whether it had been stored before.
        duplicate: bool,
    },
    /// The log's next entry.
    Event(Entry),
    /// The answer to `fetch`.
    Batch {
        /// The request's `id`.
        re: String,
        /// The log's epoch.
        epoch: String,
        /// The number of the log's last event.
        #[cfg_attr(test, ts(type = "number"))]
        head: u64,
        /// Some of what was asked for, in order; ask again for the rest.
        events: Vec<Entry>,
    },
    /// Drop the local copy and fetch again.
    Reset {
        /// The log's epoch.
        epoch: String,
        /// The number of its last event.
        #[cfg_attr(test, ts(type = "number"))]
        head: u64,
        /// Why.
        why: String,
    },
    /// Shown now or never.
    Passing(Passing),
    /// A sign of life; answer with `pong`.
    Ping {
        /// Its number.
        #[cfg_attr(test, ts(type = "number"))]
        n: u64,
    },
    /// The server stops; this socket will be closed within the time.
    Drain {
        /// The time.
        #[cfg_attr(test, ts(type = "number"))]
        within_ms: u64,
    },
    /// The last frame.
    Bye {
        /// The close code.
        code: u16,
        /// In words.
        why: String,
        /// Whether to come back.
        retry: bool,
        /// When.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional, type = "number"))]
        after_ms: Option<u64>,
    },
    /// A request was refused.
    Error(Refusal),
}

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

/// What a client is told first.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Welcome {
    /// Keep it and bring it along next time.
    pub token: String,
    /// The visitor the token stands for.
    pub visitor: String,
    /// The conversation, once something was said.
    pub conversation: Option<String>,
    /// The log's epoch.
    pub epoch: String,
    /// The number of its last event.
    #[cfg_attr(test, ts(type = "number"))]
    pub head: u64,
    /// Whether the client's copy is a beginning of the log, which goes on from there.
    pub resumed: bool,
    /// Who answers.
    pub assistant: Assistant,
    /// What may be sent.
    pub limits: Limits,
    /// How signs of life are exchanged.
    pub heartbeat: Heartbeat,
    /// Whether people are there.
    pub people: People,
}

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Assistant {
    /// Its name.
    pub name: String,
    /// The sentence that says what it is.
    pub disclosure: String,
}

/// What may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Limits {
    /// Characters of one message.
    #[cfg_attr(test, ts(type = "number"))]
    pub text: usize,
    /// Requests without an answer.
    #[cfg_attr(test, ts(type = "number"))]
    pub in_flight: usize,
}

/// How signs of life are exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Heartbeat {
    /// The server pings this often.
    #[cfg_attr(test, ts(type = "number"))]
    pub ping_ms: u64,
    /// Silence after which either side gives the other up.
    #[cfg_attr(test, ts(type = "number"))]
    pub dead_ms: u64,
}

/// Whether people are there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct People {
    /// Whether somebody is at the desk.
    pub open: bool,
    /// How long one waits for them now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub wait_seconds: Option<u64>,
    /// By when an answer is promised.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub reply_by: Option<String>,
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
        /// How long it takes.
        #[cfg_attr(test, ts(type = "number"))]
        wait_seconds: u64,
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

#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;
