//! `frontdesk test`: the conversation tests of the files, and their near misses.

use std::sync::Arc;

use serde_json::{Value, json};

use super::progress::bar;
use super::shop::Folders;
use crate::content::Snapshot;
use crate::desk::{Failure, Rehearsal, read};
use crate::dialogue::Move;
use crate::domain::Clock;

/// Options of `test`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    folders: Folders,
    /// Only tests whose name contains this
    #[arg(value_name = "NAME")]
    filter: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<bool> {
    let snapshot = args.folders.load_deep()?;
    let wanted = |name: &str| args.filter.as_deref().is_none_or(|filter| name.contains(filter));
    let tests: Vec<Test> = tests(&snapshot).into_iter().filter(|test| wanted(&test.name)).collect();
    let progress = bar(tests.len() as u64, "testing");
    let mut failures = Vec::new();
    for test in &tests {
        failures.extend((test.run)(&snapshot).err().map(
            |failure| json!({ "file": test.file, "line": failure.line, "test": test.name, "message": failure.message }),
        ));
        progress.inc(1);
    }
    progress.finish_and_clear();
    let (passed, failed) = (tests.len() - failures.len(), failures.len());
    if args.json {
        say!("{}", serde_json::to_string_pretty(&json!({ "passed": passed, "failed": failed, "failures": failures }))?);
        return Ok(failed == 0);
    }
    for failure in &failures {
        print_failure(failure);
    }
    say!("{passed} passed, {failed} failed");
    Ok(failed == 0)
}

fn print_failure(failure: &Value) {
    let text = |key: &str| failure[key].as_str().unwrap_or_default().to_owned();
    say!("{}:{}: {}: {}", text("file"), failure["line"], text("test"), text("message"));
}

type Run = Box<dyn Fn(&Arc<Snapshot>) -> Result<(), Failure>>;

// A test of the files.
struct Test {
    file: String,
    name: String,
    run: Run,
}

fn tests(snapshot: &Arc<Snapshot>) -> Vec<Test> {
    let told = snapshot.tests().iter().cloned().map(|case| Test {
        file: case.file.clone(),
        name: case.name.clone(),
        run: Box::new(move |snapshot| Rehearsal::run(snapshot, &case)),
    });
    let near = snapshot.intents().flat_map(|intent| {
        intent.not_examples.iter().map(|line| near_miss(&intent.name, &intent.file, &line.text, line.place.line.into()))
    });
    told.chain(near).collect()
}

// A near miss must not be answered by the intent it is a near miss of.
fn near_miss(intent: &str, file: &str, text: &str, line: u64) -> Test {
    let (intent, words) = (intent.to_owned(), text.to_owned());
    Test {
        file: file.to_owned(),
        name: format!("near miss of {intent}: {text}"),
        run: Box::new(move |snapshot| {
            let (understanding, step) = read(snapshot, &words, Clock::system().now());
            // Only what is sure of an intent says or asks something of its own.
            if matches!(step, Move::Search(_) | Move::Choices { .. }) {
                return Ok(());
            }
            let own = understanding.top().is_some_and(|top| top.intent == intent);
            let message = format!("wanted anything but the intent `{intent}`");
            if own { Err(Failure { line, message }) } else { Ok(()) }
        }),
    }
}
