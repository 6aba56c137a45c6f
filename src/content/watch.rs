//! Sees when the files change: by events, and by a look every two seconds where events do not arrive.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use notify::RecursiveMode;
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio_util::sync::CancellationToken;

use super::library::{Library, today};
use super::source::{Folders, glance};

/// Events of one save come within a few milliseconds of each other; a person does not notice a tenth of a second.
const QUIET: Duration = Duration::from_millis(100);

/// How long a change on a network mount may go unseen.
const LOOK_EVERY: Duration = Duration::from_secs(2);

type Watcher = Debouncer<notify::RecommendedWatcher, RecommendedCache>;

impl Library {
    /// Takes every good save into use until `shutdown`. The caller spawns it.
    pub async fn watch(self: Arc<Self>, shutdown: CancellationToken) {
        let (changed, mut changes) = mpsc::channel(1);
        let folders = self.folders().clone();
        // Kept to the end: dropping it ends the events.
        let _watcher = spawn_blocking(move || watcher(&folders, changed)).await.ok().flatten();
        // Nothing yet: what was saved before the watcher stood is found by the first look.
        let mut seen = String::new();
        let mut deepening = Deepening::start(&self);
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return deepening.stop().await,
                Some(()) = changes.recv() => {}
                () = self.clock().sleep(LOOK_EVERY) => {
                    let library = Arc::clone(&self);
                    let look = move || format!("{} {}", today(library.clock()), glance(library.folders()));
                    let Ok(now) = spawn_blocking(look).await else { continue };
                    if now == seen {
                        continue;
                    }
                    seen = now;
                }
            }
            // A save does not wait for the encoder; what has been encoded is kept.
            deepening.stop().await;
            let library = Arc::clone(&self);
            if let Err(error) = spawn_blocking(move || library.reload()).await {
                tracing::error!(%error, "loading the shop's files failed; the ones before stay");
            }
            deepening = Deepening::start(&self);
        }
    }
}

/// The second tier, trained beside what serves.
struct Deepening {
    stop: Arc<AtomicBool>,
    work: JoinHandle<()>,
}

impl Deepening {
    fn start(library: &Arc<Library>) -> Self {
        let (library, stop) = (Arc::clone(library), Arc::new(AtomicBool::new(false)));
        let told = Arc::clone(&stop);
        Self { stop, work: spawn_blocking(move || library.deepen(&|| told.load(Ordering::Relaxed))) }
    }

    async fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Err(error) = self.work.await {
            tracing::error!(%error, "the second tier of understanding failed; the first serves alone");
        }
    }
}

fn watcher(folders: &Folders, changed: mpsc::Sender<()>) -> Option<Watcher> {
    let on_events = move |result: DebounceEventResult| {
        // Reading a file is an event too; without this each load would cause the next.
        if result.map_or(true, |events| events.iter().any(|event| !event.kind.is_access())) {
            // A full channel says that a load is due already; a closed one that nobody waits any more.
            let _ = changed.try_send(());
        }
    };
    let mut watcher = match new_debouncer(QUIET, None, on_events) {
        Ok(watcher) => watcher,
        Err(error) => {
            tracing::warn!(%error, "no events of file changes here; the folders are looked at every 2 s");
            return None;
        }
    };
    for folder in [&folders.intents, &folders.knowledge_base] {
        if let Err(error) = watcher.watch(folder, RecursiveMode::Recursive) {
            tracing::warn!(%error, folder = %folder.display(), "no events of changes in this folder; it is looked at every 2 s");
        }
    }
    Some(watcher)
}
