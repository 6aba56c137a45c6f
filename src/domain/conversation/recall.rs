//! Words are stored once, in the log. The state names the entries they stand in, and is read with them.
//!
//! A state is written anew with every message and changes its size, so SQLite moves it between pages, and what it leaves
//! behind in the free middle of a page it does not overwrite, whatever `secure_delete` says. The log is only ever appended to
//! and emptied in place: what is erased there is gone.

use serde::{Deserialize, Serialize};

use super::{Conversation, Event, EventKind, Seq, StaffEntry, StaffKind, is_default};

/// The entries with the words that a state repeats; 0 for none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sources {
    /// The event with the locale of the shopper's page.
    #[serde(skip_serializing_if = "is_default")]
    pub locale: Seq,
    /// The staff entry with what the dialogue remembers.
    #[serde(skip_serializing_if = "is_default")]
    pub dialogue: Seq,
    /// An episode has begun since, or a person has given the conversation back.
    #[serde(skip_serializing_if = "is_default")]
    pub anew: bool,
    /// The staff entry with the summary of the call for a person that is open.
    #[serde(skip_serializing_if = "is_default")]
    pub summary: Seq,
    /// The staff entry with the labels.
    #[serde(skip_serializing_if = "is_default")]
    pub labels: Seq,
    /// The staff entry with the shopper's address.
    #[serde(skip_serializing_if = "is_default")]
    pub contact: Seq,
}

impl Sources {
    /// The staff entries to read.
    pub fn staff(&self) -> impl Iterator<Item = Seq> {
        [self.dialogue, self.summary, self.labels, self.contact].into_iter().filter(|seq| *seq > 0)
    }

    /// The events to read.
    pub fn events(&self) -> impl Iterator<Item = Seq> {
        Some(self.locale).into_iter().filter(|seq| *seq > 0)
    }
}

impl Conversation {
    /// Completes a stored state with the words of those entries it names.
    pub fn recall(&mut self, events: &[Event], staff: &[StaffEntry]) {
        events.iter().for_each(|event| self.recall_event(event));
        staff.iter().for_each(|entry| self.recall_entry(entry));
    }

    fn recall_event(&mut self, event: &Event) {
        if let EventKind::Said { locale, .. } = &event.kind
            && event.seq == self.sources.locale
        {
            self.locale.clone_from(locale);
        }
    }

