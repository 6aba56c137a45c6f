//! The rules that call a person, and which person.

use super::rules::{HandoffRule, When};
use super::{Call, Move};
use crate::domain::{DialogueState, Reason};

/// What a message and what came of it give the rules to look at.
#[derive(Debug, Default)]
pub(super) struct Signs {
    /// The intent, of the message or of the open form.
    pub(super) intent: Option<String>,
    /// A look-up has failed.
    pub(super) failed: bool,
    /// How often in a row the same would have been said, this time included.
    pub(super) repeated: u32,
    /// How the message sounds.
    pub(super) sentiment: Option<f32>,
}

/// `step`, handed over where one of the `rules` says so; a step that hands over anyway gets the team and priority of its rule.
pub(super) fn apply(step: Move, signs: &Signs, state: &DialogueState, rules: &[HandoffRule]) -> Move {
    // What is looked for or asked is not over: the rules are asked again when it is.
    if matches!(step, Move::Search(_) | Move::SearchPart(..) | Move::Act { .. } | Move::Write(..)) {
        return step;
    }
    let holds = |rule: &&HandoffRule| holds(&rule.when, signs, state);
    let Some((index, rule)) = rules.iter().enumerate().find(|(_, rule)| holds(rule)) else { return step };
    let call = |reason| Call { reason, team: rule.team.clone(), priority: rule.priority, rule: Some(index + 1) };
    match step {
        Move::HandOver { key, because, call: before } => Move::HandOver { key, because, call: call(before.reason) },
        // The form of an intent that a rule names is filled in first: a person can do more with it.
        step if asks(&step) && is_about_intent_alone(&rule.when) => step,
        // The reply to the intent, or to the look-up that failed, is worth saying; what the rule stops is not.
        Move::Reply { key, .. } if keeps_words(&rule.when) => {
            Move::HandOver { key, because: "a rule of the settings", call: call(Reason::Rule) }
        }
        _ => {
            let key = "waiting_for_person".to_owned();
            Move::HandOver { key, because: "a rule of the settings", call: call(Reason::Rule) }
        }
    }
}

fn holds(when: &When, signs: &Signs, state: &DialogueState) -> bool {
    let is = |wanted: &Option<String>, there: &Option<String>| wanted.is_none() || wanted == there;
    let angry = |limit: f32| signs.sentiment.is_some_and(|sentiment| sentiment < limit);
    let known = |(slot, wanted): (&String, &Option<String>)| {
        state.slots.get(slot).is_some_and(|value| wanted.as_ref().is_none_or(|wanted| wanted == value))
    };
    is(&when.intent, &signs.intent)
        && when.action_failed.is_none_or(|times| signs.failed && state.failures >= times)
        && when.misses_in_a_row.is_none_or(|misses| state.misses >= misses)
        && when.same_reply_in_a_row.is_none_or(|times| signs.repeated >= times)
        && when.sentiment_below.is_none_or(angry)
        && when.slots.iter().all(known)
}

fn asks(step: &Move) -> bool {
    match step {
        Move::Ask { .. } => true,
        Move::Then(_, second) => asks(second),
        _ => false,
    }
}

fn is_about_intent_alone(when: &When) -> bool {
    *when == When { intent: when.intent.clone(), ..When::default() }
}

fn keeps_words(when: &When) -> bool {
    when.misses_in_a_row.is_none() && when.same_reply_in_a_row.is_none() && when.sentiment_below.is_none()
}
