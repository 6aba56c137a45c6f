//! Saves, starts and the watcher.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::*;
use crate::domain::{Clock, Timestamp};

// 2026-11-22T12:00:00Z
const NOON: Timestamp = Timestamp(1_795_348_800_000);

fn open(files: &ShopFiles, clock: &Clock) -> Result<Library, OpenError> {
    Library::open(&files.at("intents"), &files.at("knowledge-base"), &files.at("cache"), Config::off(), clock.clone())
}

fn greeting(library: &Library) -> String {
    library.current().text("greet_back", "en")
}

// Waits until `done`, looking again after each save that is seen; only a watcher that is dead keeps it waiting.
async fn until(generation: &mut watch::Receiver<u64>, done: impl Fn() -> bool) {
    while !done() {
        let change = tokio::time::timeout(Duration::from_secs(20), generation.changed());
        change.await.expect("a change in time").expect("a library");
    }
}

#[test]
fn a_good_save_goes_live_and_a_broken_one_does_not() {
    let files = ShopFiles::new();
    let library = open(&files, &Clock::by_hand(NOON)).expect("a library");
    assert_eq!(library.reload(), Reloaded::Unchanged);
    let first = library.current();
    files.write("intents/greet.yaml", &GREET.replace("Hello from", "Welcome to"));
    assert_eq!(library.reload(), Reloaded::Live);
    assert_eq!(greeting(&library), "Welcome to Harbour & Pine!");
    assert_ne!(first.hash(), library.current().hash());
    assert!(std::ptr::eq(first.nlu(), library.current().nlu()), "words alone train nothing");
    files.write("intents/greet.yaml", "");
    assert_eq!(library.reload(), Reloaded::Broken);
    assert_eq!(library.reload(), Reloaded::Unchanged);
    assert_eq!(greeting(&library), "Welcome to Harbour & Pine!");
    assert!(library.faults()[0].is_error());
    files.write("intents/greet.yaml", GREET);
    assert_eq!(library.reload(), Reloaded::Live);
    assert_eq!(library.current().hash(), first.hash());
    assert!(library.faults().iter().all(|fault| !fault.is_error()));
}

#[test]
fn examples_train_anew() {
    let files = ShopFiles::new();
    let library = open(&files, &Clock::by_hand(NOON)).expect("a library");
    let before = library.current();
    files.write("intents/greet.yaml", &GREET.replace("- hello\n", "- hello\n    - ahoy sailor\n"));
    assert_eq!(library.reload(), Reloaded::Live);
    assert!(!std::ptr::eq(before.nlu(), library.current().nlu()));
    assert_eq!(library.current().nlu().understand("ahoy sailor").top().map(|top| top.intent.as_str()), Some("greet"));
}

#[test]
fn a_broken_file_at_start_serves_the_last_good_files() {
    let files = ShopFiles::new();
    let clock = Clock::by_hand(NOON);
    drop(open(&files, &clock).expect("a library"));
    files.write("intents/greet.yaml", &GREET.replace("counts_as", "count_as"));
    let library = open(&files, &clock).expect("a library");
    assert_eq!(greeting(&library), "Hello from Harbour & Pine!");
    let faults = library.faults();
    assert_eq!((faults[0].file.as_str(), faults[0].line), ("intents/greet.yaml", 20));
    assert!(library.current().faults().iter().all(|fault| fault.file.starts_with("intents/")));
    files.write("intents/greet.yaml", &GREET.replace("Hello from", "Back at"));
    assert_eq!(library.reload(), Reloaded::Live);
    assert_eq!(greeting(&library), "Back at Harbour & Pine!");
}

#[test]
fn without_good_files_ever_the_faults_are_told() {
    let files = ShopFiles::new();
    files.write("intents/greet.yaml", "schema: 1\n");
    let error = open(&files, &Clock::by_hand(NOON)).expect_err("faults");
    assert!(
        error.to_string().contains("\n  intents/greet.yaml:1:1: error: the key `intent` is missing; add `intent: …`")
    );
    let OpenError::Faults(faults) = error else { panic!("{error}") };
    assert!(faults.iter().any(|fault| fault.problem == "the key `intent` is missing"));
}

#[test]
fn an_article_ends_with_its_last_day() {
    let files = ShopFiles::new();
    files.write("knowledge-base/en/refund-time.md", &REFUND.replace("id:", "valid_until: 2026-11-22\nid:"));
    let clock = Clock::by_hand(NOON);
    let library = open(&files, &clock).expect("a library");
    assert_eq!(library.current().search("refund", "en", 1).len(), 1);
    clock.advance(Duration::from_secs(86_400));
    assert_eq!(library.reload(), Reloaded::Live);
    assert!(library.current().search("refund", "en", 1).is_empty());
}

// Needs file events or the look every two seconds: on the system's clock it waits for whichever comes.
#[tokio::test(flavor = "multi_thread")]
async fn a_saved_file_is_seen() {
    let files = ShopFiles::new();
    let library = Arc::new(open(&files, &Clock::system()).expect("a library"));
    let mut generation = library.subscribe();
    let shutdown = CancellationToken::new();
    let watching = TaskTracker::new().spawn(Arc::clone(&library).watch(shutdown.clone()));
    files.write("intents/greet.yaml", &GREET.replace("Hello from", "Welcome to"));
    until(&mut generation, || greeting(&library) == "Welcome to Harbour & Pine!").await;
    // An editor that empties the file before it writes it: nothing but the good ones serves at any time.
    files.write("intents/greet.yaml", "");
    until(&mut generation, || library.faults().iter().any(Fault::is_error)).await;
    assert_eq!(greeting(&library), "Welcome to Harbour & Pine!");
    files.write("intents/greet.yaml", &GREET.replace("Hello from", "Here is"));
    until(&mut generation, || greeting(&library) == "Here is Harbour & Pine!").await;
    files.write("knowledge-base/en/sub/new.md", "---\nlocale: en\n---\n# Opening party\nOn Friday.");
    until(&mut generation, || !library.current().search("opening party", "en", 1).is_empty()).await;
    shutdown.cancel();
    watching.await.expect("the watcher ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_events_a_look_every_two_seconds_sees_it() {
    let files = ShopFiles::new();
    let clock = Clock::by_hand(NOON);
    let library = Arc::new(open(&files, &clock).expect("a library"));
    let mut generation = library.subscribe();
    let shutdown = CancellationToken::new();
    // The folder is moved away and back while nobody watches: the events of the old one tell nothing any more.
    let watching = TaskTracker::new().spawn(Arc::clone(&library).watch(shutdown.clone()));
    fs::rename(files.at("intents"), files.at("old")).expect("a move");
    fs::create_dir(files.at("intents")).expect("a folder");
    for name in ["_settings.yaml", "contact_human_agent.yaml"] {
        fs::copy(files.at("old").join(name), files.at("intents").join(name)).expect("a copy");
    }
    files.write("intents/greet.yaml", &GREET.replace("Hello from", "Moved to"));
    while greeting(&library) != "Moved to Harbour & Pine!" {
        clock.advance(Duration::from_secs(2));
        // Passes when a look is over; the clock by hand may have been moved before the watcher slept.
        drop(tokio::time::timeout(Duration::from_millis(50), generation.changed()).await);
    }
    shutdown.cancel();
    watching.await.expect("the watcher ends");
}
