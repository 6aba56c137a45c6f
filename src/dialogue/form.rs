//! Forms: what an intent has to know first is asked for, one thing after the other.
//!
//! Every way through a form ends: bad answers, other questions in between and messages at all are counted, each to a limit.

use std::collections::{BTreeMap, BTreeSet};

use super::control::{self, Control};
use super::rules::{ActRule, From, IntentRule, SkipIf, SlotRule};
use super::{Fallback, Found, Move, Payload, Talk, found_something, hand_over, reply};
use crate::domain::{OpenForm, Reason, Understanding};

/// Other questions answered in a row without an answer to the form's: who asks more has moved on.
const ASIDES: u32 = 3;

/// Messages in one form. A matter that takes more is one for a person.
const TURNS: u32 = 20;

/// Slots remembered at once; a form has at most 8, and what else is known is from the forms before it.
const SLOTS: usize = 16;

/// Characters of a slot's value. Sixteen of these, all of four bytes, and the rest stay below the 8 KiB of a state.
const VALUE: usize = 100;

/// Words beside an order number or address that can be a wish.
const WISH: usize = 2;

/// Outcomes after which another try is worth it: something was mistyped, or is to be said more closely. The form stays open,
/// and the reply's own words say what to do.
const TRY_AGAIN: [&str; 3] = ["not_found", "mismatch", SEVERAL];

/// More than one thing fits: what is said next makes it narrower.
const SEVERAL: &str = "several";

/// What a message brings along for slots.
#[derive(Debug, Default)]
pub(super) struct Given {
    // Kind and value, in the order of the text.
    entities: Vec<(String, String)>,
    corrects: bool,
    // The whole message, for an action that reads words.
    text: String,
}

impl Given {
    /// What `understanding` found.
    pub(super) fn of(understanding: &Understanding) -> Self {
        let text = &understanding.text;
        let meant = understanding.entities.iter().filter(|entity| !control::is_denied(text, entity.start));
        Self {
            entities: meant.map(|entity| (entity.entity.clone(), entity.value.clone())).collect(),
            corrects: control::corrects(text),
            text: text.clone(),
        }
    }

    /// What a button sends.
    pub(super) fn by(payload: &Payload) -> Self {
        Self { entities: payload.entities.clone().into_iter().collect(), ..Self::default() }
    }
}

impl<'r> Talk<'r> {
    /// Opens the form of an intent with what is known of it already.
    pub(super) fn begin(&mut self, name: &str, rule: &'r IntentRule, given: &Given) -> Move {
        self.forget_form();
        self.form = Some(name.to_owned());
        self.state.form = Some(OpenForm { intent: name.to_owned(), ..OpenForm::default() });
        self.fill(rule, given);
        self.fill_with_opening(rule, given);
        self.go_on(rule, &given.text, "this has to be known first")
    }

    /// A message while a form is open.
    pub(super) fn said_in_form(
        &mut self,
        understanding: Understanding,
        sure: Option<(&'r str, &'r IntentRule)>,
    ) -> Move {
        let Some(rule) = self.open_rule() else { return reply("offer_human", "the form is gone") };
        self.count_turn();
        let given = Given::of(&understanding);
        // Nothing stands between a shopper and a person; but an address alone asks for nobody.
        let asks = understanding.entities.is_empty() || control::words_beside(&understanding) >= WISH;
        if let Some((name, person)) = sure.filter(|(_, rule)| asks && rule.hands_over && rule.form.is_none()) {
            return self.answer(name, person, &given, "the shopper asks for a person");
        }
        if self.open().turns > TURNS {
            return self.give_up(rule, "the form took too many messages");
        }
        match control::control(&understanding.text) {
            Some(Control::Cancel) => return self.cancel(),
            Some(Control::Skip) => return self.skip(rule),
            Some(Control::Repeat) => return self.ask_once_more(rule),
            None => {}
        }
        let is_own = sure.is_some_and(|(name, _)| self.form.as_deref() == Some(name));
        let other = sure.filter(|(_, other)| !is_own && is_plain_enough(&understanding, other));
        self.signs.intent = other.map(|(name, _)| name.to_owned());
        if self.fill(rule, &given) || self.fill_with_text(rule, &understanding, other, is_own) {
            self.signs.intent = self.form.clone();
            found_something(&mut self.state);
            return self.go_on(rule, &given.text, "an answer was given");
        }
        let (may_stop, text) = (rule.form.as_ref().is_none_or(|form| form.interruptible), &understanding.text);
        let searches = self.rules.fallback.contains(&Fallback::KnowledgeBase);
        match other {
            Some((name, other)) if may_stop => self.aside(name, other, &given),
            None if may_stop && searches && !is_own && control::asks_something(text) => Move::Search(understanding),
            _ => {
                self.signs.intent = self.form.clone();
                self.not_understood(rule)
            }
        }
    }

