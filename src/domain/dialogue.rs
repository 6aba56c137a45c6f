//! What the dialogue remembers between two turns.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
    /// What the shopper wanted last, as far as it was understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// What is known: slot to value.
    pub slots: BTreeMap<String, String>,
    /// Look-ups in a row that failed.
    #[serde(skip_serializing_if = "is_zero")]
    pub failures: u32,
    /// The form that is being filled in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<OpenForm>,
    /// An episode has begun since the last turn: what is known is from the one before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub new_episode: bool,
}

// What is usual is not written: a state is stored with every turn.
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A form that is being filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OpenForm {
    /// The intent it belongs to.
    pub intent: String,
    /// The slot that was asked for last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asks: Option<String>,
    /// Answers in a row to that question that were none.
    pub tries: u32,
    /// Slots that were filled in, the newest last: a correction means the last one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filled: Vec<String>,
    /// Slots the shopper would rather leave empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<String>,
    /// How its look-up went, when another try may help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Other things answered since a slot was last filled in.
    pub asides: u32,
    /// Messages since it was opened.
    pub turns: u32,
}

/// A reply the assistant gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidBefore {
    /// The reply's key.
    pub reply: String,
    /// Times in a row.
    pub times: u32,
}

impl DialogueState {
    /// What is left when an episode ends, or when a person gives the conversation back: the language, and what is known for
    /// shops that carry it over. Old misses would call a person again at once.
    #[must_use]
    pub fn anew(&self) -> Self {
        let (locale, slots) = (self.locale.clone(), self.slots.clone());
        let new_episode = !slots.is_empty();
        Self { locale, slots, new_episode, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_from_before_forms_are_read() {
        let old = r#"{"locale":"de","misses":1,"rephrased":0,"said":[{"reply":"greet_back","times":2}],"slots":{}}"#;
        let state: DialogueState = serde_json::from_str(old).expect("an old state");
        assert_eq!((state.locale.as_deref(), state.misses, state.form.as_ref()), (Some("de"), 1, None));
        assert_eq!(serde_json::to_string(&state).expect("JSON"), old, "and written as before");
    }

    #[test]
    fn a_new_episode_begins_without_the_form() {
        let slots = BTreeMap::from([("order_number".to_owned(), "10042".to_owned())]);
        let form = Some(OpenForm { intent: "track_order".into(), ..OpenForm::default() });
        let state = DialogueState { slots, form, misses: 2, locale: Some("de".into()), ..DialogueState::default() };
        let state = state.anew();
        assert_eq!((state.form.as_ref(), state.misses, state.new_episode), (None, 0, true));
        assert_eq!((state.locale.as_deref(), state.slots.len()), (Some("de"), 1));
        assert_eq!(DialogueState::default().anew(), DialogueState::default());
    }
}
