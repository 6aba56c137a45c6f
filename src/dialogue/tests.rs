//! Deciding, without forms.

use super::*;
use crate::domain::{RankedIntent, ReadBy};

mod endings;
mod forms;
mod handing_over;

pub(super) fn rules() -> Rules {
    let thresholds = Thresholds { answer: 0.6, confirm: 0.25, margin: 0.15, in_scope: 0.5 };
    let rule =
        |reply: &str, hands_over| IntentRule { thresholds, reply: reply.into(), hands_over, form: None, act: None };
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
        article_offers: 0.3,
        handoff: Vec::new(),
        carry_slots: false,
    }
}

pub(super) fn read(intents: &[(&str, f32)], in_scope: f32) -> Understanding {
    let ranked =
        |(intent, probability): &(&str, f32)| RankedIntent { intent: (*intent).into(), probability: *probability };
    Understanding {
        text: "words".into(),
        language: None,
        intents: intents.iter().map(ranked).collect(),
        in_scope,
        entities: Vec::new(),
        read_by: ReadBy::Sparse,
        parts: Vec::new(),
    }
}

// What a step says, in one word a part.
pub(super) fn said(step: &Move) -> String {
    match step {
        Move::Search(_) => "search".to_owned(),
        Move::SearchPart(_, part) => format!("search part {part}"),
        Move::Act { action, .. } => format!("act {action}"),
        Move::Article { article } => format!("article {article}"),
        Move::Write(..) => "write".to_owned(),
        Move::Written { article } => format!("written {article}"),
        Move::Choices { articles, intents } => {
            let all: Vec<&str> = articles.iter().chain(intents).map(String::as_str).collect();
            format!("choices {}", all.join(" "))
        }
        Move::Then(first, second) => format!("{} + {}", said(first), said(second)),
        Move::HandOver { key, .. } => format!("{key} (person)"),
        Move::Reply { key, .. } | Move::Ask { key, .. } => key.clone(),
    }
}

fn decide(state: &DialogueState, input: Input) -> Decided {
    next(state, input, &rules(), Visitor::default())
}

fn check_said(intents: &[(&str, f32)], in_scope: f32, expected: &str) {
    let decided = decide(&DialogueState::default(), Input::Said(read(intents, in_scope)));
    assert_eq!(said(&decided.step), expected, "{intents:?} at {in_scope}");
}

#[test]
fn a_sure_intent_is_answered_and_an_unsure_one_searched_for() {
    check_said(&[("delivery", 0.9), ("greet", 0.05)], 0.9, "delivery_info");
    check_said(&[("delivery", 0.59), ("greet", 0.05)], 0.9, "search");
    check_said(&[("delivery", 0.62), ("greet", 0.5)], 0.9, "search");
    check_said(&[("delivery", 0.9), ("greet", 0.05)], 0.4, "search");
    check_said(&[("human", 0.9)], 0.9, "human_called (person)");
    check_said(&[], 0.0, "search");
}

#[test]
fn what_was_found_is_said_or_choices_are_offered() {
    let check = |intents: &[(&str, f32)], in_scope, fit: Option<f32>, expected: &str| {
        let found = fit.map(|fit| Found { article: "a".into(), fit }).into_iter().collect();
        let decided = decide(&DialogueState::default(), Input::Found(read(intents, in_scope), found));
        assert_eq!(said(&decided.step), expected);
    };
    check(&[("delivery", 0.4)], 0.9, Some(0.7), "article a");
    check(&[("delivery", 0.4)], 0.9, Some(0.5), "choices a delivery");
    check(&[("delivery", 0.4)], 0.9, None, "choices delivery");
    check(&[("delivery", 0.4)], 0.1, None, "rephrase");
    check(&[("delivery", 0.2)], 0.9, None, "rephrase");
}

