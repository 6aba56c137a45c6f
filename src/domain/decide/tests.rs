//! What commands do, one after the other.

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
    Command::Say { client_id: None, body: Body::text(words), locale: None, consent: None }
}

fn press(send: &str) -> Command {
    let choice = Some(ChoiceMade { of: 1, index: 0, send: Some(send.to_owned()) });
    Command::Say { client_id: None, body: Body { choice, ..Body::text("a button") }, locale: None, consent: None }
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
    let human = Command::Human { notice: Body::text("noted"), order: HandoffOrder::because(Reason::Asked) };
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
