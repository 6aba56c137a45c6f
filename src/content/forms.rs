//! What an intent asks for and looks up: checked, and made into rules.

use std::collections::{BTreeMap, BTreeSet};

use super::check_reply::{File, Known};
use super::collect::Faults;
use super::data::Lookup;
use super::files::{DeskReplies, IntentFile};
use super::form_files::{FormFile, HANDOFF, OutcomeSayFile, SlotFile, TEXT};
use super::intent::cure_for;
use crate::dialogue::{ActRule, FormRule, From, OutcomeRule, SkipIf, SlotRule};
use crate::knowledge::Step;

/// Slots of one form. Who is asked more than that goes elsewhere.
pub(super) const SLOTS: usize = 8;

/// The longest name of a slot: it is stored with every turn.
const NAME: usize = 40;

/// What an intent does beside saying something.
#[derive(Debug, Clone, Default)]
pub(super) struct Work {
    pub(super) form: Option<FormRule>,
    pub(super) act: Option<ActRule>,
    /// The key of the reply once nothing is left to do.
    pub(super) reply: String,
    /// The names its texts may use; nothing when that is not sure, because its action is not known.
    pub(super) names: Option<Vec<String>>,
}

/// Checks what `intent` asks for and looks up, and makes rules of it.
pub(super) fn work(file: &File<'_>, intent: &IntentFile, known: &Known<'_>, faults: &mut Faults) -> Work {
    let here = Check { file, intent, known };
    let action = here.action(faults);
    if let Some(form) = &intent.form {
        here.form(form, faults);
    }
    here.outcomes(action, faults);
    let pii = |entity: &str| known.entities.and_then(|entities| entities.names.get(entity)).copied().unwrap_or(false);
    let names = (action.is_some() || !here.looks_up()).then(|| names(intent, action));
    let reply = intent.responses.iter().map(|(key, _)| key).find(|key| !here.is_asked(key));
    if intent.form.is_some() && !here.looks_up() && reply.is_none() {
        let cure = "add a reply to `responses` that is said when all is known";
        faults.error(file.name, file.node.key_place(&[], "form"), "nothing is said after the last question", cure);
    }
    let first = intent.responses.iter().map(|(key, _)| key).next();
    let reply = reply.or(first).unwrap_or_default().to_owned();
    Work { form: intent.form.as_ref().map(|form| rule(form, pii)), act: act(intent), reply, names }
}

fn names(intent: &IntentFile, action: Option<&Lookup>) -> Vec<String> {
    let slots = intent.form.iter().flat_map(|form| &form.slots).map(|slot| slot.slot.clone());
    slots
        .chain(action.into_iter().flat_map(|action| action.fields.iter().cloned()))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

fn rule(form: &FormFile, pii: impl Fn(&str) -> bool) -> FormRule {
    let slot = |slot: &SlotFile| SlotRule {
        slot: slot.slot.clone(),
        from: if slot.from == TEXT { From::Text } else { From::Entity(slot.from.clone()) },
        ask: slot.ask.clone(),
        retries: slot.retries,
        skip_if: slot.skip_if.as_deref().and_then(skip_if),
        optional: slot.optional,
        pii: pii(&slot.from),
    };
    FormRule {
        slots: form.slots.iter().map(slot).collect(),
        interruptible: form.interruptible,
        give_up: (form.on_give_up != HANDOFF).then(|| form.on_give_up.clone()),
    }
}

fn act(intent: &IntentFile) -> Option<ActRule> {
    let action = intent.act.as_ref().filter(|act| *act != HANDOFF)?;
    let outcome = |(name, said): (&str, &OutcomeSayFile)| {
        (name.to_owned(), OutcomeRule { say: said.say().to_owned(), hands_over: said.hands_over() })
    };
    Some(ActRule { action: action.clone(), outcomes: intent.outcomes.iter().map(outcome).collect() })
}

fn skip_if(condition: &str) -> Option<SkipIf> {
    match condition.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["visitor.verified"] => Some(SkipIf::Verified),
        ["not", "visitor.verified"] => Some(SkipIf::NotVerified),
        _ => None,
    }
}

struct Check<'a> {
    file: &'a File<'a>,
    intent: &'a IntentFile,
    known: &'a Known<'a>,
}

impl<'a> Check<'a> {
    fn looks_up(&self) -> bool {
        self.intent.act.as_deref().is_some_and(|act| act != HANDOFF)
    }

    // Whether the reply `key` is a question, an outcome's or a last word, and so not what is said when all is known.
    fn is_asked(&self, key: &str) -> bool {
        let form = self.intent.form.as_ref();
        form.is_some_and(|form| form.on_give_up == key || form.slots.iter().any(|slot| slot.ask == key))
            || self.intent.outcomes.iter().any(|(_, said)| said.say() == key)
    }

