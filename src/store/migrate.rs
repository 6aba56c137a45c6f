//! The schema's versions, and the way from an older one to this.

use anyhow::{Context, bail};
use sqlx::{Row, SqliteConnection};

use super::commit::json;
use super::open::{meta, set_meta};
use super::read::{event, number, staff_entry};
use super::sql;
use crate::domain::{Conversation, Event, StaffEntry};

/// The schema this program reads and writes.
pub const SCHEMA: &str = "3";

/// Makes the tables, or brings those of an older version up to this one; all or nothing. Under the write lock from the start:
/// a server and a command may both be the first.
pub(super) async fn migrate(connection: &mut SqliteConnection) -> anyhow::Result<()> {
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    let made = sqlx::query("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetch_optional(&mut *connection).await?;
    let version = if made.is_some() { meta(connection, "schema").await? } else { Some(String::new()) };
    let Some(before @ ("" | "1" | "2")) = version.as_deref() else {
        sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await?;
        return check_version(connection).await;
    };
    // Every statement of the schema makes what is not there yet, so it serves a new file and an older one.
    sqlx::raw_sql(include_str!("schema.sql")).execute(&mut *connection).await.context("cannot make the tables")?;
    refold(connection).await.context("cannot bring the log up to this version")?;
    set_meta(connection, "schema", SCHEMA).await?;
    sqlx::raw_sql("COMMIT").execute(&mut *connection).await?;
    if !before.is_empty() {
        // Older versions kept words with the state, and moving states about had left copies of them between the rows.
        sqlx::raw_sql("VACUUM").execute(&mut *connection).await.context("cannot tidy up the database")?;
    }
    Ok(())
}

pub(super) async fn check_version(connection: &mut SqliteConnection) -> anyhow::Result<()> {
    match meta(connection, "schema").await?.as_deref() {
        Some(SCHEMA) => Ok(()),
        Some(other) => bail!("the log is of schema {other}, this program reads schema {SCHEMA}"),
        None => bail!("the database is not a frontdesk log"),
    }
}

// Everything beside the log is a fold of the log, so a version that keeps more folds it again.
async fn refold(connection: &mut SqliteConnection) -> anyhow::Result<()> {
    let mut last = String::new();
    loop {
        let next = sqlx::query(sql::ALL_CONVERSATIONS).bind(&last).bind(1_i64).fetch_optional(&mut *connection).await?;
        let Some(row) = next else { return Ok(()) };
        last = row.get(0);
        let (events, staff) = logs(connection, &last).await?;
        let (state, episodes) = Conversation::refold(&events, &staff);
        sqlx::query(sql::SET_STATE).bind(json(&state)).bind(&last).execute(&mut *connection).await?;
        for facts in episodes.into_values() {
            let query = sqlx::query(sql::ADD_EPISODE).bind(&last).bind(i64::from(facts.number)).bind(facts.began.0);
            query.bind(json(&facts)).execute(&mut *connection).await?;
        }
    }
}

async fn logs(connection: &mut SqliteConnection, id: &str) -> anyhow::Result<(Vec<Event>, Vec<StaffEntry>)> {
    let all = number(u64::MAX);
    let rows = sqlx::query(sql::EVENTS).bind(id).bind(1_i64).bind(all).bind(all).fetch_all(&mut *connection).await?;
    let events = rows.iter().map(event).collect::<Result<_, _>>()?;
    let rows = sqlx::query(sql::STAFF).bind(id).bind(1_i64).bind(all).fetch_all(&mut *connection).await?;
    Ok((events, rows.iter().map(staff_entry).collect::<Result<_, _>>()?))
}
