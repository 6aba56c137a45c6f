//! A mistake in one of the shop's files, in words for the person who wrote the file.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A position in a file, both counted from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl Place {
    /// The beginning of a file: what a fault about a whole file points at.
    pub const START: Self = Self { line: 1, column: 1 };

    /// The place `lines` further down, for text that is cut out of a larger file.
    #[must_use]
    pub fn down(self, lines: u32) -> Self {
        Self { line: self.line.saturating_add(lines), ..self }
    }
}

/// Whether a fault stops a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The files are not taken into use.
    Error,
    /// The files are taken into use; the author should look at it.
    Warning,
}

/// What is wrong at a place, and what to write instead. File names are added later, as in [`Fault`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub problem: String,
    /// What to write instead.
    pub cure: String,
}

impl Trouble {
    /// A trouble at `place`.
    #[must_use]
    pub fn new(place: Place, problem: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { place, problem: problem.into(), cure: cure.into() }
    }

    /// The same as an error in `file`.
    #[must_use]
    pub fn error(self, file: &str) -> Fault {
        self.fault(file, Severity::Error)
    }

    /// The same as a warning in `file`.
    #[must_use]
    pub fn warning(self, file: &str) -> Fault {
        self.fault(file, Severity::Warning)
    }

    fn fault(self, file: &str, severity: Severity) -> Fault {
        let Self { place, problem, cure } = self;
        Fault { file: file.to_owned(), line: place.line, column: place.column, problem, cure, severity }
    }
}

/// A mistake in a file: where it is, what is wrong and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The file, as `intents/greet.yaml`.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub problem: String,
    /// What to write instead.
    pub cure: String,
    /// Whether it stops the save.
    pub severity: Severity,
}

impl Fault {
    /// Whether the files cannot be used because of it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, problem, cure, severity } = self;
        let kind = if *severity == Severity::Error { "error" } else { "warning" };
        write!(f, "{file}:{line}:{column}: {kind}: {problem}; {cure}")
    }
}

/// The name in `known` that `wrong` was probably meant to be.
///
/// A third of the letters may differ: enough for slips of the keyboard, too little to turn one word into another.
#[must_use]
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (wrong.chars().count() / 3).clamp(1, 4);
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(wrong, name), name))
        .filter(|(distance, _)| *distance <= allowed)
        // Of equally near ones, the one that begins alike.
        .min_by(|(a, one), (b, other)| {
            let alike = |name: &str| strsim::jaro_winkler(wrong, name);
            a.cmp(b).then(alike(other).total_cmp(&alike(one))).then(one.cmp(other))
        })
        .map(|(_, name)| name)
}

/// A cure that names the nearest known name, or else the known ones.
#[must_use]
pub fn write_instead<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    // So many names can still be taken in at a glance.
    const LISTED: usize = 12;
    if let Some(name) = nearest(wrong, known.clone()) {
        return format!("write `{name}`");
    }
    let names: Vec<_> = known.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => String::from("remove it"),
        [only] => format!("write {only}"),
        few if few.len() <= LISTED => format!("write one of {}", few.join(", ")),
        many => format!("write one of the {} known names, such as {}", many.len(), many[..3].join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        let known = ["examples", "not_examples", "intent", "tests"];
        let check = |wrong: &str, expected: Option<&str>| assert_eq!(nearest(wrong, known), expected, "{wrong}");
        check("exampels", Some("examples"));
        check("itnent", Some("intent"));
        check("test", Some("tests"));
        assert_eq!(nearest("uter", ["user", "utter"]), Some("utter"));
        check("colour", None);
    }

    #[test]
    fn cures_name_what_is_known() {
        assert_eq!(write_instead("exampels", ["examples", "tests"]), "write `examples`");
        assert_eq!(write_instead("x", ["draft", "published"]), "write one of `draft`, `published`");
        assert_eq!(write_instead("x", []), "remove it");
    }
}
