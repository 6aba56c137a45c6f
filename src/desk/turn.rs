//! One turn of the assistant: from the shopper's message to a reply, on one snapshot of the shop's files.
//!
//! A turn stops where something has to be looked up ([`Step::Act`]) and goes on with what came of it ([`resume`]): what is
//! decided blocks a thread for a moment, what is waited for blocks none.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;
use serde_json::Value;

use super::speech::Speech;
use super::turns::Memory;
use crate::content::Snapshot;
use crate::dialogue::{self, Decided, Found, From, Input, Move, Payload, Thresholds, Visitor};
use crate::domain::{
    Author, DialogueState, Event, EventKind, HandoffOrder, Reason, ReplyDraft, Seq, Timestamp, TurnResult,
    Understanding,
};
use crate::knowledge::Audience;
use crate::llm::Report;
use crate::retrieval::{Hit, Search};
use crate::shop::{Action, ActionResult};

pub(super) use super::speech::body_of;

/// Articles looked at for one answer.
const LOOKED_AT: usize = 3;

/// Articles that a language model is given: more would only be more to read.
const WRITTEN_FROM: usize = 3;

/// Look-ups in one turn. A form ends in one; more would be files that send it round in a circle.
const MOST_ACTS: usize = 4;

/// Fields of an order that are remembered, and bytes of one with its name: 4 KiB of the 8 that a state may have.
const MOST_FIELDS: usize = 16;
const LONGEST_FIELD: usize = 256;

/// What a turn wrote down about itself: "why did it say that?"
#[derive(Debug, Clone, Default, Serialize)]
pub struct Reading {
    /// The snapshot it ran on.
    pub content: String,
    /// The language it answered in.
    pub locale: String,
    /// What was read in the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub understanding: Option<Understanding>,
    /// How sure the assistant had to be of the best intent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thresholds: Option<Thresholds>,
    /// The intent of the form it was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The slots that were filled in; without the value where it says who somebody is.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub slots: BTreeMap<String, Option<String>>,
    /// What was looked up, and how that went.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Acted>,
    /// The articles found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<Hit>,
    /// What a search was made with besides, because the message only goes on with what was said before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// How a language model did, if one was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<Report>,
    /// The reply chosen; of several in one message, the last.
    pub reply: String,
    /// What was said before it in the same message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// Why.
    pub because: String,
    /// The rule of the settings that called a person, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handoff_rule: Option<usize>,
    /// Microseconds by stage.
    pub micros: Vec<(&'static str, u64)>,
}

/// A look-up and how it went.
#[derive(Debug, Clone, Serialize)]
pub struct Acted {
    /// The action.
    pub action: String,
    /// Its outcome.
    pub outcome: String,
}

/// A turn's outcome before it is stored.
pub(super) struct Outcome {
    pub(super) reply: ReplyDraft,
    pub(super) reading: Reading,
    pub(super) dialogue: DialogueState,
    /// What was known when the reply was made; some of it may be forgotten in `dialogue`.
    pub(super) slots: BTreeMap<String, String>,
}

/// How far a turn has come.
pub(super) enum Step {
    /// To its end.
    Done(Box<Outcome>),
    /// To something that has to be looked up.
    Act(Box<Pending>),
    /// To something that has to be written.
    Write(Box<Draft>),
}

/// What a language model said.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) text: String,
    /// The places of what it cites among what was found, the most cited first.
    pub(super) cited: Vec<usize>,
    /// The guard stopped it before its end.
    pub(super) is_cut: bool,
}

/// A turn that waits for a language model.
pub(super) struct Draft {
    turn: Turn,
    state: DialogueState,
    understanding: Understanding,
    found: Vec<Found>,
}

impl Draft {
    /// The files the turn runs on.
    pub(super) fn snapshot(&self) -> &Arc<Snapshot> {
        &self.turn.snapshot
    }

    /// What was asked.
    pub(super) fn asked(&self) -> &Understanding {
        &self.understanding
    }

    /// The language to answer in.
    pub(super) fn locale(&self) -> &str {
        &self.turn.reading.locale
    }

    /// What it may be written from, best first.
    pub(super) fn sources(&self) -> &[Hit] {
        let worth = self.found.iter().filter(|found| found.fit >= self.turn.snapshot.rules().article_offers).count();
        &self.turn.hits[..worth.min(WRITTEN_FROM).min(self.turn.hits.len())]
    }

    /// What the conversation's last look-up of an order found, which its owner may see.
    pub(super) fn record(&self) -> &BTreeMap<String, String> {
        &self.state.record
    }

