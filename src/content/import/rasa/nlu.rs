//! Training data: intents, synonyms, lookup tables and regexes.

use super::super::{At, Notes, Source};
use super::marks;
use super::project::{Intent, Listed, Project};
use crate::content::examples::BlockLines;
use crate::knowledge::{Kind, Node};

/// A group of lines, from YAML or Markdown.
pub(super) struct Block {
    /// `intent`, `synonym`, `lookup` or `regex`.
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) at: At,
    pub(super) lines: Vec<(At, String)>,
}

const KINDS: [&str; 4] = ["intent", "synonym", "lookup", "regex"];

/// Reads the list below `nlu:`.
pub(super) fn read(project: &mut Project, node: &Node, source: &Source, notes: &mut Notes) {
    let entries = match &node.kind {
        Kind::List(entries) => entries.as_slice(),
        Kind::Empty => &[],
        _ => {
            let cure = "write `- intent: name` and `examples: |` below it";
            notes.error(&At::new(&source.name, node.place), "`nlu` is no list", cure);
            return;
        }
    };
    for entry in entries {
        let at = At::new(&source.name, entry.place);
        let found = KINDS.into_iter().find_map(|kind| entry.get(kind).map(|name| (kind, name)));
        let Some((kind, name)) = found else {
            notes.error(
                &at,
                "this entry has no known kind",
                "begin it with `intent:`, `synonym:`, `lookup:` or `regex:`",
            );
            continue;
        };
        let Some(name) = name.text().map(str::trim).filter(|name| !name.is_empty()) else {
            notes.error(&at, format!("this {kind} has no name"), format!("write it behind `{kind}:`"));
            continue;
        };
        for (key, value) in entry.entries().iter().filter(|(key, _)| key.text != kind && key.text != "examples") {
            let at = At::new(&source.name, value.place);
            notes.left_out(&at, format!("`{}` of `{name}` has no place here", key.text), "nothing is to be done");
        }
        let lines = entry.get("examples").map(|node| lines(node, source, notes)).unwrap_or_default();
        take(project, Block { kind, name: name.to_owned(), at, lines }, notes);
    }
}

fn lines(node: &Node, source: &Source, notes: &mut Notes) -> Vec<(At, String)> {
    let at = |node: &Node| At::new(&source.name, node.place);
    match &node.kind {
        Kind::Text(block) => block_lines(block, node, source, notes),
        Kind::List(entries) => entries
            .iter()
            .filter_map(|entry| {
                if entry.get("metadata").is_some() {
                    notes.left_out(
                        &at(entry),
                        "the `metadata` of an example has no place here",
                        "nothing is to be done",
                    );
                }
                let text = entry.text().or_else(|| entry.get("text")?.text());
                if text.is_none() {
                    notes.error(&at(entry), "this example has no text", "write `- text: …`");
                }
                let text = text?.trim();
                Some((at(entry), text.strip_prefix("- ").unwrap_or(text).to_owned()))
            })
            .collect(),
        Kind::Empty => Vec::new(),
        Kind::Map(_) => {
            notes.error(&at(node), "these examples are no lines", "write `examples: |` and lines with `- ` below it");
            Vec::new()
        }
    }
}

fn block_lines(block: &str, node: &Node, source: &Source, notes: &mut Notes) -> Vec<(At, String)> {
    let places = BlockLines::of(block, node.place, &source.text);
    if places.are_folded {
        let cure = "write `|` instead of `>` behind `examples:`";
        notes.error(&At::new(&source.name, node.place), "below `>` all lines run together into one", cure);
        return Vec::new();
    }
    let mut lines = Vec::new();
    for (index, line) in (0..).zip(block.lines()) {
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let at = At::new(&source.name, places.place(index));
        match text.strip_prefix('-') {
            Some(text) => lines.push((at, text.trim().to_owned())),
            None => notes.error(&at, "this line is no example", "begin it with `- `"),
        }
    }
    lines
}

/// Takes `block` into the project.
pub(super) fn take(project: &mut Project, block: Block, notes: &mut Notes) {
    let Block { kind, name, at, mut lines } = block;
    lines.retain(|(_, text)| !text.is_empty());
    let list = match kind {
        "intent" => return take_intent(project, name, at, lines, notes),
        "synonym" => &mut project.synonyms,
        "lookup" => &mut project.lookups,
        _ => &mut project.regexes,
    };
    match list.iter_mut().find(|listed| listed.name == name) {
        Some(listed) => listed.lines.extend(lines),
        None => list.push(Listed { name, at, lines }),
    }
}

fn take_intent(project: &mut Project, name: String, at: At, lines: Vec<(At, String)>, notes: &mut Notes) {
    let mut read = Vec::new();
    for (at, line) in lines {
        match marks::read(&line) {
            Ok(marked) => read.push((at, marked)),
            Err(mark) => {
                let problem = format!("the mark `{mark}` cannot be read");
                notes.error(&at, problem, "write `[words](entity)` or `[words]{\"entity\": \"name\"}`");
            }
        }
    }
    for (at, mark) in read.iter().flat_map(|(at, marked)| marked.marks.iter().map(move |mark| (at, mark))) {
        let told = [("role", &mark.role), ("group", &mark.group)];
        for (kind, name) in told.into_iter().filter_map(|(kind, name)| Some((kind, name.as_ref()?))) {
            let problem = format!("the {kind} `{name}` of `{}` has no place here", mark.entity);
            notes.left_out(at, problem, "ask for each of the two by a form, if both may be named");
        }
        if mark.more > 0 {
            let problem = format!("`{}` is marked as several entities; only `{}` stayed", mark.words, mark.entity);
            notes.left_out(at, problem, "nothing is to be done");
        }
    }
    match project.intents.iter_mut().find(|intent| intent.name == name) {
        Some(intent) => intent.lines.extend(read),
        None => project.intents.push(Intent { name, at, lines: read }),
    }
}
