//! What a button sends: `/intent{"entity": "value"}`.

use std::collections::BTreeMap;

/// A button's meaning, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// The intent, or one of the desk's own words.
    pub name: String,
    /// Entities it brings along.
    pub entities: BTreeMap<String, String>,
}

impl Payload {
    /// Reads `/name` with an optional JSON object of texts behind it.
    #[must_use]
    pub fn parse(send: &str) -> Option<Self> {
        let rest = send.strip_prefix('/')?;
        let (name, json) = rest.find('{').map_or((rest, "{}"), |at| rest.split_at(at));
        let name = name.trim();
        if name.is_empty() {
            return None;
        }
        Some(Self { name: name.to_owned(), entities: serde_json::from_str(json).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_read() {
        let check = |send: &str, expected: Option<(&str, usize)>| {
            let read = Payload::parse(send);
            assert_eq!(read.as_ref().map(|p| (p.name.as_str(), p.entities.len())), expected, "{send}");
        };
        check("/greet", Some(("greet", 0)));
        check("/track_order{\"order_number\": \"10042\"}", Some(("track_order", 1)));
        check("greet", None);
        check("/", None);
        check("/track_order{", None);
    }
}
