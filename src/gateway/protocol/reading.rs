//! What is wrong with a frame is said in words, whatever it is.

use proptest::prelude::*;

use crate::gateway::protocol::{ClientFrame, Code};
use crate::wire::parse;

fn check(text: &str, expected: Code, re: Option<&str>) {
    let refused = parse::<ClientFrame>(text).expect_err("a refusal");
    assert_eq!((refused.code, refused.re.as_deref()), (expected, re), "{text}");
}

#[test]
fn bad_frames_are_told_apart() {
    check("", Code::BadJson, None);
    check("[]", Code::BadJson, None);
    check("{\"type\":\"say\"", Code::BadJson, None);
    check("{\"type\":\"dance\",\"id\":\"1\"}", Code::BadField, Some("1"));
    check("{\"type\":\"say\",\"id\":\"7\"}", Code::BadField, Some("7"));
    check("{\"type\":\"fetch\",\"id\":\"7\",\"from\":-1,\"to\":2}", Code::BadField, Some("7"));
    check("{\"type\":\"act\",\"id\":\"7\",\"client_id\":\"a\",\"act\":\"fly\"}", Code::BadField, Some("7"));
    check(
        &format!("{{\"type\":\"typing\",\"on\":true,\"x\":{}1{}}}", "[".repeat(8), "]".repeat(8)),
        Code::BadJson,
        None,
    );
}

#[test]
fn unknown_fields_are_ignored_and_brackets_in_words_do_not_nest() {
    let text = r#"{"type":"say","id":"1","client_id":"c","more":1,"body":{"kind":"text","text":"[[[[[[[[[[\"{{{"}}"#;
    assert!(matches!(parse(text), Ok(ClientFrame::Say { .. })));
    let act = r#"{"type":"act","id":"1","client_id":"c","act":"rate","score":4}"#;
    assert!(matches!(parse(act), Ok(ClientFrame::Act { .. })));
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC*") {
        drop(parse::<ClientFrame>(&text));
    }

    #[test]
    fn nor_does_text_that_is_nearly_a_frame(kind in "[a-z]{0,8}", field in "[a-z_]{0,9}", value in "[\\[\\]{}0-9a-z\",:-]{0,40}") {
        drop(parse::<ClientFrame>(&format!("{{\"type\":\"{kind}\",\"{field}\":{value}}}")));
    }
}