    /// What the question goes on with, if it does not stand by itself.
    pub(super) fn about(&self) -> Option<&str> {
        self.turn.reading.about.as_deref()
    }

    /// What is known: slot to value.
    pub(super) fn slots(&self) -> &BTreeMap<String, String> {
        &self.state.slots
    }
}

/// A turn that waits for a look-up.
pub(super) struct Pending {
    turn: Turn,
    state: DialogueState,
    /// The action.
    pub(super) action: String,
    /// What is known: slot to value.
    pub(super) input: BTreeMap<String, String>,
}

impl Pending {
    /// The files the turn runs on.
    pub(super) fn snapshot(&self) -> &Arc<Snapshot> {
        &self.turn.snapshot
    }

    /// How many look-ups the turn made before this one.
    pub(super) fn index(&self) -> usize {
        self.turn.reading.actions.len()
    }
}

/// What the assistant reads in `text` and does first, without a conversation, at `now`: for `understand`.
#[must_use]
pub fn read(snapshot: &Snapshot, text: &str, now: Timestamp) -> (Understanding, Move) {
    let understanding = snapshot.understand(text, None, None, now);
    let decide = |input| dialogue::next(&DialogueState::default(), input, snapshot.rules(), Visitor::default()).step;
    let step = match decide(Input::Said(understanding.clone())) {
        // Without a conversation nothing is searched, and the message is taken as one.
        Move::SearchPart(whole, part) => decide(Input::FoundInPart(whole, part, Vec::new())),
        step => step,
    };
    (understanding, step)
}

/// What a turn is made for and with.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Means {
    /// Somebody is owed the reply: its stages are counted in the metrics.
    pub(super) counted: bool,
    /// There is a language model to ask.
    pub(super) writes: bool,
}

/// Begins to work out the reply to `event`.
pub(super) fn begin(snapshot: &Arc<Snapshot>, memory: &Memory, event: &Event, means: Means) -> Step {
    let mut turn = Turn {
        snapshot: Arc::clone(snapshot),
        reading: Reading { content: snapshot.hash().to_owned(), ..Reading::default() },
        hits: Vec::new(),
        first: None,
        data: BTreeMap::new(),
        spoken: DialogueState::default(),
        visitor: Visitor { verified: memory.verified },
        written: None,
        today: snapshot.today(event.at),
        writes: means.writes,
        watch: Watch::start(means.counted),
    };
    let input = turn.input(event, &memory.dialogue);
    turn.settle_locale(memory);
    turn.run(&memory.dialogue, input)
}

/// Goes on with what a look-up found.
pub(super) fn resume(pending: Pending, result: ActionResult) -> Step {
    let Pending { mut turn, mut state, action, .. } = pending;
    turn.watch.lap("act", &mut turn.reading);
    // Whoever asks for another order and is not shown it is not told of the one before either.
    if turn.snapshot.actions().get(&action).is_some_and(Action::asks_for_proof) {
        state.record = record(&result.data);
    }
    turn.reading.actions.push(Acted { action: action.clone(), outcome: result.outcome.clone() });
    turn.data = result.data;
    turn.run(&state, Input::ActionDone { action, outcome: result.outcome })
}

// What an order's record is kept as; the rest is dropped, for a state has little room.
fn record(data: &BTreeMap<String, Value>) -> BTreeMap<String, String> {
    let texts = data.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    let fits = |(name, value): &(String, String)| !value.is_empty() && name.len() + value.len() <= LONGEST_FIELD;
    texts.filter(fits).take(MOST_FIELDS).collect()
}

/// Goes on with what a language model wrote; nothing where it did not.
pub(super) fn resume_written(draft: Draft, written: Option<Written>, report: Report) -> Step {
    let Draft { mut turn, state, understanding, found } = draft;
    turn.watch.lap("write", &mut turn.reading);
    turn.reading.written = Some(report);
    let first = written.as_ref().map(|written| written.cited.first().copied().unwrap_or(0));
    let from = first.and_then(|at| turn.hits.get(at)).map(|hit| hit.article.clone());
    turn.written = written.filter(|_| from.is_some());
    turn.run(&state, Input::Written { understanding, found, from })
}

