//! What to do next in a conversation: the only branching there is. Pure.
//!
//! [`next`] takes what the dialogue remembers and what has just happened, and says what to do. The turn loops over it:
//! a [`Move::Search`] is carried out and its result put in again, everything else is said.

mod payload;

use std::collections::BTreeMap;

use crate::domain::{DialogueState, Reason, SaidBefore, Understanding};

pub use payload::Payload;

/// Times in a row the same reply may be given.
const SAME_REPLY: u32 = 2;

/// Choices offered when the assistant is unsure.
const CHOICES: usize = 3;

/// Below this share of the `in_scope` threshold, offering intents would be guessing.
const WORTH_ASKING: f32 = 0.8;

/// Below this share of the `confirm` threshold a further intent is not worth offering.
const WORTH_OFFERING: f32 = 0.4;

/// What the shop's files say about deciding.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// The general thresholds.
    pub thresholds: Thresholds,
    /// What is special about each intent.
    pub intents: BTreeMap<String, IntentRule>,
    /// What is tried, in order.
    pub fallback: Vec<Fallback>,
    /// Times in a row the shopper is asked to put it differently.
    pub rephrase_at_most: u32,
    /// Misses in a row after which a person is called.
    pub handoff_after: u32,
    /// The fit from which on an article answers a question, 0 to 1.
    pub article_fits: f32,
}

/// When the assistant is sure enough.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Probability from which on an intent is answered.
    pub answer: f32,
    /// Probability from which on it is offered as a choice.
    pub confirm: f32,
    /// Lead over the second intent that an answer needs.
    pub margin: f32,
    /// Score from which on a text counts as being about one of the intents at all.
    pub in_scope: f32,
}

/// What the dialogue needs to know of an intent.
#[derive(Debug, Clone, PartialEq)]
pub struct IntentRule {
    /// Its thresholds.
    pub thresholds: Thresholds,
    /// The key of what it says.
    pub reply: String,
    /// Whether it asks for a person.
    pub hands_over: bool,
}

/// Ways to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// The intents' own replies.
    Intent,
    /// The articles.
    KnowledgeBase,
    /// A language model.
    Llm,
    /// A person.
    Handoff,
}

/// What has happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The shopper wrote something.
    Said(Understanding),
    /// The shopper pressed a button.
    Pressed(Payload),
    /// The shopper said that the answer did not help.
    NotHelped,
    /// A search came back, best first.
    Found(Understanding, Vec<Found>),
}

/// An article that a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its id.
    pub article: String,
    /// How well it answers, 0 to 1.
    pub fit: f32,
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Move {
    /// Search the articles for the text and come back with [`Input::Found`].
    Search(Understanding),
    /// Say a reply.
    Reply {
        /// Its key.
        key: String,
        /// Why, for the trace.
        because: &'static str,
    },
    /// Give the answer of an article that was found.
    Article {
        /// Its id.
        article: String,
    },
    /// Ask which of these intents is meant.
    Choices(Vec<String>),
    /// Say a reply and call a person.
    HandOver {
        /// The reply's key.
        key: String,
        /// The reason the phase carries.
        reason: Reason,
        /// Why, for the trace.
        because: &'static str,
    },
}

/// Says what to do and what to remember.
#[must_use]
pub fn next(state: &DialogueState, input: Input, rules: &Rules) -> (Move, DialogueState) {
    let mut after = state.clone();
    let step = match input {
        Input::Said(understanding) => said(understanding, &mut after, rules),
        Input::Pressed(payload) => pressed(&payload, &mut after, rules),
        Input::NotHelped => reply("more_help", "the answer did not help"),
        Input::Found(understanding, found) => look_through(&understanding, &found, &mut after, rules),
    };
    let step = not_again(step, &after);
    remember(&step, &mut after);
    (step, after)
}

fn said(understanding: Understanding, after: &mut DialogueState, rules: &Rules) -> Move {
    if let Some(intent) = sure_intent(&understanding, rules) {
        return answer(intent, after, "the best intent is probable enough");
    }
    if rules.fallback.contains(&Fallback::KnowledgeBase) {
        return Move::Search(understanding);
    }
    look_through(&understanding, &[], after, rules)
}

fn sure_intent<'r>(understanding: &Understanding, rules: &'r Rules) -> Option<&'r IntentRule> {
    let top = understanding.top()?;
    let rule = rules.intents.get(&top.intent)?;
    let needs = rule.thresholds;
    let sure = top.probability >= needs.answer
        && understanding.margin() >= needs.margin
        && understanding.in_scope >= needs.in_scope;
    (sure && rules.fallback.contains(&Fallback::Intent)).then_some(rule)
}

