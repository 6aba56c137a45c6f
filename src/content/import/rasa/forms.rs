//! Forms: what they ask for, one thing after the other.

use std::collections::BTreeSet;

use super::super::names::{Names, plain};
use super::super::plan::{NewSlot, NewVariant};
use super::super::{At, Notes};
use super::project::{Form, Mapping, MappingKind, Project};
use super::replies::{For, Replies, slot_name};
use crate::content::form_files::TEXT;
use crate::content::forms::SLOTS;
use crate::domain::CountsAs;

/// A form, ready to be written into an intent.
#[derive(Debug, Default)]
pub(super) struct NewForm {
    pub(super) slots: Vec<NewSlot>,
    pub(super) asks: Vec<(String, Vec<NewVariant>)>,
    /// The names of its slots as Rasa has them.
    pub(super) known: Vec<String>,
}

/// What is around a form.
pub(super) struct Around<'a> {
    pub(super) project: &'a Project,
    /// The names of the entities that are carried over.
    pub(super) entities: &'a BTreeSet<String>,
    /// The intent, as Rasa names it.
    pub(super) intent: &'a str,
}

/// Makes `form` ready.
pub(super) fn form(
    form: &Form,
    around: &Around<'_>,
    replies: &mut Replies<'_>,
    keys: &mut Names,
    notes: &mut Notes,
) -> NewForm {
    let mut new = NewForm::default();
    for slot in &form.slots {
        if new.slots.len() == SLOTS {
            let problem =
                format!("the form `{}` asks for more than {SLOTS} things; `{}` is left out", form.name, slot.name);
            notes.left_out(&slot.at, problem, "ask for it in another intent, or leave it to a person");
            continue;
        }
        let name = slot_name(&slot.name);
        if new.slots.iter().any(|other| other.slot == name) {
            continue;
        }
        let everywhere =
            around.project.slots.iter().filter(|other| other.name == slot.name).flat_map(|slot| &slot.mappings);
        let mappings: Vec<&Mapping> = slot.mappings.iter().chain(everywhere).collect();
        let from = from(&slot.name, &slot.at, &mappings, around, notes);
        let who = For { intent: around.intent, slots: &new.known, counts_as: Some(CountsAs::Question) };
        let (key, words) = ask(form, &slot.name, &slot.at, &who, replies, notes);
        let key = keys.take(&key);
        new.slots.push(NewSlot { slot: name, from, ask: key.clone() });
        new.asks.push((key, words));
        new.known.push(slot.name.clone());
    }
    new
}

fn from(slot: &str, at: &At, mappings: &[&Mapping], around: &Around<'_>, notes: &mut Notes) -> String {
    let carried = |entity: &str| Some(plain(entity, "thing")).filter(|name| around.entities.contains(name));
    let entity = mappings.iter().find_map(|mapping| match &mapping.kind {
        MappingKind::Entity(entity) => carried(entity),
        _ => None,
    });
    let is_text = mappings.iter().any(|mapping| mapping.kind == MappingKind::Text);
    for mapping in mappings {
        match &mapping.kind {
            MappingKind::Other(kind) => {
                let problem = format!("the slot `{slot}` is filled by `{kind}`, which has no place here");
                notes.left_out(&mapping.at, problem, "look at `from:` in the form of its intent");
            }
            MappingKind::Entity(name) if carried(name).is_none() => {
                let problem = format!("the slot `{slot}` is filled from `{name}`, which nothing finds");
                notes.left_out(
                    &mapping.at,
                    problem,
                    "describe it in `_entities.yaml`; until then the whole answer is taken",
                );
            }
            _ => {}
        }
    }
    match entity.or_else(|| carried(slot).filter(|_| mappings.is_empty())) {
        Some(entity) => {
            if is_text {
                let problem =
                    format!("the slot `{slot}` may be filled by any text, too; here it takes `{entity}` only");
                notes.left_out(at, problem, "write `from: text` if the whole answer will do");
            }
            entity
        }
        None => TEXT.to_owned(),
    }
}

fn ask(
    form: &Form,
    slot: &str,
    at: &At,
    who: &For<'_>,
    replies: &mut Replies<'_>,
    notes: &mut Notes,
) -> (String, Vec<NewVariant>) {
    let names = [format!("utter_ask_{}_{slot}", form.name), format!("utter_ask_{slot}")];
    let found = names.iter().find(|name| replies.find(name).is_some());
    let words = found.map(|name| replies.say(&[name], at, who, notes)).unwrap_or_default();
    let key = plain(found.unwrap_or(&names[1]), "ask");
    if !words.is_empty() {
        return (key, words);
    }
    notes.left_out(at, format!("nothing asks for the slot `{slot}`"), format!("write the question as `{key}`"));
    let question = format!("{}?", super::super::names::title(&slot_name(slot)));
    let remark = Some("written by the import: the project has no question for this".to_owned());
    (key, vec![NewVariant { remark, ..NewVariant::new(question, CountsAs::Question) }])
}
