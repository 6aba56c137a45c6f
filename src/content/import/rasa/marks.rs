//! Rasa's marks in examples: `[words](entity)`, `[words](entity:value)`, `[words]{"entity": …}` and lists of these.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use serde_json::json;

use super::super::names::plain;

/// A line with its marks.
#[derive(Debug, Clone, Default)]
pub(super) struct Marked {
    /// As our files write it.
    pub(super) text: String,
    /// Without marks.
    pub(super) plain: String,
    pub(super) marks: Vec<Mark>,
}

/// One of them.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Mark {
    pub(super) entity: String,
    pub(super) value: Option<String>,
    pub(super) role: Option<String>,
    pub(super) group: Option<String>,
    /// The words that are marked.
    #[serde(skip)]
    pub(super) words: String,
    /// How many more entities the same words are.
    #[serde(skip)]
    pub(super) more: usize,
}

static MARK: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"\[([^\[\]]+)\](?:\(([^()]+)\)|(\{[^{}]*\})|\[(\{[^\[\]]*\})\])";
    match Regex::new(pattern) {
        Ok(mark) => mark,
        Err(error) => unreachable!("the pattern is a constant that a test compiles: {error}"),
    }
});

/// Reads `line`; an error is the mark that cannot be read.
pub(super) fn read(line: &str) -> Result<Marked, String> {
    let (mut read, mut last) = (Marked::default(), 0);
    for found in MARK.captures_iter(line) {
        let (Some(whole), Some(words)) = (found.get(0), found.get(1)) else { continue };
        let between = &line[last..whole.start()];
        let group = |index: usize| found.get(index).map(|group| group.as_str());
        let mark = mark(words.as_str(), group(2), group(3), group(4)).ok_or_else(|| whole.as_str().to_owned())?;
        read.text.push_str(between);
        read.plain.push_str(between);
        read.plain.push_str(&mark.words);
        read.text.push_str(&mark.in_our_words());
        read.marks.push(mark);
        last = whole.end();
    }
    read.text.push_str(&line[last..]);
    read.plain.push_str(&line[last..]);
    Ok(read)
}

fn mark(words: &str, short: Option<&str>, long: Option<&str>, list: Option<&str>) -> Option<Mark> {
    let words = words.to_owned();
    if let Some(json) = long {
        return Some(Mark { words, ..serde_json::from_str(json).ok()? });
    }
    if let Some(json) = list {
        let marks: Vec<Mark> = serde_json::from_str(&format!("[{json}]")).ok()?;
        let more = marks.len().saturating_sub(1);
        return marks.into_iter().next().map(|mark| Mark { words, more, ..mark });
    }
    let short = short?;
    let (entity, value) = short.split_once(':').map_or((short, None), |(entity, value)| (entity, Some(value)));
    let (entity, value) = (entity.trim().to_owned(), value.map(|value| value.trim().to_owned()));
    Some(Mark { entity, value, role: None, group: None, words, more: 0 })
}

impl Mark {
    /// What the words stand for.
    pub(super) fn value(&self) -> &str {
        self.value.as_deref().unwrap_or(&self.words)
    }

    /// Its entity, as our files name it.
    pub(super) fn name(&self) -> String {
        plain(&self.entity, "thing")
    }

    fn in_our_words(&self) -> String {
        match &self.value {
            // A brace would end the mark.
            Some(value) if value != &self.words && !value.contains(['{', '}']) => {
                format!("[{}]{}", self.words, json!({ "entity": self.name(), "value": value }))
            }
            _ => format!("[{}]({})", self.words, self.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kinds_of_marks_are_read() {
        let check = |line: &str, text: &str, plain: &str| {
            let read = read(line).expect("marks");
            assert_eq!((read.text.as_str(), read.plain.as_str()), (text, plain), "{line}");
        };
        check("to [Rome](city) now", "to [Rome](city) now", "to Rome now");
        check("[nyc](city:New York)", r#"[nyc]{"entity":"city","value":"New York"}"#, "nyc");
        check(r#"[a]{"entity": "Order-No", "role": "from"} b"#, "[a](order_no) b", "a b");
        check(r#"[x][{"entity": "a"}, {"entity": "b", "group": "1"}]"#, "[x](a)", "x");
        check("see [the list] (below)", "see [the list] (below)", "see [the list] (below)");
        assert_eq!(read("[x]{entity: y} z").expect_err("a fault"), "[x]{entity: y}");
        assert_eq!(read(r#"[x][{"entity": "a"}, {"entity": "b"}]"#).expect("marks").marks[0].more, 1);
    }
}
