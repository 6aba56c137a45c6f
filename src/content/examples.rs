//! Examples: lines that begin with `- `, with Rasa's marks for what is named in them.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::files::Lines;
use crate::knowledge::{Node, Place, Step, Trouble};

/// A line a shopper might write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedExample {
    /// Its words, without marks.
    pub text: String,
    /// Its language.
    pub locale: String,
    /// What is named in it.
    pub entities: Vec<NamedThing>,
    /// Where it stands in its file.
    pub place: Place,
}

/// A thing named in an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedThing {
    /// What kind of thing, as `order_number`.
    pub entity: String,
    /// First position, in characters.
    pub start: usize,
    /// Position after the last one, in characters.
    pub end: usize,
    /// What it stands for; the words themselves where nothing else is said.
    pub value: String,
}

// `[words](entity)` or `[words]{"entity": "name"}`.
static MARK: LazyLock<Regex> = LazyLock::new(|| match Regex::new(r"\[([^\[\]]+)\](?:\(([^()]+)\)|(\{[^{}]*\}))") {
    Ok(mark) => mark,
    Err(error) => unreachable!("the pattern is a constant that a test compiles: {error}"),
});

#[derive(Deserialize)]
struct Mark {
    entity: String,
    value: Option<String>,
}

/// The examples in `lines`, which stand at `path` in `root`, the tree of a file with the text `source`.
pub(super) fn parse(
    locale: &str,
    lines: &Lines,
    root: &Node,
    path: &[Step<'_>],
    source: &str,
) -> (Vec<ParsedExample>, Vec<Trouble>) {
    let (mut examples, mut troubles) = (Vec::new(), Vec::new());
    let mut take = |example: Result<Option<ParsedExample>, Trouble>| match example {
        Ok(example) => examples.extend(example),
        Err(trouble) => troubles.push(trouble),
    };
    match lines {
        Lines::List(list) => {
            for (index, text) in list.iter().enumerate() {
                let path: Vec<Step<'_>> = path.iter().copied().chain([index.into()]).collect();
                take(example(locale, text, root.place_of(&path)));
            }
        }
        Lines::Block(block) => {
            let lines = BlockLines::of(block, root.place_of(path), source);
            if lines.are_folded {
                let cure = "write `|` instead of `>` in the line above";
                take(Err(Trouble::new(lines.start, "below `>` all lines run together into one", cure)));
            }
            for (index, line) in (0..).zip(block.lines()) {
                let text = line.trim();
                if text.is_empty() || text.starts_with('#') {
                    continue;
                }
                let place = lines.place(index);
                match text.strip_prefix('-') {
                    Some(rest) => take(example(locale, rest, place)),
                    None => take(Err(Trouble::new(place, "this line is no example", "begin it with `- `"))),
                }
            }
        }
    }
    (examples, troubles)
}

/// Where the lines of a block stand in their file.
pub(super) struct BlockLines<'a> {
    // Of the whole file.
    source: Vec<&'a str>,
    // Of the first line that is not empty.
    start: Place,
    empty_before: u32,
    is_quoted: bool,
    /// Whether `>` has made one line of them.
    pub(super) are_folded: bool,
}

impl<'a> BlockLines<'a> {
    /// Of `block`, which begins at `start` in a file with the text `source`.
    pub(super) fn of(block: &str, start: Place, source: &'a str) -> Self {
        let empty_before = block.lines().take_while(|line| line.trim().is_empty()).count();
        let empty_before = u32::try_from(empty_before).unwrap_or(0);
        let mut lines =
            Self { source: source.lines().collect(), start, empty_before, is_quoted: false, are_folded: false };
        let column = usize::try_from(start.column).unwrap_or(1).saturating_sub(1);
        lines.is_quoted = lines.line(start.line).chars().nth(column).is_some_and(|c| matches!(c, '"' | '\''));
        let head = lines.line(start.line.saturating_sub(empty_before + 1));
        let head = head.split(" #").next().unwrap_or_default().trim_end();
        lines.are_folded = !lines.is_quoted && head.rsplit(": ").next().is_some_and(|mark| mark.starts_with('>'));
        lines
    }

    fn line(&self, number: u32) -> &'a str {
        let index = usize::try_from(number).unwrap_or(usize::MAX).checked_sub(1);
        index.and_then(|index| self.source.get(index)).copied().unwrap_or_default()
    }

    /// Of the line `index` of the block, counted from 0.
    pub(super) fn place(&self, index: u32) -> Place {
        if self.is_quoted {
            return self.start;
        }
        let line = (self.start.line + index).saturating_sub(self.empty_before);
        let indent = self.line(line).chars().take_while(|c| *c == ' ').count();
        // A text on the line of its key begins behind the key.
        let column =
            if index == self.empty_before { self.start.column } else { u32::try_from(indent).unwrap_or(0) + 1 };
        Place { line, column }
    }
}

