//! `frontdesk test`: the conversation tests of the files.

use serde_json::json;

use super::progress::bar;
use super::shop::Folders;
use crate::desk::{Failure, Rehearsal};

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
    let snapshot = args.folders.load()?;
    let wanted = |name: &str| args.filter.as_deref().is_none_or(|filter| name.contains(filter));
    let cases: Vec<_> = snapshot.tests().iter().filter(|case| wanted(&case.name)).collect();
    let progress = bar(cases.len() as u64, "testing");
    let mut failures = Vec::new();
    for case in &cases {
        if let Err(Failure { line, message }) = Rehearsal::run(&snapshot, case) {
            failures.push(json!({ "file": case.file, "line": line, "test": case.name, "message": message }));
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    let (passed, failed) = (cases.len() - failures.len(), failures.len());
    if args.json {
        println!("{}", serde_json::to_string_pretty(&json!({ "passed": passed, "failed": failed, "failures": failures }))?);
        return Ok(failed == 0);
    }
    for failure in &failures {
        let text = |key: &str| failure[key].as_str().unwrap_or_default().to_owned();
        println!("{}:{}: {}: {}", text("file"), failure["line"], text("test"), text("message"));
    }
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0)
}
