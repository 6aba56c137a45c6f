//! Intents: their examples, and the reply, form or person they lead to.

use std::collections::{BTreeMap, BTreeSet};

use super::super::names::{Names, plain};
use super::super::plan::{NewExample, NewIntent, NewVariant, PERSON, Plan, passed_on};
use super::super::{At, Notes, Renamed};
use super::answers::{self, Answer, Does, Learnt};
use super::entities;
use super::forms::{self, Around, NewForm};
use super::project::{Intent, Project};
use super::replies::{For, Replies};
use crate::domain::CountsAs;

/// Intents that stand for "not understood".
const NOT_UNDERSTOOD: &str = "nlu_fallback";
/// What Rasa says then, where no rule says otherwise.
const DEFAULT: &str = "utter_default";
/// Intents that Rasa itself knows.
const OF_RASA: [&str; 4] = [NOT_UNDERSTOOD, "session_start", "restart", "back"];
/// Slots that Rasa fills itself.
const OWN_SLOTS: [&str; 2] = ["requested_slot", "session_started_metadata"];
/// Words in names of intents that mean nothing without what was said before.
const BARE: [&str; 8] = ["affirm", "deny", "yes", "no", "confirm", "decline", "inform", "stop"];

/// The shop that `project` describes.
pub(super) fn plan(project: &Project, locale: &str, notes: &mut Notes) -> Plan {
    let learnt = answers::learn(project, notes);
    let mut plan = Plan { locale: locale.to_owned(), ..Plan::default() };
    (plan.idle_minutes, plan.carry_slots) = (project.idle_minutes, project.carry_slots);
    plan.entities = entities::convert(project, notes);
    let entities: BTreeSet<String> = plan.entities.iter().map(|entity| entity.rule.name.clone()).collect();
    let chosen = chosen(project, &learnt, notes);
    let names = names(&chosen, &mut plan.renamed);
    let mut build = Build {
        project,
        learnt: &learnt,
        entities: &entities,
        names: &names,
        replies: Replies::new(project, &names),
        keys: Plan::reply_names(),
        begun: BTreeSet::new(),
        asked: BTreeSet::new(),
        run: BTreeSet::new(),
        locale,
    };
    plan.intents = chosen.iter().map(|(intent, answer)| build.intent(intent, answer, notes)).collect();
    plan.rephrase = build.rephrase(notes);
    build.tell_rest(notes);
    if !plan.intents.is_empty() {
        plan.with_person();
    }
    plan
}

// The intents that something answers, each with what does.
fn chosen<'a>(project: &'a Project, learnt: &Learnt, notes: &mut Notes) -> Vec<(&'a Intent, Answer)> {
    let has = |name: &str| project.responses.iter().any(|response| response.name == name);
    let is_bare = |name: &str| plain(name, "").split('_').any(|word| BARE.contains(&word));
    let mut chosen = Vec::new();
    for intent in &project.intents {
        let (name, at) = (intent.name.as_str(), intent.at.clone());
        let own = format!("utter_{name}");
        if intent.lines.is_empty() {
            let problem = format!("the intent `{name}` has no examples");
            notes.left_out(&at, problem, "write some, and import it again");
        } else if name.contains('/') && has(&own) {
            // Which of the answers to a kind of questions is found by the examples alone.
            chosen.push((intent, Answer { at, does: vec![Does::Say(own)], follows: false }));
        } else if let Some(answer) = learnt.answers.get(name).filter(|answer| answer.follows && is_bare(name)) {
            let problem = format!("`{name}` is answered only in a story, where it follows on something else");
            let cure = "nothing is to be done: yes, no and \"never mind\" are understood without an intent";
            notes.left_out(&answer.at, problem, cure);
        } else if let Some(answer) = learnt.answers.get(name) {
            chosen.push((intent, answer.clone()));
        } else if has(&own) {
            let problem = format!("no rule or story answers `{name}`; `{own}` was taken for its name");
            notes.left_out(&at, problem, "look whether it fits");
            chosen.push((intent, Answer { at, does: vec![Does::Say(own)], follows: false }));
        } else {
            let count = intent.lines.len();
            let problem = format!("nothing answers the intent `{name}`, so its {count} examples stay behind");
            let cure = "write an intent with them and a reply; yes, no and \"never mind\" are understood without";
            notes.left_out(&at, problem, cure);
        }
    }
    chosen
}

