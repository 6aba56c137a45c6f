//! Bytes to frames: what is wrong with a frame is said in words, whatever it is.

use serde::de::{DeserializeOwned, Error as _};

use super::{Code, Refusal};

/// How deep a frame's JSON may nest.
const DEPTH: usize = 8;

/// Reads a client's frame.
///
/// # Errors
/// The refusal to answer with.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    if depth(text) > DEPTH {
        return Err(refusal(None, Code::BadJson, &format!("a frame nests at most {DEPTH} levels deep")));
    }
    match serde_json::from_str(text) {
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
///
/// # Errors
/// Which is wrong.
pub fn check_ids(id: &str, client_id: Option<&str>) -> Result<(), serde_json::Error> {
    let fits = |text: &str| !text.is_empty() && text.chars().count() <= 64 && !text.contains('\0');
    if !fits(id) {
        return Err(serde_json::Error::custom("`id` has 1 to 64 characters"));
    }
    if client_id.is_some_and(|client_id| !fits(client_id)) {
        return Err(serde_json::Error::custom("`client_id` has 1 to 64 characters"));
    }
    Ok(())
}
