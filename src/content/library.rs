//! The live files: the snapshot that serves, and what became of the last save.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::sync::watch;

use super::check::{self, Loaded};
use super::collect::Faults;
use super::encodings::{Config, EncoderStatus, Encodings};
use super::keep::Kept;
use super::snapshot::Snapshot;
use super::source::{Folders, Sources};
use crate::domain::{Clock, Timestamp};
use crate::knowledge::Fault;
use crate::nlu::Encoder;
use crate::retrieval::IndexError;

/// Lines of a save that are encoded before it is taken into use: a third of a second. With more, the sparse tier serves first.
const AT_SAVE: usize = 64;

/// Holds the current [`Snapshot`] and swaps it when the files change.
#[derive(Debug)]
pub struct Library {
    folders: Folders,
    kept: Kept,
    encodings: Encodings,
    clock: Clock,
    current: RwLock<Arc<Snapshot>>,
    live_since: RwLock<Timestamp>,
    faults: RwLock<Vec<Fault>>,
    // What was last read. Held while loading, so that loads happen one after the other.
    seen: Mutex<Seen>,
    generation: watch::Sender<u64>,
}

/// Why a library could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The files have errors, and there is no good earlier version of them.
    #[error("the shop's files have errors and no earlier good version of them is kept{}", listed(.0))]
    Faults(Vec<Fault>),
    /// The index could not be built.
    #[error(transparent)]
    Index(#[from] IndexError),
}

// Who starts a server sees this once, so the faults themselves are in it; a screenful of them.
fn listed(faults: &[Fault]) -> String {
    faults.iter().filter(|fault| fault.is_error()).take(20).map(|fault| format!("\n  {fault}")).collect()
}

/// What became of a look at the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reloaded {
    /// They are the same as before.
    Unchanged,
    /// They are in use now.
    Live,
    /// They have errors; what was in use before stays.
    Broken,
}

// Files are not loaded again while all of this stays the same. The day counts, for an article may end with it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    hash: String,
    today: String,
    unreadable: usize,
}

// What reading the folders gave.
struct Look {
    sources: Sources,
    seen: Seen,
    loaded: Option<Loaded>,
    faults: Vec<Fault>,
}

impl Library {
    /// Loads the files, with the sparse tier of their model; when they have errors, the last good ones kept below `cache` serve, with the faults shown.
    ///
    /// # Errors
    /// [`OpenError::Faults`] when the files have errors and no good ones are kept.
    pub fn open(
        intents: &Path,
        knowledge_base: &Path,
        cache: &Path,
        encoder: Config,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        let folders = Folders { intents: absolute(intents), knowledge_base: absolute(knowledge_base) };
        let kept = Kept::below(cache);
        let Look { sources, seen, loaded, faults } = look(&folders, &today(&clock));
        let snapshot = match loaded {
            Some(loaded) => {
                let snapshot = Snapshot::build(loaded, None, None, Some(&kept.index()))?;
                keep(&kept, &snapshot, &sources);
                snapshot
            }
            None => last_good(&kept, &seen.today, &faults)?,
        };
        report(&snapshot, &faults);
        Ok(Self {
            folders,
            kept,
            encodings: Encodings::new(encoder, Some(cache.to_owned())),
            live_since: RwLock::new(clock.now()),
            clock,
            current: RwLock::new(Arc::new(snapshot)),
            faults: RwLock::new(faults),
            seen: Mutex::new(seen),
            generation: watch::Sender::new(0),
        })
    }

