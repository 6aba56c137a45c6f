//! What a command does to a conversation. Pure: no I/O, no clock, no chance.

use std::time::Duration;

use super::{
    AgentId, Author, Body, Conversation, DialogueState, EventKind, Phase, Priority, Reason, Seq, StaffKind, Timestamp,
};

mod people;
mod privacy;
mod summary;

pub use people::{AgentAct, LABEL_LIMIT, LABELS};

/// Replies a conversation may be owed at once. A client keeps 8 requests in flight, so only a flood gets here.
pub const MAX_PENDING: usize = 32;

/// The largest text of one message the log takes, in bytes; the gateway's limit in characters is well below.
pub const BODY_LIMIT: usize = 48 * 1024;

/// The largest memory of a dialogue, in bytes of JSON.
const DIALOGUE_LIMIT: usize = 8 * 1024;

/// What somebody wants of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// The shopper says something.
    Say {
        /// The shopper's own name for it.
        client_id: Option<String>,
        /// What.
        body: Body,
        /// The locale of the shopper's page.
        locale: Option<String>,
        /// What the shopper was told before; recorded with the first message.
        consent: Option<Consent>,
    },
    /// The shopper asks for a person; `notice` is what the desk answers at once.
    Human {
        /// The words.
        notice: Body,
        /// Whom it is for and how urgent it is.
        order: HandoffOrder,
    },
    /// The shopper leaves a mail address for an answer.
    LeaveContact {
        /// The address.
        email: String,
        /// By when an answer is promised.
        reply_by: Option<Timestamp>,
        /// What the desk answers at once.
        notice: Body,
    },
    /// The shopper rates the episode.
    Rate {
        /// 1 (bad) to 5 (good).
        score: u8,
        /// In the shopper's words.
        comment: Option<String>,
    },
    /// The shopper says whether an answer helped.
    Helped {
        /// The answer.
        of: Seq,
        /// Whether it did.
        yes: bool,
    },
    /// The shopper ends the episode.
    End,
    /// Empty everything that was said.
    Erase,
    /// Empty everything that was said, if nothing has happened since `before`.
    Expire {
        /// The moment.
        before: Timestamp,
    },
    /// Record that a copy of everything was handed out.
    Export {
        /// To whom; the shopper, if to nobody at the desk.
        by: Option<AgentId>,
    },
    /// Somebody at the desk does something.
    Agent {
        /// Who.
        by: AgentId,
        /// What.
        act: AgentAct,
    },
    /// A turn is done.
    FinishTurn(Box<TurnResult>),
    /// Close the episode if it has been idle.
    CloseIdle,
}

impl Command {
    // A wish of a shopper or of somebody at the desk, not the desk's own house-keeping.
    fn is_somebodys(&self) -> bool {
        !matches!(self, Self::FinishTurn(_) | Self::CloseIdle | Self::Expire { .. } | Self::Export { .. } | Self::Erase)
    }
}

/// How a turn ended.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnResult {
    /// The event that was answered.
    pub question: Seq,
    /// What to say.
    pub reply: ReplyDraft,
    /// How it came about.
    pub trace: serde_json::Value,
    /// What the dialogue remembers.
    pub dialogue: DialogueState,
}

/// What a turn wants to say.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplyDraft {
    /// The words; `None` says nothing.
    pub body: Option<Body>,
    /// Hand over after it.
    pub handoff: Option<HandoffOrder>,
}

/// How a conversation is handed over.
#[derive(Debug, Clone, PartialEq)]
pub struct HandoffOrder {
    /// The reason the phase event carries.
    pub reason: Reason,
    /// The team it is for.
    pub team: Option<String>,
    /// How urgent it is.
    pub priority: Priority,
    /// What the desk says after it, such as that nobody is there; the assistant's own words come before.
    pub notice: Option<Body>,
    /// The wait the shopper is told, in seconds.
    pub told_seconds: Option<u32>,
}

impl HandoffOrder {
    /// A hand-over to whoever comes first.
    #[must_use]
    pub fn because(reason: Reason) -> Self {
        Self { reason, team: None, priority: Priority::Medium, notice: None, told_seconds: None }
    }
}

/// What a shopper was told before the first message was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// A digest of the words that were shown.
    pub notice: String,
    /// Their language.
    pub locale: String,
}

/// A request that has to be answered the same however often it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// Who asks: [`Author::key`].
    pub author: String,
    /// The asker's name for it.
    pub client_id: String,
    /// A digest of what is asked.
    pub hash: String,
}

/// A request that was answered before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The digest of what was asked then.
    pub hash: String,
    /// The event it became.
    pub seq: Seq,
    /// When.
    pub at: Timestamp,
}

/// The answer to a request that is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// The event it became.
    pub seq: Seq,
    /// When that was stored.
    pub at: Timestamp,
    /// Whether it had been answered before.
    pub duplicate: bool,
}

/// What to store.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decision {
    /// Events to append, in order.
    pub events: Vec<EventKind>,
    /// What answers the request.
    pub answer: AnswerAt,
    /// Staff entries to append, in order; they stand behind the events.
    pub staff: Vec<StaffKind>,
}