fn answer(rule: &IntentRule, after: &mut DialogueState, because: &'static str) -> Move {
    found_something(after);
    let key = rule.reply.clone();
    if rule.hands_over { Move::HandOver { key, reason: Reason::Asked, because } } else { Move::Reply { key, because } }
}

fn pressed(payload: &Payload, after: &mut DialogueState, rules: &Rules) -> Move {
    match payload.name.as_str() {
        "helped" => {
            found_something(after);
            reply("glad_it_helped", "the shopper said it helped")
        }
        "more_help" => reply("more_help", "the shopper wants more help"),
        "back_to_bot" => {
            found_something(after);
            reply("back_with_bot", "the shopper goes on with the assistant")
        }
        intent => match rules.intents.get(intent) {
            Some(rule) => answer(rule, after, "the shopper chose it"),
            // The files have changed since the button was shown.
            None => miss(after, rules),
        },
    }
}

fn look_through(understanding: &Understanding, found: &[Found], after: &mut DialogueState, rules: &Rules) -> Move {
    if let Some(best) = found.first().filter(|best| best.fit >= rules.article_fits) {
        found_something(after);
        return Move::Article { article: best.article.clone() };
    }
    let choices = choices(understanding, rules);
    if choices.is_empty() { miss(after, rules) } else { Move::Choices(choices) }
}

fn choices(understanding: &Understanding, rules: &Rules) -> Vec<String> {
    let Some(top) = understanding.top() else { return Vec::new() };
    let confirm = rules.intents.get(&top.intent).map_or(rules.thresholds, |rule| rule.thresholds).confirm;
    if top.probability < confirm || understanding.in_scope < rules.thresholds.in_scope * WORTH_ASKING {
        return Vec::new();
    }
    let worth = understanding.intents.iter().filter(|ranked| ranked.probability >= confirm * WORTH_OFFERING);
    worth.take(CHOICES).map(|ranked| ranked.intent.clone()).collect()
}

fn miss(after: &mut DialogueState, rules: &Rules) -> Move {
    after.misses += 1;
    if after.misses >= rules.handoff_after && rules.fallback.contains(&Fallback::Handoff) {
        let key = "waiting_for_person".to_owned();
        return Move::HandOver { key, reason: Reason::Rule, because: "nothing was found several times in a row" };
    }
    if after.rephrased < rules.rephrase_at_most {
        after.rephrased += 1;
        return reply("rephrase", "nothing was found");
    }
    reply("offer_human", "nothing was found again")
}

fn found_something(after: &mut DialogueState) {
    after.misses = 0;
    after.rephrased = 0;
}

fn reply(key: &str, because: &'static str) -> Move {
    Move::Reply { key: key.to_owned(), because }
}

// The same reply is never given a third time in a row: a person is offered instead, and then called.
fn not_again(step: Move, state: &DialogueState) -> Move {
    let Some(key) = name(&step) else { return step };
    if matches!(step, Move::HandOver { .. }) || times(state, &key) < SAME_REPLY {
        return step;
    }
    if times(state, "offer_human") == 0 {
        return reply("offer_human", "the same reply was given twice already");
    }
    let key = "waiting_for_person".to_owned();
    Move::HandOver { key, reason: Reason::Rule, because: "a person was offered and the question came again" }
}

/// How often in a row the reply `key` was given last.
#[must_use]
pub fn times(state: &DialogueState, key: &str) -> u32 {
    state.said.iter().find(|said| said.reply == key).map_or(0, |said| said.times)
}

fn name(step: &Move) -> Option<String> {
    match step {
        Move::Search(_) => None,
        Move::Reply { key, .. } | Move::HandOver { key, .. } => Some(key.clone()),
        Move::Article { article } => Some(format!("article:{article}")),
        Move::Choices(intents) => Some(format!("choices:{}", intents.join(","))),
    }
}

// "offer_human" stands between two repetitions of another reply, so it does not end that reply's row.
fn remember(step: &Move, after: &mut DialogueState) {
    let Some(reply) = name(step) else { return };
    let times = times(after, &reply) + 1;
    if reply == "offer_human" {
        after.said.retain(|said| said.reply != reply);
    } else {
        after.said.clear();
    }
    after.said.push(SaidBefore { reply, times });
}

#[cfg(test)]
mod tests;
