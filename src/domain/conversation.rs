//! The state of a conversation: a fold of its log, kept beside the log's head so that it loads in one read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AgentId, Answered, Author, Decision, Event, EventKind, Phase, Seq, StaffEntry, StaffKind, Timestamp};

/// What the log adds up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conversation {
    /// The number of the last event; 0 before the first.
    pub head: Seq,
    /// The number of the last staff entry.
    pub staff_head: Seq,
    /// How often bodies were emptied; part of the epoch.
    #[serde(skip_serializing_if = "is_default")]
    pub erasures: u32,
    /// Where it stands.
    pub phase: Phase,
    /// The event that brought it there; 0 for the beginning.
    pub phase_seq: Seq,
    /// When that was.
    pub phase_at: Timestamp,
    /// The stretch that runs, or the last one.
    pub episode: Option<Episode>,
    /// When something last happened.
    pub last_at: Timestamp,
    /// The person who has it.
    #[serde(skip_serializing_if = "is_default")]
    pub agent: Option<AgentId>,
    /// Events the assistant owes a reply to, oldest first.
    #[serde(skip_serializing_if = "is_default")]
    pub pending: Vec<Seq>,
    /// The locale of the shopper's page.
    #[serde(skip_serializing_if = "is_default")]
    pub locale: Option<String>,
    /// What the dialogue remembers.
    #[serde(skip_serializing_if = "is_default")]
    pub dialogue: DialogueState,
}

// What is as in the beginning is not written: the state is stored with every message.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What a decision became: the log's next entries, and the answer to whoever asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// The answer, once the entries are on disk.
    pub answered: Answered,
    /// New events, in order.
    pub events: Vec<Event>,
    /// The new staff entry.
    pub staff: Option<StaffEntry>,
}

/// A stretch of a conversation, from the first request to the end of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    /// 1 for the first.
    pub number: u32,
    /// The event it began with.
    pub first: Seq,
    /// When.
    pub began: Timestamp,
}

/// What the dialogue carries from turn to turn; at most 8 KiB as JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DialogueState {
    /// The language spoken, once it is sure.
    pub locale: Option<String>,
    /// Messages in a row that nothing was found for.
    pub misses: u32,
    /// Times in a row the shopper was asked to put it differently.
    pub rephrased: u32,
    /// The last replies, newest last: none is given a third time in a row.
    pub said: Vec<SaidBefore>,
    /// What is known: slot to value.
    pub slots: BTreeMap<String, String>,
}

/// A reply the assistant gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidBefore {
    /// The reply's key.
    pub reply: String,
    /// Times in a row.
    pub times: u32,
}

impl Conversation {
    /// Folds one stored event. Total: whatever the log holds gives a state.
    pub fn apply(&mut self, event: &Event) {
        self.head = event.seq;
        self.last_at = event.at;
        match &event.kind {
            EventKind::Said { by: Author::Shopper, locale, .. } => {
                if locale.is_some() {
                    self.locale.clone_from(locale);
                }
                self.begin_episode(event);
                self.owe(event.seq);
            }
            EventKind::Phase { phase, .. } => {
                let over = self.phase == Phase::Closed;
                self.phase = *phase;
                self.phase_seq = event.seq;
                self.phase_at = event.at;
                if over || self.episode.is_none() {
                    self.next_episode(event);
                }
            }
            EventKind::Assigned { agent } => self.agent.clone_from(agent),
            EventKind::Helped { yes: false, .. } => self.owe_unless_said(event.seq),
            EventKind::Redacted => self.erasures += 1,
            EventKind::Said { .. } | EventKind::Rated { .. } | EventKind::Helped { .. } => {}
        }
    }

    /// Folds one stored staff entry.
    pub fn apply_staff(&mut self, entry: &StaffEntry) {
        self.staff_head = entry.seq;
        match &entry.kind {
            StaffKind::Trace { question, dialogue, .. } => {
                self.pending.retain(|seq| seq != question);
                self.dialogue = dialogue.clone();
            }
        }
    }

    /// Numbers what was decided, folds it in, and says what there is to store. Time does not run backwards in a
    /// conversation, whatever the clock does.
    pub fn take(&mut self, decision: Decision, now: Timestamp) -> Taken {
        let now = now.max(self.last_at);
        let first = self.head + 1;
        let (seq, at) = match decision.answer {
            Some(index) => (first + index as Seq, now),
            None => (self.phase_seq, self.phase_at),
        };
        let mut events = Vec::with_capacity(decision.events.len());
        for kind in decision.events {
            let event = Event { seq: self.head + 1, at: now, kind };
            self.apply(&event);
            events.push(event);
        }
        let staff = decision.staff.map(|kind| {
            let entry = StaffEntry { seq: self.staff_head + 1, after: self.head, at: now, kind };
            self.apply_staff(&entry);
            entry
        });
        Taken { answered: Answered { seq, at, duplicate: false }, events, staff }
    }

    /// The whole state from both logs; a staff entry follows the chat event it stands behind.
    #[must_use]
    pub fn fold(events: &[Event], staff: &[StaffEntry]) -> Self {
        let mut state = Self::default();
        let mut staff = staff.iter().peekable();
        for event in events {
            while let Some(entry) = staff.next_if(|entry| entry.after < event.seq) {
                state.apply_staff(entry);
            }
            state.apply(event);
        }
        staff.for_each(|entry| state.apply_staff(entry));
        state
    }

    fn begin_episode(&mut self, event: &Event) {
        if self.episode.is_none() {
            self.next_episode(event);
        }
    }

    fn next_episode(&mut self, event: &Event) {
        let number = self.episode.as_ref().map_or(0, |episode| episode.number) + 1;
        self.episode = Some(Episode { number, first: event.seq, began: event.at });
    }

    fn owe(&mut self, seq: Seq) {
        if self.phase == Phase::Bot {
            self.pending.push(seq);
        }
    }

    // "Get more help" pressed as a button is a message and a verdict, stored side by side: one reply is owed, not two.
    fn owe_unless_said(&mut self, seq: Seq) {
        if self.pending.last().is_none_or(|last| last + 1 != seq) {
            self.owe(seq);
        }
    }
}
