//! Projects as people have them, and what becomes of them.

use std::path::{Path, PathBuf};

use super::*;
use crate::content::check_folder;
use crate::content::tests::{TODAY, TempFolder};

fn rasa(files: &[(&str, &str)]) -> Result<Imported, Vec<Fault>> {
    let source = |(name, text): &(&str, &str)| Source { name: (*name).to_owned(), text: (*text).to_owned() };
    let sources: Vec<Source> = files.iter().map(source).collect();
    convert(System::Rasa, &sources, "en", Notes::default())
}

fn table(text: &str) -> Result<Imported, Vec<Fault>> {
    let source = Source { name: "lines.csv".to_owned(), text: text.to_owned() };
    convert(System::Csv, &[source], "en", Notes::default())
}

fn file<'a>(imported: &'a Imported, path: &str) -> &'a str {
    let found = imported.files.iter().find(|file| file.path == format!("intents/{path}.yaml"));
    &found.unwrap_or_else(|| panic!("no {path} in {:?}", imported.files)).text
}

fn told(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(|fault| format!("{}:{}: {}", fault.file, fault.line, fault.problem)).collect()
}

fn tells(imported: &Imported, place: &str, problem: &str) {
    let all = told(&imported.left_out);
    assert!(all.iter().any(|line| line.starts_with(place) && line.contains(problem)), "{place} {problem}: {all:#?}");
}

/// The errors of the shop that `imported` is.
fn errors(imported: &Imported) -> Vec<String> {
    let folder = TempFolder::new();
    for sub in ["intents", "knowledge-base"] {
        std::fs::create_dir(folder.path().join(sub)).expect("a folder");
    }
    for file in &imported.files {
        std::fs::write(folder.path().join(&file.path), &file.text).expect("a file");
    }
    let (_, faults) = check_folder(&folder.path().join("intents"), &folder.path().join("knowledge-base"), TODAY);
    faults.iter().filter(|fault| fault.is_error()).map(ToString::to_string).collect()
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rasa")
}

fn project() -> Imported {
    import(System::Rasa, &[fixture()], "en").unwrap_or_else(|faults| panic!("{:#?}", told(&faults)))
}

const NLU: &str = "nlu:\n- intent: hi\n  examples: |\n    - hi\n    - hello\n";
const DOMAIN: &str = "responses:\n  utter_hi:\n  - text: Hello\n";

#[test]
fn a_nasty_project_becomes_a_shop_without_faults() {
    let imported = project();
    assert_eq!(errors(&imported), Vec::<String>::new());
    let names: Vec<&str> = imported.files.iter().map(|file| file.path.as_str()).collect();
    let intents = [
        "_settings",
        "_entities",
        "_replies",
        "thank",
        "greet",
        "goodbye",
        "track_order",
        "contact_human_agent",
        "faq_ask_shipping",
        "faq_ask_hours",
        "order_status_eu",
        "return_item",
        "tell_joke",
    ];
    let mut expected: Vec<String> = intents.map(|name| format!("intents/{name}.yaml")).into();
    let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    names.sort();
    expected.sort();
    assert_eq!(names, expected);
    assert!(file(&imported, "_settings").contains("idle_close_minutes: 60\n  carry_slots: true"));
    assert!(file(&imported, "_replies").contains("\"Sorry, once more please?\""));
}

#[test]
fn examples_keep_their_words_and_marks() {
    let imported = project();
    let track = file(&imported, "track_order");
    for line in [
        "    - where is my order [10042](order_number)\n",
        "    - has [10311](order_number) shipped\n",
        "[nyc]{\"entity\":\"city\",\"value\":\"New York\"}\n",
    ] {
        assert!(track.contains(line), "{line}: {track}");
    }
    assert!(file(&imported, "return_item").contains("    - \"quoted\" example - with: signs # and more\n"));
    assert!(file(&imported, "thank").contains("for [order 10042]{\"entity\":\"order_number\",\"value\":\"10042\"}\n"));
    assert!(file(&imported, "order_status_eu").contains("    - what about my EU order: any news?\n"));
    assert_eq!(imported.counts.doubles, 1, "`Hi!` is `hi`");
    tells(&imported, &place("data/nlu.yml", 31), "`hello there` of `track_order` is in `greet` too");
    tells(&imported, &place("data/nlu.yml", 27), "the role `from` of `order-number`");
}

