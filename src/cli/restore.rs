//! `frontdesk restore`.

use std::path::PathBuf;

use serde_json::json;

use crate::domain::{Chance, Clock};
use crate::store;

/// Options of `restore`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  frontdesk restore /backup/desk.db --data /var/lib/frontdesk           into a new folder
  frontdesk restore /backup/desk.db --data /var/lib/frontdesk --force   in the place of a log, which is kept beside it")]
pub(super) struct Args {
    /// A file that `frontdesk backup` wrote; it stays as it is
    file: PathBuf,
    /// Folder to put it into; no server may be running on it
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// When there is a log already, move it aside
    #[arg(long)]
    force: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<bool> {
    let now = Clock::system().now();
    let restored = store::restore(&args.data, &args.file, args.force, now, &Chance::secure()).await?;
    if args.json {
        say!("{}", serde_json::to_string_pretty(&json!({ "data": args.data, "restored": restored }))?);
        return Ok(true);
    }
    let (backup, data) = (&restored.backup, args.data.display());
    let of = backup.taken_at.as_deref().map_or_else(String::new, |at| format!(" of {at}"));
    say!("{data}: {} conversations, {} events, from the backup{of}", backup.conversations, backup.events);
    if let Some(old) = &restored.moved_aside {
        say!("the log that was there is now {}", old.display());
    }
    match restored.erased_again {
        Some(0) => {}
        Some(count) => say!("{count} conversations that were erased after the backup are erased again"),
        None => say!("no log could be asked who was erased after the backup: repeat what you know of"),
    }
    say!("start the server: clients that come back fetch everything anew (epoch {})", restored.epoch);
    Ok(true)
}
