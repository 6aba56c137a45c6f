//! What an intent leads to, learnt from rules and stories.

use std::collections::{BTreeMap, BTreeSet};

use super::super::names::plain;
use super::super::{At, Notes};
use super::project::{Flow, Project, StepKind};

/// Actions of Rasa itself that leave nothing to carry over.
const OF_RASA: [&str; 13] = [
    "action_listen",
    "action_restart",
    "action_back",
    "action_session_start",
    "action_default_fallback",
    "action_deactivate_loop",
    "action_deactivate_form",
    "action_two_stage_fallback",
    "action_default_ask_rephrase",
    "action_unlikely_intent",
    "action_extract_slots",
    "action_revert_fallback_events",
    "action_default_ask_affirmation",
];

/// Parts of the name of an action or intent that calls for a person.
const PERSON: [&str; 12] = [
    "handoff",
    "hand_off",
    "handover",
    "hand_over",
    "human",
    "live_agent",
    "real_person",
    "to_agent",
    "escalate",
    "service_agent",
    "representative",
    "operator",
];

/// Something done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Does {
    /// A response is said.
    Say(String),
    /// A form begins.
    Form(String),
    /// A person is called.
    Person(String),
    /// A program of the project's own is run.
    Custom(String),
}

impl Does {
    fn name(&self) -> &str {
        match self {
            Self::Say(name) | Self::Form(name) | Self::Person(name) | Self::Custom(name) => name,
        }
    }
}

/// What is known of all intents.
#[derive(Debug, Default)]
pub(super) struct Learnt {
    /// By intent.
    pub(super) answers: BTreeMap<String, Answer>,
    /// What is done at the end of a form.
    pub(super) after: BTreeMap<String, End>,
}

/// How a form ends.
#[derive(Debug)]
pub(super) struct End {
    pub(super) does: Vec<Does>,
    // Of the rule or story that says so.
    at: At,
    is_rule: bool,
}

/// What an intent leads to.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) at: At,
    pub(super) does: Vec<Does>,
    /// Whether it was learnt only from what followed on something else.
    pub(super) follows: bool,
}

/// Whether a name says that a person is called.
pub(super) fn calls_a_person(name: &str) -> bool {
    let name = name.to_lowercase();
    PERSON.iter().any(|part| name.contains(part))
}

/// Whether the name of an intent says that a person is asked for, and not whether the bot is one.
pub(super) fn asks_for_a_person(intent: &str) -> bool {
    let asks_what_it_is = ["check", "are", "is", "if", "bot"];
    calls_a_person(intent) && !plain(intent, "").split('_').any(|word| asks_what_it_is.contains(&word))
}

/// Whether `action` is one of Rasa's own.
pub(super) fn is_of_rasa(action: &str) -> bool {
    OF_RASA.contains(&action)
}

// The rank of an answer that hangs on what came before.
const FOLLOWS: u8 = 3;

// One way an intent is answered.
struct Candidate<'a> {
    // The lower, the less it hangs on what came before.
    rank: u8,
    flow: &'a Flow,
    answer: Answer,
}

/// Reads all rules and stories.
pub(super) fn learn(project: &Project, notes: &mut Notes) -> Learnt {
    let (mut learnt, mut candidates) = (Learnt::default(), BTreeMap::new());
    for flow in &project.flows {
        let turns = Walk::new(project, flow).through(&mut candidates, &mut learnt.after);
        if turns > 1 && !flow.is_rule {
            let problem = format!("the {turns} turns of the story `{}` do not hang together here", flow.name);
            let cure = "each is answered by itself; let a `form` ask for what several turns were about";
            notes.left_out(&flow.at, problem, cure);
        }
        let checkpoint = flow.steps.iter().find_map(|step| match &step.kind {
            StepKind::Checkpoint(name) => Some((name, &step.at)),
            _ => None,
        });
        if let Some((name, at)) = checkpoint {
            notes.left_out(at, format!("the checkpoint `{name}` is not carried over"), "nothing is to be done");
        }
    }
    for (intent, candidates) in candidates {
        if let Some(best) = best(&candidates) {
            tell_others(&intent, best, &candidates, notes);
            learnt.answers.insert(intent, best.answer.clone());
        }
    }
    learnt
}

// The one that hangs least on what came before; of equal ones that which is there most often, and then the first.
fn best<'a, 'p>(candidates: &'a [Candidate<'p>]) -> Option<&'a Candidate<'p>> {
    let rank = candidates.iter().map(|candidate| candidate.rank).min()?;
    let equal = || candidates.iter().filter(|candidate| candidate.rank == rank);
    let often = |one: &Candidate<'_>| equal().filter(|other| other.answer.does == one.answer.does).count();
    // Of equal keys the last would be taken.
    equal().rev().max_by_key(|candidate| often(candidate))
}

