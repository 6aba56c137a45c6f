//! Emptying: what was said goes, what the reports count stays. All of it in the transaction that appends `redacted`.

use sqlx::{Row, SqliteConnection};

use super::commit::json;
use super::read::{number, seq};
use super::sql;
use crate::domain::{EventKind, Seq, StaffKind, Timestamp};

/// Rows rewritten between two reads.
const PAGE: i64 = 500;

/// What a batch empties of one conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Emptied {
    /// Its `redacted` event: everything before it goes.
    pub(super) event: Seq,
    /// The last staff entry before it.
    pub(super) staff: Seq,
    /// The visitor's token is over too.
    pub(super) for_good: bool,
}

pub(super) async fn empty(
    connection: &mut SqliteConnection,
    no: i64,
    emptied: Emptied,
    now: Timestamp,
) -> sqlx::Result<()> {
    let events = Log { read: sql::BODIES, write: sql::SET_BODY, until: emptied.event };
    events.rewrite(connection, no, |body| Some(json(&serde_json::from_str::<EventKind>(body).ok()?.emptied()))).await?;
    let staff = Log { read: sql::STAFF_BODIES, write: sql::SET_STAFF_BODY, until: emptied.staff };
    staff.rewrite(connection, no, |body| Some(json(&serde_json::from_str::<StaffKind>(body).ok()?.emptied()))).await?;
    // What is kept of a request is a digest of its words: short ones could be guessed.
    sqlx::query(sql::FORGET_REQUESTS).bind(no).bind(number(emptied.event)).execute(&mut *connection).await?;
    sqlx::query(sql::FORGET_TURNS).bind(no).execute(&mut *connection).await?;
    if emptied.for_good {
        sqlx::query(sql::REVOKE_VISITOR).bind(now.0).bind(no).execute(&mut *connection).await?;
    }
    Ok(())
}

struct Log {
    read: &'static str,
    write: &'static str,
    until: Seq,
}

impl Log {
    async fn rewrite(
        &self,
        connection: &mut SqliteConnection,
        no: i64,
        change: impl Fn(&str) -> Option<String>,
    ) -> sqlx::Result<()> {
        let mut last = 0;
        loop {
            let query = sqlx::query(self.read).bind(no).bind(number(last)).bind(number(self.until)).bind(PAGE);
            let rows = query.fetch_all(&mut *connection).await?;
            let Some(end) = rows.last() else { return Ok(()) };
            last = seq(end.get(0));
            for row in &rows {
                // An entry that cannot be read is of no use to anybody, and may hold anything.
                let body = change(row.get(1)).unwrap_or_default();
                sqlx::query(self.write)
                    .bind(body)
                    .bind(no)
                    .bind(row.get::<i64, _>(0))
                    .execute(&mut *connection)
                    .await?;
            }
        }
    }
}

/// Empties the write-ahead log into the file and cuts it off: old pages would still hold the words. Whether it could; a
/// reader at work may hold it up.
pub(super) async fn scrub(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    sqlx::query("PRAGMA busy_timeout = 250").execute(&mut *connection).await?;
    let row = sqlx::query(sql::CHECKPOINT).fetch_one(&mut *connection).await;
    sqlx::query("PRAGMA busy_timeout = 5000").execute(&mut *connection).await?;
    Ok(row?.get::<i64, _>(0) == 0)
}