/// What a turn that failed twice says: a person is called.
pub(super) fn give_up(snapshot: &Snapshot, memory: &Memory) -> Outcome {
    let locale = snapshot.locale(memory.dialogue.locale.as_deref().or(memory.locale.as_deref()));
    let body = body_of(snapshot, "turn_failed", &locale, &[], 0);
    let reply = ReplyDraft { body: Some(body), handoff: Some(HandoffOrder::because(Reason::TurnFailed)) };
    let reading = Reading {
        content: snapshot.hash().to_owned(),
        locale,
        reply: "turn_failed".into(),
        because: "the turn failed twice".into(),
        ..Reading::default()
    };
    // A person goes on from here: what was asked for is theirs to ask.
    let dialogue = DialogueState { form: None, ..memory.dialogue.clone() };
    Outcome { reply, reading, dialogue, slots: BTreeMap::new() }
}

impl Outcome {
    pub(super) fn result(self, question: Seq) -> TurnResult {
        // A reading is numbers and texts, so it always has a JSON form.
        let trace = serde_json::to_value(&self.reading).unwrap_or_default();
        TurnResult { question, reply: self.reply, trace, dialogue: self.dialogue }
    }
}

struct Turn {
    snapshot: Arc<Snapshot>,
    reading: Reading,
    hits: Vec<Hit>,
    // What is said before what the look-up gives.
    first: Option<Box<Move>>,
    // What the last look-up found.
    data: BTreeMap<String, Value>,
    // Only its language counts.
    spoken: DialogueState,
    visitor: Visitor,
    written: Option<Written>,
    // The day of the question, by the clock of the shop.
    today: String,
    writes: bool,
    watch: Watch,
}

impl Turn {
    fn input(&mut self, event: &Event, state: &DialogueState) -> Input {
        let EventKind::Said { by: Author::Shopper, body, .. } = &event.kind else { return Input::NotHelped };
        let send = body.choice.as_ref().and_then(|choice| choice.send.as_deref());
        if let Some(payload) = send.and_then(Payload::parse) {
            return Input::Pressed(payload);
        }
        let asked = asked(&self.snapshot, state);
        let spoken = state.locale.as_deref();
        let understanding = self.snapshot.understand(&body.text, asked.as_deref(), spoken, event.at);
        self.watch.lap("understand", &mut self.reading);
        self.reading.thresholds = Some(self.snapshot.rules().thresholds_of(&understanding));
        self.reading.understanding = Some(understanding.clone());
        Input::Said(understanding)
    }

    // The language of the messages, else the page's, else the shop's. An order number or an address in the middle of a form is
    // in no language.
    fn settle_locale(&mut self, memory: &Memory) {
        let read = self.reading.understanding.as_ref();
        let answers = memory.dialogue.form.is_some() && read.is_some_and(|read| !read.entities.is_empty());
        let heard = read.filter(|_| !answers).and_then(|read| read.language.clone());
        self.spoken = memory.dialogue.clone();
        self.spoken.hear(heard.as_deref());
        let spoken = self.spoken.locale.as_deref().or(memory.locale.as_deref());
        self.reading.locale = self.snapshot.locale(spoken);
    }

    // To the end, or to the next look-up.
    fn run(mut self, state: &DialogueState, input: Input) -> Step {
        let mut decided = self.decide(state, input);
        if let Move::SearchPart(understanding, part) = decided.step {
            let text = understanding.parts.get(part).map_or(understanding.text.as_str(), |part| &part.text);
            let found = self.search(text, state);
            decided = self.decide(&decided.state, Input::FoundInPart(understanding, part, found));
        }
        // Of two answers the second may have to be looked up.
        if let Move::Then(first, second) = decided.step {
            decided.step = match *second {
                step @ (Move::Act { .. } | Move::Search(_) | Move::Write(..)) => {
                    self.first = Some(first);
                    step
                }
                second => Move::Then(first, Box::new(second)),
            };
        }
        if let Move::Search(understanding) = decided.step {
            let found = self.search(&understanding.text, state);
            decided = self.decide(&decided.state, Input::Found(understanding, found));
        }
        if let Move::Write(understanding, found) = decided.step {
            if self.writes {
                return Step::Write(Box::new(Draft { turn: self, state: decided.state, understanding, found }));
            }
            decided = self.decide(&decided.state, Input::Written { understanding, found, from: None });
        }
        if let Move::Act { action, input } = decided.step {
            if self.reading.actions.len() < MOST_ACTS {
                return Step::Act(Box::new(Pending { turn: self, state: decided.state, action, input }));
            }
            let outcome = "error".to_owned();
            decided = self.decide(&decided.state, Input::ActionDone { action, outcome });
        }
        self.watch.lap("decide", &mut self.reading);
        self.finish(decided)
    }

