//! `frontdesk verify`.

use std::path::PathBuf;

use super::progress::bar;
use crate::store::Store;

/// Options of `verify`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of the log; a server may be running on it
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<bool> {
    let store = Store::open_to_read(&args.data).await?;
    let progress = bar(0, "folding");
    let verdict = store
        .verify(|done, total| {
            progress.set_length(total);
            progress.set_position(done);
        })
        .await?;
    progress.finish_and_clear();
    if args.json {
        say!("{}", serde_json::to_string_pretty(&verdict)?);
        return Ok(verdict.fault_count == 0);
    }
    for fault in &verdict.faults {
        say!("{fault}");
    }
    let (conversations, events) = (verdict.conversations, verdict.events);
    say!("{conversations} conversations, {events} events, {} faults", verdict.fault_count);
    Ok(verdict.fault_count == 0)
}
