//! What to do next in a conversation: the only branching there is. Pure.
//!
//! [`next`] takes what the dialogue remembers and what has just happened, and says what to do. The turn loops over it:
//! a [`Move::Search`] or [`Move::Act`] is carried out and its result put in again, everything else is said.

mod articles;
mod control;
mod form;
mod handoff;
mod payload;
mod rules;
mod sentiment;

use std::collections::BTreeMap;

use crate::domain::{DialogueState, Priority, Reason, SaidBefore, Understanding};

use control::Control;
use form::Given;
use handoff::Signs;

pub use payload::Payload;
pub use rules::{
    ActRule, Fallback, FormRule, From, HandoffRule, IntentRule, OutcomeRule, Rules, SkipIf, SlotRule, Thresholds, When,
};
pub use sentiment::sentiment;

/// Times in a row the same reply may be given.
const SAME_REPLY: u32 = 2;

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
    /// A search for one part of a message came back, best first.
    FoundInPart(Understanding, usize, Vec<Found>),
    /// What was to be written from what a search found came back.
    Written {
        /// What was asked.
        understanding: Understanding,
        /// What was found.
        found: Vec<Found>,
        /// The article that was written from; nothing if it could not be.
        from: Option<String>,
    },
    /// A look-up came back.
    ActionDone {
        /// The action.
        action: String,
        /// How it went, as `found`.
        outcome: String,
    },
}

/// An article that a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its id.
    pub article: String,
    /// How well it answers, 0 to 1.
    pub fit: f32,
}

/// Who the shopper is, as far as it counts here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Visitor {
    /// The shop has signed who it is.
    pub verified: bool,
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Move {
    /// Search the articles for the text and come back with [`Input::Found`].
    Search(Understanding),
    /// Search the articles for the text of the part at this place and come back with [`Input::FoundInPart`].
    SearchPart(Understanding, usize),
    /// Carry out an action and come back with [`Input::ActionDone`].
    Act {
        /// Its name.
        action: String,
        /// What is known: slot to value.
        input: BTreeMap<String, String>,
    },
    /// Say a reply.
    Reply {
        /// Its key.
        key: String,
        /// Why, for the trace.
        because: &'static str,
    },
    /// Ask for a slot of the open form.
    Ask {
        /// The slot.
        slot: String,
        /// The key of the question.
        key: String,
        /// Why, for the trace.
        because: &'static str,
    },
    /// Give the answer of an article that was found.
    Article {
        /// Its id.
        article: String,
    },
    /// Have an answer written from what was found and come back with [`Input::Written`].
    Write(Understanding, Vec<Found>),
    /// Say what was written.
    Written {
        /// The article it was written from.
        article: String,
    },
    /// Ask which of these is meant.
    Choices {
        /// Articles.
        articles: Vec<String>,
        /// Intents.
        intents: Vec<String>,
    },
    /// Say both in one message, as an answer and the question that was open before it.
    Then(Box<Move>, Box<Move>),
    /// Say a reply and call a person.
    HandOver {
        /// The reply's key.
        key: String,
        /// Why, for the trace.
        because: &'static str,
        /// Whom, and how.
        call: Call,
    },
}

impl Move {
    /// What it does, for those who ask why.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Search(_) => "not sure of an intent: searches the articles".into(),
            Self::SearchPart(..) => "sure of an intent in one part: searches the articles for the other".into(),
            Self::Act { action, .. } => format!("looks up `{action}`"),
            Self::Reply { key, because } => format!("says `{key}`: {because}"),
            Self::Ask { slot, key, .. } => format!("asks for `{slot}` with `{key}`"),
            Self::Then(first, second) => format!("{}, then {}", first.in_words(), second.in_words()),
            Self::Article { .. } => "gives an article's answer".into(),
            Self::Write(..) => "has an answer written from what was found".into(),
            Self::Written { .. } => "says what was written from an article".into(),
            Self::Choices { articles, intents } => {
                let all: Vec<&str> = articles.iter().chain(intents).map(String::as_str).collect();
                format!("asks which is meant: {}", all.join(", "))
            }
            Self::HandOver { key, because, .. } => format!("says `{key}` and calls a person: {because}"),
        }
    }
}

