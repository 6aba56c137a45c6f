//! Gathers faults.

use crate::knowledge::{Fault, Place, Trouble};

/// Faults told of one save. Nobody reads more, and a file of noise must not fill the memory.
const MAX_FAULTS: usize = 1000;

/// The faults found so far.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn error(&mut self, file: &str, place: Place, problem: impl Into<String>, cure: impl Into<String>) {
        self.push(Trouble::new(place, problem, cure).error(file));
    }

    pub(super) fn warning(&mut self, file: &str, place: Place, problem: impl Into<String>, cure: impl Into<String>) {
        self.push(Trouble::new(place, problem, cure).warning(file));
    }

    pub(super) fn errors(&mut self, file: &str, troubles: Vec<Trouble>) {
        troubles.into_iter().for_each(|trouble| self.push(trouble.error(file)));
    }

    /// The same for a file that several others name: what was told is not told again.
    pub(super) fn errors_once(&mut self, file: &str, troubles: Vec<Trouble>) {
        if !self.0.iter().any(|fault| fault.file == file) {
            self.errors(file, troubles);
        }
    }

    pub(super) fn push(&mut self, fault: Fault) {
        // Of too many, errors matter more than warnings.
        if self.0.len() < MAX_FAULTS || fault.is_error() && self.0.len() < 2 * MAX_FAULTS {
            self.0.push(fault);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn has_errors(&self) -> bool {
        self.0.iter().any(Fault::is_error)
    }

    /// All of them: errors first, then in the order of files and lines.
    pub(super) fn into_sorted(self) -> Vec<Fault> {
        let mut faults = self.0;
        faults.sort_by(|a, b| (a.severity, &a.file, a.line, a.column).cmp(&(b.severity, &b.file, b.line, b.column)));
        faults
    }
}