/// What answers a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AnswerAt {
    /// The event that made the state what was asked for.
    #[default]
    Phase,
    /// The new event at this place.
    Event(usize),
    /// The new staff entry at this place.
    Staff(usize),
}

/// Why a command is refused. Nothing is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The conversation, message or choice does not exist (or is not the asker's).
    #[error("there is no such conversation or message")]
    NotFound,
    /// A body that cannot be stored.
    #[error("the message is empty")]
    Empty,
    /// A body that is too large.
    #[error("the message is too long")]
    TooLarge,
    /// The same `client_id` came with another body.
    #[error("this client_id was used for another message")]
    ClientIdConflict,
    /// More replies are owed than a conversation may wait for.
    #[error("too many messages wait for an answer")]
    Busy,
    /// Somebody else has the conversation.
    #[error("somebody else has this conversation")]
    AlreadyClaimed,
    /// The conversation has moved on since the asker looked at it.
    #[error("the conversation has moved on")]
    Stale,
    /// The conversation was erased.
    #[error("this conversation was erased")]
    Erased,
    /// Not a mail address.
    #[error("this is not a mail address")]
    NotAnAddress,
    /// The conversation's life cycle has no such step.
    #[error("the conversation cannot go there from here")]
    NoSuchMove,
    /// The turn was finished before, or belongs to another boot.
    #[error("this turn is not open")]
    NoSuchTurn,
}

/// Answers a request that came before: the same body gets the same answer, another is refused.
///
/// # Errors
/// [`Refused::ClientIdConflict`] when the body differs.
pub fn settle(known: &Known, request: &NewRequest) -> Result<Answered, Refused> {
    if known.hash == request.hash {
        Ok(Answered { seq: known.seq, at: known.at, duplicate: true })
    } else {
        Err(Refused::ClientIdConflict)
    }
}

/// Says what `command` does to `state` at `now`; `idle` is the silence after which an episode with the bot is over.
///
/// # Errors
/// [`Refused`] when the command cannot be carried out; then nothing changes.
pub fn decide(state: &Conversation, command: &Command, now: Timestamp, idle: Duration) -> Result<Decision, Refused> {
    let decision = consider(state, command, now, idle)?;
    check_moves(state.phase, &decision.events)?;
    Ok(decision)
}

// The life cycle has the last word, so that a mistake in a rule is a refusal and not a state that cannot be.
fn check_moves(mut phase: Phase, events: &[EventKind]) -> Result<(), Refused> {
    for event in events {
        if let EventKind::Phase { phase: next, .. } = event {
            phase = phase.to(*next).map_err(|_| Refused::NoSuchMove)?;
        }
    }
    Ok(())
}

fn consider(state: &Conversation, command: &Command, now: Timestamp, idle: Duration) -> Result<Decision, Refused> {
    if state.erased && command.is_somebodys() {
        return Err(Refused::Erased);
    }
    match command {
        Command::Say { client_id, body, locale, consent } => {
            let said = EventKind::Said {
                by: Author::Shopper,
                client_id: client_id.clone(),
                locale: locale.clone().filter(|locale| state.locale.as_ref() != Some(locale)),
                body: body.clone(),
            };
            say(state, body, said, consent.as_ref(), now, idle)
        }
        Command::Human { notice, order } => Ok(human(state, notice, order, now, idle)),
        Command::LeaveContact { email, reply_by, notice } => privacy::leave_contact(state, email, *reply_by, notice),
        Command::Rate { score, comment } => rate(state, *score, comment.as_deref()),
        Command::Helped { of, yes } => helped(state, *of, *yes, now, idle),
        Command::End => end(state),
        Command::Erase => privacy::erase(state, Reason::Erased),
        Command::Expire { before } if state.last_at < *before => privacy::erase(state, Reason::Idle),
        Command::Expire { .. } => Ok(Decision::default()),
        Command::Export { by } => privacy::export(state, by.as_ref()),
        Command::Agent { by, act } => people::act(state, by, act),
        Command::FinishTurn(result) => finish_turn(state, result),
        Command::CloseIdle => Ok(one_if(is_idle(state, now, idle), phase(Phase::Closed, Reason::Idle))),
    }
}

fn say(
    state: &Conversation,
    body: &Body,
    said: EventKind,
    consent: Option<&Consent>,
    now: Timestamp,
    idle: Duration,
) -> Result<Decision, Refused> {
    check_body(body)?;
    if state.pending.len() >= MAX_PENDING {
        return Err(Refused::Busy);
    }
    let mut events = open(state, now, idle);
    let send = body.choice.as_ref().and_then(|choice| choice.send.as_deref());
    if send == Some("/back_to_bot") && state.phase == Phase::Waiting {
        events.push(phase(Phase::Bot, Reason::BackToBot));
    }
    let answer = AnswerAt::Event(events.len());
    events.push(said);
    if let (Some(choice), Some(verdict @ ("/helped" | "/more_help"))) = (&body.choice, send) {
        events.push(EventKind::Helped { of: choice.of, yes: verdict == "/helped" });
    }
    let first = consent.filter(|_| state.head == 0);
    let staff =
        first.map(|Consent { notice, locale }| StaffKind::Consent { notice: notice.clone(), locale: locale.clone() });
    Ok(Decision { events, answer, staff: staff.into_iter().collect() })
}

