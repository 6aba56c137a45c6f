//! What a snapshot answers.

use std::collections::BTreeSet;

use super::*;
use crate::domain::CountsAs;

#[test]
fn replies_are_filled_in_and_fall_back_by_language() {
    let snapshot = ShopFiles::new().snapshot();
    let text = |locale: &str| snapshot.reply("greet_back", locale, &[], 0).expect("a reply").text;
    assert_eq!(text("de-AT"), "Hallo von Harbour & Pine!");
    assert_eq!(text("fr"), "Hello from Harbour & Pine!");
    let reply = snapshot.reply("article_answer", "en", &[("answer", "Five {{ days }}.")], 0).expect("a reply");
    assert_eq!((reply.text.as_str(), reply.counts_as), ("Five {{ days }}.", Some(CountsAs::Answer)));
    assert_eq!(snapshot.reply("article_answer", "en", &[], 0), None, "a name that is missing");
    assert_eq!(snapshot.reply("nothing", "en", &[], 0), None);
    assert_eq!(snapshot.title("greet", "de"), "Hallo");
    assert_eq!(snapshot.title("gone_since", "de"), "gone since");
    assert_eq!(snapshot.text("talk_to_a_person", "de"), "Mit einem Menschen sprechen");
    assert_eq!(snapshot.locale(Some("de-AT")), "de");
}

#[test]
fn variants_are_chosen_by_condition_and_then_by_turns() {
    let files = ShopFiles::new();
    let responses = "responses:
  greet_back:
    - { when: \"shop == 'X'\", text: shop X, counts_as: smalltalk }
    - { text: one, counts_as: smalltalk }
    - { text: 010, counts_as: smalltalk }
    - { when: \"assistant == 'Pine'\", text: never, counts_as: smalltalk }
";
    let (head, _) = GREET.split_once("responses:").expect("responses");
    let texts = |responses: &str| {
        files.write("intents/greet.yaml", &format!("{head}{responses}"));
        let snapshot = files.snapshot();
        (0..4).map(|pick| snapshot.reply("greet_back", "en", &[], pick).expect("a reply").text).collect::<Vec<_>>()
    };
    assert_eq!(texts(responses), ["never"; 4]);
    assert_eq!(texts(&responses.replace("'Pine'", "'Y'")), ["one", "010", "one", "010"]);
}

#[test]
fn buttons_and_cards_come_along() {
    let files = ShopFiles::new();
    let button = "      quick_replies:
        - { title: { en: Person, de: Mensch }, send: /contact_human_agent }
        - { title: Page, url: \"https://shop.example\" }
      card: { title: \"{{ shop }}\", buttons: [ { title: Open, url: \"https://shop.example\" } ] }
      counts_as: smalltalk";
    files.write("intents/greet.yaml", &GREET.replace("      counts_as: smalltalk", button));
    let reply = files.snapshot().reply("greet_back", "de", &[], 0).expect("a reply");
    assert_eq!(reply.quick_replies[0].title, "Mensch");
    assert_eq!(reply.quick_replies[0].send.as_deref(), Some("/contact_human_agent"));
    assert_eq!(reply.quick_replies[1].url.as_deref(), Some("https://shop.example"));
    assert_eq!(reply.card.expect("a card").title, "Harbour & Pine");
}

#[test]
fn the_rules_come_from_the_files() {
    let files = ShopFiles::new();
    files.write("intents/greet.yaml", &GREET.replace("responses:", "thresholds: { answer: 0.9 }\nresponses:"));
    let snapshot = files.snapshot();
    let rules = snapshot.rules();
    let (greet, human) = (&rules.intents["greet"], &rules.intents["contact_human_agent"]);
    assert!((greet.thresholds.answer - 0.9).abs() < 1e-6 && (greet.thresholds.confirm - 0.25).abs() < 1e-6);
    assert_eq!((greet.reply.as_str(), greet.hands_over), ("greet_back", false));
    assert_eq!((human.reply.as_str(), human.hands_over), ("person_requested", true));
    assert_eq!(snapshot.nlu().understand("hi there").top().map(|top| top.intent.as_str()), Some("greet"));
    assert_eq!(snapshot.search("refund", "en", 1)[0].article, "refund-time");
}

#[test]
fn tests_are_read_with_their_lines() {
    let snapshot = ShopFiles::new().snapshot();
    let case = &snapshot.tests()[0];
    assert_eq!((case.file.as_str(), case.line, case.name.as_str()), ("intents/greet.yaml", 22, "hello"));
    let lines: Vec<_> = case.steps.iter().map(Placed::line).collect();
    assert_eq!(lines, [24, 25, 26]);
    assert!(matches!(case.steps[2].value(), Step::Utter(key) if key == "greet_back"));
}

#[test]
fn the_starter_shop_is_whole() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (loaded, faults) = check_folder(&root.join("intents"), &root.join("knowledge-base"), TODAY);
    let errors: Vec<_> = faults.iter().filter(|fault| fault.is_error()).map(ToString::to_string).collect();
    assert_eq!(errors, Vec::<String>::new());
    assert!(loaded.is_some());
}

#[test]
fn each_kind_of_file_has_a_schema() {
    let schemas = schemas();
    let names: BTreeSet<_> = schemas.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        BTreeSet::from(["_actions", "_canned", "_entities", "_replies", "_settings", "_synonyms", "article", "intent"])
    );
    for (name, schema) in &schemas {
        assert_eq!(schema["additionalProperties"], serde_json::Value::Bool(false), "{name}");
    }
    assert_eq!(schemas[0].1["properties"]["schema"]["const"], 1);
}
