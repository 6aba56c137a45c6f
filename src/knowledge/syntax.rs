//! Words for text that is no YAML.

use serde_saphyr::Error;

use super::fault::{Place, Trouble};
use super::tree;

/// What is wrong with `text`, which `error` tells in the words of a parser.
pub(super) fn trouble(text: &str, error: &Error) -> Trouble {
    let place = error.location().map_or(Place::START, tree::place);
    if let Some(place) = tab_at(text, place) {
        return Trouble::new(place, "this line is indented with a tab", "indent it with spaces");
    }
    if let Some(place) = braces_at(text, place) {
        return Trouble::new(place, "a text that begins with `{{` needs quotes", "write `key: \"{{ name }}\"`");
    }
    let (problem, cure) = match error.without_snippet() {
        Error::Eof { .. } => ("the file is empty", "write its first line: `schema: 1`"),
        Error::MultipleDocuments { .. } => ("a line `---` begins a second file here", "remove the line"),
        Error::Budget { .. } => ("the file is nested too deeply or too large", "split it into several files"),
        Error::UnknownAnchor { .. } => ("this `*name` refers to nothing", "put the text in quotes"),
        Error::NonFiniteFloat { .. } => ("this number is too large", "put it in quotes"),
        Error::ExternalMessage { msg, .. } => return from_parser(text, place, msg),
        _ => UNREADABLE,
    };
    Trouble::new(place, problem, cure)
}

const UNREADABLE: (&str, &str) =
    ("this line cannot be read", "check how far it is indented, and put texts with special signs in quotes");

// The parser's messages, by what authors do most often to cause them.
const CAUSES: &[(&[&str], (&str, &str))] = &[
    (
        &["unclosed quote", "document indicator"],
        ("a quoted text that begins here has no end", "close it with the same quote"),
    ),
    (
        &["trailing content after"],
        (
            "after the closing quote there is more text",
            "put the whole text in quotes, and write `\"` inside it as `\\\"`",
        ),
    ),
    (&["tab"], ("there is a tab here", "use spaces")),
    (&["escape"], ("the sign after `\\` is not known", "write `\\\\` for a backslash, or use single quotes")),
    (&["bracket"], ("a bracket is opened or closed without its partner", "write `[` with `]` and `{` with `}`")),
    (
        &["EOF", "eof", "',' or"],
        ("a list in `[ ]` or a block in `{ }` is not closed", "close it, and put texts with `,` `{` or `[` in quotes"),
    ),
    (&["anchor or alias"], ("a text cannot begin with `*` or `&`", "put the text in quotes")),
    (&["unknown anchor"], ("this `*name` refers to nothing", "put the text in quotes")),
    (&["unexpected character"], ("a text cannot begin with this sign", "put the text in quotes")),
    (
        &["valid inside a block", "entries are not allowed"],
        ("a list cannot begin here", "begin it on a line of its own"),
    ),
    (
        &["expected '-'", "expected key"],
        ("this line is indented differently from the lines it belongs to", "line it up with them"),
    ),
    (&["indent"], ("this line is indented wrongly", "line it up with the lines it belongs to")),
];

fn from_parser(text: &str, place: Place, message: &str) -> Trouble {
    if let Some(place) = second_colon(text, place, message) {
        return Trouble::new(place, "a text with `: ` in it needs quotes", "write `key: \"text: more text\"`");
    }
    let cause = CAUSES.iter().find(|(signs, _)| signs.iter().any(|sign| message.contains(sign)));
    let (problem, cure) = cause.map_or(UNREADABLE, |(_, words)| *words);
    Trouble::new(place, problem, cure)
}

fn line(text: &str, number: u32) -> &str {
    text.lines().nth(usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1)).unwrap_or_default()
}

// A tab in the indentation of the line that cannot be read, or of the one before it, where the parser may have gone wrong.
fn tab_at(text: &str, place: Place) -> Option<Place> {
    [place.line.saturating_sub(1), place.line].into_iter().filter(|number| *number > 0).find_map(|number| {
        let indentation = line(text, number).chars().take_while(|c| c.is_whitespace());
        let column = indentation.into_iter().position(|c| c == '\t')?;
        Some(Place { line: number, column: u32::try_from(column).unwrap_or(0) + 1 })
    })
}

// To YAML, two braces without quotes are a block within a block.
fn braces_at(text: &str, place: Place) -> Option<Place> {
    let line = line(text, place.line);
    let at = [": {{", "- {{", "[{{"].into_iter().find_map(|sign| Some(line.find(sign)? + sign.len() - 2))?;
    Some(Place { line: place.line, column: u32::try_from(line[..at].chars().count()).unwrap_or(0) + 1 })
}

// `title: Refund: how long` is the commonest slip of all.
fn second_colon(text: &str, place: Place, message: &str) -> Option<Place> {
    if !message.contains("mapping values") && !message.contains("simple key") {
        return None;
    }
    [place.line, place.line.saturating_sub(1)].into_iter().filter(|number| *number > 0).find_map(|number| {
        let line = line(text, number);
        let (key, value) = line.split_once(": ")?;
        let value_text = value.trim_start();
        if value_text.starts_with(['"', '\'', '{', '[', '|', '>']) || !value_text.contains(": ") {
            return None;
        }
        let column = key.chars().count() + 2 + (value.chars().count() - value_text.chars().count());
        Some(Place { line: number, column: u32::try_from(column).unwrap_or(0) + 1 })
    })
}
