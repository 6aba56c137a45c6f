//! A copy of the log while it is written to.
//!
//! The copy is made by `VACUUM INTO`, in one reading transaction of a connection of its own. In WAL mode a reader and the
//! writer do not wait for one another; what it costs is that the write-ahead log cannot start over until the copy is done.
//! SQLite's page-by-page backup costs the same when it runs in one step, and in many steps it begins anew whenever the
//! writer commits, so that on a busy desk it never ends. Beyond that, the copy leaves out free pages: what was erased
//! before it is not in it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Serialize;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use super::open::{DATABASE, meta, options, set_meta};
use super::read::seq;
use super::sql;
use crate::domain::Timestamp;

/// How often whoever waits for a copy is told how far it is; short ones are not worth telling.
const TOLD_EVERY: Duration = Duration::from_millis(250);
const TOLD_AFTER: Duration = Duration::from_secs(1);

/// What SQLite keeps beside a database, by the endings of the names. A write-ahead log that is left behind would be played
/// into whatever database stands in its place.
pub(super) const BESIDE: [&str; 3] = ["-wal", "-journal", "-shm"];

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The schema of its tables. A backup of an older one can be restored.
    pub schema: String,
    /// The epoch of the log it was made of.
    pub epoch: String,
    /// When it was made (RFC 3339); a database that was copied by other means does not say.
    pub taken_at: Option<String>,
    /// Conversations in it.
    pub conversations: u64,
    /// Events in it.
    pub events: u64,
    /// Its size.
    pub bytes: u64,
}

/// How far a backup is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many of about so many bytes are written.
    Copying {
        /// Written so far.
        done: u64,
        /// The database's size without its free pages.
        total: u64,
    },
    /// The copy is read through and compared.
    Checking,
}

/// Copies the log in `data` to `file`, whether a server runs on it or not, and checks the copy. Until all of it is on disk
/// and has been checked there is no `file`; an existing one stays unless `overwrite`.
///
/// # Errors
/// What is in the way, in words; then nothing is left behind.
pub async fn backup(
    data: &Path,
    file: &Path,
    overwrite: bool,
    now: Timestamp,
    mut progress: impl FnMut(Step),
) -> anyhow::Result<Summary> {
    let source = data.join(DATABASE);
    if !source.exists() {
        bail!("there is no log in {}", data.display());
    }
    let file = std::path::absolute(file)?;
    check_target(&file, data, overwrite)?;
    let copy = Unfinished::beside(&file)?;
    let mut connection = options(data).create_if_missing(false).connect().await.context("cannot open the database")?;
    schema_of(&mut connection).await?;
    copy_into(&mut connection, &copy, &mut progress).await?;
    // Closing may fold the write-ahead log of a server that is not running; the copy is made either way.
    drop(connection.close().await);
    progress(Step::Checking);
    let summary = finish(&copy, now).await.context("the copy is not as it should be and was removed")?;
    // Looked at again: another backup may have ended meanwhile.
    check_target(&file, data, overwrite)?;
    fs::rename(&copy.0, &file).with_context(|| format!("cannot write {}", file.display()))?;
    sync_folder_of(&file)?;
    Ok(summary)
}

/// A file that becomes something once it is whole, and is gone when it does not.
pub(super) struct Unfinished(pub(super) PathBuf);

impl Unfinished {
    fn beside(file: &Path) -> anyhow::Result<Self> {
        // The number of this process, so that two backups do not write into one file.
        Self::make(with_ending(file, &format!(".{}.unfinished", std::process::id())))
    }

    /// An empty file for its owner only; what an earlier try left there goes.
    pub(super) fn make(path: PathBuf) -> anyhow::Result<Self> {
        let unfinished = Self(path);
        unfinished.remove();
        let mut options = File::options();
        options.write(true).create_new(true);
        // From the first byte on only its owner may read it: it holds every conversation, and the key of the tokens.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&unfinished.0).with_context(|| format!("cannot write {}", unfinished.0.display()))?;
        Ok(unfinished)
    }

    fn remove(&self) {
        // Mostly there is nothing to remove.
        drop(fs::remove_file(&self.0));
        for ending in BESIDE {
            drop(fs::remove_file(with_ending(&self.0, ending)));
        }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.remove();
    }
}