// As the files are named from where the tests run.
fn place(file: &str, line: u32) -> String {
    format!("{}:{line}:", fixture().join(file).display())
}

#[test]
fn replies_come_from_rules_and_stories() {
    let imported = project();
    let greet = file(&imported, "greet");
    for line in [
        "  utter_greet:\n    # nothing fills in name\n    - text:\n        en: \"Hello [name]! How can I help?\"\n",
        "send: \"/track_order{\\\"order_number\\\":\\\"10042\\\"}\" }\n",
        "- { title: { en: \"Shipping\" }, send: \"/faq_ask_shipping\" }\n",
        "- { title: { en: \"Bye\" }, send: \"/goodbye\" }\n",
        "- { title: { en: \"Website\" }, url: \"https://shop.example/\" }\n      counts_as: smalltalk\n",
        "        en: \"Hi: what's up? # not a comment\"\n",
    ] {
        assert!(greet.contains(line), "{line}\n{greet}");
    }
    assert!(!greet.contains("no_such_intent") && !greet.contains("Goodbye"), "{greet}");
    let stories = |line| place("data/stories.yml", line);
    tells(&imported, &place("domain.yml", 75), "the button `Broken` sends is not understood: `/no_such_intent`");
    tells(&imported, &stories(24), "in the story `another greeting`, `greet` leads to utter_goodbye instead");
    tells(&imported, &stories(8), "the 4 turns of the story `jokes`");
    tells(&imported, &stories(10), "the checkpoint `start`");
    tells(&imported, &stories(29), "a text of the bot in `words`");
    assert!(file(&imported, "goodbye").contains("en: \"Goodbye,\\nsee you soon.\\n\""));
    assert!(file(&imported, "tell_joke").contains("en: \"Knock knock.\\n\\nAnother one?\""));
    let shipping = file(&imported, "faq_ask_shipping");
    assert!(shipping.contains("image: \"https://shop.example/van.png\""), "{shipping}");
    assert!(file(&imported, "contact_human_agent").contains("do: handoff\n"));
    let track = file(&imported, "track_order");
    assert!(track.contains("do: handoff\n"), "until the action is connected, a person answers: {track}");
    tells(&imported, &place("data/rules.yml", 18), "`track_order` runs the action `action_check_order`");
}

#[test]
fn forms_ask_and_end() {
    let imported = project();
    let returns = file(&imported, "return_item");
    for line in [
        "    - { slot: order_number, from: order_number, ask: utter_ask_order_number }\n",
        "    - { slot: reason, from: text, ask: utter_ask_return_form_reason }\n",
        "    - { slot: is_gift, from: text, ask: utter_ask_is_gift }\n",
        "        en: \"Why do you send {{ order_number }} back?\"\n",
        "    - when: \"reason == \\\"broken\\\"\"\n",
        "        en: \"We take {{ order_number }} back.\"\n",
        "        en: \"Is gift?\"\n",
    ] {
        assert!(returns.contains(line), "{line}\n{returns}");
    }
    tells(&imported, &place("domain.yml", 46), "the slot `is_gift` is filled by `from_intent`");
    tells(&imported, &place("domain.yml", 61), "no rule or story begins the form `orphan_form`");
    tells(&imported, &place("domain.yml", 49), "no form asks for the slot `unused_slot`");
}

#[test]
fn entities_are_patterns_and_lists() {
    let imported = project();
    let entities = file(&imported, "_entities");
    for line in [
        "  order_number:\n    kind: regex\n    pattern: \"(\\\\d{5})\"\n",
        "  email:\n    kind: builtin\n    builtin: email\n    pii: true\n",
        "      \"blue\": [\"navy\"]\n",
        "      \"Green\": []\n",
        "      \"New York\": [\"nyc\", \"big apple\"]\n",
        "      \"red\": [\"crimson\"]\n",
    ] {
        assert!(entities.contains(line), "{line}\n{entities}");
    }
    assert!(!entities.contains("nobody_marks_this"));
    tells(&imported, &place("data/nlu.yml", 77), "the pattern `(?<=ORD)\\d+` of `order_number` cannot be taken");
    tells(&imported, &place("data/nlu.yml", 78), "the regex `help_words` belongs to no entity");
    tells(&imported, &place("data/nlu.yml", 66), "the synonym `nothing of ours`");
    tells(&imported, &place("data/older.md", 10), "`data/colours.txt` is no example");
}

