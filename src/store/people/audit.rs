//! What was done, by whom, to whom. Rows are appended and never change; they hold ids and no secrets.

use serde_json::Value;
use sqlx::{Row, SqliteConnection};

use super::{Actor, People, PeopleError, sql, unavailable};
use crate::domain::Timestamp;

/// One thing that was done.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    /// 1, 2, 3.
    pub no: i64,
    /// When.
    pub at: Timestamp,
    /// By whom: an id, `command line` or `server`.
    pub who: String,
    /// Their name today, if they are a person.
    pub who_name: Option<String>,
    /// What.
    pub what: String,
    /// To whom or what: an id, or nothing.
    pub about: String,
    /// Their name today, if they are a person.
    pub about_name: Option<String>,
    /// What there is to know beside.
    pub detail: Value,
}

impl People {
    /// Writes down what was done elsewhere, such as the erasure of a shopper. `detail` must hold no secret and nothing
    /// personal: it stays for ever.
    ///
    /// # Errors
    /// [`PeopleError::Unavailable`]; then it was not written down and should not be done.
    pub async fn note(
        &self,
        by: &Actor,
        what: &'static str,
        about: &str,
        detail: Value,
        now: Timestamp,
    ) -> Result<(), PeopleError> {
        let mut connection = self.0.pool.acquire().await.map_err(unavailable)?;
        write(&mut connection, by, what, about, &detail, now).await
    }

    /// What was done before the row `before`, the last first.
    ///
    /// # Errors
    /// [`PeopleError::Unavailable`].
    pub async fn audit(&self, before: Option<i64>, limit: u32) -> Result<Vec<AuditRow>, PeopleError> {
        let query = sqlx::query(sql::AUDIT).bind(before.unwrap_or(i64::MAX)).bind(i64::from(limit));
        let rows = query.fetch_all(&self.0.pool).await.map_err(unavailable)?;
        let row = |row: &sqlx::sqlite::SqliteRow| AuditRow {
            no: row.get(0),
            at: Timestamp(row.get(1)),
            who: row.get(2),
            who_name: row.get(3),
            what: row.get(4),
            about: row.get(5),
            about_name: row.get(6),
            detail: serde_json::from_str(row.get(7)).unwrap_or(Value::Null),
        };
        Ok(rows.iter().map(row).collect())
    }
}

pub(super) async fn write(
    connection: &mut SqliteConnection,
    by: &Actor,
    what: &'static str,
    about: &str,
    detail: &Value,
    now: Timestamp,
) -> Result<(), PeopleError> {
    let query = sqlx::query(sql::ADD_AUDIT).bind(now.0).bind(by.as_str()).bind(what).bind(about);
    query.bind(detail.to_string()).execute(connection).await.map_err(unavailable)?;
    Ok(())
}
