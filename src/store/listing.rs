//! Conversations by their beginning, for the console.

use sqlx::Row;

use super::read::{number, state, unavailable};
use super::recall::recall;
use super::{Store, StoreError, sql};
use crate::domain::{Conversation, ConversationId, Phase, Timestamp};

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// 1, 2, 3 in the order in which they began.
    pub no: i64,
    /// Which.
    pub conversation: ConversationId,
    /// When it began.
    pub began: Timestamp,
    /// Its state.
    pub state: Conversation,
}

impl Store {
    /// The conversations that began before the one with the number `before`, the newest first, at most `limit`; all, or those
    /// in `phase`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn conversations(
        &self,
        before: Option<i64>,
        phase: Option<Phase>,
        limit: usize,
    ) -> Result<Vec<Listed>, StoreError> {
        // Each in the words of the index that finds its rows, where there is one.
        let query = match phase {
            None => sqlx::query(sql::LIST),
            Some(Phase::Bot) => sqlx::query(sql::LIST_WITH_BOT),
            Some(Phase::Closed) => sqlx::query(sql::LIST_CLOSED),
            Some(Phase::Waiting | Phase::WithAgent) => sqlx::query(sql::LIST_WITH_PEOPLE),
        };
        let query = query.bind(before.unwrap_or(i64::MAX)).bind(number(limit as u64));
        let query = match phase {
            Some(phase @ (Phase::Waiting | Phase::WithAgent)) => query.bind(phase.name()),
            _ => query,
        };
        let mut connection = self.0.readers.acquire().await.map_err(|error| unavailable(&error))?;
        let rows = query.fetch_all(&mut *connection).await.map_err(|error| unavailable(&error))?;
        // One that cannot be read was logged where it was read; the others are shown.
        let read = |row: &sqlx::sqlite::SqliteRow| {
            Some(Listed {
                no: row.get(0),
                conversation: ConversationId::from(row.get::<String, _>(1)),
                began: Timestamp(row.get::<Option<i64>, _>(2).unwrap_or_default()),
                state: state(row.get(3)).ok()?,
            })
        };
        let mut listed: Vec<Listed> = rows.iter().filter_map(read).collect();
        let states = listed.iter_mut().map(|listed| (listed.no, &mut listed.state));
        recall(&mut connection, states).await.map_err(|error| unavailable(&error))?;
        Ok(listed)
    }
}
