//! The traps of YAML, and its commonest slips.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Format, Node, Place};

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Sample {
    text: Option<String>,
    number: Option<f64>,
    #[schemars(range(min = 1, max = 60))]
    minutes: Option<u32>,
    flag: Option<bool>,
    texts: Option<BTreeMap<String, String>>,
    words: Option<Words>,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Words {
    Same(String),
    ByLocale(BTreeMap<String, String>),
}

fn sample(yaml: &str) -> Sample {
    Format::<Sample>::new().read(yaml, 0).unwrap_or_else(|troubles| panic!("{yaml}: {troubles:?}")).0
}

#[test]
fn text_stays_as_written() {
    let check = |yaml: &str, expected: &str| {
        assert_eq!(sample(&format!("text: {yaml}\n")).text.as_deref(), Some(expected), "{yaml}");
        let words = sample(&format!("words: {{ en: {yaml} }}\n")).words;
        assert_eq!(words, Some(Words::ByLocale(BTreeMap::from([("en".into(), expected.into())]))), "{yaml}");
    };
    check("010", "010");
    check("0x10", "0x10");
    check("0o17", "0o17");
    check("no", "no");
    check("No", "No");
    check("off", "off");
    check("y", "y");
    check("true", "true");
    check("12:30", "12:30");
    check("1.10", "1.10");
    check("1e3", "1e3");
    check("1e999", "1e999");
    check("1_000", "1_000");
    check(".inf", ".inf");
    check("+49 170", "+49 170");
    check("2026-11-18", "2026-11-18");
    check("'null'", "null");
    check("\"010\"", "010");
    check("Größe 010", "Größe 010");
}

#[test]
fn text_after_wide_signs_is_cut_at_the_right_place() {
    let sample = sample("# ä 😀 ß\ntexts: { ü: 007, \"😀\": 0.50 }\n");
    let texts = BTreeMap::from([("ü".into(), "007".into()), ("😀".into(), "0.50".into())]);
    assert_eq!(sample.texts, Some(texts));
}

#[test]
fn keys_are_text_too() {
    let sample = sample("texts:\n  no: a\n  010: b\n  1.0: c\n");
    let texts = [("010", "b"), ("1.0", "c"), ("no", "a")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(sample.texts, Some(BTreeMap::from(texts)));
}

#[test]
fn numbers_are_numbers_where_they_are_asked_for() {
    assert_eq!(
        sample("number: 0.65\nminutes: 30\nflag: true\nwords: 010\n"),
        Sample {
            text: None,
            number: Some(0.65),
            minutes: Some(30),
            flag: Some(true),
            texts: None,
            words: Some(Words::Same("010".into())),
        }
    );
}

#[test]
fn repeats_by_reference_are_read() {
    let sample = sample("texts:\n  a: &x 010\n  b: *x\n");
    assert_eq!(sample.texts.map(|texts| texts["b"].clone()).as_deref(), Some("010"));
}

fn troubles(yaml: &str) -> Vec<(u32, u32, String, String)> {
    let troubles = Format::<Sample>::new().read(yaml, 0).expect_err(yaml);
    troubles.into_iter().map(|t| (t.place.line, t.place.column, t.problem, t.cure)).collect()
}

fn check(yaml: &str, line: u32, column: u32, problem: &str, cure: &str) {
    assert_eq!(troubles(yaml), [(line, column, problem.to_owned(), cure.to_owned())], "{yaml}");
}

#[test]
fn wrong_values_are_told_in_words() {
    check("minutes: 90", 1, 10, "90 is too large", "write a whole number from 1 to 60");
    check("minutes: soon", 1, 10, "`soon` is not a whole number", "write a whole number from 1 to 60");
    check("number: 0,65", 1, 9, "`0,65` is not a number", "write a number");
    check("flag: yes", 1, 7, "`yes` is neither `true` nor `false`", "write `true` or `false`");
    check("text: [a]", 1, 7, "here stands a list where a text belongs", "write a text");
    check("txet: a", 1, 1, "there is no key `txet` here", "write `text`");
    check(
        "text: a\ntext: b",
        2,
        1,
        "the key `text` stands here a second time",
        "keep one of them; the first is in line 1",
    );
    check(
        "- a",
        1,
        1,
        "here stands a list where a block of keys (`key: value`) belongs",
        "write a block of keys (`key: value`)",
    );
}

#[test]
fn all_faults_are_told_at_once() {
    assert_eq!(troubles("flag: no\ntxt: a\nminutes: 0\n").len(), 3);
}

#[test]
fn slips_of_the_keyboard_are_told_in_words() {
    let indented = "this line is indented differently from the lines it belongs to";
    check("text: a: b", 1, 7, "a text with `: ` in it needs quotes", "write `key: \"text: more text\"`");
    check("texts:\n\ten: a", 2, 1, "this line is indented with a tab", "indent it with spaces");
    check("text: \"a\nflag: true\n", 1, 7, "a quoted text that begins here has no end", "close it with the same quote");
    check(
        "texts: { en: a\nflag: true\n",
        2,
        5,
        "a list in `[ ]` or a block in `{ }` is not closed",
        "close it, and put texts with `,` `{` or `[` in quotes",
    );
    check("texts:\n  en: a\n de: b\n", 3, 2, indented, "line it up with them");
    let braces = "a text that begins with `{{` needs quotes";
    check("text: {{ shop }}", 1, 7, braces, "write `key: \"{{ name }}\"`");
    check("texts: { en: {{ shop }} }", 1, 14, braces, "write `key: \"{{ name }}\"`");
    check("text: @home", 1, 7, "a text cannot begin with this sign", "put the text in quotes");
    check("text: *x", 1, 7, "this `*name` refers to nothing", "put the text in quotes");
    check("", 1, 1, "the file is empty", "write its first line: `schema: 1`");
}

#[test]
fn depth_is_bounded() {
    let deep = format!("text: {}{}", "[".repeat(5000), "]".repeat(5000));
    assert!(Node::read(&deep).is_err());
    let wide = format!("texts: {{ {} }}", "a: ".repeat(5000));
    assert!(Node::read(&wide).is_err());
}

#[test]
fn places_can_be_asked_for() {
    let node = Node::read("a:\n  - b: 1\n    c: 2\n").expect("a tree");
    assert_eq!(node.place_of(&["a".into(), 0.into(), "c".into()]), Place { line: 3, column: 8 });
    assert_eq!(node.key_place(&["a".into(), 0.into()], "c"), Place { line: 3, column: 5 });
    assert_eq!(node.place_of(&["a".into(), 7.into()]), Place { line: 2, column: 3 });
}

proptest::proptest! {
    #[test]
    fn no_text_makes_reading_panic(text in "[-a-c:#&*!|>'\"{}\\[\\], \\t\\n%@`~0é😀]{0,80}") {
        // A fault or a tree: either is an answer.
        let _ = Format::<Sample>::new().read(&text, 3);
        let _ = super::parse("knowledge-base/en/x.md", &format!("---\n{text}\n---\n{text}"));
        let _ = super::parse("x", &text);
    }
}
