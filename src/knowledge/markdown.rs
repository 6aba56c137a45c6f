//! Markdown to passages of plain text.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::article::Passage;
use super::slug::unique;

/// The text of an article, cut at its `##` headings.
pub(super) struct Cut {
    /// The first heading of all.
    pub(super) first_heading: Option<String>,
    /// The passages, those without text left out.
    pub(super) passages: Vec<Passage>,
}

/// Cuts `markdown`; what stands before the first `##` gets `anchor`.
pub(super) fn cut(markdown: &str, anchor: &str) -> Cut {
    let mut reader = Reader::new(anchor);
    // A table in an article is read cell by cell; everything else is plain CommonMark.
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        reader.take(event);
    }
    reader.close_passage();
    Cut { first_heading: reader.first_heading, passages: reader.passages }
}

struct Reader {
    taken: BTreeSet<String>,
    first_heading: Option<String>,
    passages: Vec<Passage>,
    // The passage that is being read.
    anchor: String,
    heading: String,
    text: String,
    // The words of a heading, while one is being read.
    in_heading: Option<String>,
    // The next number of each open list; `None` for a list without numbers.
    lists: Vec<Option<u64>>,
}

impl Reader {
    fn new(anchor: &str) -> Self {
        Self {
            taken: BTreeSet::from([anchor.to_owned()]),
            first_heading: None,
            passages: Vec::new(),
            anchor: anchor.to_owned(),
            heading: String::new(),
            text: String::new(),
            in_heading: None,
            lists: Vec::new(),
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) => self.push(&text),
            Event::SoftBreak => self.push(" "),
            Event::HardBreak => self.push("\n"),
            // HTML is not shown to shoppers, and the other marks are switched off.
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        self.in_heading.as_mut().unwrap_or(&mut self.text).push_str(text);
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { .. } => self.in_heading = Some(String::new()),
            Tag::List(first) => {
                self.new_line();
                self.lists.push(*first);
            }
            Tag::Item => self.item(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.end_heading(level),
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Paragraph | TagEnd::Item | TagEnd::CodeBlock | TagEnd::TableHead | TagEnd::TableRow => {
                self.new_line()
            }
            TagEnd::TableCell => self.push("  "),
            _ => {}
        }
    }

    fn item(&mut self) {
        self.new_line();
        match self.lists.last_mut() {
            Some(Some(number)) => {
                self.text.push_str(&format!("{number}. "));
                *number += 1;
            }
            _ => self.text.push_str("• "),
        }
    }

    fn new_line(&mut self) {
        let kept = self.text.trim_end().len();
        self.text.truncate(kept);
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        let heading = self.in_heading.take().unwrap_or_default().trim().to_owned();
        let is_first = self.first_heading.is_none();
        if is_first {
            self.first_heading = Some(heading.clone());
        }
        match level {
            // The title of the page is no part of what it says.
            HeadingLevel::H1 if is_first => {}
            HeadingLevel::H1 | HeadingLevel::H2 => {
                self.close_passage();
                self.anchor = unique(&heading, &mut self.taken);
                self.heading = heading;
            }
            _ => {
                self.new_line();
                self.text.push_str(&heading);
                self.text.push('\n');
            }
        }
    }

    fn close_passage(&mut self) {
        let text = std::mem::take(&mut self.text).trim().to_owned();
        let heading = std::mem::take(&mut self.heading);
        if !text.is_empty() {
            self.passages.push(Passage { anchor: self.anchor.clone(), heading, text });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, expected: &[(&str, &str, &str)]) {
        let cut = cut(markdown, "own");
        let found: Vec<_> =
            cut.passages.iter().map(|p| (p.anchor.as_str(), p.heading.as_str(), p.text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn each_second_level_heading_is_a_passage() {
        check(
            "Before.\n\n## One\nText.\n\n## One\nMore.",
            &[("own", "", "Before."), ("one", "One", "Text."), ("one-2", "One", "More.")],
        );
        check("# Title\n## Empty\n## Full\n### Sub\nText.", &[("full", "Full", "Sub\nText.")]);
        check("", &[]);
    }

    #[test]
    fn marks_are_taken_off() {
        check(
            "Some **bold** `code`, [a link](https://x.example) and\na line.",
            &[("own", "", "Some bold code, a link and a line.")],
        );
        check("- one\n- two\n\n1. first\n2. second", &[("own", "", "• one\n• two\n1. first\n2. second")]);
        check(
            "<b>x</b> <script>alert(1)</script>\n\n| a | b |\n|---|---|\n| 1 | 2 |",
            &[("own", "", "x alert(1)\na  b\n1  2")],
        );
    }

    #[test]
    fn a_passage_never_takes_the_anchor_of_its_article() {
        check("## Own\nText.", &[("own-2", "Own", "Text.")]);
    }
}
