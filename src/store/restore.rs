//! The way back from a backup.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Serialize;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use super::backup::{BESIDE, Summary, Unfinished, check_pages, schema_of, sum_up, sync_folder_of, with_ending};
use super::commit::{load_states, plan};
use super::inspect::{Holder, holder};
use super::migrate::migrate;
use super::open::{DATABASE, hex, lock, options, options_for, set_meta};
use super::writer::last_no;
use super::{Identity, Order, make_folder, sql};
use crate::domain::{Chance, Command, ConversationId, Timestamp};

/// How often it is looked whether a server that is being stopped is gone, and how long lies between: a second in all.
const LOOKS: u32 = 11;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// What was in the backup.
    pub backup: Summary,
    /// The epoch from now on; clients with another one fetch everything anew.
    pub epoch: String,
    /// Where the database that was in the way is now.
    pub moved_aside: Option<PathBuf>,
    /// Conversations that were erased for good after the backup was made, and now again; unknown when there was no log that
    /// could be asked.
    pub erased_again: Option<usize>,
}

/// Puts the backup `file` in the place of the log in `data`, under a new epoch. No server may run on the folder. A log that
/// is there is moved aside if `replace`, and otherwise stays.
///
/// # Errors
/// What is in the way, in words; then the log in `data` is as it was.
pub async fn restore(
    data: &Path,
    file: &Path,
    replace: bool,
    now: Timestamp,
    chance: &Chance,
) -> anyhow::Result<Restored> {
    check_source(file)?;
    make_folder(data)?;
    await_its_end(data).await?;
    let _lock = lock(data)?;
    let place = data.join(DATABASE);
    let in_the_way = place.exists() || BESIDE.iter().any(|ending| with_ending(&place, ending).exists());
    if in_the_way && !replace {
        bail!("there is a log in {}; with --force it is moved aside and the backup takes its place", data.display());
    }
    // All work is done on a copy, so that the backup itself stays as it is. What an interrupted restore left is overwritten.
    let fresh = Unfinished::make(with_ending(&place, ".restoring"))?;
    copy_file(file, &fresh.0).with_context(|| format!("cannot copy {} to {}", file.display(), data.display()))?;
    let useless = || format!("{} cannot be restored", file.display());
    let (mut connection, backup) = open_copy(&fresh).await.with_context(useless)?;
    // A log that is too damaged to be asked is moved aside all the same.
    let gone = if place.exists() { gone(data).await.ok() } else { None };
    let (epoch, erased) = renew(&mut connection, gone.as_ref(), now, chance).await.with_context(useless)?;
    connection.close().await?;
    File::open(&fresh.0)?.sync_all()?;
    let moved_aside = if in_the_way { Some(move_aside(&place, now)?) } else { None };
    fs::rename(&fresh.0, &place).with_context(|| format!("cannot write {}", place.display()))?;
    sync_folder_of(&place)?;
    Ok(Restored { backup, epoch, moved_aside, erased_again: gone.map(|_| erased) })
}

