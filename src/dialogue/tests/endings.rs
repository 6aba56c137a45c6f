//! Whatever is said, and however often: every form ends, nothing is said a third time in a row, and the memory stays small.

use proptest::prelude::*;

use super::forms::{Chat, Said, understanding};
use super::*;

const TEXTS: [&str; 14] = [
    "10042",
    "no, 10043",
    "ann@example.com",
    "abc",
    "what?",
    "skip",
    "never mind",
    "how long does it take, please tell me",
    "this is rubbish!!",
    "the blue one",
    "hello",
    "wheres my stuff",
    "it came broken",
    "do you have throws",
];

const INTENTS: [&str; 7] = ["", "", "greet", "delivery", "track", "damaged", "product"];

const OUTCOMES: [&str; 6] = ["found", "not_found", "mismatch", "several", "error", "strange"];

const BUTTONS: [&str; 6] =
    ["/track", "/helped", "/more_help", "/product", "/gone", "/track{\"order_number\": \"10044\"}"];

fn entities(text: &str) -> &'static [(&'static str, &'static str)] {
    match text {
        "10042" => &[("order_number", "10042")],
        "no, 10043" => &[("order_number", "10043")],
        "ann@example.com" => &[("email", "ann@example.com")],
        _ => &[],
    }
}

fn input(text: usize, intent: usize, button: usize) -> Input {
    if let Some(send) = BUTTONS.get(button) {
        return Input::Pressed(Payload::parse(send).expect("a payload"));
    }
    let text = TEXTS[text];
    Input::Said(understanding(&Said(text, INTENTS[intent], entities(text))))
}

// What was said last, counted as the shopper sees it.
#[derive(Default)]
struct Heard(String, u32);

impl Heard {
    fn hears(&mut self, words: String) -> u32 {
        self.1 = if self.0 == words { self.1 + 1 } else { 1 };
        self.0 = words;
        self.1
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_said_a_third_time_and_the_memory_stays_small(
        turns in prop::collection::vec((0..TEXTS.len(), 0..INTENTS.len(), 0..40_usize, 0..OUTCOMES.len()), 1..60),
    ) {
        let (mut chat, mut heard) = (Chat::new(), Heard::default());
        for (text, intent, button, outcome) in turns {
            let decided = chat.turn(input(text, intent, button), OUTCOMES[outcome]);
            prop_assert!(!matches!(decided.step, Move::Search(_) | Move::Act { .. }), "{:?}", decided.step);
            let times = heard.hears(said(&decided.step));
            let ends = matches!(decided.step, Move::HandOver { .. });
            prop_assert!(times < 3 || ends, "{} for the {times}th time", heard.0);
            prop_assert!(chat.state.form.is_none() || !ends);
            prop_assert!(serde_json::to_vec(&chat.state).expect("JSON").len() < 8 * 1024);
            if ends {
                // A person has it now, and gives it back some time.
                (chat.state, heard) = (chat.state.anew(), Heard::default());
            }
        }
    }

    #[test]
    fn who_never_answers_is_not_asked_for_ever(
        turns in prop::collection::vec((3..11_usize, 0..4_usize, 0..OUTCOMES.len()), 40..41),
    ) {
        let mut chat = Chat::new();
        chat.turn(Input::Said(understanding(&Said("wheres my stuff", "track", &[]))), "");
        // Neither an answer nor a new form: questions, nonsense, "what?", anger.
        let over = turns.into_iter().position(|(text, intent, outcome)| {
            chat.turn(input(text, intent, usize::MAX), OUTCOMES[outcome]);
            chat.state.form.is_none()
        });
        prop_assert!(over.is_some(), "{:?}", chat.state.form);
    }

    #[test]
    fn a_form_ends_however_many_answers_are_corrected(number in 0..3_usize, outcome in 1..4_usize) {
        let mut chat = Chat::new();
        chat.turn(Input::Said(understanding(&Said("wheres my stuff", "track", &[]))), "");
        let ended = (0..200).any(|turn| {
            // Never twice the same, so that only the count of messages can end it.
            let text = [number, 2, 4][turn % 3];
            chat.turn(input(text, 0, usize::MAX), OUTCOMES[outcome]);
            chat.state.form.is_none()
        });
        prop_assert!(ended);
    }
}

#[test]
fn a_thousand_messages_of_any_length_leave_a_small_memory() {
    let mut chat = Chat::new();
    let long = "ä".repeat(8_000);
    for turn in 0..1_000_usize {
        let words = format!("{turn} {long}");
        let named = [("order_number", long.as_str()), ("email", long.as_str())];
        let intent = INTENTS[turn % INTENTS.len()];
        let input = Input::Said(understanding(&Said(&words, intent, &named[..turn % 3])));
        chat.turn(input, OUTCOMES[turn % OUTCOMES.len()]);
        let size = serde_json::to_vec(&chat.state).expect("JSON").len();
        assert!(size < 8 * 1024, "{size} bytes after {turn} messages");
    }
}