#[test]
fn everything_else_is_told() {
    let imported = project();
    for (place, problem) in [
        (place("data/stories.yml", 16), "`affirm` is answered only in a story"),
        (place("config.yml", 3), "`pipeline` has no counterpart"),
        (place("domain.yml", 19), "the intent `never_written` has no examples"),
        (place("domain.yml", 29), "the entity `nobody_marks_this` has no examples"),
        (place("tests/test_stories.yml", 2), "the test `a test of greeting`"),
    ] {
        tells(&imported, &place, problem);
    }
    for problem in ["no intent says `utter_nobody_says_this`", "the action `validate_return_form` is Python"] {
        tells(&imported, "", problem);
    }
    let renamed = |from: &str, to: &str| imported.renamed.iter().any(|name| name.from == from && name.to == to);
    assert!(renamed("talk_to_human", "contact_human_agent") && renamed("Order-Status EU", "order_status_eu"));
    assert!(renamed("faq/ask_hours", "faq_ask_hours"));
}

#[test]
fn the_format_2_0_is_read() {
    let domain = "version: '2.0'
templates:
  utter_hi:
  - text: Hello
  utter_ask_size: [ { text: Which size? } ]
forms:
  old_form:
    required_slots:
      size: [ { type: from_text } ]
  oldest_form:
    size:
    - type: from_entity
      entity: size
stories:
- story: s
  steps:
  - intent: hi
  - action: utter_hi
  - action: old_form
  - form: old_form
  - slot_was_set: [ size: M ]
  - active_loop: null
  - action: utter_hi
";
    let imported = rasa(&[("domain.yml", domain), ("nlu.yml", NLU)]).expect("a shop");
    assert!(file(&imported, "hi").contains("- { slot: size, from: text, ask: utter_ask_size }"));
    tells(&imported, "domain.yml:17:", "`utter_hi`, which is said before the form `old_form`");
    assert_eq!(errors(&imported), Vec::<String>::new());
    assert!(
        file(&imported, "contact_human_agent").contains("    - human agent please\n"),
        "the desk's buttons need it"
    );
}

#[test]
fn a_rule_says_how_a_form_ends_and_a_question_about_the_bot_calls_nobody() {
    let domain = "responses: { utter_ask_size: [ text: Size? ], utter_a: [ text: A ], utter_b: [ text: B ], utter_hi: [ text: Hi ] }
slots: { requested_slot: { type: text } }
forms: { size_form: { required_slots: [ size ] } }
stories:
- story: s
  steps: [ intent: hi, action: size_form, active_loop: size_form, intent: stop, action: utter_a, active_loop: null, action: utter_a ]
rules:
- rule: begin
  condition: [ active_loop: null ]
  steps: [ intent: hi, action: size_form, active_loop: size_form, active_loop: null, action: utter_b ]
- rule: are you human
  steps: [ '...', intent: check_human, action: utter_hi ]
- rule: a person
  steps: [ intent: talk_to_human, action: utter_hi ]
";
    let nlu = "nlu:\n- { intent: check_human, examples: '- are you human' }\n- { intent: talk_to_human, examples: '- a human' }\n";
    let imported = rasa(&[("domain.yml", domain), ("nlu.yml", NLU), ("more.yml", nlu)]).expect("a shop");
    let hi = file(&imported, "hi");
    assert!(hi.contains("en: \"B\"") && !hi.contains("en: \"A\""), "{hi}");
    assert!(!file(&imported, "check_human").contains("do: handoff"));
    assert!(file(&imported, "contact_human_agent").contains("- a human\n"));
    assert!(!told(&imported.left_out).iter().any(|line| line.contains("requested_slot")));
    assert_eq!(errors(&imported), Vec::<String>::new());
}