    fn decide(&mut self, state: &DialogueState, input: Input) -> Decided {
        let decided = dialogue::next(state, input, self.snapshot.rules(), self.visitor);
        for slot in &decided.filled {
            let is_personal = self.snapshot.is_personal(decided.form.as_deref(), slot);
            let value = decided.slots.get(slot).filter(|_| !is_personal).cloned();
            self.reading.slots.insert(slot.clone(), value);
        }
        self.reading.form.clone_from(&decided.form);
        decided
    }

    fn search(&mut self, text: &str, state: &DialogueState) -> Vec<Found> {
        let locale = self.reading.locale.clone();
        let audience = self.audience();
        let about = self.about(state, &locale);
        let (about, today) = (about.as_deref(), Some(self.today.as_str()));
        let search = Search { text, locale: &locale, about, audience, today, limit: LOOKED_AT };
        (self.reading.about, self.hits) = self.snapshot.find_about(&search);
        self.watch.lap("search", &mut self.reading);
        self.reading.found.clone_from(&self.hits);
        self.hits.iter().map(|hit| Found { article: hit.article.clone(), fit: hit.fit }).collect()
    }

    fn audience(&self) -> Audience {
        if self.visitor.verified { Audience::SignedIn } else { Audience::Public }
    }

    // What the conversation is about, in the words of the shop's files.
    fn about(&self, state: &DialogueState, locale: &str) -> Option<String> {
        // Who is asked something answers that.
        if state.form.is_some() {
            return None;
        }
        if let Some(id) = &state.article {
            return self.snapshot.article(id, Some(locale), |_| true).map(|article| article.title.clone());
        }
        state.intent.as_ref().map(|intent| self.snapshot.title(intent, locale))
    }

    fn finish(mut self, decided: Decided) -> Step {
        let Decided { mut step, mut state, slots, .. } = decided;
        if let Some(first) = self.first.take() {
            step = Move::Then(first, Box::new(step));
        }
        state.speak_like(&self.spoken);
        let mut vars: BTreeMap<String, Value> =
            slots.iter().map(|(slot, value)| (slot.clone(), value.as_str().into())).collect();
        vars.append(&mut self.data);
        let speech = Speech {
            snapshot: &self.snapshot,
            state: &state,
            hits: &self.hits,
            vars: &vars,
            audience: self.audience(),
            today: &self.today,
            written: self.written.as_ref(),
        };
        let body = speech.say(&step, &mut self.reading);
        let handoff = order(step, &mut self.reading);
        self.watch.lap("reply", &mut self.reading);
        let reply = ReplyDraft { body: Some(body), handoff };
        Step::Done(Box::new(Outcome { reply, reading: self.reading, dialogue: state, slots }))
    }
}

fn order(step: Move, reading: &mut Reading) -> Option<HandoffOrder> {
    let call = match step {
        Move::HandOver { call, .. } => call,
        Move::Then(_, then) => return order(*then, reading),
        _ => return None,
    };
    reading.handoff_rule = call.rule;
    Some(HandoffOrder { team: call.team, priority: call.priority, ..HandoffOrder::because(call.reason) })
}

// The entity that the open form has asked for.
fn asked(snapshot: &Snapshot, state: &DialogueState) -> Option<String> {
    let open = state.form.as_ref()?;
    let form = snapshot.rules().intents.get(&open.intent)?.form.as_ref()?;
    let slot = form.slots.iter().find(|slot| open.asks.as_ref() == Some(&slot.slot))?;
    match &slot.from {
        From::Entity(entity) => Some(entity.clone()),
        From::Text => None,
    }
}

// Times the stages of a turn for its trace and, of turns that are owed to somebody, for the metrics; nothing is decided by it.
struct Watch {
    last: Instant,
    counts: bool,
}

impl Watch {
    #[expect(clippy::disallowed_methods, reason = "measures a duration; nothing is decided by it")]
    fn start(counts: bool) -> Self {
        Self { last: Instant::now(), counts }
    }

    #[expect(clippy::disallowed_methods, reason = "measures a duration; nothing is decided by it")]
    fn lap(&mut self, stage: &'static str, reading: &mut Reading) {
        let now = Instant::now();
        let took = now - self.last;
        self.last = now;
        if self.counts {
            metrics::histogram!("frontdesk_turn_seconds", "stage" => stage).record(took.as_secs_f64());
        }
        reading.micros.push((stage, u64::try_from(took.as_micros()).unwrap_or(u64::MAX)));
    }
}
