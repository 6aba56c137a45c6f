//! Broken files: each with the place, the problem and the cure that is told.

use super::*;

// Writes `text` as `file` into a good shop, and expects exactly this error.
fn check(file: &str, text: &str, line: u32, column: u32, problem: &str, cure: &str) {
    let found = errors(file, text);
    let expected = Fault {
        file: file.into(),
        line,
        column,
        problem: problem.into(),
        cure: cure.into(),
        severity: Severity::Error,
    };
    assert_eq!(found, [expected], "{text}");
}

fn errors(file: &str, text: &str) -> Vec<Fault> {
    let files = ShopFiles::new();
    files.write(file, text);
    let (loaded, faults) = files.check();
    assert!(loaded.is_none(), "{text}");
    faults.into_iter().filter(Fault::is_error).collect()
}

fn warnings(files: &ShopFiles) -> Vec<String> {
    let (loaded, faults) = files.check();
    assert!(loaded.is_some(), "{faults:?}");
    faults.iter().map(ToString::to_string).collect()
}

const FILE: &str = "intents/greet.yaml";

fn greet(from: &str, to: &str) -> String {
    assert!(GREET.contains(from), "{from}");
    GREET.replacen(from, to, 1)
}

#[test]
fn a_good_shop_has_no_faults() {
    assert_eq!(warnings(&ShopFiles::new()), Vec::<String>::new());
}

#[test]
fn keys() {
    check(FILE, &greet("examples:", "exampels:"), 4, 1, "there is no key `exampels` here", "write `examples`");
    check(FILE, &greet("schema: 1\n", ""), 1, 1, "the key `schema` is missing", "add `schema: 1`");
    check(FILE, &greet("schema: 1", "schema: 2"), 1, 9, "`2` is not known here", "write `1`");
    check(
        FILE,
        &greet("      counts_as: smalltalk\n", ""),
        19,
        7,
        "the key `counts_as` is missing",
        "add `counts_as: answer`",
    );
    check(FILE, &greet("smalltalk", "small_talk"), 20, 18, "`small_talk` is not known here", "write `smalltalk`");
    check(FILE, &greet("utter:", "uter:"), 26, 9, "there is no key `uter` here", "write `utter`");
    let twice = greet("responses:", "title: X\nresponses:");
    check(FILE, &twice, 17, 1, "the key `title` stands here a second time", "keep one of them; the first is in line 3");
    let replies = "schema: 1\nreplies:\n  rephrased:\n    - { text: x, counts_as: question }\n";
    check("intents/_replies.yaml", replies, 3, 3, "there is no key `rephrased` here", "write `rephrase`");
}

#[test]
fn values() {
    let list = "a list (lines that begin with `- `)";
    check(
        FILE,
        &greet("    - text:", "      text:"),
        19,
        7,
        &format!("here stands a block of keys where {list} belongs"),
        &format!("write {list}"),
    );
    let thresholds = |text: &str| greet("responses:", &format!("thresholds: {{ {text} }}\nresponses:"));
    check(FILE, &thresholds("answer: 65"), 17, 23, "65 is too large", "write a number from 0 to 1");
    check(FILE, &thresholds("answer: \"0,65\""), 17, 23, "`0,65` is not a number", "write a number from 0 to 1");
    let smaller = "write a value that is not larger than `answer`";
    check(FILE, &thresholds("answer: 0.5, confirm: 0.6"), 17, 37, "`confirm` is larger than `answer`", smaller);
    let settings = |text: &str| format!("{SETTINGS}{text}\n");
    let at = "intents/_settings.yaml";
    check(at, &settings("handoff_after: 0"), 5, 16, "0 is too small", "write a whole number from 1 to 100");
    check(
        at,
        &settings("episode: { carry_slots: no }"),
        5,
        25,
        "`no` is neither `true` nor `false`",
        "write `true` or `false`",
    );
    let ways = "write `handoff`";
    check(at, &settings("fallback: [intent, handof]"), 5, 20, "`handof` is not known here", ways);
    check(at, &settings("fallback: [intent, intent]"), 5, 20, "this stands here a second time", "keep one of them");
}

