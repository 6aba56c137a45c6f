//! Training data in Markdown, as before format 2.0: `## intent:greet` and lines that begin with `- `.

use super::super::{At, Notes, Source};
use super::nlu::{self, Block};
use super::project::Project;

const HEADS: [(&str, &str); 4] =
    [("## intent:", "intent"), ("## synonym:", "synonym"), ("## lookup:", "lookup"), ("## regex:", "regex")];

/// Whether `text` is training data and not a page of text.
pub(super) fn is_training_data(text: &str) -> bool {
    text.lines().any(|line| head(line).is_some())
}

fn head(line: &str) -> Option<(&'static str, &str)> {
    HEADS.into_iter().find_map(|(head, kind)| Some((kind, line.strip_prefix(head)?.trim())))
}

/// Reads it.
pub(super) fn read(project: &mut Project, source: &Source, notes: &mut Notes) {
    let (mut block, mut in_remark): (Option<Block>, bool) = (None, false);
    for (number, line) in (1..).zip(source.text.lines()) {
        let line = line.trim();
        if in_remark || line.starts_with("<!--") {
            in_remark = !line.ends_with("-->");
            continue;
        }
        let at = At::line(&source.name, number);
        if let Some((kind, name)) = head(line) {
            if let Some(done) = block.replace(Block { kind, name: name.to_owned(), at, lines: Vec::new() }) {
                nlu::take(project, done, notes);
            }
        } else if line.starts_with("##") {
            notes.left_out(&at, format!("`{line}` is not known"), "put it into a file of its own in YAML");
            block.take().into_iter().for_each(|done| nlu::take(project, done, notes));
        } else if let (Some(text), Some(block)) = (line.strip_prefix(['-', '*', '+']), &mut block) {
            block.lines.push((at, text.trim().to_owned()));
        } else if !line.is_empty() && !line.starts_with('#') && block.is_some() {
            let cure = "begin it with `- `; the lines of a file that is named here have to be copied in";
            notes.left_out(&at, format!("`{line}` is no example"), cure);
        }
    }
    block.into_iter().for_each(|done| nlu::take(project, done, notes));
}
