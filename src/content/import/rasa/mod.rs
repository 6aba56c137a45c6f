//! A Rasa project, formats 2.0 and 3.x.
//!
//! 1. [`read`] takes every file apart by its top-level keys, whatever it is called, into a [`project::Project`].
//! 2. [`answers`] learns from rules and stories which replies, form or call for a person each intent leads to.
//! 3. [`intents`], [`forms`] and [`entities`] make our files of that.
//!
//! Rasa learns what to say next from whole conversations; here an intent has one reply, whatever came before. So a rule
//! carries over as it is, and of a story only what follows on its first question, or on a later one that no rule answers.

mod answers;
mod domain;
mod entities;
mod forms;
mod intents;
mod markdown;
mod marks;
mod nlu;
mod project;
mod read;
mod replies;
mod stories;

use super::plan::Plan;
use super::{Notes, Source};

/// The shop that `sources` describe.
pub(super) fn plan(sources: &[Source], locale: &str, notes: &mut Notes) -> Plan {
    let project = read::read(sources, notes);
    if notes.faults.is_empty() { intents::plan(&project, locale, notes) } else { Plan::default() }
}