#[test]
fn yaml_slips() {
    check(
        FILE,
        &greet("intent: greet", "intent: greet: x"),
        2,
        9,
        "a text with `: ` in it needs quotes",
        "write `key: \"text: more text\"`",
    );
    check(
        FILE,
        &greet("  greet_back:", "\tgreet_back:"),
        18,
        1,
        "this line is indented with a tab",
        "indent it with spaces",
    );
    check(
        FILE,
        &greet("from {{ shop }}!\", de", "from {{ shop }}!, de"),
        19,
        49,
        "after the closing quote there is more text",
        "put the whole text in quotes, and write `\"` inside it as `\\\"`",
    );
    check(FILE, "", 1, 1, "the file is empty", "write its first line: `schema: 1`");
}

#[test]
fn names() {
    check(
        FILE,
        &greet("intent: greet", "intent: greeting"),
        2,
        9,
        "the intent is called `greeting`, its file `greet.yaml`",
        "write `greet`, or rename the file to `greeting.yaml`",
    );
    check(
        FILE,
        &greet("intent: greet", "intent: Greet me"),
        2,
        9,
        "`Greet me` cannot be a name",
        "write it in small letters, digits and `_`, such as `track_order`",
    );
    let text = "schema: 1\nintent: greet\nexamples: { en: \"- aloha\", de: \"- aloha he\" }\nresponses:\n  x:\n    - { text: x, counts_as: smalltalk }\n";
    let found = errors("intents/greet_2.yaml", text);
    let problems: Vec<_> =
        found.iter().map(|fault| (fault.file.as_str(), fault.line, fault.problem.as_str())).collect();
    assert_eq!(
        problems,
        [
            ("intents/greet_2.yaml", 2, "the intent is called `greet`, its file `greet_2.yaml`"),
            ("intents/greet_2.yaml", 2, "the intent `greet` is in intents/greet.yaml already"),
        ]
    );
    let key = text.replace("greet", "other").replace("  x:", "  greet_back:");
    check(
        "intents/other.yaml",
        &key,
        5,
        3,
        "the reply `greet_back` is in intents/greet.yaml:18 already",
        "give one of them another name",
    );
    let key = text.replace("greet", "other").replace("  x:", "  rephrase:");
    let cure = "give it another name; the desk's own replies are in `_replies.yaml`";
    check("intents/other.yaml", &key, 5, 3, "the desk itself has a reply `rephrase`", cure);
    check("intents/x.yml", "", 1, 1, "files that end in `.yml` are not read", "rename it to `.yaml`");
}

#[test]
fn examples() {
    check(FILE, &greet("    - hi there", "    hi there"), 7, 5, "this line is no example", "begin it with `- `");
    let problem = "this example is in the intent `contact_human_agent` too (intents/contact_human_agent.yaml:7)";
    check(
        FILE,
        &greet("- hi there", "- I want a human!"),
        7,
        5,
        problem,
        "keep it where it belongs, or make it tell the two apart",
    );
    check(
        FILE,
        &greet("- hey", "- [x]{entity}"),
        9,
        5,
        "the mark `{entity}` cannot be read",
        "write `[words]{\"entity\": \"name\"}`",
    );
    let near = greet("responses:", "not_examples:\n  en: |\n    - Hey!\nresponses:");
    check(FILE, &near, 19, 5, "this is an example of `greet` in line 9 and a near miss here", "remove one of the two");
    let empty = "schema: 1\nintent: other\nexamples: {}\nresponses:\n  x:\n    - { text: x, counts_as: smalltalk }\n";
    let cure = "write what shoppers say, each on a line that begins with `- `";
    check("intents/other.yaml", empty, 3, 11, "there are no examples", cure);
}

#[test]
fn languages() {
    let cure = "write `de`, or add `dd` to `locales: others` in `_settings.yaml`";
    check(FILE, &greet("de: Hallo", "dd: Hallo"), 3, 21, "the language `dd` is not one of the shop's", cure);
    check(FILE, &greet("  de: |", "  dd: |"), 11, 3, "the language `dd` is not one of the shop's", cure);
    check(FILE, &greet("Hello, de", "\"\", de"), 3, 14, "this text is empty", "write it, or remove the line");
}