/// A call for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The reason the phase carries.
    pub reason: Reason,
    /// The team that is called.
    pub team: Option<String>,
    /// How urgent it is.
    pub priority: Priority,
    /// The rule of the settings that called, from 1.
    pub rule: Option<usize>,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// What to do.
    pub step: Move,
    /// What to remember.
    pub state: DialogueState,
    /// What was known when it was decided, to fill texts in with; some of it may be forgotten in `state`.
    pub slots: BTreeMap<String, String>,
    /// The intent of the form it is about.
    pub form: Option<String>,
    /// The slots that this input filled in.
    pub filled: Vec<String>,
}

/// Says what to do and what to remember.
#[must_use]
pub fn next(state: &DialogueState, input: Input, rules: &Rules, visitor: Visitor) -> Decided {
    let mut talk = Talk::new(state, rules, visitor);
    let step = match input {
        Input::Said(understanding) => talk.said(understanding),
        Input::Pressed(payload) => talk.pressed(payload),
        Input::NotHelped => talk.more_help("the answer did not help"),
        Input::Found(understanding, found) => talk.found(understanding, found),
        Input::FoundInPart(understanding, part, found) => talk.found_in_part(understanding, part, &found),
        Input::Written { understanding, found, from } => talk.written(&understanding, &found, from),
        Input::ActionDone { action, outcome } => talk.acted(&action, &outcome),
    };
    talk.decided(step)
}

// One input being decided on.
struct Talk<'r> {
    state: DialogueState,
    rules: &'r Rules,
    visitor: Visitor,
    signs: Signs,
    slots: BTreeMap<String, String>,
    form: Option<String>,
    filled: Vec<String>,
}

impl<'r> Talk<'r> {
    fn new(state: &DialogueState, rules: &'r Rules, visitor: Visitor) -> Self {
        let mut state = state.clone();
        if std::mem::take(&mut state.new_episode) && !rules.carry_slots {
            state.slots.clear();
        }
        // An intent that the files do not have any more has no form either.
        if state.form.as_ref().is_some_and(|form| !rules.intents.contains_key(&form.intent)) {
            state.form = None;
        }
        let (signs, slots, filled) = (Signs::default(), state.slots.clone(), Vec::new());
        let form = state.form.as_ref().map(|form| form.intent.clone());
        Self { state, rules, visitor, signs, slots, form, filled }
    }

    fn decided(mut self, step: Move) -> Decided {
        let step = self.take_up_later(step);
        self.signs.repeated = name(&step).map_or(0, |key| times(&self.state, &key).saturating_add(1));
        let step = not_again(step, &self.state);
        let step = handoff::apply(step, &self.signs, &self.state, &self.rules.handoff);
        if matches!(step, Move::HandOver { .. }) {
            self.state.later = None;
            self.keep_what_may_stay();
        }
        remember(&step, &mut self.state);
        if let Some(intent) = self.signs.intent.take() {
            self.state.intent = Some(intent);
        }
        let Self { state, slots, form, filled, .. } = self;
        Decided { step, state, slots, form, filled }
    }

    fn said(&mut self, understanding: Understanding) -> Move {
        self.signs.sentiment = Some(sentiment(&understanding.text));
        let sure = sure_intent(&understanding, self.rules);
        self.signs.intent = sure.map(|(name, _)| name.to_owned());
        if self.state.form.is_some() {
            return self.said_in_form(understanding, sure);
        }
        if control::control(&understanding.text) == Some(Control::Repeat)
            && let Some(step) = self.once_more()
        {
            return step;
        }
        if let Some(step) = self.both(&understanding) {
            return step;
        }
        match self.searched_part(&understanding) {
            Some(part) => Move::SearchPart(understanding, part),
            None => self.said_whole(understanding),
        }
    }

