//! What the dialogue remembers between two turns.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Messages in one language after which it is settled: a single line in another, such as a product's name, changes nothing then.
/// As many in another one after the other change it.
pub(super) const LOCKED: u32 = 2;

/// What the dialogue carries from turn to turn; at most 8 KiB as JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DialogueState {
    /// The language spoken, once it is sure.
    pub locale: Option<String>,
    /// Messages that told this language, one after the other, at most two.
    #[serde(skip_serializing_if = "is_zero")]
    pub locale_told: u32,
    /// Messages since then, one after the other, that told another.
    #[serde(skip_serializing_if = "is_zero")]
    pub locale_against: u32,
    /// Messages in a row that nothing was found for.
    pub misses: u32,
    /// Times in a row the shopper was asked to put it differently.
    pub rephrased: u32,
    /// The last replies, newest last: none is given a third time in a row.
    pub said: Vec<SaidBefore>,
    /// What the shopper wanted last, as far as it was understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// The article that answered last; nothing once an intent did. A follow-up is about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// What is known: slot to value.
    pub slots: BTreeMap<String, String>,
    /// Look-ups in a row that failed.
    #[serde(skip_serializing_if = "is_zero")]
    pub failures: u32,
    /// The form that is being filled in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<OpenForm>,
    /// The second thing a message asked, to be taken up when the form of the first is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub later: Option<String>,
    /// What the last look-up of an order found that its owner may see: a later answer may speak of it. Gone with the episode.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub record: BTreeMap<String, String>,
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
    /// Takes note of the language a message told, if it told one.
    pub fn hear(&mut self, language: Option<&str>) {
        let Some(language) = language else { return };
        if self.locale.as_deref() == Some(language) {
            self.locale_told = LOCKED.min(self.locale_told + 1);
            self.locale_against = 0;
            return;
        }
        self.locale_against += 1;
        if self.locale_told < LOCKED || self.locale_against >= LOCKED {
            (self.locale, self.locale_told, self.locale_against) = (Some(language.to_owned()), 1, 0);
        }
    }

    /// Speaks the language that `other` does.
    pub fn speak_like(&mut self, other: &Self) {
        self.locale.clone_from(&other.locale);
        (self.locale_told, self.locale_against) = (other.locale_told, other.locale_against);
    }

    /// What is left when an episode ends, or when a person gives the conversation back: the language, and what is known for
    /// shops that carry it over. Old misses would call a person again at once.
    #[must_use]
    pub fn anew(&self) -> Self {
        let slots = self.slots.clone();
        let mut anew = Self { new_episode: !slots.is_empty(), slots, ..Self::default() };
        anew.speak_like(self);
        anew
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_settled_after_two_messages() {
        let check = |heard: &[&str], expected: &str| {
            let mut state = DialogueState::default();
            heard.iter().for_each(|language| state.hear(Some(*language).filter(|language| !language.is_empty())));
            assert_eq!(state.locale.as_deref().unwrap_or_default(), expected, "{heard:?}");
        };
        check(&["", ""], "");
        check(&["de"], "de");
        check(&["de", "en"], "en");
        check(&["de", "de", "en"], "de");
        check(&["de", "de", "en", "", "de", "en"], "de");
        check(&["de", "de", "de", "en", "en"], "en");
        check(&["de", "de", "en", "en", "de"], "de");
    }

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