fn check_source(file: &Path) -> anyhow::Result<()> {
    if !file.is_file() {
        bail!("there is no file {}", file.display());
    }
    if with_ending(file, "-wal").metadata().is_ok_and(|wal| wal.len() > 0) {
        bail!(
            "{} has a write-ahead log beside it: it is a database in use, not a backup; make one with `frontdesk backup`",
            file.display()
        );
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    let mut target = File::options().write(true).truncate(true).open(to)?;
    io::copy(&mut File::open(from)?, &mut target)?;
    target.sync_all()
}

// Checks a copied backup and brings it up to this program's schema.
async fn open_copy(fresh: &Unfinished) -> anyhow::Result<(SqliteConnection, Summary)> {
    let bytes = fresh.0.metadata()?.len();
    // Looked at first: nothing that is not ours shall be turned into anything, and the error be about what it is.
    let look = SqliteConnectOptions::new().filename(&fresh.0).disable_statement_logging();
    let mut connection = look.connect().await.context("it is not a log this program can read")?;
    schema_of(&mut connection).await?;
    connection.close().await?;
    // One file, without a log beside it, so that it can be renamed; the server makes it WAL when it opens it.
    let plain = options_for(&fresh.0).create_if_missing(false).journal_mode(SqliteJournalMode::Delete);
    let mut connection = plain.connect().await?;
    check_pages(&mut connection).await?;
    let summary = sum_up(&mut connection).await?;
    migrate(&mut connection).await?;
    Ok((connection, Summary { bytes, ..summary }))
}

// What the log that is to be replaced knows and the backup may not: who must not come back with it.
#[derive(Default)]
struct Gone {
    // Tokens that may never be used again: of whom, since when, and why.
    visitors: Vec<(String, i64, String)>,
    // People at the desk who were locked out, and since when.
    people: Vec<(String, i64)>,
}

// On the way what a crash left beside the log is folded into it, so that the file can be restored like a backup.
async fn gone(data: &Path) -> sqlx::Result<Gone> {
    let mut connection = options(data).create_if_missing(false).connect().await?;
    let visitors = sqlx::query(sql::ALL_REVOKED).fetch_all(&mut connection).await;
    // A log of the first schema knows no people.
    let people = sqlx::query(sql::LOCKED_OUT).fetch_all(&mut connection).await.unwrap_or_default();
    // Where another command holds the log open, closing alone would leave it beside.
    drop(sqlx::query(sql::CHECKPOINT).fetch_all(&mut connection).await);
    connection.close().await?;
    Ok(Gone {
        visitors: visitors?.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect(),
        people: people.iter().map(|row| (row.get(0), row.get(1))).collect(),
    })
}

// Makes a backup a log of its own: clients that know the old one must not believe to know this one, and what was promised
// to shoppers since is kept.
async fn renew(
    connection: &mut SqliteConnection,
    gone: Option<&Gone>,
    now: Timestamp,
    chance: &Chance,
) -> anyhow::Result<(String, usize)> {
    let epoch = hex(&chance.bytes::<4>());
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    set_meta(connection, "epoch", &epoch).await?;
    sqlx::query(sql::FORGET_META).bind(sql::TAKEN_AT).execute(&mut *connection).await?;
    // The nodes that held them are of another time, and perhaps of another machine.
    sqlx::query(sql::FREE_TURNS).execute(&mut *connection).await?;
    let (nobody, detail) = (Gone::default(), serde_json::json!({ "epoch": epoch }).to_string());
    let gone = gone.unwrap_or(&nobody);
    lock_out(connection, gone, now).await?;
    let erased = erase_again(connection, gone, now).await?;
    sqlx::query(sql::NOTE_RESTORE).bind(now.0).bind(detail).execute(&mut *connection).await?;
    sqlx::raw_sql("COMMIT").execute(&mut *connection).await?;
    Ok((epoch, erased))
}

// A log-in or a link that was ended after the backup was made must not work again; which those are nobody can tell for all
// cases, so everybody at the desk logs in anew.
async fn lock_out(connection: &mut SqliteConnection, gone: &Gone, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query(sql::END_ALL_LOGINS).execute(&mut *connection).await?;
    sqlx::query(sql::CLOSE_ALL_LINKS).bind(now.0).execute(&mut *connection).await?;
    for (person, at) in &gone.people {
        sqlx::query(sql::LOCK_OUT).bind(at).bind(person).execute(&mut *connection).await?;
    }
    Ok(())
}

// Who was erased after the backup was made stays erased, and no token works again.
async fn erase_again(connection: &mut SqliteConnection, gone: &Gone, now: Timestamp) -> anyhow::Result<usize> {
    let mut orders = Vec::new();
    for (visitor, _, reason) in &gone.visitors {
        let known = sqlx::query(sql::REVOKED).bind(visitor).fetch_optional(&mut *connection).await?;
        if known.is_some() || reason != "erased" {
            continue;
        }
        for row in sqlx::query(sql::CONVERSATIONS_OF).bind(visitor).fetch_all(&mut *connection).await? {
            orders.push(order(ConversationId::from(row.get::<String, _>(0))));
        }
    }
    let ids: Vec<ConversationId> = orders.iter().map(|order| order.conversation.clone()).collect();
    let loaded = load_states(connection, &ids).await?;
    let last_no = last_no(connection).await?;
    // Episodes that would have closed meanwhile are closed by the server.
    let plan = plan(&orders, loaded, HashMap::new(), last_no, now, Duration::MAX);
    if let Some(error) = plan.answers.iter().find_map(|answer| answer.as_ref().err()) {
        bail!("a conversation that was erased since cannot be erased in it: {error}");
    }
    // Nothing is owed to those who are gone, so it does not matter who would have to.
    let nobody = Identity { epoch: String::new(), secret: Vec::new(), node: String::new(), boot: 0 };
    plan.store(connection, &nobody, now).await?;
    for (visitor, at, reason) in &gone.visitors {
        sqlx::query(sql::REVOKE).bind(visitor).bind(at).bind(reason).execute(&mut *connection).await?;
    }
    Ok(orders.len())
}

fn order(conversation: ConversationId) -> Order {
    let answer = Box::new(drop);
    Order { conversation, creates_for: None, command: Command::Erase, request: None, answer }
}

// Nothing is deleted, and at no moment is the folder without a database: a server that starts after a crash in between must
// not take it for new and begin with nothing.
fn move_aside(place: &Path, now: Timestamp) -> anyhow::Result<PathBuf> {
    let time: String = now.to_rfc3339().chars().filter(char::is_ascii_alphanumeric).collect();
    let aside = with_ending(place, &format!(".before-restore-{time}"));
    let context = || format!("cannot move the old database to {}", aside.display());
    if aside.symlink_metadata().is_ok() {
        bail!("{} is there already", aside.display());
    }
    if place.exists() {
        // A second name; the first goes over to the restored database. Not every file system has such names.
        fs::hard_link(place, &aside).or_else(|_| fs::rename(place, &aside)).with_context(context)?;
    }
    for ending in BESIDE {
        let beside = with_ending(place, ending);
        if beside.exists() {
            fs::rename(&beside, with_ending(&aside, ending)).with_context(context)?;
        }
    }
    sync_folder_of(place)?;
    Ok(aside)
}

// A server that was stopped a moment ago may not be gone yet; nor a process it had just started, which has its files open until
// it becomes another program.
async fn await_its_end(data: &Path) -> anyhow::Result<()> {
    for look in 1.. {
        let Holder::Process(pid) = holder(data)? else { break };
        if look == LOOKS {
            let process = pid.map_or_else(String::new, |pid| format!(" (process {pid})"));
            bail!("a server is running on {}{process}; stop it first", data.display());
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    Ok(())
}