// Our names, by Rasa's.
fn names(chosen: &[(&Intent, Answer)], renamed: &mut Vec<Renamed>) -> BTreeMap<String, String> {
    let calls = |(intent, answer): &&(&Intent, Answer)| {
        answer.does.iter().any(|does| matches!(does, Does::Person(_))) || answers::asks_for_a_person(&intent.name)
    };
    let is_there = chosen.iter().any(|(intent, _)| plain(&intent.name, "intent") == PERSON);
    let person = chosen.iter().find(calls).filter(|_| !is_there).map(|(intent, _)| &intent.name);
    let (mut names, mut map) = (Names::of_intents(), BTreeMap::new());
    for (intent, _) in chosen {
        // The desk's own buttons send this one.
        let wanted = if person == Some(&intent.name) { PERSON.to_owned() } else { plain(&intent.name, "intent") };
        let name = names.take(&wanted);
        if name != intent.name {
            renamed.push(Renamed { from: intent.name.clone(), to: name.clone() });
        }
        map.insert(intent.name.clone(), name);
    }
    map
}

struct Build<'a> {
    project: &'a Project,
    learnt: &'a Learnt,
    entities: &'a BTreeSet<String>,
    names: &'a BTreeMap<String, String>,
    replies: Replies<'a>,
    keys: Names,
    // Forms that some intent begins, and slots that one of them asks for.
    begun: BTreeSet<&'a str>,
    asked: BTreeSet<&'a str>,
    // Actions that some intent runs: what is to be done about them is told there.
    run: BTreeSet<String>,
    locale: &'a str,
}

impl<'a> Build<'a> {
    fn intent(&mut self, intent: &'a Intent, answer: &Answer, notes: &mut Notes) -> NewIntent {
        let name = self.names.get(&intent.name).cloned().unwrap_or_default();
        let begins = answer.does.iter().find_map(|does| match does {
            Does::Form(form) => self.project.forms.iter().find(|known| known.name == *form),
            _ => None,
        });
        let form = begins.map(|form| {
            self.begun.insert(&form.name);
            self.asked.extend(form.slots.iter().map(|slot| slot.name.as_str()));
            let around = Around { project: self.project, entities: self.entities, intent: &intent.name };
            forms::form(form, &around, &mut self.replies, &mut self.keys, notes)
        });
        let form = form.unwrap_or_default();
        let mut does = answer.does.clone();
        if let Some(begun) = begins {
            for before in does.iter().take_while(|does| !matches!(does, Does::Form(_))) {
                if let Does::Say(said) = before {
                    let problem =
                        format!("`{said}`, which is said before the form `{}`, has no place here", begun.name);
                    notes.left_out(&answer.at, problem, "begin the first question of the form with it");
                }
            }
            does.retain(|does| matches!(does, Does::Person(_) | Does::Custom(_)));
            does.extend(self.learnt.after.get(&begun.name).into_iter().flat_map(|end| &end.does).cloned());
        }
        let (key, words, hands_over) = self.reply(&intent.name, &name, &does, &form, answer, notes);
        let NewForm { slots, mut asks, .. } = form;
        asks.push((key, words));
        let line = |(at, line): &(At, super::marks::Marked)| NewExample {
            at: at.clone(),
            text: line.text.clone(),
            plain: line.plain.clone(),
        };
        let examples = BTreeMap::from([(self.locale.to_owned(), intent.lines.iter().map(line).collect())]);
        NewIntent { name, examples, form: slots, hands_over, replies: asks }
    }