fn check_body(body: &Body) -> Result<(), Refused> {
    if body.text.trim().is_empty() {
        return Err(Refused::Empty);
    }
    if body.text.len() > BODY_LIMIT { Err(Refused::TooLarge) } else { Ok(()) }
}

// What has to happen before a shopper's request: an idle episode is closed, a closed one opened again.
fn open(state: &Conversation, now: Timestamp, idle: Duration) -> Vec<EventKind> {
    let mut events = Vec::new();
    let idle = is_idle(state, now, idle);
    if idle {
        events.push(phase(Phase::Closed, Reason::Idle));
    }
    if idle || state.phase == Phase::Closed {
        events.push(phase(Phase::Bot, Reason::Reopened));
    }
    events
}

// A turn that is still owed keeps the episode open: its reply belongs to it.
fn is_idle(state: &Conversation, now: Timestamp, idle: Duration) -> bool {
    state.head > 0 && state.phase == Phase::Bot && state.pending.is_empty() && now.since(state.last_at) >= idle
}

fn human(state: &Conversation, notice: &Body, order: &HandoffOrder, now: Timestamp, idle: Duration) -> Decision {
    if state.is_with_people() {
        return Decision::default();
    }
    let mut events = open(state, now, idle);
    let answer = AnswerAt::Event(events.len());
    events.push(phase(Phase::Waiting, order.reason));
    events.push(system(notice));
    Decision { events, answer, staff: vec![summary::of(state, &state.dialogue, order)] }
}

fn rate(state: &Conversation, score: u8, comment: Option<&str>) -> Result<Decision, Refused> {
    if state.episode.is_none() {
        return Err(Refused::NotFound);
    }
    if comment.is_some_and(|comment| comment.len() > BODY_LIMIT) {
        return Err(Refused::TooLarge);
    }
    Ok(one(EventKind::Rated { score, comment: comment.map(String::from) }))
}

fn helped(state: &Conversation, of: Seq, yes: bool, now: Timestamp, idle: Duration) -> Result<Decision, Refused> {
    if of == 0 || of > state.head {
        return Err(Refused::NotFound);
    }
    if state.pending.len() >= MAX_PENDING {
        return Err(Refused::Busy);
    }
    // A "no" wants a reply, so it opens the conversation as a message does; a "yes" wants none.
    let mut events = if yes { Vec::new() } else { open(state, now, idle) };
    let answer = AnswerAt::Event(events.len());
    events.push(EventKind::Helped { of, yes });
    Ok(Decision { events, answer, staff: Vec::new() })
}

fn end(state: &Conversation) -> Result<Decision, Refused> {
    if state.head == 0 {
        return Err(Refused::NotFound);
    }
    Ok(one_if(state.phase != Phase::Closed, phase(Phase::Closed, Reason::Ended)))
}

fn finish_turn(state: &Conversation, result: &TurnResult) -> Result<Decision, Refused> {
    // In order: a later question is answered after the earlier ones.
    if state.pending.first() != Some(&result.question) {
        return Err(Refused::NoSuchTurn);
    }
    let replied = state.phase == Phase::Bot;
    let mut events = Vec::new();
    let dialogue = if fits(&result.dialogue) { result.dialogue.clone() } else { DialogueState::default() };
    let trace = result.trace.clone();
    let mut handed_over = None;
    if replied {
        if let Some(body) = &result.reply.body {
            events.push(EventKind::Said { by: Author::Bot, client_id: None, locale: None, body: body.clone() });
        }
        if let Some(order) = &result.reply.handoff {
            events.push(phase(Phase::Waiting, order.reason));
            events.extend(order.notice.as_ref().map(system));
            handed_over = Some(summary::of(state, &dialogue, order));
        }
    }
    let answer = if events.is_empty() { AnswerAt::Phase } else { AnswerAt::Event(0) };
    let trace = StaffKind::Trace { question: result.question, replied, trace, dialogue };
    Ok(Decision { events, answer, staff: std::iter::once(trace).chain(handed_over).collect() })
}

fn fits(dialogue: &DialogueState) -> bool {
    serde_json::to_vec(dialogue).is_ok_and(|json| json.len() <= DIALOGUE_LIMIT)
}

fn phase(phase: Phase, reason: Reason) -> EventKind {
    EventKind::Phase { phase, reason: Some(reason) }
}

fn system(body: &Body) -> EventKind {
    EventKind::Said { by: Author::System, client_id: None, locale: None, body: body.clone() }
}

fn one(event: EventKind) -> Decision {
    Decision { events: vec![event], answer: AnswerAt::Event(0), staff: Vec::new() }
}

fn one_if(wanted: bool, event: EventKind) -> Decision {
    if wanted { one(event) } else { Decision::default() }
}

#[cfg(test)]
mod tests;
