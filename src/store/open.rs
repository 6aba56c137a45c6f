//! Opening the database: pragmas, schema, identity, boot number.

use std::fs::{self, File, TryLockError};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Row, SqliteConnection, SqlitePool};
use tokio::sync::{mpsc, watch};

use super::migrate::{check_version, migrate};
use super::writer::{Opened, last_no};
use super::{Health, Identity, Inner, People, QUEUE, Setup, Store, Writer, sql};
use crate::domain::{Chance, Timestamp};

/// The database's file in the data folder.
pub(super) const DATABASE: &str = "frontdesk.db";

/// The file in the data folder that its one server holds locked.
pub(super) const LOCK: &str = "lock";

impl Store {
    /// Opens (or makes) the log in `setup.data`. The returned [`Writer`] has to be run for anything to be stored.
    ///
    /// # Errors
    /// When the folder cannot be used, another process has it, or the file is of another version.
    pub async fn open(setup: Setup) -> anyhow::Result<(Self, Writer)> {
        make_folder(&setup.data)?;
        let lock = lock(&setup.data)?;
        let node = node_id(&setup.data, &setup.chance)?;
        let options = options(&setup.data);
        let mut connection = options.connect().await.context("cannot open the database")?;
        migrate(&mut connection).await?;
        let identity = identify(&mut connection, node, &setup.chance).await?;
        take_back_turns(&mut connection, &identity, setup.clock.now()).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(setup.config.readers)
            .acquire_timeout(Duration::from_secs(5))
            .connect_lazy_with(options.clone().read_only(true));
        let side = side(&options);
        let (jobs, queue) = mpsc::channel(QUEUE);
        let (tell_health, health) = watch::channel(Health::Writable);
        let people = People::over(&options, setup.chance.clone());
        let store = Self(Arc::new(Inner { jobs, readers, side, health, identity: identity.clone(), people }));
        let last_no = last_no(&mut connection).await?;
        let opened = Opened { setup, options, connection, last_no, identity, lock };
        let writer = Writer::new(opened, queue, tell_health);
        Ok((store, writer))
    }

    /// Opens the log in `data` for reading only; a running server is not disturbed.
    ///
    /// # Errors
    /// When there is no log of this version.
    pub async fn open_to_read(data: &Path) -> anyhow::Result<Self> {
        if !data.join(DATABASE).exists() {
            bail!("there is no log in {}", data.display());
        }
        // A reader of a WAL file may have to make the shared index beside it, so the file is not opened as read-only
        // media; no statement of a reading store writes.
        let readers = SqlitePoolOptions::new()
            .max_connections(2)
            .connect_with(options(data).create_if_missing(false))
            .await
            .context("cannot open the database")?;
        let mut connection = readers.acquire().await?;
        check_version(&mut connection).await?;
        let epoch = meta(&mut connection, "epoch").await?.unwrap_or_default();
        drop(connection);
        let (jobs, _) = mpsc::channel(1);
        let (_, health) = watch::channel(Health::ReadOnly);
        let identity = Identity { epoch, secret: Vec::new(), node: String::new(), boot: 0 };
        let people = People::over(&options(data).create_if_missing(false), Chance::secure());
        Ok(Self(Arc::new(Inner { jobs, side: readers.clone(), readers, health, identity, people })))
    }
}

pub(super) fn options(data: &Path) -> SqliteConnectOptions {
    options_for(&data.join(DATABASE))
}

/// What every connection to a log is opened with.
pub(super) fn options_for(database: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(database)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // An answered message has been through fsync; this is what makes it so (P1).
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        // 16 MiB of pages: a commit of 512 messages touches about 2,000, which must not spill before it is whole.
        .pragma("cache_size", "-16384")
        // A page that many commits touch is copied back once for all of them; 32 MiB of log is read in at a restart.
        .pragma("wal_autocheckpoint", "8192")
        // What is erased is overwritten, not only unlinked (P11).
        .pragma("secure_delete", "ON")
        .statement_cache_capacity(128)
        .disable_statement_logging()
}

// One connection beside the writer's, for short writes that no ack waits for.
fn side(options: &SqliteConnectOptions) -> SqlitePool {
    let options = options
        .clone()
        // What a power cut takes with it is a failed try that is not counted.
        .synchronous(SqliteSynchronous::Normal)
        // Copying the log back is the writer's business.
        .pragma("wal_autocheckpoint", "0")
        // A shopper waits for it; the writer holds its lock for milliseconds.
        .busy_timeout(Duration::from_secs(1));
    SqlitePoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(1)).connect_lazy_with(options)
}

/// Makes the data folder. Only its owner may look into it: it holds every conversation, and the key tokens are signed with.
///
/// # Errors
/// When the disk or its permissions refuse.
pub fn make_folder(data: &Path) -> anyhow::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data).with_context(|| format!("cannot make the folder {}", data.display()))
}

// Two servers on one folder would each believe to be the one writer.
pub(super) fn lock(data: &Path) -> anyhow::Result<File> {
    let path = data.join(LOCK);
    // Not emptied on the way: whoever holds it has written into it who that is.
    let opened = File::options().write(true).create(true).truncate(false).open(&path);
    let mut file = opened.with_context(|| format!("cannot write to {}", data.display()))?;
    match file.try_lock() {
        Ok(()) => {
            // For people who look for the process; nothing depends on it.
            drop(file.set_len(0).and_then(|()| write!(file, "{}", std::process::id())));
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => bail!("another frontdesk is using the folder {}", data.display()),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

fn node_id(data: &Path, chance: &Chance) -> anyhow::Result<String> {
    let path = data.join("node");
    if let Ok(id) = fs::read_to_string(&path)
        && !id.trim().is_empty()
    {
        return Ok(id.trim().to_owned());
    }
    let id = hex(&chance.bytes::<8>());
    fs::write(&path, &id).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(id)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) async fn meta(connection: &mut SqliteConnection, key: &str) -> sqlx::Result<Option<String>> {
    let row = sqlx::query(sql::META).bind(key).fetch_optional(connection).await?;
    Ok(row.map(|row| row.get(0)))
}

pub(super) async fn set_meta(connection: &mut SqliteConnection, key: &str, value: &str) -> sqlx::Result<()> {
    sqlx::query(sql::SET_META).bind(key).bind(value).execute(connection).await?;
    Ok(())
}

async fn identify(connection: &mut SqliteConnection, node: String, chance: &Chance) -> anyhow::Result<Identity> {
    let boot = sqlx::query(sql::BOOT).bind(&node).fetch_one(&mut *connection).await?.get(0);
    let epoch = meta_or(connection, "epoch", || hex(&chance.bytes::<4>())).await?;
    let secret = meta_or(connection, "secret", || hex(&chance.bytes::<32>())).await?;
    Ok(Identity { epoch, secret: secret.into_bytes(), node, boot })
}

async fn meta_or(connection: &mut SqliteConnection, key: &str, make: impl Fn() -> String) -> anyhow::Result<String> {
    if let Some(value) = meta(connection, key).await? {
        return Ok(value);
    }
    let value = make();
    set_meta(connection, key, &value).await?;
    Ok(value)
}

// The leases an earlier boot of this node left are over with it: they are due at once.
async fn take_back_turns(connection: &mut SqliteConnection, identity: &Identity, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query(sql::TAKE_BACK_TURNS)
        .bind(identity.boot)
        .bind(now.0 - 1)
        .bind(&identity.node)
        .execute(connection)
        .await?;
    Ok(())
}