#[test]
fn what_cannot_be_read_is_told_at_once() {
    let check = |name: &str, text: &str, expected: &[&str]| {
        let faults = rasa(&[("ok.yml", NLU), ("d.yml", DOMAIN), (name, text)]).expect_err(text);
        assert_eq!(told(&faults), expected, "{text}");
        assert!(faults.iter().all(|fault| !fault.cure.is_empty()));
    };
    let lines = "nlu:\n- intent: a\n  examples: |\n    - one\n    two\n    - [x]{entity: y}\n- intents: b\n- intent:\n";
    let expected = [
        "a.yml:5: this line is no example",
        "a.yml:6: the mark `[x]{entity: y}` cannot be read",
        "a.yml:7: this entry has no known kind",
        "a.yml:8: this intent has no name",
    ];
    check("a.yml", lines, &expected);
    check("a.yml", "nlu: >\n  none", &["a.yml:2: `nlu` is no list"]);
    check(
        "a.yml",
        "version: '1.0'\nresponses: [a]\n",
        &["a.yml:1: the format `1.0` is not known", "a.yml:2: `responses` has no names in it"],
    );
    check(
        "a.yml",
        "rules:\n- rule: x\n- rule: y\n  steps:\n  - intnet: hi\n",
        &["a.yml:2: the rule `x` has no steps", "a.yml:5: this step of `y` is not known"],
    );
    let faults = rasa(&[("a.yml", "nlu:\n- intent: [\n"), ("b.yml", "responses: x: y\n")]).expect_err("broken");
    assert_eq!(faults.iter().map(|fault| fault.file.as_str()).collect::<Vec<_>>(), ["a.yml", "b.yml"]);
    let faults = rasa(&[("compose.yml", "services: {}\n")]).expect_err("nothing");
    assert_eq!(told(&faults), ["compose.yml:1: no intent with examples was found in what was named"]);
    let faults = import(System::Rasa, &[PathBuf::from("/no/such/folder")], "en").expect_err("gone");
    assert_eq!(told(&faults), ["/no/such/folder:1: there is no such file or folder"]);
}

#[test]
fn texts_with_signs_stay_as_they_are() {
    let domain = "responses:\n  utter_hi:\n  - text: \"a \\\"b\\\" \\\\ {% x %} {{ y }} \\t ü 😀 \\u2028 # : - [z](q)\"\n  - text: '- {'\n";
    let imported = rasa(&[("nlu.yml", NLU), ("domain.yml", domain)]).expect("a shop");
    assert_eq!(errors(&imported), Vec::<String>::new());
    let nlu = "nlu:\n- intent: hi\n  examples: |\n    - - dash\n    - '#hash\n    - \"half\n    - 'yes': no\n    - | > & * !\n    - {a: b}\n";
    let imported = rasa(&[("nlu.yml", nlu), ("domain.yml", DOMAIN)]).expect("a shop");
    assert_eq!(errors(&imported), Vec::<String>::new());
    assert!(file(&imported, "hi").contains("    - - dash\n    - '#hash\n    - \"half\n"), "{}", file(&imported, "hi"));
}

#[test]
fn tables_are_read() {
    let imported = table(
        "Text;Intent;Locale\nwhere is it;Track Order;\n\"wo; ist es\";Track Order;de\nwo?;Track Order;de\nnonsense;;\n",
    );
    let imported = imported.expect("a shop");
    assert_eq!(errors(&imported), Vec::<String>::new());
    let track = file(&imported, "track_order");
    assert!(track.contains("  de: |\n    - wo; ist es\n    - wo?\n  en: |\n    - where is it\n"), "{track}");
    assert!(file(&imported, "_settings").contains("default: \"en\"\n  others: [\"de\"]"));
    assert!(file(&imported, "contact_human_agent").contains("mitarbeiter bitte"));
    tells(&imported, "lines.csv:5", "`nonsense` has no intent");
    tells(&imported, "lines.csv:2", "the table says nothing of what is replied to `Track Order`");
    let faults = |text: &str| told(&table(text).expect_err(text));
    assert_eq!(
        faults("words,label\na,b\n"),
        ["lines.csv:1: there is no column `intent`", "lines.csv:1: there is no column `text`",]
    );
    assert_eq!(faults("text,intent\na,b\nc\n"), ["lines.csv:3: this line has another number of columns"]);
    assert_eq!(faults("text,intent,locale\na,b,English\n"), ["lines.csv:2: `English` is not the name of a language"]);
}