    /// The snapshot that serves.
    #[must_use]
    pub fn current(&self) -> Arc<Snapshot> {
        // A poisoned lock only says that a thread panicked elsewhere; an `Arc` is whole at any time.
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// When the snapshot that serves was taken into use.
    #[must_use]
    pub fn live_since(&self) -> Timestamp {
        *self.live_since.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The faults of the last save: errors if it is not in use, else warnings.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.faults.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A number that grows whenever a save was taken into use or found broken.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.generation.subscribe()
    }

    /// Looks at the files and takes them into use if they are good and not the same as before. Reads, trains and indexes: to be
    /// called where blocking is allowed.
    pub fn reload(&self) -> Reloaded {
        // See `current`: what was seen last is replaced as a whole.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let today = today(&self.clock);
        let (sources, faults, now) = read(&self.folders, &today);
        if now == *seen {
            return Reloaded::Unchanged;
        }
        let (loaded, faults) = check::check(&sources, &today, faults);
        *seen = now;
        let result = self.take(loaded, &sources, &faults);
        *self.faults.write().unwrap_or_else(PoisonError::into_inner) = faults;
        self.generation.send_modify(|generation| *generation += 1);
        result
    }

    fn take(&self, loaded: Option<Loaded>, sources: &Sources, faults: &[Fault]) -> Reloaded {
        let before = self.current();
        let Some(loaded) = loaded else {
            report(&before, faults);
            return Reloaded::Broken;
        };
        match self.build(loaded, &before) {
            Ok(snapshot) => {
                keep(&self.kept, &snapshot, sources);
                report(&snapshot, faults);
                self.put(snapshot);
                *self.live_since.write().unwrap_or_else(PoisonError::into_inner) = self.clock.now();
                Reloaded::Live
            }
            Err(error) => {
                tracing::error!(%error, "the shop's files are good but could not be indexed; the ones before stay");
                Reloaded::Broken
            }
        }
    }

    // In both tiers, if these serve already and little has to be encoded for it.
    fn build(&self, loaded: Loaded, before: &Snapshot) -> Result<Snapshot, IndexError> {
        let place = self.kept.index();
        let texts = |encoder: &Encoder| loaded.texts_to_encode(encoder);
        let is_little = before.is_deep() && self.encodings.missing(texts).is_some_and(|missing| missing <= AT_SAVE);
        if is_little && self.encodings.prepare(texts, &|| false, &mut |_, _| ()) {
            return self.encodings.with(|encoding| Snapshot::build(loaded, Some(before), encoding, Some(&place)));
        }
        Snapshot::build(loaded, Some(before), None, Some(&place))
    }

    fn put(&self, snapshot: Snapshot) {
        if snapshot.is_deep() {
            self.encodings.keep(snapshot.nlu(), |encoder| snapshot.texts_to_encode(encoder));
        } else {
            self.encodings.await_ready();
        }
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
    }

    /// Trains the second tier of the snapshot that serves and swaps it in; does nothing where there is one or no encoder, and
    /// leaves off when `stop` says so. Encodes what has not been encoded before: to be called where blocking is allowed.
    pub fn deepen(&self, stop: &(dyn Fn() -> bool + Sync)) {
        let serving = self.current();
        if self.encodings.is_off() || serving.is_deep() {
            return;
        }
        let Some(deeper) = serving.deepened(&self.encodings, stop, &mut tell) else { return };
        // See `current`. Held, so that no save comes in between.
        let _seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if self.current().hash() != serving.hash() {
            return;
        }
        tracing::info!(
            hash = deeper.hash(),
            both_tiers = deeper.nlu().has_encoder(),
            "the second tier of understanding is ready"
        );
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(deeper);
    }

    /// How far the second tier of understanding is.
    #[must_use]
    pub fn encoder(&self) -> EncoderStatus {
        self.encodings.status()
    }

    pub(super) fn folders(&self) -> &Folders {
        &self.folders
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }
}

fn tell(done: usize, total: usize) {
    tracing::info!(done, total, "examples are encoded; the sparse tier serves meanwhile");
}

// The watcher names paths in full; a relative one would also break should the process change its folder.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The day, as `2026-11-22`, in UTC.
pub(super) fn today(clock: &Clock) -> String {
    clock.now().to_rfc3339().chars().take(10).collect()
}

fn read(folders: &Folders, today: &str) -> (Sources, Faults, Seen) {
    let mut faults = Faults::default();
    let sources = Sources::read(folders, &mut faults);
    let seen = Seen { hash: sources.hash(), today: today.to_owned(), unreadable: faults.len() };
    (sources, faults, seen)
}

fn look(folders: &Folders, today: &str) -> Look {
    let (sources, faults, seen) = read(folders, today);
    let (loaded, faults) = check::check(&sources, today, faults);
    Look { sources, seen, loaded, faults }
}

fn last_good(kept: &Kept, today: &str, faults: &[Fault]) -> Result<Snapshot, OpenError> {
    let broken = || OpenError::Faults(faults.to_vec());
    let sources = kept.current().ok_or_else(broken)?;
    let (loaded, _) = check::check(&sources, today, Faults::default());
    Ok(Snapshot::build(loaded.ok_or_else(broken)?, None, None, Some(&kept.index()))?)
}

// A snapshot that cannot be kept still serves: a full disk must not stop the desk.
fn keep(kept: &Kept, snapshot: &Snapshot, sources: &Sources) {
    if let Err(error) = kept.put(snapshot.hash(), sources) {
        tracing::warn!(%error, "this version of the shop's files could not be kept for a restart");
    }
}

fn report(snapshot: &Snapshot, faults: &[Fault]) {
    let errors = faults.iter().filter(|fault| fault.is_error()).count();
    let (hash, warnings) = (snapshot.hash(), faults.len() - errors);
    match faults.iter().find(|fault| fault.is_error()) {
        None => tracing::info!(hash, warnings, "the shop's files are in use"),
        Some(first) => {
            tracing::warn!(serving = hash, errors, warnings, file = %first.file, line = first.line, "the shop's files have errors; the last good ones serve");
        }
    }
}