    // A message that is one question, as far as anybody can tell.
    fn said_whole(&mut self, understanding: Understanding) -> Move {
        if let Some((name, rule)) = sure_intent(&understanding, self.rules) {
            return self.answer(name, rule, &Given::of(&understanding), "the best intent is probable enough");
        }
        // A language model writes from articles, so it needs some, too.
        let searches = |way: &Fallback| matches!(way, Fallback::KnowledgeBase | Fallback::Llm);
        if self.rules.fallback.iter().any(searches) {
            return Move::Search(understanding);
        }
        self.found(understanding, Vec::new())
    }

    // Two questions in one message, both answered. What needs nothing from the shopper goes first; a second form waits for the end
    // of the first.
    fn both(&mut self, understanding: &Understanding) -> Option<Move> {
        let [first, second] = understanding.parts.as_slice() else { return None };
        let (mut first, mut second) = (sure_intent(first, self.rules)?, sure_intent(second, self.rules)?);
        if first.0 == second.0 {
            return None;
        }
        let given = Given::of(understanding);
        let because = "the message asks two things";
        // A person hears all of it, and the rules of the settings hear of the other half.
        if second.1.hands_over {
            std::mem::swap(&mut first, &mut second);
        }
        if first.1.hands_over {
            self.signs.intent = Some(second.0.to_owned());
            return Some(self.answer(first.0, first.1, &given, because));
        }
        if !first.1.is_plain() && second.1.is_plain() {
            std::mem::swap(&mut first, &mut second);
        }
        self.signs.intent = Some(second.0.to_owned());
        if first.1.is_plain() {
            let said = self.answer(first.0, first.1, &given, because);
            let then = self.answer(second.0, second.1, &given, because);
            return Some(Move::Then(Box::new(said), Box::new(then)));
        }
        self.signs.intent = Some(first.0.to_owned());
        let step = self.answer(first.0, first.1, &given, because);
        self.state.later = Some(second.0.to_owned());
        Some(step)
    }

    // The second thing a message asked, now that the form of the first is done.
    fn take_up_later(&mut self, step: Move) -> Move {
        let is_said = matches!(step, Move::Reply { .. } | Move::Article { .. });
        if self.state.form.is_some() || !is_said {
            return step;
        }
        let Some(later) = self.state.later.take() else { return step };
        let Some((name, rule)) = self.rules.intents.get_key_value(&later) else { return step };
        let then = self.answer(name, rule, &Given::default(), "the message asked this, too");
        Move::Then(Box::new(step), Box::new(then))
    }

    // What was said last, if it can be said again without looking anything up.
    fn once_more(&self) -> Option<Move> {
        let last = &self.state.said.last()?.reply;
        if let Some(article) = last.strip_prefix("article:") {
            return Some(Move::Article { article: article.to_owned() });
        }
        let plain = self.rules.intents.values().any(|rule| rule.is_plain() && rule.reply == *last);
        plain.then(|| reply(last, "the shopper wants to hear it again"))
    }

    fn answer(&mut self, name: &str, rule: &'r IntentRule, given: &Given, because: &'static str) -> Move {
        found_something(&mut self.state);
        self.state.article = None;
        if rule.form.is_some() || rule.act.is_some() {
            return self.begin(name, rule, given);
        }
        let key = rule.reply.clone();
        if rule.hands_over { hand_over(key, Reason::Asked, because) } else { Move::Reply { key, because } }
    }

    fn pressed(&mut self, payload: Payload) -> Move {
        match payload.name.as_str() {
            "helped" => {
                found_something(&mut self.state);
                reply("glad_it_helped", "the shopper said it helped")
            }
            "more_help" => self.more_help("the shopper wants more help"),
            "article" => match payload.entities.get("id") {
                Some(article) => {
                    found_something(&mut self.state);
                    Move::Article { article: article.clone() }
                }
                None => self.miss(),
            },
            "back_to_bot" => {
                found_something(&mut self.state);
                reply("back_with_bot", "the shopper goes on with the assistant")
            }
            intent => {
                self.signs.intent = Some(intent.to_owned());
                match self.rules.intents.get(intent) {
                    Some(rule) if self.state.form.is_some() => self.pressed_in_form(intent, rule, &payload),
                    Some(rule) => self.answer(intent, rule, &Given::by(&payload), "the shopper chose it"),
                    // The files have changed since the button was shown.
                    None => self.miss(),
                }
            }
        }
    }

