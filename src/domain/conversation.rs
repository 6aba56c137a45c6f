//! The state of a conversation: a fold of its log, kept beside the log's head so that it loads in one read.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    AgentId, AnswerAt, Answered, Author, Body, CountsAs, Decision, DialogueState, Episode, Event, EventKind, Mark,
    Phase, Priority, Reason, Seq, StaffEntry, StaffKind, Timestamp,
};

mod recall;

pub use recall::Sources;

/// What the log adds up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conversation {
    /// The number of the last event; 0 before the first.
    pub head: Seq,
    /// The number of the last staff entry.
    pub staff_head: Seq,
    /// How often bodies were emptied; part of the epoch.
    #[serde(skip_serializing_if = "is_default")]
    pub erasures: u32,
    /// Where it stands.
    pub phase: Phase,
    /// The event that brought it there; 0 for the beginning.
    pub phase_seq: Seq,
    /// When that was.
    pub phase_at: Timestamp,
    /// The stretch that runs, or the last one.
    pub episode: Option<Episode>,
    /// The one before it, for what the shopper still says about it.
    #[serde(skip_serializing_if = "is_default")]
    pub previous: Option<Episode>,
    /// The last request before that, where the one before was small talk: whether the shopper comes back is still open.
    #[serde(skip_serializing_if = "is_default")]
    pub earlier: Option<Episode>,
    /// When something last happened.
    pub last_at: Timestamp,
    /// The person who has it.
    #[serde(skip_serializing_if = "is_default")]
    pub agent: Option<AgentId>,
    /// What whoever takes it over should know; there from the first call for a person to the end of the episode.
    #[serde(skip_serializing_if = "is_default")]
    pub handoff: Option<Handoff>,
    /// What people at the desk wrote on it.
    #[serde(skip)]
    pub labels: BTreeSet<String>,
    /// Where the shopper can be reached.
    #[serde(skip)]
    pub contact: Option<String>,
    /// The last event that emptied bodies.
    #[serde(skip_serializing_if = "is_default")]
    pub emptied: Seq,
    /// The last staff entry it emptied.
    #[serde(skip_serializing_if = "is_default")]
    pub emptied_staff: Seq,
    /// It was emptied at the shopper's wish, and nothing is said in it any more.
    #[serde(skip_serializing_if = "is_default")]
    pub erased: bool,
    /// Events the assistant owes a reply to, oldest first.
    #[serde(skip_serializing_if = "is_default")]
    pub pending: Vec<Seq>,
    /// The locale of the shopper's page.
    #[serde(skip)]
    pub locale: Option<String>,
    /// What the dialogue remembers.
    #[serde(skip)]
    pub dialogue: DialogueState,
    /// Where in the log the words are that somebody said or wrote: they are kept there and not a second time with the state.
    #[serde(skip_serializing_if = "is_default")]
    pub sources: Sources,
}

/// A call for a person, as the queue sees it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Handoff {
    /// Since when the shopper waits: the clock of the human's first response. It goes on when a chat comes back.
    pub since: Timestamp,
    /// Since when nobody has it; for a chat that somebody has, since when they have it.
    pub moved: Timestamp,
    /// Somebody had it and has not any more: it stands before all that nobody has had yet.
    #[serde(skip_serializing_if = "is_default")]
    pub back: bool,
    /// A person has said something since it was last taken.
    #[serde(skip_serializing_if = "is_default")]
    pub answered: bool,
    /// Why a person was called.
    #[serde(skip_serializing_if = "is_default")]
    pub reason: Option<Reason>,
    /// The team it is for.
    #[serde(skip_serializing_if = "is_default")]
    pub team: Option<String>,
    /// How urgent it is.
    #[serde(skip_serializing_if = "is_default")]
    pub priority: Priority,
    /// What is wanted, and what was tried.
    #[serde(skip)]
    pub summary: Vec<String>,
}

