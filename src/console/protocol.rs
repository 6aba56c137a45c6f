//! desk.v1: every frame between the console and the server, in one place. What both edges share is in [`crate::wire`].
//!
//! The same rules as for chat.v1. Every frame that concerns a conversation names it, and the log it is of: `chat`, which the
//! shopper sees too, or `staff`. The TypeScript client gets the same types: `web-widget/src/shared/desk.ts` is written from
//! this file, and a test fails when they differ.

use serde::{Deserialize, Serialize};

pub use crate::wire::{Code, Entry, Passing, Phase, Refusal, Speaker};

/// A frame from the console.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DeskClientFrame {
    /// The first frame.
    Hello {
        /// The program that speaks.
        #[serde(default)]
        #[cfg_attr(test, ts(type = "unknown"))]
        client: Option<serde_json::Value>,
    },
    /// Follow a conversation.
    Watch {
        /// The request's name.
        id: String,
        /// Which.
        conversation: String,
        /// What the client has of the chat.
        #[serde(default)]
        chat: Option<LogEnd>,
        /// What the client has of the staff log.
        #[serde(default)]
        staff: Option<LogEnd>,
    },
    /// Do not follow it any more.
    Unwatch {
        /// Which.
        conversation: String,
    },
    /// Say something to the shopper; takes the conversation if nobody has it.
    Say {
        /// The request's name.
        id: String,
        /// The message's name, the same when it is sent again.
        client_id: String,
        /// Where.
        conversation: String,
        /// What.
        body: DeskBody,
    },
    /// Write a note for colleagues.
    Note {
        /// The request's name.
        id: String,
        /// The note's name, the same when it is sent again.
        client_id: String,
        /// Where.
        conversation: String,
        /// Its words.
        #[serde(default)]
        text: Option<String>,
        /// Or its words as a body, as a `say` has it.
        #[serde(default)]
        body: Option<DeskBody>,
    },
    /// Do something with a conversation.
    Act {
        /// The request's name.
        id: String,
        /// The deed's name, the same when it is sent again.
        client_id: String,
        /// Where.
        conversation: String,
        /// What.
        #[serde(flatten)]
        act: DeskAct,
    },
    /// What was missed of a log.
    Fetch {
        /// The request's name.
        id: String,
        /// Where.
        conversation: String,
        /// Of which log; the chat when it is not said.
        #[serde(default)]
        log: Log,
        /// The first entry wanted.
        #[cfg_attr(test, ts(type = "number"))]
        from: u64,
        /// The last one.
        #[cfg_attr(test, ts(type = "number"))]
        to: u64,
    },
    /// Typing, or not any more.
    Typing {
        /// Where.
        conversation: String,
        /// Which.
        on: bool,
    },
    /// What was shown here.
    Read {
        /// Where.
        conversation: String,
        /// The number of the last event.
        #[cfg_attr(test, ts(type = "number"))]
        seq: u64,
    },
    /// Whether chats are taken.
    Presence {
        /// Which.
        state: DeskPresence,
    },
    /// The answer to a ping.
    Pong {
        /// The ping's number.
        #[cfg_attr(test, ts(type = "number"))]
        n: u64,
    },
}

/// The end of a client's copy of a log. What cannot be read in it means `reset`, never an error.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct LogEnd {
    /// The epoch of the copy; the chat's, as both are erased together.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "string"))]
    pub epoch: serde_json::Value,
    /// The number of its last entry.
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: u64,
    /// The time of its last entry, byte for byte.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "string"))]
    pub at: serde_json::Value,
}

/// Which log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Log {
    /// What the shopper sees too.
    #[default]
    Chat,
    /// What only the desk sees.
    Staff,
}

/// What is said to a shopper.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DeskBody {
    /// Words.
    Text {
        /// The words.
        text: String,
    },
}

/// What somebody at the desk does with a conversation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum DeskAct {
    /// Take it.
    Claim {
        /// The row's `version`, to be refused as `stale` when it has moved on since.
        #[serde(default)]
        #[cfg_attr(test, ts(optional, type = "number"))]
        version: Option<u64>,
    },
    /// Put it back into the queue.
    Release,
    /// Pass it on, to a colleague who is there or to a team.
    Transfer {
        /// The colleague's id.
        #[serde(default)]
        agent: Option<String>,
        /// Or the team.
        #[serde(default)]
        team: Option<String>,
    },
    /// Give it back to the assistant.
    ToBot,
    /// End it.
    Resolve,
    /// Set its labels.
    Label {
        /// All of them.
        labels: Vec<String>,
    },
    /// Set how urgent it is.
    Priority {
        /// `low`, `medium`, `high` or `urgent`.
        #[cfg_attr(test, ts(type = "\"low\" | \"medium\" | \"high\" | \"urgent\""))]
        priority: crate::domain::Priority,
    },
}

