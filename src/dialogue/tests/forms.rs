//! Forms: asked, filled, interrupted, corrected, given up.

use super::*;
use crate::domain::Entity;

pub(super) fn slot(name: &str, from: From, ask: &str) -> SlotRule {
    SlotRule { slot: name.into(), from, ask: ask.into(), retries: 2, skip_if: None, optional: false, pii: false }
}

fn entity(kind: &str) -> From {
    From::Entity(kind.into())
}

fn outcomes(list: &[(&str, &str, bool)]) -> BTreeMap<String, OutcomeRule> {
    let rule = |(name, say, hands_over): &(&str, &str, bool)| {
        ((*name).to_owned(), OutcomeRule { say: (*say).to_owned(), hands_over: *hands_over })
    };
    list.iter().map(rule).collect()
}

/// The rules of a shop with an order form, a change form, a product form and a form that only calls a person.
pub(super) fn shop() -> Rules {
    let mut rules = rules();
    let plain = rules.intents["greet"].clone();
    let orders = outcomes(&[
        ("found", "order_found", false),
        ("not_found", "not_matched", false),
        ("mismatch", "not_matched", false),
        ("error", "down", true),
    ]);
    let look_up = |action: &str, outcomes| Some(ActRule { action: action.into(), outcomes });
    let form = |slots| Some(FormRule { slots, interruptible: true, give_up: None });
    let number = || slot("order_number", entity("order_number"), "ask_number");
    let email = SlotRule { skip_if: Some(SkipIf::Verified), pii: true, ..slot("email", entity("email"), "ask_email") };
    let track =
        IntentRule { form: form(vec![number(), email.clone()]), act: look_up("lookup_order", orders), ..plain.clone() };
    let note = SlotRule { optional: true, ..slot("note", From::Text, "ask_note") };
    let damaged =
        IntentRule { reply: "passed_on".into(), hands_over: true, form: form(vec![number(), note]), ..plain.clone() };
    let products = outcomes(&[
        ("found", "product", false),
        ("several", "which", false),
        ("not_found", "no_product", false),
        ("error", "down", true),
    ]);
    let product = IntentRule {
        form: form(vec![slot("product", From::Text, "ask_product")]),
        act: look_up("find_product", products),
        ..plain
    };
    rules
        .intents
        .extend([("track", track), ("damaged", damaged), ("product", product)].map(|(n, r)| (n.to_owned(), r)));
    rules
}

// A message: its text, the intent that is sure, and what it names. A look-up is answered with `outcome`.
pub(super) struct Said<'a>(pub(super) &'a str, pub(super) &'a str, pub(super) &'a [(&'a str, &'a str)]);

pub(super) fn understanding(Said(text, intent, entities): &Said<'_>) -> Understanding {
    let sure: &[(&str, f32)] = if intent.is_empty() { &[] } else { &[(*intent, 0.95)] };
    let position = |value: &str| text.find(value).map_or(0, |byte| text[..byte].chars().count());
    let named = entities.iter().map(|(kind, value)| Entity {
        entity: (*kind).into(),
        start: position(value),
        end: position(value) + value.chars().count(),
        value: (*value).into(),
        choices: vec![],
        reason: "a test".into(),
    });
    let read = read(sure, if intent.is_empty() { 0.1 } else { 0.95 });
    Understanding { text: (*text).into(), entities: named.collect(), ..read }
}

pub(super) struct Chat {
    pub(super) rules: Rules,
    pub(super) state: DialogueState,
    pub(super) visitor: Visitor,
    pub(super) asked_with: BTreeMap<String, String>,
}

impl Chat {
    pub(super) fn new() -> Self {
        let (state, visitor) = (DialogueState::default(), Visitor::default());
        Self { rules: shop(), state, visitor, asked_with: BTreeMap::new() }
    }

    // A whole turn: what is searched finds nothing, what is looked up ends with `outcome`.
    pub(super) fn turn(&mut self, input: Input, outcome: &str) -> Decided {
        let mut decided = next(&self.state, input, &self.rules, self.visitor);
        for _ in 0..4 {
            let input = match decided.step.clone() {
                Move::Search(understanding) => Input::Found(understanding, Vec::new()),
                Move::Act { action, input } => {
                    self.asked_with = input;
                    Input::ActionDone { action, outcome: outcome.to_owned() }
                }
                _ => break,
            };
            decided = next(&decided.state, input, &self.rules, self.visitor);
        }
        self.state = decided.state.clone();
        decided
    }

    fn says(&mut self, text: &str, intent: &str, entities: &[(&str, &str)], outcome: &str) -> String {
        let decided = self.turn(Input::Said(understanding(&Said(text, intent, entities))), outcome);
        said(&decided.step)
    }

