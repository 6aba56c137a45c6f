//! Conversations rehearsed without a server: the desk's own rules on a log in memory. `frontdesk test` runs on it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::turn::{Means, Pending, Reading, Step as TurnStep, begin, resume};
use super::turns::Memory;
use crate::content::{Snapshot, Step, TestCase};
use crate::domain::{
    Author, Body, Card, Command, Conversation, Event, EventKind, Outcome, Phase, Refused, Timestamp, decide,
};
use crate::shop::{Action, ActionResult};

/// A conversation in memory.
pub struct Rehearsal {
    snapshot: Arc<Snapshot>,
    state: Conversation,
    events: Vec<Event>,
    last: Option<Reading>,
    locale: Option<String>,
    // What look-ups answer, by action: the next one first, the last one again and again.
    fixtures: BTreeMap<String, Vec<ActionResult>>,
    // What was known when the last reply was made.
    slots: BTreeMap<String, String>,
    // A look-up that nothing was said about beforehand.
    unforeseen: Option<String>,
}

/// A step that did not come true.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Failure {
    /// The step's line in its file.
    pub line: u64,
    /// What was wanted and what came.
    pub message: String,
}

impl Rehearsal {
    /// An empty conversation on `snapshot`, as from a page in `locale`.
    #[must_use]
    pub fn new(snapshot: &Arc<Snapshot>, locale: Option<&str>) -> Self {
        let locale = locale.map(String::from);
        Self {
            snapshot: Arc::clone(snapshot),
            state: Conversation::default(),
            events: Vec::new(),
            last: None,
            locale,
            fixtures: BTreeMap::new(),
            slots: BTreeMap::new(),
            unforeseen: None,
        }
    }

    /// The same, with what look-ups answer, by action: one after the other, the last one again and again. A look-up without
    /// an answer fails.
    #[must_use]
    pub fn with_fixtures(mut self, mut fixtures: BTreeMap<String, Vec<ActionResult>>) -> Self {
        fixtures.values_mut().for_each(|answers| answers.reverse());
        self.fixtures = fixtures;
        self
    }

    /// How the last reply was come to.
    #[must_use]
    pub fn reading(&self) -> Option<&Reading> {
        self.last.as_ref()
    }

    /// A look-up that nothing was said about beforehand: here it failed, in a real conversation it would be made.
    #[must_use]
    pub fn unforeseen(&self) -> Option<&str> {
        self.unforeseen.as_deref()
    }

    /// Runs a test of the files; the first step that fails ends it.
    ///
    /// # Errors
    /// The step that failed.
    pub fn run(snapshot: &Arc<Snapshot>, case: &TestCase) -> Result<(), Failure> {
        let mut rehearsal = Self::new(snapshot, case.locale.as_deref()).with_fixtures(case.fixtures.clone());
        for step in &case.steps {
            let done = rehearsal.step(step.value());
            done.map_err(|message| Failure { line: step.line(), message: rehearsal.explained(message) })?;
        }
        Ok(())
    }

    fn explained(&self, message: String) -> String {
        match &self.unforeseen {
            Some(action) => format!("{message} (the test does not say what `{action}` answers: add `fixtures`)"),
            None => message,
        }
    }

    /// The shopper says `text`; returns what the assistant answers, if it does.
    ///
    /// # Errors
    /// [`Refused`] when the rules refuse the message.
    pub fn says(&mut self, text: &str) -> Result<Option<Body>, Refused> {
        let before = self.events.len();
        let body = self.pressed(text).unwrap_or_else(|| Body::text(text));
        self.carry_out(&Command::Say { client_id: None, body, locale: self.locale.clone(), consent: None })?;
        while let Some(question) = self.state.pending.first().copied() {
            self.answer(question)?;
        }
        Ok(self.events[before..].iter().rev().find_map(|event| bot_body(event).cloned()))
    }

    // A user who says the exact words of a button that is there presses it.
    fn pressed(&self, text: &str) -> Option<Body> {
        let (event, body) = self.events.iter().rev().find_map(|event| Some((event, bot_body(event)?)))?;
        let index = body.quick_replies.iter().position(|button| button.title == text)?;
        let send = body.quick_replies[index].send.clone();
        let choice = Some(crate::domain::ChoiceMade { of: event.seq, index, send });
        Some(Body { choice, ..Body::text(text) })
    }

    fn answer(&mut self, question: u64) -> Result<(), Refused> {
        let Some(event) = self.events.iter().find(|event| event.seq == question).cloned() else {
            return Err(Refused::NoSuchTurn);
        };
        let memory = Memory::of(self.state.dialogue.clone(), self.state.locale.clone());
        let mut step = begin(&self.snapshot, &memory, &event, Means::default());
        let outcome = loop {
            match step {
                TurnStep::Done(outcome) => break *outcome,
                TurnStep::Act(pending) => {
                    let result = self.answer_of(&pending);
                    step = resume(*pending, result);
                }
                // A rehearsal asks nobody: without the means to write, no turn comes to this.
                TurnStep::Write(_) => return Err(Refused::NoSuchTurn),
            }
        };
        self.last = Some(outcome.reading.clone());
        self.slots.clone_from(&outcome.slots);
        self.carry_out(&Command::FinishTurn(Box::new(outcome.result(question))))
    }

