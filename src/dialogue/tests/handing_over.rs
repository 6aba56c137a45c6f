//! The rules that call a person.

use super::forms::{Chat, Said, understanding};
use super::*;

fn rule(when: When, team: &str) -> HandoffRule {
    HandoffRule { when, team: Some(team.into()), priority: Priority::High }
}

// What is said, and by which rule which team is called.
fn called(step: &Move) -> (String, Option<(usize, &str)>) {
    let call = match step {
        Move::HandOver { call, .. } => call.rule.zip(call.team.as_deref()),
        _ => None,
    };
    (said(step), call)
}

// Text, intent, what is said, by which rule which team is called.
type Line<'a> = (&'a str, &'a str, &'a str, Option<(usize, &'a str)>);

fn check(rules: Vec<HandoffRule>, lines: &[Line<'_>]) {
    let mut chat = Chat::new();
    chat.rules.handoff = rules;
    for (text, intent, expected, call) in lines {
        let entities: &[(&str, &str)] = match *text {
            "10042" => &[("order_number", "10042")],
            "ann@example.com" => &[("email", "ann@example.com")],
            _ => &[],
        };
        let decided = chat.turn(Input::Said(understanding(&Said(text, intent, entities))), "error");
        assert_eq!(called(&decided.step), ((*expected).to_owned(), *call), "{text}");
    }
}

#[test]
fn an_intent_calls_a_team_after_its_words() {
    let when = || When { intent: Some("delivery".into()), ..When::default() };
    check(vec![rule(when(), "care")], &[("late again", "delivery", "delivery_info (person)", Some((1, "care")))]);
    let human = When { intent: Some("human".into()), ..When::default() };
    check(
        vec![rule(when(), "care"), rule(human, "desk")],
        &[("a person", "human", "human_called (person)", Some((2, "desk")))],
    );
}

#[test]
fn the_form_of_an_intent_is_filled_in_before_a_person_is_called() {
    let when = When { intent: Some("track".into()), ..When::default() };
    check(
        vec![rule(when, "orders")],
        &[
            ("wheres my stuff", "track", "ask_number", None),
            ("10042", "", "ask_email", None),
            ("ann@example.com", "", "down (person)", Some((1, "orders"))),
        ],
    );
}

#[test]
fn rows_and_anger_call_a_person() {
    let misses = When { misses_in_a_row: Some(2), ..When::default() };
    check(
        vec![rule(misses, "care")],
        &[("zyx", "", "rephrase", None), ("zyx", "", "waiting_for_person (person)", Some((1, "care")))],
    );
    let same = When { same_reply_in_a_row: Some(3), ..When::default() };
    let last = ("when", "delivery", "waiting_for_person (person)", Some((1, "care")));
    let before = ("when", "delivery", "delivery_info", None);
    check(vec![rule(same, "care")], &[before, before, last]);
    let angry = || When { sentiment_below: Some(-0.4), ..When::default() };
    check(
        vec![rule(angry(), "care")],
        &[
            ("when does it come", "delivery", "delivery_info", None),
            ("this is rubbish", "delivery", "waiting_for_person (person)", Some((1, "care"))),
        ],
    );
    // Also in a message that nothing is sure of, and in the middle of a form.
    check(vec![rule(angry(), "care")], &[("this is rubbish", "", "waiting_for_person (person)", Some((1, "care")))]);
    check(
        vec![rule(angry(), "care")],
        &[
            ("wheres my stuff", "track", "ask_number", None),
            ("this is rubbish", "", "waiting_for_person (person)", Some((1, "care"))),
        ],
    );
}

#[test]
fn failures_and_slots_call_a_person() {
    let failed = When { action_failed: Some(1), ..When::default() };
    let ask = [("wheres my stuff", "track", "ask_number", None), ("10042", "", "ask_email", None)];
    let end = ("ann@example.com", "", "down (person)", Some((1, "care")));
    check(vec![rule(failed, "care")], &[ask[0], ask[1], end]);
    let known = When { slots: [("order_number".to_owned(), Some("10042".to_owned()))].into(), ..When::default() };
    let number = ("10042", "", "waiting_for_person (person)", Some((1, "care")));
    check(vec![rule(known, "care")], &[ask[0], number]);
    let all = When { misses_in_a_row: Some(1), intent: Some("greet".into()), ..When::default() };
    check(vec![rule(all, "care")], &[("zyx", "", "rephrase", None)]);
}