#[test]
fn replies() {
    check(FILE, &greet("{{ shop }}", "{{ shopp }}"), 19, 34, "there is no name `shopp` to fill in", "write `shop`");
    let cure = "describe it in `_actions.yaml`, or write `handoff` to ask for a person";
    check(FILE, &greet("responses:", "do: lookup_order\nresponses:"), 17, 5, "there is no action `lookup_order`", cure);
    check(
        FILE,
        &greet("responses:", "do: hand_off\nresponses:"),
        17,
        5,
        "there is no action `hand_off`",
        "write `handoff`",
    );
    let button = |text: &str| {
        greet("      counts_as", &format!("      quick_replies: [ {{ title: X, {text} }} ]\n      counts_as"))
    };
    check(FILE, &button("send: /gret"), 20, 42, "there is no intent `gret` to send", "write `/greet`");
    check(
        FILE,
        &button("send: greet"),
        20,
        42,
        "`greet` is nothing a button can send",
        "write `/intent` or `/intent{\"entity\": \"value\"}`",
    );
    check(
        FILE,
        &button("url: \"javascript:alert(1)\""),
        20,
        41,
        "`javascript:alert(1)` is not an address",
        "begin it with `https://`, or with `/` for a page of this server",
    );
    check(
        FILE,
        &button("send: /greet, url: \"https://x.example\""),
        20,
        55,
        "this button does two things",
        "keep `send` or `url`",
    );
    let when = |text: &str| greet("      counts_as", &format!("      when: {text}\n      counts_as"));
    let found = errors(FILE, &when("status == \"shipped\""));
    assert_eq!(
        (found[1].line, found[1].column, found[1].problem.as_str()),
        (20, 13, "there is no name `status` to fill in")
    );
    assert_eq!(found[0].cure, "add a last variant without `when`");
}

#[test]
fn conversation_tests() {
    check(
        FILE,
        &greet("utter: greet_back", "utter: greet_bak"),
        26,
        16,
        "there is no reply `greet_bak`",
        "write `greet_back`",
    );
    check(FILE, &greet("- intent: greet", "- intent: gret"), 25, 17, "there is no intent `gret`", "write `greet`");
    check(
        FILE,
        &greet("utter: greet_back", "cites: refund-tim"),
        26,
        16,
        "there is no article `refund-tim`",
        "write `refund-time`",
    );
    let cure = "write the words, with `\\` before signs such as `(`, `?` or `.`";
    check(FILE, &greet("utter: greet_back", "bot_matches: '(x'"), 26, 9, "the pattern `(x` cannot be read", cure);
    let cure = "begin a new step with `- ` for the second";
    check(FILE, &greet("      - intent", "        intent"), 24, 9, "this step says two things", cure);
    let outcomes =
        "write one of `open`, `handed_over`, `abandoned`, `answered_confirmed`, `answered_assumed`, `not_a_request`";
    check(FILE, &greet("utter: greet_back", "episode_outcome: solved"), 26, 26, "`solved` is not known here", outcomes);
}

#[test]
fn articles() {
    let at = "knowledge-base/en/other.md";
    let cure = "give it another id, or put both into one file";
    let problem = "the article `refund-time` is in knowledge-base/en/a.md already";
    let found = errors("knowledge-base/en/a.md", REFUND);
    assert_eq!(
        (found[0].line, found[0].column, found[0].problem.as_str(), found[0].cure.as_str()),
        (2, 5, problem, cure)
    );
    let differs = REFUND.replace("id: refund-time", "id: other").replace("refund_days: 5", "refund_days: 7");
    check(
        at,
        &differs,
        7,
        23,
        "`refund_days` is 7 here and 5 in knowledge-base/de/refund-time.md:7",
        "write what is true in both",
    );
    let cure = "write one of `de`, `en`, or add `fr` to `locales: others` in `_settings.yaml`";
    check(
        at,
        &REFUND.replace("id: refund-time", "id: other").replace("locale: en", "locale: fr"),
        4,
        9,
        "the language `fr` is not one of the shop's",
        cure,
    );
    check(
        at,
        &REFUND.replace("status", "x").replace("answer:", "anwser:"),
        5,
        1,
        "there is no key `anwser` here",
        "write `answer`",
    );
}

#[test]
fn all_faults_of_all_files_are_told_at_once() {
    let files = ShopFiles::new();
    files.write(FILE, &greet("examples:", "exampels:"));
    files.write("intents/_settings.yaml", "schema: 1\nlocale: en\n");
    files.write("knowledge-base/en/x.md", "No title.");
    files.write("intents/contact_human_agent.yaml", &HUMAN.replace("do: handoff", "do: handof"));
    let (loaded, faults) = files.check();
    assert!(loaded.is_none());
    let told: Vec<_> = faults.iter().map(|fault| (fault.file.as_str(), fault.line)).collect();
    assert_eq!(
        told,
        [
            ("intents/_settings.yaml", 2),
            ("intents/contact_human_agent.yaml", 17),
            (FILE, 4),
            ("knowledge-base/en/x.md", 1),
        ]
    );
}