// What is as in the beginning is not written: the state is stored with every message.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What a decision became: the log's next entries, and the answer to whoever asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// The answer, once the entries are on disk.
    pub answered: Answered,
    /// New events, in order.
    pub events: Vec<Event>,
    /// New staff entries, in order.
    pub staff: Vec<StaffEntry>,
}

impl Conversation {
    /// Folds one stored event. Total: whatever the log holds gives a state.
    pub fn apply(&mut self, event: &Event) {
        self.head = event.seq;
        self.last_at = event.at;
        match &event.kind {
            EventKind::Said { by, locale, body, .. } => {
                if locale.is_some() {
                    self.locale.clone_from(locale);
                    self.sources.locale = event.seq;
                }
                self.said(event, by, body);
            }
            EventKind::Phase { phase, reason } => self.turn_to(event, *phase, *reason),
            EventKind::Assigned { agent } => self.assign(event, agent.as_ref()),
            EventKind::Rated { score, .. } => {
                self.note(|episode| episode.rated = Some((*score, mark(event))));
            }
            EventKind::Helped { of, yes } => {
                // It is said of an answer, and that may be one of an episode that is over.
                let episode = [&mut self.episode, &mut self.previous, &mut self.earlier].into_iter().flatten();
                if let Some(episode) = episode.into_iter().find(|episode| episode.first <= *of) {
                    episode.helped = yes.then(|| mark(event));
                }
                if !yes {
                    self.owe_unless_said(event);
                }
            }
            EventKind::Redacted { for_good } => self.empty(event.seq, *for_good),
        }
    }

    /// Folds one stored staff entry.
    pub fn apply_staff(&mut self, entry: &StaffEntry) {
        self.staff_head = entry.seq;
        match &entry.kind {
            StaffKind::Trace { question, dialogue, .. } => {
                self.pending.retain(|seq| seq != question);
                self.dialogue = dialogue.clone();
                (self.sources.dialogue, self.sources.anew) = (entry.seq, false);
            }
            StaffKind::Summary { reason, team, priority, lines, told_seconds } => {
                let handoff = self.handoff.get_or_insert_default();
                handoff.reason = Some(*reason);
                handoff.team.clone_from(team);
                handoff.priority = *priority;
                handoff.summary.clone_from(lines);
                self.sources.summary = entry.seq;
                self.told(*told_seconds);
            }
            StaffKind::Label { labels, .. } => {
                self.labels = labels.iter().cloned().collect();
                self.sources.labels = entry.seq;
            }
            StaffKind::Priority { priority, .. } => self.handoff.get_or_insert_default().priority = *priority,
            StaffKind::Team { team, .. } => self.handoff.get_or_insert_default().team.clone_from(team),
            StaffKind::Contact { email, .. } => {
                self.contact = (!email.is_empty()).then(|| email.clone());
                self.sources.contact = entry.seq;
            }
            StaffKind::Note { .. } | StaffKind::Consent { .. } | StaffKind::Exported { .. } => {}
        }
    }

    /// Numbers what was decided, folds it in, and says what there is to store. Time does not run backwards in a
    /// conversation, whatever the clock does.
    pub fn take(&mut self, decision: Decision, now: Timestamp) -> Taken {
        let now = now.max(self.last_at);
        let (seq, at) = match decision.answer {
            AnswerAt::Event(index) => (self.head + 1 + index as Seq, now),
            AnswerAt::Staff(index) => (self.staff_head + 1 + index as Seq, now),
            AnswerAt::Phase => (self.phase_seq, self.phase_at),
        };
        let mut events = Vec::with_capacity(decision.events.len());
        for kind in decision.events {
            let event = Event { seq: self.head + 1, at: now, kind };
            self.apply(&event);
            events.push(event);
        }
        let mut staff = Vec::with_capacity(decision.staff.len());
        for kind in decision.staff {
            let entry = StaffEntry { seq: self.staff_head + 1, after: self.head, at: now, kind };
            self.apply_staff(&entry);
            staff.push(entry);
        }
        Taken { answered: Answered { seq, at, duplicate: false }, events, staff }
    }

