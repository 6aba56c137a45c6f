//! The shop's files, loaded for a command without a server.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;

use crate::content::{Snapshot, check_folder};
use crate::domain::Clock;
use crate::knowledge::Fault;

/// Where the shop's files are.
#[derive(Debug, clap::Args)]
pub(super) struct Folders {
    /// Folder of the intents
    #[arg(long, value_name = "DIR", default_value = "intents")]
    pub(super) intents: PathBuf,
    /// Folder of the articles
    #[arg(long, value_name = "DIR", default_value = "knowledge-base")]
    pub(super) knowledge_base: PathBuf,
}

impl Folders {
    /// Everything that is wrong with them, and what they hold if nothing is.
    pub(super) fn check(&self) -> anyhow::Result<(Option<Arc<Snapshot>>, Vec<Fault>)> {
        let today = Clock::system().now().to_rfc3339();
        let (loaded, faults) = check_folder(&self.intents, &self.knowledge_base, &today[..10]);
        let snapshot = loaded.map(|loaded| Snapshot::build(loaded, None)).transpose()?;
        Ok((snapshot.map(Arc::new), faults))
    }

    /// What they hold.
    pub(super) fn load(&self) -> anyhow::Result<Arc<Snapshot>> {
        match self.check()? {
            (Some(snapshot), _) => Ok(snapshot),
            (None, faults) => {
                let lines: Vec<String> =
                    faults.iter().filter(|fault| fault.is_error()).map(ToString::to_string).collect();
                bail!("the shop's files have faults:\n  {}", lines.join("\n  "))
            }
        }
    }
}