fn check_target(file: &Path, data: &Path, overwrite: bool) -> anyhow::Result<()> {
    let folder = file.parent().filter(|folder| folder.is_dir());
    let Some(folder) = folder else { bail!("there is no folder for {}", file.display()) };
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let own = name.starts_with(DATABASE) || ["lock", "node"].contains(&name.as_ref());
    if own && folder.canonicalize()? == data.canonicalize()? {
        bail!("{} is the server's own; name a file elsewhere, best on another disk", file.display());
    }
    if file.is_dir() {
        bail!("{} is a folder; name the file to write in it", file.display());
    }
    if !overwrite && file.symlink_metadata().is_ok() {
        bail!("{} is there already; name another file, or overwrite it with --force", file.display());
    }
    Ok(())
}

async fn copy_into(
    connection: &mut SqliteConnection,
    copy: &Unfinished,
    progress: &mut impl FnMut(Step),
) -> anyhow::Result<()> {
    let path = copy.0.to_str().context("the file's name is not readable text (UTF-8)")?;
    let total = seq(sqlx::query(sql::BYTES_IN_USE).fetch_one(&mut *connection).await?.get(0));
    let copying = sqlx::query(sql::COPY_INTO).bind(path).execute(connection);
    tokio::pin!(copying);
    let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + TOLD_AFTER, TOLD_EVERY);
    loop {
        tokio::select! {
            copied = &mut copying => break copied.map(drop).context("the database cannot be copied"),
            _ = ticks.tick() => {
                let done = copy.0.metadata().map_or(0, |copy| copy.len());
                progress(Step::Copying { done: done.min(total), total });
            }
        }
    }
}

// SQLite does not sync what `VACUUM INTO` writes.
async fn finish(copy: &Unfinished, now: Timestamp) -> anyhow::Result<Summary> {
    let mut connection = SqliteConnectOptions::new().filename(&copy.0).disable_statement_logging().connect().await?;
    set_meta(&mut connection, sql::TAKEN_AT, &now.to_rfc3339()).await?;
    check_pages(&mut connection).await?;
    let summary = sum_up(&mut connection).await?;
    connection.close().await?;
    File::open(&copy.0)?.sync_all()?;
    Ok(Summary { bytes: copy.0.metadata()?.len(), ..summary })
}

/// The schema of what may be a log. Older ones are logs, too.
pub(super) async fn schema_of(connection: &mut SqliteConnection) -> anyhow::Result<String> {
    let schema = meta(connection, "schema").await.context("it is not a log this program can read")?;
    schema.context("it is not a log of frontdesk")
}

/// Whether every page is what it should be.
pub(super) async fn check_pages(connection: &mut SqliteConnection) -> anyhow::Result<()> {
    let found = sqlx::query(sql::INTEGRITY).fetch_all(&mut *connection).await?;
    match found.iter().map(|row| row.get::<String, _>(0)).find(|line| line != "ok") {
        Some(first) => bail!("it is damaged: {first}"),
        None => Ok(()),
    }
}

/// Whether every head stands on its events; and how many there are.
pub(super) async fn sum_up(connection: &mut SqliteConnection) -> anyhow::Result<Summary> {
    let row = sqlx::query(sql::HEADS_WITHOUT_EVENTS).fetch_one(&mut *connection).await?;
    if row.get::<i64, _>(0) > 0 {
        bail!("it is damaged: {} conversations have more or fewer events than they should", row.get::<i64, _>(0));
    }
    let counts = sqlx::query(sql::COUNTS).fetch_one(&mut *connection).await?;
    Ok(Summary {
        schema: schema_of(connection).await?,
        epoch: meta(connection, "epoch").await?.unwrap_or_default(),
        taken_at: meta(connection, sql::TAKEN_AT).await?,
        conversations: seq(counts.get(0)),
        events: seq(counts.get(1)),
        bytes: 0,
    })
}

/// Syncs the folder of `file`: a new name is on disk only once its folder is.
pub(super) fn sync_folder_of(file: &Path) -> anyhow::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).with_context(|| format!("cannot sync {}", folder.display()))
}

/// `path` with `ending` behind its name.
pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
