//! The shop's files, loaded for a command without a server.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use sha2::{Digest, Sha256};

use super::progress::bar;
use crate::config::Config;
use crate::content::{Encodings, Loaded, Snapshot, check_folder};
use crate::domain::Clock;
use crate::knowledge::Fault;
use crate::nlu::Encoder;

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
    /// Everything that is wrong with them, and what was loaded if nothing is.
    pub(super) fn read(&self) -> (Option<Loaded>, Vec<Fault>) {
        let today = Clock::system().now().to_rfc3339();
        check_folder(&self.intents, &self.knowledge_base, &today[..10])
    }

    /// The same, trained.
    pub(super) fn check(&self) -> anyhow::Result<(Option<Arc<Snapshot>>, Vec<Fault>)> {
        let (loaded, faults) = self.read();
        let snapshot = loaded.map(|loaded| Snapshot::build(loaded, None, None, None)).transpose()?;
        Ok((snapshot.map(Arc::new), faults))
    }

    /// What they hold, understood by both tiers if the settings do not say otherwise. What the encoder makes of the examples is
    /// kept in the user's own cache.
    pub(super) fn load_deep(&self) -> anyhow::Result<Arc<Snapshot>> {
        let snapshot = self.load()?;
        Ok(deepened(&snapshot, &self.encodings()?).unwrap_or(snapshot))
    }

    /// The encoder of the settings, with its vectors for this shop.
    pub(super) fn encodings(&self) -> anyhow::Result<Encodings> {
        Ok(Encodings::new(Config::load(None)?.understanding, cache(&self.intents, &self.knowledge_base)))
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

/// Encodes what was not encoded before; shows how far it is.
pub(super) fn encode(encodings: &Encodings, texts: impl Fn(&Encoder) -> Vec<String>) {
    let progress = bar(1, "encoding examples");
    encodings.prepare(texts, &|| false, &mut |done, total| {
        progress.set_length(total as u64);
        progress.set_position(done as u64);
    });
    progress.finish_and_clear();
}

/// The same snapshot with the second tier, if there is an encoder for it; shows how far it is.
pub(super) fn deepened(snapshot: &Snapshot, encodings: &Encodings) -> Option<Arc<Snapshot>> {
    let progress = bar(1, "encoding examples");
    let mut tell = |done: usize, total: usize| {
        progress.set_length(total as u64);
        progress.set_position(done as u64);
    };
    let deeper = snapshot.deepened(encodings, &|| false, &mut tell);
    progress.finish_and_clear();
    deeper.map(Arc::new)
}

// A folder for each shop, so that two do not forget one another's lines. Without a home nothing is kept.
fn cache(intents: &Path, knowledge_base: &Path) -> Option<PathBuf> {
    let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let base = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(home)?;
    let mut sha = Sha256::new();
    for folder in [intents, knowledge_base] {
        sha.update(std::path::absolute(folder).ok()?.as_os_str().as_encoded_bytes());
        sha.update([0]);
    }
    let digest = sha.finalize();
    let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Some(base.join("frontdesk").join(name))
}