    /// A button while a form is open.
    pub(super) fn pressed_in_form(&mut self, name: &str, pressed: &'r IntentRule, payload: &Payload) -> Move {
        let given = Given::by(payload);
        match self.open_rule() {
            // "Try again" under an answer: from the beginning.
            Some(rule) if self.form.as_deref() == Some(name) && self.open().outcome.is_some() => {
                self.begin(name, rule, &given)
            }
            Some(rule) if self.form.as_deref() == Some(name) => {
                self.count_turn();
                if self.open().turns > TURNS {
                    return self.give_up(rule, "the form took too many messages");
                }
                self.fill(rule, &given);
                self.go_on(rule, &given.text, "the shopper chose it")
            }
            _ => self.aside(name, pressed, &given),
        }
    }

    /// A search came back while a form is open.
    pub(super) fn found_in_form(&mut self, best: Option<&Found>) -> Move {
        let Some(rule) = self.open_rule() else { return reply("offer_human", "the form is gone") };
        let Some(best) = best else { return self.not_understood(rule) };
        found_something(&mut self.state);
        self.and_back(rule, Move::Article { article: best.article.clone() })
    }

    /// A look-up came back.
    pub(super) fn acted(&mut self, action: &str, outcome: &str) -> Move {
        let rule = self.open_rule();
        let Some((rule, act)) = rule.and_then(|rule| Some((rule, rule.act.as_ref()?))) else {
            return reply("offer_human", "the form is gone");
        };
        self.signs.intent = self.form.clone();
        if act.action != action {
            return self.give_up(rule, "another look-up came back");
        }
        self.signs.failed = outcome == "error";
        self.state.failures = if self.signs.failed { self.state.failures.saturating_add(1) } else { 0 };
        let (say, hands_over) = told(act, outcome);
        if hands_over {
            return hand_over(say, Reason::Rule, "the outcome of the look-up");
        }
        let said = reply(&say, "the outcome of the look-up");
        if TRY_AGAIN.contains(&outcome)
            && let Some(slot) = self.asked_first(rule)
        {
            let open = self.open();
            (open.asks, open.tries, open.outcome) = (Some(slot.slot.clone()), 0, Some(outcome.to_owned()));
            return said;
        }
        self.keep_what_may_stay();
        said
    }

