//! Bytes to frames: what is wrong with a frame is said in words, whatever it is.

use serde::de::Error as _;

use super::protocol::{ClientFrame, Code, Refusal};

/// How deep a frame's JSON may nest.
const DEPTH: usize = 8;

/// Reads a client's frame.
///
/// # Errors
/// The refusal to answer with.
pub(super) fn parse(text: &str) -> Result<ClientFrame, Refusal> {
    if depth(text) > DEPTH {
        return Err(refusal(None, Code::BadJson, &format!("a frame nests at most {DEPTH} levels deep")));
    }
    match serde_json::from_str::<ClientFrame>(text) {
        Ok(frame) => Ok(frame),
        Err(error) => Err(explain(text, &error)),
    }
}

fn explain(text: &str, error: &serde_json::Error) -> Refusal {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Object(fields)) => {
            let id =
                fields.get("id").and_then(|id| id.as_str()).filter(|id| id.chars().count() <= 64).map(String::from);
            refusal(id, Code::BadField, &format!("this frame cannot be read: {error}"))
        }
        Ok(_) => refusal(None, Code::BadJson, "a frame is one JSON object"),
        Err(error) => refusal(None, Code::BadJson, &format!("this is not JSON: {error}")),
    }
}

fn refusal(re: Option<String>, code: Code, message: &str) -> Refusal {
    // Messages of the JSON reader quote what was sent; a long quotation helps nobody.
    Refusal { re, code, message: message.chars().take(300).collect(), retry: false, after_ms: None }
}

// The nesting of brackets outside strings; of text that is no JSON, some number.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Checks what types cannot say: lengths of ids.
pub(super) fn check_ids(id: &str, client_id: Option<&str>) -> Result<(), serde_json::Error> {
    let fits = |text: &str| !text.is_empty() && text.chars().count() <= 64 && !text.contains('\0');
    if !fits(id) {
        return Err(serde_json::Error::custom("`id` has 1 to 64 characters"));
    }
    if client_id.is_some_and(|client_id| !fits(client_id)) {
        return Err(serde_json::Error::custom("`client_id` has 1 to 64 characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: Code, re: Option<&str>) {
        let refused = parse(text).expect_err("a refusal");
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
        let text =
            r#"{"type":"say","id":"1","client_id":"c","more":1,"body":{"kind":"text","text":"[[[[[[[[[[\"{{{"}}"#;
        assert!(matches!(parse(text), Ok(ClientFrame::Say { .. })));
        let act = r#"{"type":"act","id":"1","client_id":"c","act":"rate","score":4}"#;
        assert!(matches!(parse(act), Ok(ClientFrame::Act { .. })));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC*") {
            drop(parse(&text));
        }

        #[test]
        fn nor_does_text_that_is_nearly_a_frame(kind in "[a-z]{0,8}", field in "[a-z_]{0,9}", value in "[\\[\\]{}0-9a-z\",:-]{0,40}") {
            drop(parse(&format!("{{\"type\":\"{kind}\",\"{field}\":{value}}}")));
        }
    }
}