fn example(locale: &str, marked: &str, place: Place) -> Result<Option<ParsedExample>, Trouble> {
    let marked = marked.trim();
    let (mut text, mut entities, mut last) = (String::new(), Vec::new(), 0);
    for found in MARK.captures_iter(marked) {
        let (Some(whole), Some(words)) = (found.get(0), found.get(1)) else { continue };
        text.push_str(&marked[last..whole.start()]);
        last = whole.end();
        let mark = mark(found.get(2).map(|m| m.as_str()), found.get(3).map(|m| m.as_str()), place)?;
        let start = text.chars().count();
        text.push_str(words.as_str());
        let end = start + words.as_str().chars().count();
        entities.push(NamedThing {
            entity: mark.entity,
            start,
            end,
            value: mark.value.unwrap_or_else(|| words.as_str().to_owned()),
        });
    }
    text.push_str(&marked[last..]);
    if text.is_empty() {
        return Ok(None);
    }
    Ok(Some(ParsedExample { text, locale: locale.to_owned(), entities, place }))
}

fn mark(short: Option<&str>, long: Option<&str>, place: Place) -> Result<Mark, Trouble> {
    if let Some(json) = long {
        return serde_json::from_str(json).map_err(|_| {
            Trouble::new(place, format!("the mark `{json}` cannot be read"), "write `[words]{\"entity\": \"name\"}`")
        });
    }
    // Older Rasa files write `[words](entity:value)`.
    let short = short.unwrap_or_default();
    let (entity, value) =
        short.split_once(':').map_or((short, None), |(entity, value)| (entity, Some(value.trim().to_owned())));
    Ok(Mark { entity: entity.trim().to_owned(), value })
}

/// What two examples have in common that differ in case, spaces and punctuation only.
pub(super) fn normal(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(yaml: &str) -> (Vec<ParsedExample>, Vec<Trouble>) {
        let root = Node::read(yaml).expect("YAML");
        let node = root.get("en").expect("en");
        let lines = match &node.kind {
            crate::knowledge::Kind::List(list) => {
                Lines::List(list.iter().filter_map(|n| n.text().map(str::to_owned)).collect())
            }
            _ => Lines::Block(node.text().expect("text").to_owned()),
        };
        parse("en", &lines, &root, &["en".into()], yaml)
    }

    #[test]
    fn marks_are_taken_off_and_kept_beside() {
        let (examples, troubles) = check(
            "en: |\n  - where is [#10042](order_number)\n  - has [10042]{\"entity\": \"order_number\", \"value\": \"010042\"} shipped\n",
        );
        assert!(troubles.is_empty());
        let texts: Vec<_> = examples.iter().map(|e| e.text.as_str()).collect();
        assert_eq!(texts, ["where is #10042", "has 10042 shipped"]);
        let named = |index: usize| &examples[index].entities[0];
        assert_eq!((named(0).start, named(0).end, named(0).value.as_str()), (9, 15, "#10042"));
        assert_eq!((named(1).start, named(1).end, named(1).value.as_str()), (4, 9, "010042"));
        assert_eq!(examples[0].place, Place { line: 2, column: 3 });
        assert_eq!(examples[1].place, Place { line: 3, column: 3 });
    }

    #[test]
    fn lines_may_be_a_list_and_have_gaps() {
        let places = |yaml: &str| check(yaml).0.iter().map(|e| (e.text.clone(), e.place.line)).collect::<Vec<_>>();
        assert_eq!(places("en:\n  - one\n  - 010\n"), [("one".into(), 2), ("010".into(), 3)]);
        assert_eq!(places("en: |  # lines\n\n  - one\n\n  # note\n  -two\n"), [("one".into(), 3), ("two".into(), 6)]);
        assert_eq!(places("en: \"- one\\n- two\""), [("one".into(), 1), ("two".into(), 1)]);
        assert_eq!(places("en: |\n  - a [b] (c) ü[d](e)\n"), [("a [b] (c) üd".into(), 2)]);
    }

    #[test]
    fn broken_lines_are_told() {
        let (_, troubles) = check("en: |\n  - one\n  two\n  - [x]{entity: y}\n");
        let found: Vec<_> = troubles.iter().map(|t| (t.place.line, t.problem.as_str())).collect();
        assert_eq!(found, [(3, "this line is no example"), (4, "the mark `{entity: y}` cannot be read")]);
        let (_, troubles) = check("en: >  # x\n  - one\n  - two\n");
        assert_eq!(troubles[0].problem, "below `>` all lines run together into one");
    }

    #[test]
    fn equal_examples_are_known() {
        assert_eq!(normal("Where's my ORDER?!"), normal("where s  my order"));
    }
}
