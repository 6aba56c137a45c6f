//! Conversation tests, as the files tell them.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};

use super::check_reply::File;
use super::collect::Faults;
use super::data::{Lookup, Lookups};
use super::files::{CaseFile, NamesFile, SlotsFile, StepFile};
use super::form_files::{AnswerFile, AnswersFile};
use crate::knowledge::{self, Node, Place, write_instead};
use crate::shop::ActionResult;

/// What a pattern may cost to compile, in bytes: more than any reply needs, less than hurts.
const PATTERN_SIZE: usize = 1 << 20;

/// A conversation that must go like this.
#[derive(Debug, Clone)]
pub struct TestCase {
    /// Its file.
    pub file: String,
    /// Its line there.
    pub line: u64,
    /// Its name.
    pub name: String,
    /// The language of the shopper's page.
    pub locale: Option<String>,
    /// What look-ups answer, by action: one after the other, the last one again and again.
    pub fixtures: BTreeMap<String, Vec<ActionResult>>,
    /// What happens, in order.
    pub steps: Vec<Placed<Step>>,
}

/// A thing and the line it stands in.
#[derive(Debug, Clone)]
pub struct Placed<T> {
    value: T,
    line: u64,
    place: Place,
}

impl<T> Placed<T> {
    /// The thing.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The line.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }
}

/// One step of a conversation test.
#[derive(Debug, Clone)]
pub enum Step {
    /// The shopper says this.
    User(String),
    /// The assistant says exactly this.
    Bot(String),
    /// The assistant's reply has this key.
    Utter(String),
    /// This intent is read.
    Intent(String),
    /// This article is cited.
    Cites(String),
    /// The reply matches this pattern.
    BotMatches(Regex),
    /// The conversation waits for a person, or does not.
    Handoff(bool),
    /// What the episode counts as so far.
    EpisodeOutcome(String),
    /// These slots have these values.
    SlotWasSet(BTreeMap<String, String>),
    /// These slots have none.
    SlotWasNotSet(Vec<String>),
}

/// The tests of a file whose tree is `node`.
pub(super) fn read(file: &str, cases: &[CaseFile], node: &Node, faults: &mut Faults) -> Vec<TestCase> {
    let mut read = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let place = node.place_of(&["tests".into(), index.into()]);
        if case.steps.is_empty() {
            faults.error(file, place, "this test has no steps", "write its first step: `- user: \"…\"`");
        }
        let steps = case.steps.iter().enumerate().filter_map(|(step, written)| {
            let path: [knowledge::Step<'_>; 4] = ["tests".into(), index.into(), "steps".into(), step.into()];
            let place = node.place_of(&path);
            match step_of(written) {
                Ok(value) => {
                    let said = node.place_of(&[path.as_slice(), &[key_of(written).into()]].concat());
                    Some(Placed { value, line: place.line.into(), place: said })
                }
                Err((problem, cure)) => {
                    faults.error(file, place, problem, cure);
                    None
                }
            }
        });
        let steps = steps.collect();
        let (name, locale) = (case.test_case.clone(), case.locale.clone());
        let fixtures = fixtures_of(case);
        read.push(TestCase { file: file.to_owned(), line: place.line.into(), name, locale, fixtures, steps });
    }
    read
}

fn fixtures_of(case: &CaseFile) -> BTreeMap<String, Vec<ActionResult>> {
    let answer = |answer: &AnswerFile| ActionResult::new(answer.outcome.clone(), answer.data.clone());
    let answers = |answers: &AnswersFile| answers.list().iter().map(answer).collect();
    case.fixtures.actions.iter().map(|(action, list)| (action.to_owned(), answers(list))).collect()
}