#[test]
fn a_part_that_only_an_article_answers_is_searched_for_by_itself() {
    let sure: &[(&str, f32)] = &[("delivery", 0.9)];
    let of = |first: &[(&str, f32)], second: &[(&str, f32)], whole: &[(&str, f32)]| Understanding {
        parts: vec![read(first, 0.9), read(second, 0.9)],
        ..read(whole, 0.9)
    };
    let check = |message: Understanding, fit: f32, searched: &str, expected: &str| {
        let step = decide(&DialogueState::default(), Input::Said(message)).step;
        assert_eq!(said(&step), searched);
        let Move::SearchPart(message, part) = step else { return };
        let found = vec![Found { article: "a".into(), fit }];
        let decided = decide(&DialogueState::default(), Input::FoundInPart(message, part, found));
        assert_eq!(said(&decided.step), expected);
        assert_eq!(decided.state.article.as_deref(), (fit > 0.6).then_some("a"));
    };
    check(of(sure, &[], &[]), 0.9, "search part 1", "delivery_info + article a");
    check(of(&[], sure, &[]), 0.9, "search part 0", "article a + delivery_info");
    check(of(sure, &[], &[]), 0.5, "search part 1", "search");
    check(of(sure, &[], sure), 0.5, "search part 1", "delivery_info");
    check(of(&[], &[], sure), 0.9, "delivery_info", "");
    check(of(&[("human", 0.9)], &[], &[]), 0.9, "search", "");
    check(of(sure, &[("human", 0.9)], &[]), 0.9, "human_called (person)", "");
    check(of(&[("human", 0.9)], sure, &[]), 0.9, "human_called (person)", "");
    check(of(sure, &[], &[("human", 0.9)]), 0.9, "human_called (person)", "");
}

#[test]
fn misses_lead_to_a_person_and_an_answer_ends_the_row() {
    let mut state = DialogueState::default();
    let nothing = || Input::Found(read(&[], 0.0), Vec::new());
    let mut heard = Vec::new();
    for _ in 0..3 {
        let decided = decide(&state, nothing());
        heard.push(said(&decided.step));
        state = decided.state;
    }
    assert_eq!(heard, ["rephrase", "offer_human", "waiting_for_person (person)"]);
    let state = decide(&state, Input::Said(read(&[("greet", 0.9)], 0.9))).state;
    assert_eq!((state.misses, state.rephrased), (0, 0));
}

#[test]
fn the_same_reply_is_never_given_a_third_time() {
    let mut state = DialogueState::default();
    let mut heard = Vec::new();
    for _ in 0..4 {
        let decided = decide(&state, Input::Said(read(&[("delivery", 0.9)], 0.9)));
        heard.push(said(&decided.step));
        state = decided.state;
    }
    assert_eq!(heard, ["delivery_info", "delivery_info", "offer_human", "waiting_for_person (person)"]);
}

#[test]
fn what_was_said_last_is_said_again_on_request() {
    let what = || Input::Said(Understanding { text: "what?".into(), ..read(&[], 0.0) });
    let state = decide(&DialogueState::default(), Input::Said(read(&[("delivery", 0.9)], 0.9))).state;
    assert_eq!(said(&decide(&state, what()).step), "delivery_info");
    let found = vec![Found { article: "a".into(), fit: 0.9 }];
    let state = decide(&DialogueState::default(), Input::Found(read(&[], 0.0), found)).state;
    assert_eq!(said(&decide(&state, what()).step), "article a");
    assert_eq!(said(&decide(&DialogueState::default(), what()).step), "search", "nothing was said yet");
}

#[test]
fn buttons_mean_what_they_send() {
    let check = |send: &str, expected: &str| {
        let payload = Payload::parse(send).expect("a payload");
        let decided = decide(&DialogueState::default(), Input::Pressed(payload));
        assert_eq!(said(&decided.step), expected, "{send}");
    };
    check("/delivery", "delivery_info");
    check("/human", "human_called (person)");
    check("/helped", "glad_it_helped");
    check("/more_help", "more_help");
    check("/back_to_bot", "back_with_bot");
    check("/gone_since", "rephrase");
}

#[test]
fn what_is_known_ends_with_the_episode_unless_the_shop_carries_it_over() {
    let slots = BTreeMap::from([("order_number".to_owned(), "10042".to_owned())]);
    let state = DialogueState { slots, new_episode: true, ..DialogueState::default() };
    let check = |carry_slots, expected| {
        let rules = Rules { carry_slots, ..rules() };
        let decided = next(&state, Input::Said(read(&[("greet", 0.9)], 0.9)), &rules, Visitor::default());
        assert_eq!((decided.state.slots.len(), decided.state.new_episode), (expected, false));
    };
    check(false, 0);
    check(true, 1);
}