    /// The whole state from both logs; a staff entry follows the chat event it stands behind.
    #[must_use]
    pub fn fold(events: &[Event], staff: &[StaffEntry]) -> Self {
        Self::refold(events, staff).0
    }

    /// The whole state, and the facts of every episode by its number.
    #[must_use]
    pub fn refold(events: &[Event], staff: &[StaffEntry]) -> (Self, BTreeMap<u32, Episode>) {
        let (mut state, mut episodes) = (Self::default(), BTreeMap::new());
        let mut staff = staff.iter().peekable();
        let mut keep = |state: &Self| {
            episodes.extend(state.episodes().map(|facts| (facts.number, facts.clone())));
        };
        for event in events {
            while let Some(entry) = staff.next_if(|entry| entry.after < event.seq) {
                state.apply_staff(entry);
                keep(&state);
            }
            state.apply(event);
            keep(&state);
        }
        for entry in staff {
            state.apply_staff(entry);
            keep(&state);
        }
        (state, episodes)
    }

    /// The episodes whose facts may still change.
    pub fn episodes(&self) -> impl Iterator<Item = &Episode> {
        [&self.earlier, &self.previous, &self.episode].into_iter().flatten()
    }

    /// Whether it was emptied, and nobody has said or written anything since.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        (self.emptied, self.emptied_staff) == (self.head, self.staff_head)
    }

    /// Whether the shopper waits for a person or has one.
    #[must_use]
    pub fn is_with_people(&self) -> bool {
        matches!(self.phase, Phase::Waiting | Phase::WithAgent)
    }

    fn said(&mut self, event: &Event, by: &Author, body: &Body) {
        let mark = mark(event);
        match by {
            Author::Shopper => {
                if self.episode.is_none() {
                    self.next_episode(event);
                }
                let with_bot = self.phase == Phase::Bot;
                self.note(|episode| {
                    episode.asked = episode.asked.or(Some(mark));
                    episode.unheard = with_bot.then_some(mark);
                });
                self.owe(event.seq);
            }
            Author::Bot => self.bot_said(mark, body.counts_as),
            Author::Agent(_) => {
                if let Some(handoff) = &mut self.handoff {
                    handoff.answered = true;
                }
                self.note(|episode| episode.human_first = episode.human_first.or(Some(mark)));
            }
            Author::System => {}
        }
    }

    fn bot_said(&mut self, mark: Mark, counts_as: Option<CountsAs>) {
        self.note(|episode| {
            episode.unheard = None;
            episode.bot_first = episode.bot_first.or(Some(mark));
        });
        if let Some(counts_as) = counts_as.filter(|counts_as| *counts_as != CountsAs::Smalltalk) {
            self.note(|episode| episode.last = Some((counts_as, mark)));
            self.is_a_request(mark);
        }
    }

    // The first new request after an episode is what its shopper "came back" with. It counts from the event that made it a
    // request, not from the greeting before it: once the recontact time has passed, no later event changes what came of it.
    fn is_a_request(&mut self, mark: Mark) {
        self.note(|episode| episode.request = episode.request.or(Some(mark)));
        let mut before = [&mut self.previous, &mut self.earlier].into_iter().flatten();
        if let Some(last) = before.find(|episode| episode.request.is_some()) {
            last.returned = last.returned.or(Some(mark));
        }
    }

    // The wait that is compared with the one that was had: that of the call which began it, not of a later one.
    fn told(&mut self, seconds: Option<u32>) {
        let called = self.phase_seq;
        self.note(|episode| {
            if episode.handed.is_some_and(|mark| mark.seq == called) {
                episode.told_seconds = episode.told_seconds.or(seconds);
            }
        });
    }

    fn turn_to(&mut self, event: &Event, phase: Phase, reason: Option<Reason>) {
        let over = self.phase == Phase::Closed;
        self.phase = phase;
        self.phase_seq = event.seq;
        self.phase_at = event.at;
        if over || self.episode.is_none() {
            self.next_episode(event);
        }
        if phase != Phase::WithAgent {
            self.agent = None;
        }
        match phase {
            Phase::Waiting => self.wait(event, reason),
            Phase::WithAgent => self.taken(event),
            Phase::Bot => {
                self.let_go();
                self.dialogue = self.dialogue.anew();
                self.sources.anew = true;
            }
            Phase::Closed => {
                self.let_go();
                // What was never answered is taken for a request: nobody knows better.
                if self.episode.as_ref().is_some_and(|episode| episode.unheard.is_some()) {
                    self.is_a_request(mark(event));
                }
                self.note(|episode| episode.closed = Some(mark(event)));
            }
        }
    }

    fn wait(&mut self, event: &Event, reason: Option<Reason>) {
        let back = matches!(reason, Some(Reason::Released | Reason::Transferred | Reason::AgentGone | Reason::NoReply));
        let handoff = self.handoff.get_or_insert_default();
        // What the assistant has can be passed on, too; then nobody has waited yet.
        let back = back && handoff.since > Timestamp::default();
        handoff.moved = event.at;
        handoff.answered = false;
        if back {
            handoff.back = true;
        } else {
            handoff.since = event.at;
            handoff.reason = reason;
        }
        self.hand_over(event);
    }

    fn let_go(&mut self) {
        self.handoff = None;
        self.sources.summary = 0;
    }

    fn taken(&mut self, event: &Event) {
        let handoff = self.handoff.get_or_insert_default();
        // A priority that was set before anybody called began no wait.
        if handoff.since == Timestamp::default() {
            handoff.since = event.at;
        }
        self.hand_over(event);
        self.note(|episode| episode.assigned = episode.assigned.or(Some(mark(event))));
    }

    fn assign(&mut self, event: &Event, agent: Option<&AgentId>) {
        self.agent = agent.cloned();
        if let Some(handoff) = &mut self.handoff {
            (handoff.moved, handoff.answered) = (event.at, false);
        }
    }

    fn hand_over(&mut self, event: &Event) {
        self.note(|episode| {
            episode.handed = episode.handed.or(Some(mark(event)));
            episode.unheard = None;
        });
        self.is_a_request(mark(event));
    }

    // Everything that somebody said, and everything that was read out of it.
    fn empty(&mut self, seq: Seq, for_good: bool) {
        self.erasures += 1;
        self.erased |= for_good;
        (self.emptied, self.emptied_staff) = (seq, self.staff_head);
        // A reply that is still on its way would bring back what was erased.
        self.pending.clear();
        self.dialogue = DialogueState::default();
        (self.locale, self.contact) = (None, None);
        self.labels.clear();
        if let Some(handoff) = &mut self.handoff {
            handoff.summary.clear();
        }
        self.sources = Sources::default();
    }

    fn note(&mut self, change: impl FnOnce(&mut Episode)) {
        if let Some(episode) = &mut self.episode {
            change(episode);
        }
    }

    fn next_episode(&mut self, event: &Event) {
        let last = self.episode.take();
        let number = last.as_ref().map_or(0, |episode| episode.number) + 1;
        self.episode = Some(Episode { number, first: event.seq, began: event.at, ..Episode::default() });
        let was_request = |episode: &Episode| episode.request.is_some();
        if self.previous.as_ref().is_some_and(was_request) {
            self.earlier = self.previous.take();
        }
        self.earlier = self.earlier.take().filter(|_| !last.as_ref().is_some_and(was_request));
        self.previous = last;
    }

    fn owe(&mut self, seq: Seq) {
        if self.phase == Phase::Bot {
            self.pending.push(seq);
        }
    }

    // "Get more help" pressed as a button is a message and a verdict, stored side by side: one reply is owed, not two.
    fn owe_unless_said(&mut self, event: &Event) {
        if self.pending.last().is_none_or(|last| last + 1 != event.seq) {
            self.owe(event.seq);
            let unheard = (self.phase == Phase::Bot).then(|| mark(event));
            self.note(|episode| episode.unheard = unheard);
        }
    }
}

fn mark(event: &Event) -> Mark {
    Mark { seq: event.seq, at: event.at }
}
