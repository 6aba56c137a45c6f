//! What a command does to a conversation. Pure: no I/O, no clock, no chance.

use std::time::Duration;

use super::{Author, Body, Conversation, DialogueState, EventKind, Phase, Reason, Seq, StaffKind, Timestamp};

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
    },
    /// The shopper asks for a person; `notice` is what the desk answers at once.
    Human {
        /// The words.
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
    /// A turn is done.
    FinishTurn(Box<TurnResult>),
    /// Close the episode if it has been idle.
    CloseIdle,
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

/// Why a turn hands over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandoffOrder {
    /// The reason the phase event carries.
    pub reason: Reason,
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
    /// Which of them answers the request, or `None`: the event that made the state what was asked for.
    pub answer: Option<usize>,
    /// A staff entry to append.
    pub staff: Option<StaffKind>,
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
    match command {
        Command::Say { client_id, body, locale } => {
            let said = EventKind::Said {
                by: Author::Shopper,
                client_id: client_id.clone(),
                locale: locale.clone().filter(|locale| state.locale.as_ref() != Some(locale)),
                body: body.clone(),
            };
            say(state, body, said, now, idle)
        }
        Command::Human { notice } => Ok(human(state, notice, now, idle)),
        Command::Rate { score, comment } => rate(state, *score, comment.as_deref()),
        Command::Helped { of, yes } => helped(state, *of, *yes, now, idle),
        Command::End => end(state),
        Command::FinishTurn(result) => finish_turn(state, result),
        Command::CloseIdle => Ok(one_if(is_idle(state, now, idle), phase(Phase::Closed, Reason::Idle))),
    }
}

