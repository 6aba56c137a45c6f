//! What an operator asks of a log, answered without changing anything in it.

use std::fs::{File, TryLockError};
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use super::open::{DATABASE, LOCK, meta, options};
use super::read::seq;
use super::sql;
use crate::domain::Timestamp;

/// A log as it lies on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The schema of its tables; [`super::SCHEMA`] is what this program reads.
    pub schema: String,
    /// Its epoch; none before the first start has ended.
    pub epoch: String,
    /// How SQLite keeps commits: `wal` on a log that a server has opened.
    pub journal: String,
    /// Whether a connection opened as the server opens its own waits for the disk at each commit.
    pub synchronous: bool,
    /// Bytes of the database and of the log beside it.
    pub bytes: u64,
    /// Conversations in it.
    pub conversations: u64,
    /// When its last event was stored.
    pub last_event: Option<Timestamp>,
}

/// Who uses a data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Nobody.
    Nobody,
    /// A server (or a restore) with this process id, if it has written it down.
    Process(Option<u32>),
}

/// Looks at the log in `data`, whether a server runs on it or not; `None` when there is none.
///
/// # Errors
/// When it cannot be read, or is not a log of frontdesk.
pub async fn inspect(data: &Path) -> anyhow::Result<Option<Inspection>> {
    if !data.join(DATABASE).try_exists()? {
        return Ok(None);
    }
    let mut connection = look(data).await?;
    let schema = meta(&mut connection, "schema").await.context("it is not a log of frontdesk")?;
    let Some(schema) = schema else { bail!("it is not a log of frontdesk") };
    let journal: String = sqlx::query(sql::JOURNAL).fetch_one(&mut connection).await?.get(0);
    let last = sqlx::query(sql::LAST_EVENT).fetch_optional(&mut connection).await?;
    let inspection = Inspection {
        schema,
        epoch: meta(&mut connection, "epoch").await?.unwrap_or_default(),
        synchronous: journal != "wal" || waits_for_the_disk(data).await?,
        journal,
        bytes: size(data, "") + size(data, "-wal"),
        conversations: seq(sqlx::query(sql::COUNT_CONVERSATIONS).fetch_one(&mut connection).await?.get(0)),
        last_event: last.map(|row| Timestamp(row.get(0))),
    };
    connection.close().await?;
    Ok(Some(inspection))
}

/// What SQLite finds wrong with the pages of the log in `data`, a line each.
///
/// # Errors
/// When it cannot be read at all.
pub async fn quick_check(data: &Path) -> anyhow::Result<Vec<String>> {
    let mut connection = look(data).await?;
    let found = sqlx::query(sql::QUICK_CHECK).fetch_all(&mut connection).await?;
    Ok(found.iter().map(|row| row.get(0)).filter(|line| line != "ok").collect())
}

/// Who uses the folder `data` at this moment.
///
/// # Errors
/// When the file that tells cannot be read.
pub fn holder(data: &Path) -> anyhow::Result<Holder> {
    let path = data.join(LOCK);
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Holder::Nobody),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    // Held for no longer than this call; a server that starts in just that moment has to be started again.
    match file.try_lock_shared() {
        Ok(()) => Ok(Holder::Nobody),
        Err(TryLockError::WouldBlock) => {
            let mut written = String::new();
            drop(file.read_to_string(&mut written));
            Ok(Holder::Process(written.trim().parse().ok()))
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

// Without any of the settings that would change the file.
async fn look(data: &Path) -> anyhow::Result<SqliteConnection> {
    SqliteConnectOptions::new()
        .filename(data.join(DATABASE))
        .create_if_missing(false)
        .read_only(true)
        .busy_timeout(Duration::from_secs(3))
        .disable_statement_logging()
        .connect()
        .await
        .context("the database cannot be opened")
}

// The setting belongs to a connection and is not in the file; 2 is FULL, 3 more than that. Only for a log that is in WAL
// mode already: on any other, opening it like this would change it.
async fn waits_for_the_disk(data: &Path) -> anyhow::Result<bool> {
    let mut connection = options(data).create_if_missing(false).read_only(true).connect().await?;
    let level: i64 = sqlx::query(sql::SYNCHRONOUS).fetch_one(&mut connection).await?.get(0);
    connection.close().await?;
    Ok(level >= 2)
}

fn size(data: &Path, ending: &str) -> u64 {
    data.join(format!("{DATABASE}{ending}")).metadata().map_or(0, |file| file.len())
}