    // What is said once all is known, and whether a person goes on.
    fn reply(
        &mut self,
        intent: &str,
        name: &str,
        does: &[Does],
        form: &NewForm,
        answer: &Answer,
        notes: &mut Notes,
    ) -> (String, Vec<NewVariant>, bool) {
        let says: Vec<&str> = does
            .iter()
            .filter_map(|does| if let Does::Say(said) = does { Some(said.as_str()) } else { None })
            .collect();
        let mut hands_over =
            answers::asks_for_a_person(intent) || does.iter().any(|does| matches!(does, Does::Person(_)));
        self.run.extend(does.iter().filter_map(|does| match does {
            Does::Custom(action) | Does::Person(action) => Some(action.clone()),
            _ => None,
        }));
        let counts_as = hands_over.then_some(CountsAs::HandoffOffer);
        let who = For { intent, slots: &form.known, counts_as };
        let mut words = self.replies.say(&says, &answer.at, &who, notes);
        for custom in does {
            if let Does::Custom(action) = custom {
                let until = if words.is_empty() { "; until then a person answers" } else { "" };
                let cure = format!("describe it in `_actions.yaml` and name it with `do:` in `{name}.yaml`{until}");
                notes.left_out(&answer.at, format!("`{intent}` runs the action `{action}`, which is Python"), cure);
            }
        }
        if words.is_empty() {
            if !does.iter().any(|does| matches!(does, Does::Custom(_) | Does::Person(_))) {
                let cure = format!("write a reply in `{name}.yaml`; until then a person answers");
                notes.left_out(&answer.at, format!("nothing is said in the end to `{intent}`"), cure);
            }
            hands_over = true;
            words.push(passed_on(self.locale));
        }
        let key = says.first().map_or_else(|| format!("{name}_reply"), |said| plain(said, "reply"));
        (self.keys.take(&key), words, hands_over)
    }

    fn rephrase(&mut self, notes: &mut Notes) -> Vec<NewVariant> {
        let answer = self.learnt.answers.get(NOT_UNDERSTOOD);
        let does = answer.map(|answer| answer.does.as_slice()).unwrap_or_default();
        let says = does.iter().filter_map(|does| if let Does::Say(said) = does { Some(said.as_str()) } else { None });
        let mut says: Vec<&str> = says.collect();
        if says.is_empty() {
            says.extend(self.replies.find(DEFAULT).is_some().then_some(DEFAULT));
        }
        let at = answer.map_or_else(|| At::file("domain.yml"), |answer| answer.at.clone());
        let who = For { intent: NOT_UNDERSTOOD, slots: &[], counts_as: Some(CountsAs::Question) };
        self.replies.say(&says, &at, &who, notes)
    }

    // What no intent has taken.
    fn tell_rest(&self, notes: &mut Notes) {
        for response in self.replies.unsaid() {
            let problem = format!("no intent says `{}`", response.name);
            notes.left_out(&response.at, problem, "copy its words to where they belong");
        }
        for form in self.project.forms.iter().filter(|form| !self.begun.contains(form.name.as_str())) {
            let problem = format!("no rule or story begins the form `{}`", form.name);
            notes.left_out(&form.at, problem, "write a `form` in the intent that needs it");
        }
        for slot in self
            .project
            .slots
            .iter()
            .filter(|slot| !self.asked.contains(slot.name.as_str()) && !OWN_SLOTS.contains(&slot.name.as_str()))
        {
            let problem = format!("no form asks for the slot `{}`", slot.name);
            notes.left_out(&slot.at, problem, "nothing is to be done, if no reply needs it");
        }
        for (action, at) in &self.project.actions {
            let known = self.project.forms.iter().any(|form| form.name == *action)
                || self.replies.find(action).is_some()
                || answers::is_of_rasa(action)
                || self.run.contains(action)
                || action.starts_with("utter_");
            if !known {
                let problem = format!("the action `{action}` is Python and not read");
                let cure = match action.strip_prefix("validate_") {
                    Some(_) => "let `from:` name an entity that finds only what is right",
                    None => "describe it in `_actions.yaml`, as a webhook of your own server",
                };
                notes.left_out(at, problem, cure);
            }
        }
        let written = |name: &str| {
            let of_kind = format!("{name}/");
            self.project.intents.iter().any(|intent| intent.name == name || intent.name.starts_with(&of_kind))
        };
        for (intent, at) in &self.project.named_intents {
            if !written(intent) && !OF_RASA.contains(&intent.as_str()) {
                let problem = format!("the intent `{intent}` has no examples");
                notes.left_out(at, problem, "write some, and import it again");
            }
        }
    }
}