    // A shopper who is asked for more must not be asked for an order number in the same breath.
    fn more_help(&mut self, because: &'static str) -> Move {
        self.forget_form();
        reply("more_help", because)
    }

    fn miss(&mut self) -> Move {
        let (state, rules) = (&mut self.state, self.rules);
        state.misses = state.misses.saturating_add(1);
        if state.misses >= rules.handoff_after && rules.fallback.contains(&Fallback::Handoff) {
            let because = "nothing was found several times in a row";
            return hand_over("waiting_for_person".to_owned(), Reason::Rule, because);
        }
        if state.rephrased < rules.rephrase_at_most {
            state.rephrased += 1;
            return reply("rephrase", "nothing was found");
        }
        reply("offer_human", "nothing was found again")
    }
}

fn sure_intent<'r>(understanding: &Understanding, rules: &'r Rules) -> Option<(&'r str, &'r IntentRule)> {
    let top = understanding.top()?;
    let (name, rule) = rules.intents.get_key_value(&top.intent)?;
    let needs = rule.thresholds;
    let sure = top.probability >= needs.answer
        && understanding.margin() >= needs.margin
        && understanding.in_scope >= needs.in_scope;
    (sure && rules.fallback.contains(&Fallback::Intent)).then_some((name.as_str(), rule))
}

fn found_something(after: &mut DialogueState) {
    after.misses = 0;
    after.rephrased = 0;
}

fn reply(key: &str, because: &'static str) -> Move {
    Move::Reply { key: key.to_owned(), because }
}

fn hand_over(key: String, reason: Reason, because: &'static str) -> Move {
    Move::HandOver { key, because, call: Call { reason, team: None, priority: Priority::Medium, rule: None } }
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
    let because = "a person was offered and the question came again";
    hand_over("waiting_for_person".to_owned(), Reason::Rule, because)
}

/// How often in a row the reply `key` was given last.
#[must_use]
pub fn times(state: &DialogueState, key: &str) -> u32 {
    state.said.iter().find(|said| said.reply == key).map_or(0, |said| said.times)
}

/// Under which name a step is remembered, if it is said: the same for the same words.
#[must_use]
pub fn name(step: &Move) -> Option<String> {
    match step {
        Move::Search(_) | Move::SearchPart(..) | Move::Act { .. } | Move::Write(..) => None,
        Move::Reply { key, .. } | Move::HandOver { key, .. } | Move::Ask { key, .. } => Some(key.clone()),
        // What was written is another text each time, but the same answer.
        Move::Article { article } | Move::Written { article } => Some(format!("article:{article}")),
        Move::Choices { articles, intents } => Some(format!("choices:{},{}", articles.join(","), intents.join(","))),
        Move::Then(first, second) => Some(format!("{}+{}", name(first)?, name(second)?)),
    }
}

// "offer_human" stands between two repetitions of another reply, so it does not end that reply's row.
fn remember(step: &Move, after: &mut DialogueState) {
    if let Some(article) = answered_from(step) {
        after.article = Some(article.to_owned());
    }
    let Some(reply) = name(step) else { return };
    let times = times(after, &reply).saturating_add(1);
    if reply == "offer_human" {
        after.said.retain(|said| said.reply != reply);
    } else {
        after.said.clear();
    }
    after.said.push(SaidBefore { reply, times });
}

// The article an answer was taken from.
fn answered_from(step: &Move) -> Option<&str> {
    match step {
        Move::Article { article } | Move::Written { article } => Some(article),
        Move::Then(first, second) => answered_from(second).or_else(|| answered_from(first)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