    fn answer_of(&mut self, pending: &Pending) -> ActionResult {
        let next = self.fixtures.get_mut(&pending.action).and_then(|answers| match answers.as_slice() {
            [last] => Some(last.clone()),
            _ => answers.pop(),
        });
        next.unwrap_or_else(|| match self.snapshot.actions().get(&pending.action) {
            // The catalogue is one of the files, and says the same to everybody.
            Some(Action::Catalog(catalog)) => catalog.answer(&pending.input),
            _ => {
                self.unforeseen = Some(pending.action.clone());
                ActionResult::error()
            }
        })
    }

    fn carry_out(&mut self, command: &Command) -> Result<(), Refused> {
        // A test takes no time: its clock counts steps.
        let now = Timestamp(self.state.last_at.0 + 1);
        let decision = decide(&self.state, command, now, Duration::MAX)?;
        self.events.extend(self.state.take(decision, now).events);
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::User(text) => self.says(text).map(drop).map_err(|refused| refused.to_string()),
            Step::Bot(text) => same("the bot to say", text, &self.said()),
            Step::Utter(key) if self.last.as_ref().is_some_and(|reading| reading.before.contains(key)) => Ok(()),
            Step::Utter(key) => same("the reply", key, &self.last_reply()),
            Step::Intent(name) => same("the intent", name, &self.intent()),
            Step::Cites(article) => same("a citation of", article, &self.cited()),
            Step::BotMatches(pattern) => {
                let said = self.parts();
                let wrong =
                    || format!("wanted a reply that matches `{}`, heard: {}", pattern.as_str(), said.join(" | "));
                said.iter().any(|part| pattern.is_match(part)).then_some(()).ok_or_else(wrong)
            }
            Step::Handoff(wanted) => {
                same("handoff", &wanted.to_string(), &(self.state.phase == Phase::Waiting).to_string())
            }
            Step::EpisodeOutcome(name) => same("the outcome", name, self.outcome()),
            Step::SlotWasSet(slots) => slots.iter().try_for_each(|(slot, value)| {
                same(&format!("slot {slot}"), value, self.slots.get(slot).map_or("nothing", String::as_str))
            }),
            Step::SlotWasNotSet(slots) => match slots.iter().find(|slot| self.slots.contains_key(*slot)) {
                Some(slot) => Err(format!("wanted slot {slot} to be empty")),
                None => Ok(()),
            },
        }
    }

    // What it would come to if it ended here; while a form is open it does not end here.
    fn outcome(&self) -> &'static str {
        if self.state.dialogue.form.is_some() {
            return Outcome::Open.name();
        }
        self.state.episode.as_ref().map_or("open", |episode| episode.so_far().name())
    }

    fn said(&self) -> String {
        self.last_body().map(|body| body.text.clone()).unwrap_or_default()
    }

    // The words, and of each card title and text, a line each.
    fn parts(&self) -> Vec<String> {
        let cards = self.last_body().into_iter().flat_map(|body| body.card.iter().chain(&body.cards));
        let lines = |card: &Card| {
            std::iter::once(card.title.as_str()).chain(card.text.as_deref()).collect::<Vec<_>>().join("\n")
        };
        std::iter::once(self.said()).chain(cards.map(lines)).collect()
    }

    fn cited(&self) -> String {
        let cited = self.last_body().and_then(|body| body.citations.first());
        cited.map_or_else(|| "nothing".to_owned(), |citation| citation.article.clone())
    }

    fn last_body(&self) -> Option<&Body> {
        self.events.iter().rev().find_map(bot_body)
    }

    fn last_reply(&self) -> String {
        self.last.as_ref().map_or_else(|| "nothing".to_owned(), |reading| reading.reply.clone())
    }

    fn intent(&self) -> String {
        let understanding = self.last.as_ref().and_then(|reading| reading.understanding.as_ref());
        let top = understanding.and_then(crate::domain::Understanding::top);
        top.map_or_else(|| "nothing".to_owned(), |top| top.intent.clone())
    }
}

fn same(what: &str, wanted: &str, got: &str) -> Result<(), String> {
    if wanted == got { Ok(()) } else { Err(format!("wanted {what} `{wanted}`, got `{got}`")) }
}

fn bot_body(event: &Event) -> Option<&Body> {
    match &event.kind {
        EventKind::Said { by: Author::Bot, body, .. } => Some(body),
        _ => None,
    }
}
