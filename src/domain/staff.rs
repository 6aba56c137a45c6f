//! A conversation's second log, which no shopper sees: notes, summaries, traces, and what people at the desk set.

use serde::{Deserialize, Serialize};

use super::{AgentId, DialogueState, Reason, Seq, Timestamp};

/// One entry of a conversation's second log.
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
    /// A person's note for colleagues.
    Note {
        /// Who wrote it.
        by: AgentId,
        /// Its words.
        text: String,
    },
    /// What whoever takes the conversation over should know at a glance.
    Summary {
        /// Why it was handed over.
        reason: Reason,
        /// The team it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<String>,
        /// How urgent it is.
        #[serde(default)]
        priority: Priority,
        /// Two lines: what is wanted, and what was tried.
        lines: Vec<String>,
        /// The wait the shopper was told, in seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        told_seconds: Option<u32>,
    },
    /// The labels after a change.
    Label {
        /// Who changed them.
        by: AgentId,
        /// All of them.
        labels: Vec<String>,
    },
    /// A change of priority.
    Priority {
        /// Who changed it.
        by: AgentId,
        /// What it is now.
        priority: Priority,
    },
    /// A change of team.
    Team {
        /// Who changed it.
        by: AgentId,
        /// The team it is for now.
        team: Option<String>,
    },
    /// Where the shopper can be reached.
    Contact {
        /// A mail address.
        email: String,
        /// By when an answer was promised.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_by: Option<Timestamp>,
    },
    /// What the shopper was told before the first message was stored.
    Consent {
        /// A digest of the words that were shown.
        notice: String,
        /// Their language.
        locale: String,
    },
    /// A copy of the conversation was handed out.
    Exported {
        /// To whom: a person at the desk, or the shopper.
        by: Option<AgentId>,
    },
}

impl StaffKind {
    /// The kind's name as it stands in the store and on the wire.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Trace { .. } => "trace",
            Self::Note { .. } => "note",
            Self::Summary { .. } => "summary",
            Self::Label { .. } => "label",
            Self::Priority { .. } => "priority",
            Self::Team { .. } => "team",
            Self::Contact { .. } => "contact",
            Self::Consent { .. } => "consent",
            Self::Exported { .. } => "exported",
        }
    }

    /// The entry without what a person said in it.
    #[must_use]
    pub fn emptied(&self) -> Self {
        match self {
            Self::Trace { question, replied, .. } => Self::Trace {
                question: *question,
                replied: *replied,
                trace: serde_json::Value::Null,
                dialogue: DialogueState::default(),
            },
            Self::Note { by, .. } => Self::Note { by: by.clone(), text: String::new() },
            Self::Summary { reason, team, priority, told_seconds, .. } => Self::Summary {
                reason: *reason,
                team: team.clone(),
                priority: *priority,
                lines: Vec::new(),
                told_seconds: *told_seconds,
            },
            Self::Contact { reply_by, .. } => Self::Contact { email: String::new(), reply_by: *reply_by },
            Self::Label { by, .. } => Self::Label { by: by.clone(), labels: Vec::new() },
            other => other.clone(),
        }
    }
}

/// How urgent a conversation is.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// It can wait.
    Low,
    /// As any other.
    #[default]
    Medium,
    /// Before others.
    High,
    /// Before all others.
    Urgent,
}

impl Priority {
    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}