#[test]
fn limits() {
    let files = ShopFiles::new();
    files.write(FILE, &format!("# {}\n{GREET}", "x".repeat(3 * 1024 * 1024)));
    let (_, faults) = files.check();
    assert_eq!(
        (faults[0].problem.as_str(), faults[0].cure.as_str()),
        ("the file is larger than 2 MiB", "split it into several files")
    );
    let lines: String = (0..20_001).map(|number| format!("    - example {number}\n")).collect();
    let found = errors(FILE, &greet("    - hello\n", &lines));
    assert!(found[0].problem.ends_with("examples in all intents together, more than 20000"), "{}", found[0].problem);
    fs::write(files.at(FILE), b"schema: 1\nintent: \xff\n").expect("a file");
    let (_, faults) = files.check();
    assert_eq!(faults[0].problem, "line 2 has signs that are no UTF-8");
}

#[test]
fn folders() {
    let files = ShopFiles::new();
    let (loaded, faults) = check_folder(&files.at("nowhere"), &files.at("knowledge-base"), TODAY);
    assert!(loaded.is_none() && faults[0].problem.starts_with("there is no folder"));
    files.remove("intents/greet.yaml");
    files.remove("intents/contact_human_agent.yaml");
    let (loaded, faults) = files.check();
    assert!(loaded.is_none());
    assert_eq!(faults[0].problem, "there is no intent");
}

#[test]
fn what_should_be_looked_at_is_a_warning() {
    let files = ShopFiles::new();
    files.write(FILE, &greet("title: { en: Hello, de: Hallo }", "title: { en: Hello }").replace("    - hey\n", ""));
    files.remove("knowledge-base/de/refund-time.md");
    files.write("knowledge-base/en/refund-time.md", &REFUND.replace("id:", "valid_until: 2026-11-21\nid:"));
    files.write("intents/_other.yaml", "x: 1");
    assert_eq!(
        warnings(&files),
        [
            "intents/_other.yaml:1:1: warning: this shared file is not known and not read; rename it without the `_` if it is an intent",
            "intents/greet.yaml:3:8: warning: this text is missing in `de`; add `de: \"…\"`",
            "intents/greet.yaml:6:5: warning: there are only 4 examples in `en`; write at least 5; 20 are better",
            "knowledge-base/en/refund-time.md:1:1: warning: this article is missing in `de`; write it in the folder `de`, with `id: refund-time`",
            "knowledge-base/en/refund-time.md:2:14: warning: this article held until 2026-11-21 and is no longer used; write a later day, or `status: archived`",
        ]
    );
}

#[test]
fn a_shops_folder_can_be_just_intents() {
    let files = ShopFiles::new();
    files.remove("intents/_settings.yaml");
    for name in ["greet", "contact_human_agent"] {
        let text = fs::read_to_string(files.at(&format!("intents/{name}.yaml"))).expect("a file");
        files.write(
            &format!("intents/{name}.yaml"),
            &text.replace("  de: |", "  en-GB: |").replace(", de: ", ", en-GB: "),
        );
    }
    files.remove("knowledge-base/de/refund-time.md");
    let snapshot = files.snapshot();
    assert!(snapshot.text("disclosure", "en").contains("assistant"));
    assert!(snapshot.reply("waiting_for_person", "de", &[], 0).is_some());
}

#[test]
fn no_text_may_hide_that_a_machine_answers() {
    let replies = |text: &str| {
        format!(
            "schema: 1\nreplies:\n  disclosure:\n    - text: {{ en: \"{text}\", de: \"Ein Bot.\" }}\n      counts_as: smalltalk\n"
        )
    };
    let found = errors("intents/_replies.yaml", &replies("Hi, I am {{ assistant }} from {{ shop }}!"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].problem.contains("machine") && found[0].line == 4, "{}", found[0]);
    let files = ShopFiles::new();
    files.write("intents/_replies.yaml", &replies("{{ assistant }} is an automated assistant."));
    assert!(files.check().0.is_some());
}
