//! Two lines for whoever takes a conversation over, by rule: what is wanted, and what was tried.

use super::HandoffOrder;
use crate::domain::{Conversation, DialogueState, Reason, StaffKind};

/// The longest line, in characters: a glance.
const LINE: usize = 240;

/// The summary of a conversation that is handed over now.
pub(super) fn of(state: &Conversation, dialogue: &DialogueState, order: &HandoffOrder) -> StaffKind {
    let lines = vec![clip(&wanted(dialogue)), clip(&tried(state, dialogue, order.reason))];
    let HandoffOrder { reason, team, priority, told_seconds, .. } = order.clone();
    StaffKind::Summary { reason, team, priority, lines, told_seconds }
}

fn wanted(dialogue: &DialogueState) -> String {
    let details: Vec<String> =
        dialogue.slots.iter().map(|(slot, value)| format!("{} {value}", in_words(slot))).collect();
    let intent = dialogue.intent.as_deref().map_or_else(|| "not understood".to_owned(), in_words);
    if details.is_empty() { format!("Wants: {intent}") } else { format!("Wants: {intent} ({})", details.join(", ")) }
}

fn tried(state: &Conversation, dialogue: &DialogueState, reason: Reason) -> String {
    let said: Vec<String> = dialogue
        .said
        .iter()
        .map(|said| match (in_words(&said.reply), said.times) {
            (reply, 0 | 1) => reply,
            (reply, times) => format!("{reply} ×{times}"),
        })
        .collect();
    let tried = match (said.is_empty(), &state.episode) {
        (false, _) => format!("Tried: {}", said.join(", ")),
        (true, Some(episode)) if episode.bot_first.is_some() => "Tried: nothing that fits".to_owned(),
        (true, _) => "Tried: nothing yet".to_owned(),
    };
    let why = match reason {
        Reason::Asked => "the shopper asked for a person",
        Reason::TurnFailed => "the assistant failed",
        _ => "a rule called a person",
    };
    let misses = match dialogue.misses {
        0 => String::new(),
        1 => ", then found nothing".to_owned(),
        more => format!(", then found nothing {more} times in a row"),
    };
    format!("{tried}{misses}; {why}")
}

// Names of intents, slots and replies are the shop's own words, joined.
fn in_words(name: &str) -> String {
    name.replace('_', " ")
}

fn clip(line: &str) -> String {
    line.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LINE).collect()
}
