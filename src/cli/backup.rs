//! `frontdesk backup`.

use std::path::PathBuf;

use anyhow::bail;
use indicatif::ProgressBar;
use serde_json::json;

use super::progress::bar;
use crate::domain::Clock;
use crate::store::{self, Step};

/// Options of `backup`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  frontdesk backup /backup/desk.db --data /var/lib/frontdesk
  frontdesk backup /backup/desk-$(date +%F).db --data /var/lib/frontdesk --json
  frontdesk backup /backup/desk.db --force         write over yesterday's")]
pub(super) struct Args {
    /// The file to write; its folder has to exist
    file: PathBuf,
    /// Folder of the log; a server may be running on it
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Write over an existing file, once the new copy is whole
    #[arg(long)]
    force: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<bool> {
    let now = Clock::system().now();
    let mut shown: Option<ProgressBar> = None;
    let copied = store::backup(&args.data, &args.file, args.force, now, |step| match step {
        // Told from the first second on, so a short copy shows none.
        Step::Copying { done, total } => shown.get_or_insert_with(|| bar(total, "copying")).set_position(done),
        Step::Checking => shown.iter().for_each(|bar| bar.set_message("checking")),
    });
    let summary = tokio::select! {
        summary = copied => summary?,
        // Without this, half a copy would be left behind.
        _ = tokio::signal::ctrl_c() => bail!("stopped; no backup was made"),
    };
    shown.iter().for_each(ProgressBar::finish_and_clear);
    if args.json {
        say!("{}", serde_json::to_string_pretty(&json!({ "file": args.file, "backup": summary }))?);
        return Ok(true);
    }
    let (conversations, events, bytes) = (summary.conversations, summary.events, summary.bytes);
    say!("{}: {conversations} conversations, {events} events, {bytes} bytes, checked", args.file.display());
    say!("it holds what shoppers wrote and the key their tokens are signed with: keep it as safe as the log");
    Ok(true)
}