/// Checks what the tests of a file say that look-ups answer.
pub(super) fn check_fixtures(file: &File<'_>, cases: &[CaseFile], lookups: &Lookups, faults: &mut Faults) {
    for (index, case) in cases.iter().enumerate() {
        let path: [knowledge::Step<'_>; 4] = ["tests".into(), index.into(), "fixtures".into(), "actions".into()];
        for (action, answers) in case.fixtures.actions.iter() {
            let place = file.node.key_place(&path, action);
            let Some(lookup) = lookups.known.get(action) else {
                let cure = write_instead(action, lookups.known.keys().map(String::as_str));
                faults.error(file.name, place, format!("there is no action `{action}`"), cure);
                continue;
            };
            let place = file.place(&[path.as_slice(), &[action.into()]].concat());
            for answer in answers.list() {
                check_answer(file, place, answer, lookup, faults);
            }
        }
    }
}

// What could not come in earnest would make the test prove nothing.
fn check_answer(file: &File<'_>, place: Place, answer: &AnswerFile, lookup: &Lookup, faults: &mut Faults) {
    let outcome = answer.outcome.as_str();
    if !lookup.is_open_ended && !lookup.outcomes.contains(&outcome) {
        let cure = write_instead(outcome, lookup.outcomes.iter().copied());
        faults.error(file.name, place, format!("this action has no outcome `{outcome}`"), cure);
    }
    for field in answer.data.keys().filter(|field| !lookup.fields.contains(*field)) {
        let problem = format!("this action never gives `{field}`");
        faults.warning(file.name, place, problem, write_instead(field, lookup.fields.iter().map(String::as_str)));
    }
}

fn step_of(written: &StepFile) -> Result<Step, (String, String)> {
    let matches = written.bot_matches.as_deref().map(pattern).transpose()?;
    let text = |text: &Option<String>, step: fn(String) -> Step| text.clone().map(step);
    let steps = [
        text(&written.user, Step::User),
        text(&written.bot, Step::Bot),
        text(&written.utter, Step::Utter),
        text(&written.intent, Step::Intent),
        text(&written.cites, Step::Cites),
        matches.map(Step::BotMatches),
        written.handoff.map(Step::Handoff),
        written.episode_outcome.map(|outcome| Step::EpisodeOutcome(outcome.name().to_owned())),
        written.slot_was_set.as_ref().map(|slots| Step::SlotWasSet(slots_of(slots))),
        written.slot_was_not_set.as_ref().map(|names| Step::SlotWasNotSet(names_of(names))),
    ];
    let mut steps = steps.into_iter().flatten();
    match (steps.next(), steps.next()) {
        (Some(step), None) => Ok(step),
        (None, _) => Err(("this step says nothing".into(), "write one such as `- user: \"…\"`".into())),
        (Some(_), Some(_)) => {
            Err(("this step says two things".into(), "begin a new step with `- ` for the second".into()))
        }
    }
}

// The key of a step that names something.
fn key_of(step: &StepFile) -> &'static str {
    let named = [("utter", &step.utter), ("intent", &step.intent), ("cites", &step.cites)];
    named.into_iter().find(|(_, name)| name.is_some()).map_or("user", |(key, _)| key)
}

fn pattern(text: &str) -> Result<Regex, (String, String)> {
    RegexBuilder::new(text).size_limit(PATTERN_SIZE).build().map_err(|_| {
        let cure = "write the words, with `\\` before signs such as `(`, `?` or `.`";
        (format!("the pattern `{text}` cannot be read"), cure.to_owned())
    })
}

fn slots_of(slots: &SlotsFile) -> BTreeMap<String, String> {
    match slots {
        SlotsFile::Map(slots) => slots.clone(),
        SlotsFile::List(list) => list.iter().flatten().map(|(slot, value)| (slot.clone(), value.clone())).collect(),
    }
}

fn names_of(names: &NamesFile) -> Vec<String> {
    match names {
        NamesFile::One(name) => vec![name.clone()],
        NamesFile::Many(names) => names.clone(),
    }
}

/// Checks that what the tests name is there.
pub(super) struct Names<'a> {
    pub(super) intents: &'a dyn Fn(&str) -> Option<String>,
    pub(super) replies: &'a dyn Fn(&str) -> Option<String>,
    pub(super) articles: &'a dyn Fn(&str) -> Option<String>,
}

impl Names<'_> {
    /// Adds a fault for each name in `case` that is not known; each function gives the cure for a name it does not know.
    pub(super) fn check(&self, case: &TestCase, faults: &mut Faults) {
        for step in &case.steps {
            let (kind, name, cure) = match &step.value {
                Step::Utter(name) => ("reply", name, (self.replies)(name)),
                Step::Intent(name) => ("intent", name, (self.intents)(name)),
                Step::Cites(name) => ("article", name, (self.articles)(name)),
                _ => continue,
            };
            if let Some(cure) = cure {
                faults.error(&case.file, step.place, format!("there is no {kind} `{name}`"), cure);
            }
        }
    }
}
