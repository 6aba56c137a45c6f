//! chat.v1: every frame between a shopper's client and the server, in one place.
//!
//! Times are RFC 3339 in UTC, made by the server; positions in text count Unicode scalars. The TypeScript client gets the
//! same types: `web-widget/src/shared/protocol.ts` is written from this file, and a test fails when they differ.

use serde::{Deserialize, Serialize};

pub use crate::wire::{
    Card, CardButton, Choice, Citation, Code, Entry, Event, Passing, Phase, QuickReply, Refusal, Role, SaidBody,
    Speaker,
};

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
    /// A piece of an export; together they are one JSON text.
    Export {
        /// The request's `id`.
        re: String,
        /// Which piece, from 1.
        #[cfg_attr(test, ts(type = "number"))]
        part: u64,
        /// How many there are.
        #[cfg_attr(test, ts(type = "number"))]
        parts: u64,
        /// The piece.
        data: String,
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

#[cfg(test)]
mod golden;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod tests;