    // The rule of the intent whose form is open.
    fn open_rule(&self) -> Option<&'r IntentRule> {
        self.rules.intents.get(&self.state.form.as_ref()?.intent)
    }

    fn open(&mut self) -> &mut OpenForm {
        self.state.form.get_or_insert_default()
    }

    fn count_turn(&mut self) {
        let open = self.open();
        open.turns = open.turns.saturating_add(1);
    }

    // Takes what a message brings for the slots, and says whether it brought anything.
    fn fill(&mut self, rule: &'r IntentRule, given: &Given) -> bool {
        let mut now = BTreeSet::new();
        for (kind, value) in &given.entities {
            if let Some(slot) = self.slot_for(rule, kind, given.corrects, &now) {
                self.set(slot, value);
                now.insert(slot.slot.as_str());
            }
        }
        !now.is_empty()
    }

    // The slot that a value of this kind is for: the one that is asked for, else one that is empty, else the one filled in
    // last; a correction means the one filled in last.
    fn slot_for(&self, rule: &'r IntentRule, kind: &str, corrects: bool, now: &BTreeSet<&str>) -> Option<&'r SlotRule> {
        let takes = |slot: &&SlotRule| slot.from == From::Entity(kind.to_owned());
        let slots: Vec<&SlotRule> = rule.form.iter().flat_map(|form| &form.slots).filter(takes).collect();
        let open = self.state.form.as_ref()?;
        let is_free = |slot: &&&SlotRule| !now.contains(slot.slot.as_str());
        let asked = slots.iter().filter(is_free).find(|slot| open.asks.as_ref() == Some(&slot.slot));
        let empty = || slots.iter().find(|slot| !self.state.slots.contains_key(&slot.slot));
        let last = open.filled.iter().rev().find_map(|name| slots.iter().find(|slot| slot.slot == *name));
        let known = || slots.iter().filter(is_free).find(|slot| self.state.slots.contains_key(&slot.slot));
        if corrects && last.is_some() {
            return last.copied();
        }
        asked.or_else(empty).or(last.filter(is_free)).or_else(known).copied()
    }

    // Whoever is asked for words may use any. Only what is a question, or comes when an answer was given already, may be
    // something else.
    fn fill_with_text(
        &mut self,
        rule: &'r IntentRule,
        understanding: &Understanding,
        other: Option<(&'r str, &'r IntentRule)>,
        is_own: bool,
    ) -> bool {
        let Some(slot) = self.asked(rule).filter(|slot| slot.from == From::Text) else { return false };
        let (text, outcome) = (understanding.text.trim(), self.open().outcome.clone());
        let is_question = text.ends_with('?') && other.is_some_and(|(_, other)| other.is_plain());
        if is_question || outcome.is_some() && other.is_some() {
            return false;
        }
        let before = self.state.slots.get(&slot.slot).filter(|_| outcome.as_deref() == Some(SEVERAL) && !is_own);
        let value = before.map_or_else(|| text.to_owned(), |before| format!("{before} {text}"));
        self.set(slot, &value);
        true
    }

    // Words that a look-up is asked for first were said in the first message: "do you have the blue mug?"
    fn fill_with_opening(&mut self, rule: &'r IntentRule, given: &Given) {
        let first = rule.form.iter().flat_map(|form| &form.slots).next();
        if let Some(slot) = first.filter(|slot| slot.from == From::Text && rule.act.is_some())
            && !given.text.trim().is_empty()
        {
            self.set(slot, given.text.trim());
        }
    }

    fn set(&mut self, slot: &SlotRule, value: &str) {
        let name = &slot.slot;
        if !self.state.slots.contains_key(name) && self.state.slots.len() >= SLOTS {
            let own = &self.state.form.as_ref().map(|form| form.filled.clone()).unwrap_or_default();
            let other = self.state.slots.keys().find(|key| !own.contains(key)).cloned();
            other.and_then(|other| self.state.slots.remove(&other));
        }
        let value: String = value.chars().take(VALUE).collect();
        self.slots.insert(name.clone(), value.clone());
        self.state.slots.insert(name.clone(), value);
        self.filled.push(name.clone());
        let open = self.open();
        open.filled.retain(|filled| filled != name);
        open.filled.push(name.clone());
        open.skipped.retain(|skipped| skipped != name);
        (open.tries, open.asides, open.outcome) = (0, 0, None);
    }

    // Asks for the next thing, or does what the form is for when all is known.
    fn go_on(&mut self, rule: &'r IntentRule, text: &str, because: &'static str) -> Move {
        let missing = rule.form.iter().flat_map(|form| &form.slots).find(|slot| self.is_missing(slot));
        if let Some(slot) = missing {
            return self.ask(slot, because);
        }
        self.slots = self.state.slots.clone();
        if let Some(act) = &rule.act {
            return Move::Act { action: act.action.clone(), input: self.input(rule, text) };
        }
        let key = rule.reply.clone();
        if rule.hands_over {
            return hand_over(key, Reason::Asked, "all that a person needs is known");
        }
        self.keep_what_may_stay();
        Move::Reply { key, because: "all is known" }
    }

    // What a look-up is asked with: the slots, and the words of the message where there is no form to have slots.
    fn input(&self, rule: &IntentRule, text: &str) -> BTreeMap<String, String> {
        let Some(form) = &rule.form else { return [("text".to_owned(), text.chars().take(VALUE).collect())].into() };
        let known = |slot: &SlotRule| Some((slot.slot.clone(), self.state.slots.get(&slot.slot)?.clone()));
        form.slots.iter().filter_map(known).collect()
    }

    fn is_missing(&self, slot: &SlotRule) -> bool {
        let skipped = self.state.form.as_ref().is_some_and(|form| form.skipped.contains(&slot.slot));
        !self.state.slots.contains_key(&slot.slot) && !skipped && !self.is_needless(slot)
    }

    fn is_needless(&self, slot: &SlotRule) -> bool {
        match slot.skip_if {
            Some(SkipIf::Verified) => self.visitor.verified,
            Some(SkipIf::NotVerified) => !self.visitor.verified,
            None => false,
        }
    }

    fn ask(&mut self, slot: &SlotRule, because: &'static str) -> Move {
        let open = self.open();
        if open.asks.as_ref() != Some(&slot.slot) {
            open.asks = Some(slot.slot.clone());
            open.tries = 0;
        }
        Move::Ask { slot: slot.slot.clone(), key: slot.ask.clone(), because }
    }

    fn asked(&self, rule: &'r IntentRule) -> Option<&'r SlotRule> {
        let asks = self.state.form.as_ref()?.asks.as_ref()?;
        rule.form.iter().flat_map(|form| &form.slots).find(|slot| slot.slot == *asks)
    }

    fn asked_first(&self, rule: &'r IntentRule) -> Option<&'r SlotRule> {
        rule.form.iter().flat_map(|form| &form.slots).find(|slot| !self.is_needless(slot))
    }

    fn ask_once_more(&mut self, rule: &'r IntentRule) -> Move {
        match self.asked(rule) {
            Some(slot) => self.ask(slot, "the shopper wants to hear it again"),
            None => self.go_on(rule, "", "the shopper wants to hear it again"),
        }
    }

    fn not_understood(&mut self, rule: &'r IntentRule) -> Move {
        self.again(rule, "slot_not_understood")
    }

    // Asks again after `sorry`, until that was done often enough.
    fn again(&mut self, rule: &'r IntentRule, sorry: &str) -> Move {
        let Some(slot) = self.asked(rule).or_else(|| self.asked_first(rule)) else {
            self.forget_form();
            return self.miss();
        };
        let open = self.open();
        open.tries = open.tries.saturating_add(1);
        if open.tries > slot.retries {
            return self.give_up(rule, "the answers were none");
        }
        let sorry = reply(sorry, "this was no answer");
        Move::Then(Box::new(sorry), Box::new(self.ask(slot, "it is asked again")))
    }

    fn skip(&mut self, rule: &'r IntentRule) -> Move {
        match self.asked(rule) {
            Some(slot) if slot.optional => {
                self.state.slots.remove(&slot.slot);
                let open = self.open();
                open.skipped.push(slot.slot.clone());
                (open.tries, open.asides) = (0, 0);
                self.go_on(rule, "", "the shopper leaves it empty")
            }
            _ => self.again(rule, "form_skipped_not_possible"),
        }
    }

    fn cancel(&mut self) -> Move {
        self.forget_form();
        found_something(&mut self.state);
        reply("form_cancelled", "the shopper does not want to go on")
    }

    fn give_up(&mut self, rule: &'r IntentRule, because: &'static str) -> Move {
        let said = rule.form.as_ref().and_then(|form| form.give_up.clone());
        match said {
            Some(key) => {
                self.forget_form();
                Move::Reply { key, because }
            }
            None => hand_over("waiting_for_person".to_owned(), Reason::Rule, because),
        }
    }

    // Something else in the middle: with a form of its own it takes the place of this one, else it is answered and the
    // question comes again.
    fn aside(&mut self, name: &str, other: &'r IntentRule, given: &Given) -> Move {
        if !other.is_plain() {
            if other.form.is_some() || other.act.is_some() {
                self.forget_form();
            }
            return self.answer(name, other, given, "the shopper wants something else");
        }
        found_something(&mut self.state);
        let answer = Move::Reply { key: other.reply.clone(), because: "a question in the middle of a form" };
        match self.open_rule() {
            Some(rule) => self.and_back(rule, answer),
            None => answer,
        }
    }

    // `answer`, and then the open question again.
    fn and_back(&mut self, rule: &'r IntentRule, answer: Move) -> Move {
        let open = self.open();
        open.asides = open.asides.saturating_add(1);
        let moved_on = open.asides > ASIDES || open.turns > TURNS || open.outcome.is_some();
        match self.asked(rule).filter(|_| !moved_on) {
            Some(slot) => Move::Then(Box::new(answer), Box::new(self.ask(slot, "back to the form"))),
            None => {
                self.forget_form();
                answer
            }
        }
    }

    /// Ends the form and forgets what was filled in.
    pub(super) fn forget_form(&mut self) {
        let Some(open) = self.state.form.take() else { return };
        self.state.slots.retain(|slot, _| !open.filled.contains(slot));
    }

    /// Ends the form and keeps what may serve the next one: nothing that says who the shopper is, and no whole message.
    pub(super) fn keep_what_may_stay(&mut self) {
        let Some(open) = self.state.form.take() else { return };
        let rule = self.rules.intents.get(&open.intent);
        let slots = || rule.iter().flat_map(|rule| &rule.form).flat_map(|form| &form.slots);
        let goes = |name: &str| slots().any(|slot| slot.slot == name && (slot.pii || slot.from == From::Text));
        self.state.slots.retain(|slot, _| !goes(slot));
    }
}

// Whether a message is so plainly about something else that it is no answer to what was asked. An answer is what one expects
// there, so it takes half of what is missing to certainty more than elsewhere.
fn is_plain_enough(understanding: &Understanding, rule: &IntentRule) -> bool {
    let half_way = |threshold: f32| threshold + (1.0 - threshold) / 2.0;
    let probability = understanding.top().map_or(0.0, |top| top.probability);
    probability >= half_way(rule.thresholds.answer) && understanding.in_scope >= half_way(rule.thresholds.in_scope)
}

// What is said after an outcome, and whether a person is called. A shop need not name every one.
fn told(act: &ActRule, outcome: &str) -> (String, bool) {
    if let Some(told) = act.outcomes.get(outcome) {
        return (told.say.clone(), told.hands_over);
    }
    match (outcome, act.outcomes.get("error")) {
        ("limited", _) => ("lookup_limited".to_owned(), true),
        (_, Some(error)) => (error.say.clone(), error.hands_over),
        (_, None) => ("waiting_for_person".to_owned(), true),
    }
}
