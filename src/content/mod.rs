//! The shop's files, live: read, checked, trained and indexed off to the side, then swapped in as one [`Snapshot`].
//!
//! [`check_folder`] tells all faults at once, in words and with places. [`Library`] holds the snapshot that serves; a save
//! with errors leaves it alone. Each good snapshot's files are kept by their hash, so that a broken file at start serves the
//! last good one. The sparse tier of a model serves at once; its second tier is trained beside it, with vectors that
//! [`Encodings`] keeps. Nothing here knows of conversations: what a snapshot is asked, it answers by itself.

mod advice;
mod articles;
mod canned;
mod case;
mod check;
mod check_reply;
mod collect;
mod data;
mod describe;
mod desk_files;
mod encodings;
mod env;
mod examples;
mod files;
mod fill;
mod form_files;
mod formats;
mod forms;
mod found;
mod hours;
mod import;
mod indexing;
mod intent;
mod keep;
mod lessons;
mod library;
mod open;
mod schemas;
mod settings;
mod snapshot;
mod source;
mod synonyms;
mod template;
mod watch;
mod words;

pub use canned::Canned;
pub use case::{Placed, Step, TestCase};
pub use check::{Loaded, check_folder};
pub use desk_files::{
    Always, BusinessHours, Days, Handoff, HandoffRuleFile, SlotIsFile, Week, WhenFile, WhenNobodyIsThere,
};
pub use encodings::{Config, EncoderState, EncoderStatus, Encodings};
pub use examples::{NamedThing, ParsedExample};
pub use files::{ThresholdsFile, Version};
pub use hours::Hours;
pub use import::{Counts, Imported, NewFile, Renamed, System, import};
pub use intent::Intent;
pub use lessons::Lessons;
pub use library::{Library, OpenError, Reloaded};
pub use schemas::schemas;
pub use settings::{Assistant, Episode, FallbackFile, Locales, Settings, Shop};
pub use snapshot::{Reply, Snapshot};
pub use words::Words;

pub use crate::knowledge::{Fault, Severity};

#[cfg(test)]
mod tests;
