use super::*;
use crate::domain::RankedIntent;

fn rules() -> Rules {
    let thresholds = Thresholds { answer: 0.6, confirm: 0.25, margin: 0.15, in_scope: 0.5 };
    let rule = |reply: &str, hands_over| IntentRule { thresholds, reply: reply.into(), hands_over };
    let intents = [
        ("greet", rule("greet_back", false)),
        ("delivery", rule("delivery_info", false)),
        ("human", rule("human_called", true)),
    ];
    Rules {
        thresholds,
        intents: intents.into_iter().map(|(name, rule)| (name.to_owned(), rule)).collect(),
        fallback: vec![Fallback::Intent, Fallback::KnowledgeBase, Fallback::Handoff],
        rephrase_at_most: 1,
        handoff_after: 3,
        article_fits: 0.6,
    }
}

fn read(intents: &[(&str, f32)], in_scope: f32) -> Understanding {
    let ranked =
        |(intent, probability): &(&str, f32)| RankedIntent { intent: (*intent).into(), probability: *probability };
    Understanding {
        text: "words".into(),
        language: None,
        intents: intents.iter().map(ranked).collect(),
        in_scope,
        entities: Vec::new(),
    }
}

fn key(step: &Move) -> &str {
    match step {
        Move::Reply { key, .. } | Move::HandOver { key, .. } => key,
        Move::Search(_) => "search",
        Move::Article { .. } => "article",
        Move::Choices(_) => "choices",
    }
}

fn check_said(intents: &[(&str, f32)], in_scope: f32, expected: &str) {
    let (step, _) = next(&DialogueState::default(), Input::Said(read(intents, in_scope)), &rules());
    assert_eq!(key(&step), expected, "{intents:?} at {in_scope}");
}

#[test]
fn a_sure_intent_is_answered_and_an_unsure_one_searched_for() {
    check_said(&[("delivery", 0.9), ("greet", 0.05)], 0.9, "delivery_info");
    check_said(&[("delivery", 0.59), ("greet", 0.05)], 0.9, "search");
    check_said(&[("delivery", 0.62), ("greet", 0.5)], 0.9, "search");
    check_said(&[("delivery", 0.9), ("greet", 0.05)], 0.4, "search");
    check_said(&[("human", 0.9)], 0.9, "human_called");
    check_said(&[], 0.0, "search");
}

#[test]
fn what_was_found_is_said_or_choices_are_offered() {
    let check = |intents: &[(&str, f32)], in_scope, fit: Option<f32>, expected: &str| {
        let found = fit.map(|fit| Found { article: "a".into(), fit }).into_iter().collect();
        let (step, _) = next(&DialogueState::default(), Input::Found(read(intents, in_scope), found), &rules());
        assert_eq!(key(&step), expected);
    };
    check(&[("delivery", 0.4)], 0.9, Some(0.7), "article");
    check(&[("delivery", 0.4)], 0.9, Some(0.5), "choices");
    check(&[("delivery", 0.4)], 0.9, None, "choices");
    check(&[("delivery", 0.4)], 0.1, None, "rephrase");
    check(&[("delivery", 0.2)], 0.9, None, "rephrase");
}

#[test]
fn misses_lead_to_a_person_and_an_answer_ends_the_row() {
    let mut state = DialogueState::default();
    let nothing = || Input::Found(read(&[], 0.0), Vec::new());
    let mut heard = Vec::new();
    for _ in 0..3 {
        let (step, after) = next(&state, nothing(), &rules());
        heard.push(key(&step).to_owned());
        state = after;
    }
    assert_eq!(heard, ["rephrase", "offer_human", "waiting_for_person"]);
    let (_, state) = next(&state, Input::Said(read(&[("greet", 0.9)], 0.9)), &rules());
    assert_eq!((state.misses, state.rephrased), (0, 0));
}

#[test]
fn the_same_reply_is_never_given_a_third_time() {
    let mut state = DialogueState::default();
    let mut heard = Vec::new();
    for _ in 0..4 {
        let (step, after) = next(&state, Input::Said(read(&[("delivery", 0.9)], 0.9)), &rules());
        heard.push(key(&step).to_owned());
        state = after;
    }
    assert_eq!(heard, ["delivery_info", "delivery_info", "offer_human", "waiting_for_person"]);
}

#[test]
fn buttons_mean_what_they_send() {
    let check = |send: &str, expected: &str| {
        let payload = Payload::parse(send).expect("a payload");
        let (step, _) = next(&DialogueState::default(), Input::Pressed(payload), &rules());
        assert_eq!(key(&step), expected, "{send}");
    };
    check("/delivery", "delivery_info");
    check("/human", "human_called");
    check("/helped", "glad_it_helped");
    check("/more_help", "more_help");
    check("/back_to_bot", "back_with_bot");
    check("/gone_since", "rephrase");
}