/// Whether chats are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DeskPresence {
    /// Is given chats.
    Online,
    /// Is there and takes what they choose.
    Busy,
    /// Is not there for shoppers.
    Away,
}

/// A frame from the server.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DeskServerFrame {
    /// The answer to `hello`.
    Welcome {
        /// Who is logged in.
        user: DeskUser,
        /// Whether they take chats.
        presence: DeskPresence,
        /// When a sign of life is due, in milliseconds.
        heartbeat: DeskHeartbeat,
        /// Conversations that may be watched at a time, and characters of a message.
        limits: DeskLimits,
    },
    /// The answer to `watch`; what the client does not have follows.
    Watching {
        /// The request's name.
        re: String,
        /// Which.
        conversation: String,
        /// Its epoch.
        epoch: String,
        /// The number of its last event.
        #[cfg_attr(test, ts(type = "number"))]
        head: u64,
        /// The number of its last staff entry.
        #[cfg_attr(test, ts(type = "number"))]
        staff_head: u64,
        /// Where it stands.
        phase: Phase,
        /// Who has it.
        #[cfg_attr(test, ts(optional))]
        #[serde(skip_serializing_if = "Option::is_none")]
        agent: Option<DeskPerson>,
    },
    /// A request is on disk.
    Ack {
        /// The request's name.
        re: String,
        /// The `client_id`.
        client_id: String,
        /// Where.
        conversation: String,
        /// In which log.
        log: Log,
        /// The message it became, for one of the chat.
        #[cfg_attr(test, ts(optional))]
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        /// Its number.
        #[cfg_attr(test, ts(type = "number"))]
        seq: u64,
        /// When it was stored.
        at: String,
        /// Whether it had been stored before.
        duplicate: bool,
    },
    /// An entry of a log.
    Event(DeskEntry),
    /// The answer to `fetch`.
    Batch {
        /// The request's name.
        re: String,
        /// Where.
        conversation: String,
        /// Of which log.
        log: Log,
        /// Its epoch.
        epoch: String,
        /// The number of its last entry.
        #[cfg_attr(test, ts(type = "number"))]
        head: u64,
        /// As many as fit; ask again for the rest.
        events: Vec<DeskEntry>,
    },
    /// Drop the local copy of a log and fetch it again.
    Reset {
        /// Where.
        conversation: String,
        /// Which log.
        log: Log,
        /// Its epoch.
        epoch: String,
        /// The number of its last entry.
        #[cfg_attr(test, ts(type = "number"))]
        head: u64,
        /// In words.
        why: String,
    },
    /// How much there is, and who is there; at most once a second.
    Views {
        /// How much.
        counts: Counts,
        /// Who is there.
        people: Vec<Colleague>,
    },
    /// Chats that wait, the next first, then those that somebody has; at most once a second.
    Queue {
        /// The first hundred.
        rows: Vec<Row>,
        /// How many more there are.
        #[cfg_attr(test, ts(type = "number"))]
        more: u64,
    },
    /// The server has changed whether chats are given to you.
    Presence {
        /// To what.
        state: DeskPresence,
    },
    /// A sign of life; answer with `pong`.
    Ping {
        /// Its number.
        #[cfg_attr(test, ts(type = "number"))]
        n: u64,
    },
    /// The server restarts soon.
    Drain {
        /// Within this time, in milliseconds.
        #[cfg_attr(test, ts(type = "number"))]
        within_ms: u64,
    },
    /// The last frame.
    Bye {
        /// The close code.
        code: u16,
        /// In words.
        why: String,
        /// Whether coming back makes sense.
        retry: bool,
        /// How long to wait before it, in milliseconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional, type = "number"))]
        after_ms: Option<u64>,
    },
    /// A request that could not be carried out.
    Error(Refusal),
}

/// Who is logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeskUser {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: String,
    /// Their teams.
    pub teams: Vec<String>,
}

/// Somebody at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeskPerson {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
}

/// Somebody who is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Colleague {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Whether they take chats.
    pub presence: DeskPresence,
    /// Chats they have.
    #[cfg_attr(test, ts(type = "number"))]
    pub open: u64,
}

/// When a sign of life is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeskHeartbeat {
    /// Between two pings.
    #[cfg_attr(test, ts(type = "number"))]
    pub ping_ms: u64,
    /// After this silence the socket is closed, and the chats go back to the queue.
    #[cfg_attr(test, ts(type = "number"))]
    pub dead_ms: u64,
}

/// Limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeskLimits {
    /// Characters of a message.
    #[cfg_attr(test, ts(type = "number"))]
    pub text: u64,
    /// Requests that may wait for their answer.
    #[cfg_attr(test, ts(type = "number"))]
    pub in_flight: u64,
    /// Conversations that may be watched at a time.
    #[cfg_attr(test, ts(type = "number"))]
    pub watched: u64,
}

/// How many chats there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Counts {
    /// Nobody has them.
    #[cfg_attr(test, ts(type = "number"))]
    pub waiting: u64,
    /// You have them.
    #[cfg_attr(test, ts(type = "number"))]
    pub mine: u64,
    /// Somebody else has them.
    #[cfg_attr(test, ts(type = "number"))]
    pub others: u64,
}

/// A chat in the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Row {
    /// Which.
    pub conversation: String,
    /// `waiting` or `with_agent`.
    pub phase: Phase,
    /// Its place, from 1, while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub place: Option<u64>,
    /// How long it still takes, while it waits and somebody is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub wait_seconds: Option<u64>,
    /// Since when the shopper waits.
    pub since: String,
    /// How long that is.
    #[cfg_attr(test, ts(type = "number"))]
    pub waited_seconds: u64,
    /// Why a person was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub reason: Option<String>,
    /// The team it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub team: Option<String>,
    /// How urgent it is.
    pub priority: String,
    /// Somebody had it and lost it.
    pub back: bool,
    /// Who has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub agent: Option<DeskPerson>,
    /// Whether a person has answered since it was taken.
    pub answered: bool,
    /// What people wrote on it.
    pub labels: Vec<String>,
    /// What is wanted, and what was tried.
    pub summary: Vec<String>,
    /// Whether the shopper left an address.
    pub contact: bool,
    /// The shopper's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub locale: Option<String>,
    /// What a claim may name as its `version`.
    #[cfg_attr(test, ts(type = "number"))]
    pub version: u64,
}

/// An entry of a log, with its conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "log", rename_all = "snake_case")]
pub enum DeskEntry {
    /// What the shopper sees too.
    Chat {
        /// Where.
        conversation: String,
        /// The entry.
        #[serde(flatten)]
        entry: Entry,
    },
    /// What only the desk sees.
    Staff {
        /// Where.
        conversation: String,
        /// Its number.
        #[cfg_attr(test, ts(type = "number"))]
        seq: u64,
        /// The chat number it belongs behind.
        #[cfg_attr(test, ts(type = "number"))]
        after: u64,
        /// The epoch of both logs.
        epoch: String,
        /// When it was stored.
        at: String,
        /// What it is.
        event: StaffEvent,
    },
}

/// What a staff entry is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StaffEvent {
    /// A note.
    Note {
        /// Whose.
        by: DeskPerson,
        /// Its words.
        text: String,
    },
    /// How the assistant came to what it said.
    Trace {
        /// The event it answered.
        #[cfg_attr(test, ts(type = "number"))]
        question: u64,
        /// Whether a reply was stored.
        replied: bool,
        /// What was read, looked up and chosen, with times.
        #[cfg_attr(test, ts(type = "unknown"))]
        trace: serde_json::Value,
    },
    /// What whoever takes it over should know.
    Summary {
        /// Why it was handed over.
        reason: String,
        /// The team it is for.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        team: Option<String>,
        /// How urgent it is.
        priority: String,
        /// What is wanted, and what was tried.
        lines: Vec<String>,
        /// The wait the shopper was told.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional, type = "number"))]
        told_seconds: Option<u32>,
    },
    /// Its labels after a change.
    Label {
        /// Who changed them.
        by: DeskPerson,
        /// All of them.
        labels: Vec<String>,
    },
    /// A change of priority.
    Priority {
        /// Who changed it.
        by: DeskPerson,
        /// What it is now.
        priority: String,
    },
    /// A change of team.
    Team {
        /// Who changed it.
        by: DeskPerson,
        /// The team it is for now.
        team: Option<String>,
    },
    /// Where the shopper can be reached.
    Contact {
        /// The mail address; empty when it was erased.
        email: String,
        /// By when an answer was promised.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        reply_by: Option<String>,
    },
    /// What the shopper was told before the first message was stored.
    Consent {
        /// A digest of the words.
        notice: String,
        /// Their language.
        locale: String,
    },
    /// A copy of everything was handed out.
    Exported {
        /// To whom; the shopper, if to nobody at the desk.
        by: Option<DeskPerson>,
    },
}

#[cfg(test)]
mod tests;