    fn action(&self, faults: &mut Faults) -> Option<&'a Lookup> {
        let (act, actions) = (self.intent.act.as_deref()?, &self.known.lookups?.known);
        if act == HANDOFF {
            return None;
        }
        let found = actions.get(act);
        if found.is_none() {
            let names = || actions.keys().map(String::as_str).chain([HANDOFF]);
            let cure = match crate::knowledge::nearest(act, names()) {
                Some(name) => format!("write `{name}`"),
                None => format!("describe it in `_actions.yaml`, or write `{HANDOFF}` to ask for a person"),
            };
            faults.error(self.file.name, self.file.place(&["do".into()]), format!("there is no action `{act}`"), cure);
        }
        found
    }

    fn form(&self, form: &FormFile, faults: &mut Faults) {
        let name = self.file.name;
        let place = |path: &[Step<'_>]| self.file.place(&[&["form".into()], path].concat());
        if form.slots.is_empty() || form.slots.len() > SLOTS {
            let problem = format!("a form asks for 1 to {SLOTS} things, not for {}", form.slots.len());
            faults.error(name, place(&["slots".into()]), problem, "write one, or remove some");
        }
        let mut seen = BTreeSet::new();
        for (index, slot) in form.slots.iter().enumerate() {
            let at = |key: &'static str| place(&["slots".into(), index.into(), key.into()]);
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if slot.slot.is_empty() || slot.slot.len() > NAME || !slot.slot.chars().all(plain) {
                let cure = format!("write up to {NAME} small letters, digits and `_`, such as `order_number`");
                faults.error(name, at("slot"), format!("`{}` cannot be a name", slot.slot), cure);
            } else if !seen.insert(slot.slot.as_str()) {
                faults.error(
                    name,
                    at("slot"),
                    format!("the slot `{}` stands here a second time", slot.slot),
                    "keep one",
                );
            }
            if let Some(cure) = self.cure_for_entity(&slot.from) {
                faults.error(name, at("from"), format!("there is no entity `{}`", slot.from), cure);
            }
            if let Some(cure) = self.cure_for_reply(&slot.ask) {
                faults.error(name, at("ask"), format!("there is no reply `{}`", slot.ask), cure);
            }
            if let Some(condition) = slot.skip_if.as_deref().filter(|condition| skip_if(condition).is_none()) {
                let cure = "write `visitor.verified` or `not visitor.verified`";
                faults.error(name, at("skip_if"), format!("`{condition}` cannot be decided"), cure);
            }
        }
        if form.on_give_up != HANDOFF
            && let Some(cure) = self.cure_for_reply(&form.on_give_up)
        {
            let problem = format!("there is no reply `{}`", form.on_give_up);
            faults.error(name, place(&["on_give_up".into()]), problem, format!("{cure}, or `{HANDOFF}`"));
        }
    }

    fn cure_for_entity(&self, entity: &str) -> Option<String> {
        let entities = self.known.entities?;
        if !entities.is_there && entity != TEXT {
            return Some(format!("describe it in `_entities.yaml`, or write `{TEXT}` for the whole answer"));
        }
        cure_for(entity, entities.names.keys().map(String::as_str).chain([TEXT]))
    }

    fn cure_for_reply(&self, key: &str) -> Option<String> {
        let own = || self.intent.responses.iter().map(|(key, _)| key);
        let desk = || DeskReplies::keys().iter().copied();
        if desk().any(|other| other == key) {
            return None;
        }
        cure_for(key, own().collect::<Vec<_>>())
    }

    fn outcomes(&self, action: Option<&Lookup>, faults: &mut Faults) {
        let (name, outcomes) = (self.file.name, &self.intent.outcomes);
        let list = self.file.node.key_place(&[], "outcomes");
        if !self.looks_up() {
            if !outcomes.0.is_empty() {
                faults.error(
                    name,
                    list,
                    "there are outcomes of no look-up",
                    "add `do:` with the action, or remove them",
                );
            }
            return;
        }
        for (outcome, said) in outcomes.iter() {
            if let Some(cure) = self.cure_for_reply(said.say()) {
                let below: &[Step<'_>] = if matches!(said, OutcomeSayFile::Key(_)) { &[] } else { &["say".into()] };
                let path = [&["outcomes".into(), outcome.into()], below].concat();
                faults.error(name, self.file.place(&path), format!("there is no reply `{}`", said.say()), cure);
            }
        }
        self.same_words(faults);
        let Some(action) = action else { return };
        let known = action.outcomes;
        for (outcome, _) in outcomes.iter().filter(|(outcome, _)| !action.is_open_ended && !known.contains(outcome)) {
            let place = self.file.node.key_place(&["outcomes".into()], outcome);
            let cure = cure_for(outcome, known.iter().copied()).unwrap_or_default();
            faults.error(name, place, format!("this action has no outcome `{outcome}`"), cure);
        }
        for missing in action.needs.iter().filter(|needed| outcomes.iter().all(|(name, _)| name != **needed)) {
            let problem = format!("nothing is said when the look-up ends with `{missing}`");
            faults.error(name, list, problem, format!("add `{missing}: ` and the key of a reply to `outcomes`"));
        }
    }

    // Different words would tell a stranger which order numbers there are.
    fn same_words(&self, faults: &mut Faults) {
        let said: BTreeMap<&str, &OutcomeSayFile> = self.intent.outcomes.iter().collect();
        let (Some(none), Some(wrong)) = (said.get("not_found"), said.get("mismatch")) else { return };
        if none.say() != wrong.say() || none.hands_over() != wrong.hands_over() {
            let place = self.file.place(&["outcomes".into(), "mismatch".into()]);
            let problem = "`not_found` and `mismatch` differ, so strangers could find out which orders there are";
            faults.error(self.file.name, place, problem, format!("write `{}` in both", none.say()));
        }
    }
}