    fn goes(mut self, lines: &[Line<'_>]) -> Self {
        for (text, intent, entities, outcome, expected) in lines {
            assert_eq!(self.says(text, intent, entities, outcome), *expected, "{text}");
        }
        self
    }
}

// Text, intent, what it names, how a look-up ends, what is said.
type Line<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str, &'a str);

const NUMBER: &[(&str, &str)] = &[("order_number", "10042")];
const OTHER: &[(&str, &str)] = &[("order_number", "10043")];
const EMAIL: &[(&str, &str)] = &[("email", "ann@example.com")];
const NONE: &[(&str, &str)] = &[];

#[test]
fn a_form_asks_for_one_thing_after_the_other_and_looks_up() {
    let chat = Chat::new().goes(&[
        ("wheres my stuff", "track", NONE, "", "ask_number"),
        ("10042", "", NUMBER, "", "ask_email"),
        ("ann@example.com", "", EMAIL, "found", "order_found"),
    ]);
    let asked: Vec<_> = chat.asked_with.iter().map(|(slot, value)| (slot.as_str(), value.as_str())).collect();
    assert_eq!(asked, [("email", "ann@example.com"), ("order_number", "10042")]);
    assert_eq!(chat.state.form, None);
    let known: Vec<_> = chat.state.slots.keys().map(String::as_str).collect();
    assert_eq!(known, ["order_number"], "who the shopper is is forgotten");
}

#[test]
fn what_the_first_message_names_is_not_asked_for() {
    Chat::new().goes(&[("where is 10042", "track", NUMBER, "", "ask_email")]);
    let both: Vec<_> = NUMBER.iter().chain(EMAIL).copied().collect();
    Chat::new().goes(&[("where is 10042, i am ann@example.com", "track", &both, "found", "order_found")]);
    let mut verified = Chat::new();
    verified.visitor.verified = true;
    verified.goes(&[("where is 10042", "track", NUMBER, "found", "order_found")]);
}

#[test]
fn a_question_in_the_middle_is_answered_and_the_form_goes_on() {
    Chat::new().goes(&[
        ("wheres my stuff", "track", NONE, "", "ask_number"),
        ("how long does delivery take?", "delivery", NONE, "", "delivery_info + ask_number"),
        ("hi", "greet", NONE, "", "greet_back + ask_number"),
        ("10042", "", NUMBER, "", "ask_email"),
        ("how long does delivery take?", "delivery", NONE, "", "delivery_info + ask_email"),
        ("ann@example.com", "", EMAIL, "found", "order_found"),
    ]);
}

#[test]
fn an_article_in_the_middle_leads_back_to_the_form() {
    let mut chat = Chat::new().goes(&[("wheres my stuff", "track", NONE, "", "ask_number")]);
    let question = understanding(&Said("can i get my money back", "", NONE));
    let decided = next(&chat.state, Input::Said(question.clone()), &chat.rules, chat.visitor);
    assert_eq!(said(&decided.step), "search");
    let found = vec![Found { article: "refunds".into(), fit: 0.9 }];
    let decided = next(&decided.state, Input::Found(question, found), &chat.rules, chat.visitor);
    assert_eq!(said(&decided.step), "article refunds + ask_number");
    chat.state = decided.state;
    chat.goes(&[("10042", "", NUMBER, "", "ask_email")]);
}

#[test]
fn a_form_that_may_not_be_interrupted_asks_on() {
    let mut chat = Chat::new();
    let form = chat.rules.intents.get_mut("track").and_then(|rule| rule.form.as_mut()).expect("a form");
    form.interruptible = false;
    chat.goes(&[
        ("wheres my stuff", "track", NONE, "", "ask_number"),
        ("how long does delivery take?", "delivery", NONE, "", "slot_not_understood + ask_number"),
        ("a person please", "human", NONE, "", "human_called (person)"),
    ]);
}

#[test]
fn bad_answers_are_asked_again_and_then_a_person_is_called() {
    let chat = Chat::new().goes(&[
        ("wheres my stuff", "track", NONE, "", "ask_number"),
        ("abc", "", NONE, "", "slot_not_understood + ask_number"),
        ("my cat has it", "", NONE, "", "slot_not_understood + ask_number"),
        ("abc", "", NONE, "", "waiting_for_person (person)"),
    ]);
    assert_eq!(chat.state.form, None);
    let mut chat = Chat::new();
    let form = chat.rules.intents.get_mut("track").and_then(|rule| rule.form.as_mut()).expect("a form");
    (form.give_up, form.slots[0].retries) = (Some("sorry".into()), 0);
    chat.goes(&[("wheres my stuff", "track", NONE, "", "ask_number"), ("abc", "", NONE, "", "sorry")]);
}

#[test]
fn an_address_alone_asks_for_nobody() {
    Chat::new().goes(&[
        ("where is 10042", "track", NUMBER, "", "ask_email"),
        // Whatever the classifier makes of an address.
        ("ann@example.com", "human", EMAIL, "found", "order_found"),
    ]);
    Chat::new().goes(&[
        ("where is 10042", "track", NUMBER, "", "ask_email"),
        ("ann@example.com but let me talk to a person", "human", EMAIL, "", "human_called (person)"),
    ]);
}

#[test]
fn corrections_take_the_place_of_what_was_said() {
    let chat = Chat::new().goes(&[
        ("where is 10042", "track", NUMBER, "", "ask_email"),
        ("no, 10043", "", OTHER, "", "ask_email"),
        ("ann@example.com", "", EMAIL, "found", "order_found"),
    ]);
    assert_eq!(chat.asked_with["order_number"], "10043");
    let both = &[("order_number", "10042"), ("order_number", "10043")];
    let chat = Chat::new().goes(&[("not 10042 but 10043", "track", both, "", "ask_email")]);
    assert_eq!(chat.state.slots["order_number"], "10043");
}

#[test]
fn after_a_failed_look_up_either_may_be_said_again() {
    let chat = Chat::new().goes(&[
        ("where is 10042", "track", NUMBER, "", "ask_email"),
        ("bob@example.com", "", &[("email", "bob@example.com")], "mismatch", "not_matched"),
        ("sorry 10043", "", OTHER, "not_found", "not_matched"),
        ("ann@example.com", "", EMAIL, "found", "order_found"),
    ]);
    assert_eq!(chat.asked_with["order_number"], "10043");
    // Whoever asks something else then has left the form.
    let chat = Chat::new().goes(&[
        ("where is 10042", "track", NUMBER, "", "ask_email"),
        ("bob@example.com", "", &[("email", "bob@example.com")], "mismatch", "not_matched"),
        ("how long does delivery take?", "delivery", NONE, "", "delivery_info"),
    ]);
    assert_eq!((chat.state.form, chat.state.slots.len()), (None, 0));
}

#[test]
fn try_again_under_an_answer_begins_anew() {
    let mut chat = Chat::new().goes(&[
        ("where is 10042", "track", NUMBER, "", "ask_email"),
        ("ann@example.com", "", EMAIL, "not_found", "not_matched"),
    ]);
    let again = Input::Pressed(Payload::parse("/track").expect("a payload"));
    assert_eq!(said(&chat.turn(again, "").step), "ask_number");
    let number = Input::Pressed(Payload::parse("/track{\"order_number\": \"10043\"}").expect("a payload"));
    assert_eq!(said(&chat.turn(number, "").step), "ask_email");
}

#[test]
fn a_shopper_may_cancel_skip_and_hear_it_again() {
    let chat = Chat::new().goes(&[
        ("where is 10042", "track", NUMBER, "", "ask_email"),
        ("what?", "", NONE, "", "ask_email"),
        ("never mind", "", NONE, "", "form_cancelled"),
    ]);
    assert_eq!((chat.state.form, chat.state.slots.len()), (None, 0));
    Chat::new().goes(&[
        ("it came broken, 10042", "damaged", NUMBER, "", "ask_note"),
        ("skip", "", NONE, "", "passed_on (person)"),
    ]);
    Chat::new().goes(&[
        ("it came broken", "damaged", NONE, "", "ask_number"),
        ("i dont know it", "", NONE, "", "form_skipped_not_possible + ask_number"),
        ("hard to say", "", NONE, "", "slot_not_understood + ask_number"),
        ("i cant find it anywhere", "", NONE, "", "waiting_for_person (person)"),
    ]);
}

#[test]
fn another_form_takes_the_place_of_the_first() {
    let chat = Chat::new().goes(&[
        ("where is 10042", "track", NUMBER, "", "ask_email"),
        ("it came broken", "damaged", NONE, "", "ask_number"),
    ]);
    assert_eq!(chat.state.form.map(|form| form.intent).as_deref(), Some("damaged"));
    assert!(chat.state.slots.is_empty(), "nothing of the first is left");
}

#[test]
fn what_is_known_serves_the_next_form_of_the_episode() {
    Chat::new().goes(&[
        ("where is 10042", "track", NUMBER, "", "ask_email"),
        ("ann@example.com", "", EMAIL, "found", "order_found"),
        ("it came broken", "damaged", NONE, "", "ask_note"),
        ("the lid has a crack", "", NONE, "", "passed_on (person)"),
    ]);
}

#[test]
fn words_are_taken_as_they_are_where_words_were_asked_for() {
    let chat = Chat::new().goes(&[
        ("it came broken, 10042", "damaged", NUMBER, "", "ask_note"),
        ("how long does delivery take?", "delivery", NONE, "", "delivery_info + ask_note"),
        ("the delivery man dropped it", "delivery", NONE, "", "passed_on (person)"),
    ]);
    assert!(!chat.state.slots.contains_key("note"), "a whole message is not remembered");
    let chat = Chat::new().goes(&[
        ("do you have throws", "product", NONE, "several", "which"),
        ("the blue one", "", NONE, "found", "product"),
    ]);
    assert_eq!(chat.asked_with["product"], "do you have throws the blue one");
}

#[test]
fn a_failed_look_up_says_so_and_an_unnamed_outcome_is_a_failure() {
    let check = |outcome: &str, expected: &str| {
        Chat::new().goes(&[
            ("where is 10042", "track", NUMBER, "", "ask_email"),
            ("ann@example.com", "", EMAIL, outcome, expected),
        ]);
    };
    check("error", "down (person)");
    check("limited", "lookup_limited (person)");
    check("out_of_the_blue", "down (person)");
}