    fn recall_entry(&mut self, entry: &StaffEntry) {
        let Sources { dialogue: trace, anew, summary, labels: label, contact, .. } = self.sources;
        match &entry.kind {
            StaffKind::Trace { dialogue, .. } if entry.seq == trace => {
                self.dialogue = if anew { dialogue.anew() } else { dialogue.clone() };
            }
            StaffKind::Summary { lines, .. } if entry.seq == summary => {
                if let Some(handoff) = &mut self.handoff {
                    handoff.summary.clone_from(lines);
                }
            }
            StaffKind::Label { labels, .. } if entry.seq == label => self.labels = labels.iter().cloned().collect(),
            StaffKind::Contact { email, .. } if entry.seq == contact => {
                self.contact = (!email.is_empty()).then(|| email.clone());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::{AgentId, Author, Body, CountsAs, DialogueState, Handoff, Phase, Priority, Reason, Timestamp};

    fn at(state: &mut Conversation, events: &mut Vec<Event>, kind: EventKind) {
        let event = Event { seq: state.head + 1, at: Timestamp(5), kind };
        state.apply(&event);
        events.push(event);
    }

    fn beside(state: &mut Conversation, staff: &mut Vec<StaffEntry>, kind: StaffKind) {
        let entry = StaffEntry { seq: state.staff_head + 1, after: state.head, at: Timestamp(5), kind };
        state.apply_staff(&entry);
        staff.push(entry);
    }

    fn said(locale: Option<&str>) -> EventKind {
        let locale = locale.map(String::from);
        EventKind::Said { by: Author::Shopper, client_id: Some("c1".into()), locale, body: Body::text("secret") }
    }

    fn phase(phase: Phase) -> EventKind {
        EventKind::Phase { phase, reason: Some(Reason::Asked) }
    }

    fn kinds() -> [StaffKind; 7] {
        let slots = BTreeMap::from([("order_number".to_owned(), "secret".to_owned())]);
        let dialogue = DialogueState { locale: Some("de".into()), misses: 2, slots, ..DialogueState::default() };
        let (by, trace) = (AgentId::from("a1"), serde_json::json!({ "read": "secret" }));
        [
            StaffKind::Consent { notice: "digest".into(), locale: "de".into() },
            StaffKind::Trace { question: 1, replied: true, trace, dialogue },
            StaffKind::Contact { email: "secret@example.com".into(), reply_by: None },
            StaffKind::Label { by: by.clone(), labels: vec!["secret".into()] },
            StaffKind::Note { by: by.clone(), text: "secret".into() },
            StaffKind::Priority { by, priority: Priority::High },
            StaffKind::Summary {
                reason: Reason::Asked,
                team: None,
                priority: Priority::High,
                lines: vec!["secret".into()],
                told_seconds: None,
            },
        ]
    }

    // Checks a state as it is after each entry, as it is stored and read again.
    #[test]
    fn a_state_is_stored_without_words_and_read_with_them() {
        let (mut state, mut events, mut staff) = (Conversation::default(), Vec::new(), Vec::new());
        let check = |state: &Conversation, events: &[Event], staff: &[StaffEntry]| {
            let json = serde_json::to_string(state).expect("JSON");
            assert!(!json.contains("secret"), "{json}");
            let mut read: Conversation = serde_json::from_str(&json).expect("a state");
            read.recall(events, staff);
            assert_eq!(read, *state);
        };
        at(&mut state, &mut events, said(Some("secret")));
        at(&mut state, &mut events, phase(Phase::Waiting));
        for kind in kinds() {
            beside(&mut state, &mut staff, kind);
            check(&state, &events, &staff);
        }
        let Handoff { summary, .. } = state.handoff.clone().expect("a call");
        assert_eq!((summary.len(), state.labels.len(), state.contact.is_some()), (1, 1, true));
        assert_eq!((state.locale.as_deref(), state.dialogue.slots.len()), (Some("secret"), 1));
        // Old words are not taken for new ones when the state goes on without them.
        for next in [phase(Phase::Bot), said(None), phase(Phase::Waiting), phase(Phase::Closed), phase(Phase::Bot)] {
            at(&mut state, &mut events, next);
            check(&state, &events, &staff);
        }
        assert_eq!((state.dialogue.misses, state.dialogue.slots.len()), (0, 1), "a new episode knows what is known");
        at(&mut state, &mut events, EventKind::Redacted { for_good: false });
        check(&state, &events, &staff);
        assert_eq!(state.sources, Sources::default());
        assert!(state.is_empty());
        beside(&mut state, &mut staff, kinds()[4].clone());
        assert!(!state.is_empty(), "a note after it is to be emptied, too");
    }

    #[test]
    fn what_is_emptied_holds_no_word_and_is_never_longer() {
        let reply = Body { reply: Some("greet".into()), counts_as: Some(CountsAs::Smalltalk), ..Body::text("s") };
        let bot = EventKind::Said { by: Author::Bot, client_id: None, locale: None, body: reply };
        let rated = EventKind::Rated { score: 1, comment: Some("secret".into()) };
        for kind in [said(None), said(Some("secret")), bot, rated, phase(Phase::Bot)] {
            let (full, empty) = (serde_json::to_string(&kind), serde_json::to_string(&kind.emptied()));
            let (full, empty) = (full.expect("JSON"), empty.expect("JSON"));
            assert!(empty.len() <= full.len() && !empty.contains("secret") && !empty.contains("c1"), "{full}: {empty}");
        }
        for kind in kinds() {
            let (full, empty) = (serde_json::to_string(&kind), serde_json::to_string(&kind.emptied()));
            let (full, empty) = (full.expect("JSON"), empty.expect("JSON"));
            assert!(empty.len() <= full.len() && !empty.contains("secret"), "{full}: {empty}");
        }
    }
}