fn tell_others(intent: &str, best: &Candidate<'_>, candidates: &[Candidate<'_>], notes: &mut Notes) {
    let mut told = BTreeSet::from([&best.answer.does]);
    for other in candidates {
        if told.insert(&other.answer.does) {
            let does: Vec<&str> = other.answer.does.iter().map(Does::name).collect();
            let kind = if other.flow.is_rule { "rule" } else { "story" };
            let does = does.join(", ");
            let problem = format!("in the {kind} `{}`, `{intent}` leads to {does} instead", other.flow.name);
            let at = &best.answer.at;
            let cure = format!("only {}:{} counts; write an intent for what is meant there", at.file, at.place.line);
            notes.left_out(&other.answer.at, problem, cure);
        }
    }
}

struct Walk<'a> {
    project: &'a Project,
    flow: &'a Flow,
    // What was understood last, and what was done since.
    intents: Vec<String>,
    at: At,
    does: Vec<Does>,
    turns: usize,
    form: Option<String>,
    form_is_over: bool,
    // Whether the form ran when the intent came.
    within_form: bool,
}

type Candidates<'a> = BTreeMap<String, Vec<Candidate<'a>>>;
type Ends = BTreeMap<String, End>;

impl<'a> Walk<'a> {
    fn new(project: &'a Project, flow: &'a Flow) -> Self {
        let (intents, does, at, form) = (Vec::new(), Vec::new(), flow.at.clone(), flow.form.clone());
        let within_form = form.is_some();
        Self { project, flow, intents, at, does, turns: 0, form, form_is_over: false, within_form }
    }

    /// Walks through all steps; the number of turns.
    fn through(mut self, found: &mut Candidates<'a>, after: &mut Ends) -> usize {
        for step in &self.flow.steps {
            match &step.kind {
                StepKind::Intents(intents) => {
                    self.close(found);
                    (self.intents, self.at) = (intents.clone(), step.at.clone());
                }
                StepKind::Words => self.close(found),
                StepKind::Action(name) => self.action(name, after),
                StepKind::Loop(Some(form)) => self.begin(form),
                StepKind::Loop(None) => self.form_is_over = true,
                StepKind::Slot | StepKind::Checkpoint(_) => {}
            }
        }
        self.close(found);
        // What comes before the first message was counted, too.
        self.turns - 1
    }

    fn close(&mut self, found: &mut Candidates<'a>) {
        let (intents, does) = (std::mem::take(&mut self.intents), std::mem::take(&mut self.does));
        let rank = match (self.flow.is_rule, self.flow.is_conditional || self.within_form, self.turns) {
            (true, false, _) => 0,
            (false, false, 1) => 1,
            (true, true, _) => 2,
            _ => FOLLOWS,
        };
        if !does.is_empty() {
            for intent in intents {
                let answer = Answer { at: self.at.clone(), does: does.clone(), follows: rank == FOLLOWS };
                found.entry(intent).or_default().push(Candidate { rank, flow: self.flow, answer });
            }
        }
        if self.form_is_over {
            (self.form, self.form_is_over) = (None, false);
        }
        self.within_form = self.form.is_some();
        self.turns += 1;
    }

    fn action(&mut self, name: &str, after: &mut Ends) {
        let says = name.starts_with("utter_") || self.project.responses.iter().any(|response| response.name == name);
        let does = if self.project.forms.iter().any(|form| form.name == name) {
            return self.begin(name);
        } else if is_of_rasa(name) {
            return;
        } else if says {
            Does::Say(name.to_owned())
        } else if calls_a_person(name) {
            Does::Person(name.to_owned())
        } else {
            Does::Custom(name.to_owned())
        };
        match (&self.form, self.form_is_over) {
            (Some(form), true) => {
                let (at, is_rule) = (&self.flow.at, self.flow.is_rule);
                let new = || End { does: Vec::new(), at: at.clone(), is_rule };
                let end = after.entry(form.clone()).or_insert_with(new);
                // A rule says it for all conversations, and of equals the first counts.
                if is_rule && !end.is_rule {
                    *end = new();
                }
                if end.at == *at && !end.does.contains(&does) {
                    end.does.push(does);
                }
            }
            _ => self.does.push(does),
        }
    }

    fn begin(&mut self, form: &str) {
        // Going on with the form that runs is nothing that an intent leads to.
        if self.form.as_deref() != Some(form) {
            self.form = Some(form.to_owned());
            self.does.push(Does::Form(form.to_owned()));
        }
    }
}
