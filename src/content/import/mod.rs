//! Files of other systems, made into ours: what a Rasa project or a table of labelled lines holds, as the files of a shop.
//!
//! Each source is read into a [`plan::Plan`], which is then written out. Nothing is lost in silence: whatever a plan has no
//! place for is told with its file and line. What cannot be read at all stops the import, with all faults at once.

mod gather;
mod names;
mod plan;
mod rasa;
mod table;
#[cfg(test)]
mod tests;
mod write;

use std::path::PathBuf;

use serde::Serialize;

use self::plan::Plan;
use crate::knowledge::{Fault, Place, Severity, Trouble};

/// Systems whose files can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// A Rasa project, formats 2.0 and 3.x, with training data in YAML or Markdown.
    Rasa,
    /// A table with the columns `text`, `intent` and, if there are several languages, `locale`.
    Csv,
}

impl System {
    /// All of them, by the names one writes.
    pub const ALL: [(&'static str, Self); 2] = [("rasa", Self::Rasa), ("csv", Self::Csv)];
}

/// A file to write: its path below the shop's folder, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// As `intents/greet.yaml`.
    pub path: String,
    /// All of it.
    pub text: String,
    /// Whether a file that is there already is left alone.
    pub keeps_old: bool,
}

/// How much was carried over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Intents.
    pub intents: usize,
    /// Lines that shoppers write.
    pub examples: usize,
    /// Lines that stood there twice and are now there once.
    pub doubles: usize,
    /// Replies, by key.
    pub replies: usize,
    /// Entities.
    pub entities: usize,
    /// Forms.
    pub forms: usize,
}

/// A name that had to change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Renamed {
    /// What it was.
    pub from: String,
    /// What it is.
    pub to: String,
}

/// A shop made of another system's files.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Its files.
    pub files: Vec<NewFile>,
    /// How much they hold.
    pub counts: Counts,
    /// Intents with other names than before.
    pub renamed: Vec<Renamed>,
    /// What was not carried over, or only in part.
    pub left_out: Vec<Fault>,
}

/// Reads files of `system` at `paths`, files or folders, whose texts are in the language `locale`.
///
/// # Errors
/// Everything that cannot be read, each with file, line and what to write instead.
pub fn import(system: System, paths: &[PathBuf], locale: &str) -> Result<Imported, Vec<Fault>> {
    let endings: &[&str] = match system {
        System::Rasa => &["yml", "yaml", "md"],
        System::Csv => &["csv"],
    };
    let mut notes = Notes::default();
    let sources = gather::gather(paths, endings, &mut notes);
    convert(system, &sources, locale, notes)
}

fn convert(system: System, sources: &[Source], locale: &str, mut notes: Notes) -> Result<Imported, Vec<Fault>> {
    let plan = match system {
        System::Rasa => rasa::plan(sources, locale, &mut notes),
        System::Csv => table::plan(sources, locale, &mut notes),
    };
    if plan.intents.is_empty() && notes.faults.is_empty() {
        let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        let at = At::file(names.first().copied().unwrap_or("."));
        let cure = "name the folder or the files that hold the examples of intents";
        notes.error(&at, "no intent with examples was found in what was named", cure);
    }
    if !notes.faults.is_empty() {
        return Err(sorted(notes.faults));
    }
    Ok(finish(plan, notes))
}

fn finish(mut plan: Plan, mut notes: Notes) -> Imported {
    let doubles = plan.without_doubles(&mut notes);
    let renamed = std::mem::take(&mut plan.renamed);
    let counts = Counts {
        intents: plan.intents.len(),
        examples: plan.intents.iter().flat_map(|intent| intent.examples.values()).map(Vec::len).sum(),
        doubles,
        replies: plan.intents.iter().map(|intent| intent.replies.len()).sum(),
        entities: plan.entities.len(),
        forms: plan.intents.iter().filter(|intent| !intent.form.is_empty()).count(),
    };
    Imported { files: write::files(&plan), counts, renamed, left_out: sorted(notes.left_out) }
}

fn sorted(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort_by(|a, b| (&a.file, a.line, a.column, &a.problem).cmp(&(&b.file, b.line, b.column, &b.problem)));
    faults.dedup();
    faults
}

/// A file that is read: its name as faults tell it, and its text.
#[derive(Debug, Clone)]
struct Source {
    name: String,
    text: String,
}

/// A place in one of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
struct At {
    file: String,
    place: Place,
}

impl At {
    fn new(file: &str, place: Place) -> Self {
        Self { file: file.to_owned(), place }
    }

    fn file(file: &str) -> Self {
        Self::new(file, Place::START)
    }

    fn line(file: &str, line: usize) -> Self {
        Self::new(file, Place { line: u32::try_from(line).unwrap_or(u32::MAX), column: 1 })
    }
}

/// What is told of an import.
#[derive(Debug, Default)]
struct Notes {
    // These stop it.
    faults: Vec<Fault>,
    // These are told at its end.
    left_out: Vec<Fault>,
}

impl Notes {
    fn error(&mut self, at: &At, problem: impl Into<String>, cure: impl Into<String>) {
        self.faults.push(Trouble::new(at.place, problem, cure).error(&at.file));
    }

    fn left_out(&mut self, at: &At, problem: impl Into<String>, cure: impl Into<String>) {
        let At { file, place } = at.clone();
        let (problem, cure, severity) = (problem.into(), cure.into(), Severity::Warning);
        self.left_out.push(Fault { file, line: place.line, column: place.column, problem, cure, severity });
    }
}