fn say(
    state: &Conversation,
    body: &Body,
    said: EventKind,
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
    let answer = Some(events.len());
    events.push(said);
    if let (Some(choice), Some(verdict @ ("/helped" | "/more_help"))) = (&body.choice, send) {
        events.push(EventKind::Helped { of: choice.of, yes: verdict == "/helped" });
    }
    Ok(Decision { events, answer, staff: None })
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

fn human(state: &Conversation, notice: &Body, now: Timestamp, idle: Duration) -> Decision {
    if matches!(state.phase, Phase::Waiting | Phase::WithAgent) {
        return Decision::default();
    }
    let mut events = open(state, now, idle);
    let answer = Some(events.len());
    events.push(phase(Phase::Waiting, Reason::Asked));
    events.push(EventKind::Said { by: Author::System, client_id: None, locale: None, body: notice.clone() });
    Decision { events, answer, staff: None }
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
    let answer = Some(events.len());
    events.push(EventKind::Helped { of, yes });
    Ok(Decision { events, answer, staff: None })
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
    if replied {
        if let Some(body) = &result.reply.body {
            events.push(EventKind::Said { by: Author::Bot, client_id: None, locale: None, body: body.clone() });
        }
        if let Some(order) = result.reply.handoff {
            events.push(phase(Phase::Waiting, order.reason));
        }
    }
    let dialogue = if fits(&result.dialogue) { result.dialogue.clone() } else { DialogueState::default() };
    let staff = StaffKind::Trace { question: result.question, replied, trace: result.trace.clone(), dialogue };
    let answer = (!events.is_empty()).then_some(0);
    Ok(Decision { events, answer, staff: Some(staff) })
}

fn fits(dialogue: &DialogueState) -> bool {
    serde_json::to_vec(dialogue).is_ok_and(|json| json.len() <= DIALOGUE_LIMIT)
}

fn phase(phase: Phase, reason: Reason) -> EventKind {
    EventKind::Phase { phase, reason: Some(reason) }
}

fn one(event: EventKind) -> Decision {
    Decision { events: vec![event], answer: Some(0), staff: None }
}

fn one_if(wanted: bool, event: EventKind) -> Decision {
    if wanted { one(event) } else { Decision::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ChoiceMade;

    const IDLE: Duration = Duration::from_secs(1800);

    fn run(state: &mut Conversation, command: &Command, at: i64) -> Result<Vec<String>, Refused> {
        let decision = decide(state, command, Timestamp(at), IDLE)?;
        let names = decision.events.iter().map(describe).collect();
        state.take(decision, Timestamp(at));
        Ok(names)
    }

    fn describe(kind: &EventKind) -> String {
        match kind {
            EventKind::Said { by, .. } => format!("said {}", by.key()),
            EventKind::Phase { phase, .. } => phase.name().to_owned(),
            other => other.name().to_owned(),
        }
    }

    fn text(words: &str) -> Command {
        Command::Say { client_id: None, body: Body::text(words), locale: None }
    }

    fn press(send: &str) -> Command {
        let choice = Some(ChoiceMade { of: 1, index: 0, send: Some(send.to_owned()) });
        Command::Say { client_id: None, body: Body { choice, ..Body::text("a button") }, locale: None }
    }

    fn reply(question: Seq) -> Command {
        Command::FinishTurn(Box::new(TurnResult {
            question,
            reply: ReplyDraft { body: Some(Body::text("a reply")), handoff: None },
            trace: serde_json::Value::Null,
            dialogue: DialogueState::default(),
        }))
    }

    #[test]
    fn questions_are_answered_in_order_and_once() {
        let mut state = Conversation::default();
        assert_eq!(run(&mut state, &text("one"), 1), Ok(vec!["said shopper".into()]));
        assert_eq!(run(&mut state, &text("two"), 2), Ok(vec!["said shopper".into()]));
        assert_eq!(run(&mut state, &reply(2), 3), Err(Refused::NoSuchTurn));
        assert_eq!(run(&mut state, &reply(1), 3), Ok(vec!["said bot".into()]));
        assert_eq!(run(&mut state, &reply(1), 3), Err(Refused::NoSuchTurn));
        assert_eq!(run(&mut state, &reply(2), 4), Ok(vec!["said bot".into()]));
        assert!(state.pending.is_empty());
    }

    #[test]
    fn the_bot_is_silent_once_a_person_was_asked_for() {
        let mut state = Conversation::default();
        run(&mut state, &text("one"), 1).expect("a say");
        let human = Command::Human { notice: Body::text("noted") };
        assert_eq!(run(&mut state, &human, 2), Ok(vec!["waiting".into(), "said system".into()]));
        assert_eq!(run(&mut state, &human, 2), Ok(vec![]));
        assert_eq!(run(&mut state, &reply(1), 3), Ok(vec![]));
        assert_eq!(run(&mut state, &text("hello?"), 4), Ok(vec!["said shopper".into()]));
        assert!(state.pending.is_empty());
        assert_eq!(run(&mut state, &press("/back_to_bot"), 5), Ok(vec!["bot".into(), "said shopper".into()]));
        assert_eq!(state.pending.len(), 1);
    }

    #[test]
    fn an_idle_episode_is_closed_before_the_next_message() {
        let mut state = Conversation::default();
        run(&mut state, &text("one"), 1).expect("a say");
        assert_eq!(run(&mut state, &Command::CloseIdle, 1_800_001), Ok(vec![]), "a reply is owed");
        run(&mut state, &reply(1), 2).expect("a reply");
        assert_eq!(run(&mut state, &Command::CloseIdle, 1_800_001), Ok(vec![]));
        let events = run(&mut state, &text("two"), 1_800_002).expect("a say");
        assert_eq!(events, ["closed", "bot", "said shopper"]);
        assert_eq!(state.episode.as_ref().map(|e| e.number), Some(2));
    }

    #[test]
    fn an_end_is_an_end_and_a_message_begins_anew() {
        let mut state = Conversation::default();
        assert_eq!(run(&mut state, &Command::End, 1), Err(Refused::NotFound));
        run(&mut state, &text("one"), 1).expect("a say");
        run(&mut state, &reply(1), 1).expect("a reply");
        assert_eq!(run(&mut state, &Command::End, 2), Ok(vec!["closed".into()]));
        assert_eq!(run(&mut state, &Command::End, 2), Ok(vec![]));
        assert_eq!(run(&mut state, &Command::Rate { score: 5, comment: None }, 3), Ok(vec!["rated".into()]));
        assert_eq!(run(&mut state, &text("two"), 4), Ok(vec!["bot".into(), "said shopper".into()]));
    }

    #[test]
    fn get_more_help_owes_one_reply() {
        let mut state = Conversation::default();
        run(&mut state, &text("one"), 1).expect("a say");
        run(&mut state, &reply(1), 1).expect("a reply");
        assert_eq!(run(&mut state, &press("/more_help"), 2), Ok(vec!["said shopper".into(), "helped".into()]));
        assert_eq!(state.pending.len(), 1);
        let mut state = Conversation::default();
        run(&mut state, &text("one"), 1).expect("a say");
        run(&mut state, &reply(1), 1).expect("a reply");
        assert_eq!(run(&mut state, &Command::Helped { of: 2, yes: false }, 2), Ok(vec!["helped".into()]));
        assert_eq!(state.pending.len(), 1);
        assert_eq!(run(&mut state, &Command::Helped { of: 9, yes: true }, 2), Err(Refused::NotFound));
    }

    #[test]
    fn bad_bodies_and_floods_are_refused() {
        let mut state = Conversation::default();
        assert_eq!(run(&mut state, &text(" \n"), 1), Err(Refused::Empty));
        assert_eq!(run(&mut state, &text(&"x".repeat(BODY_LIMIT + 1)), 1), Err(Refused::TooLarge));
        for n in 0..MAX_PENDING {
            run(&mut state, &text("again"), i64::try_from(n).expect("small")).expect("a say");
        }
        assert_eq!(run(&mut state, &text("again"), 99), Err(Refused::Busy));
    }
}
