//! Reads: past the writer, of what is committed.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::recall::recall;
use super::{Store, StoreError, sql};
use crate::domain::{Conversation, ConversationId, Event, EventKind, Seq, StaffEntry, StaffKind, Timestamp, VisitorId};

impl Store {
    /// A conversation's state, if it exists.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn conversation(&self, id: &ConversationId) -> Result<Option<Conversation>, StoreError> {
        let mut connection = self.0.readers.acquire().await.map_err(|error| unavailable(&error))?;
        let row = sqlx::query(sql::LOAD_CONVERSATION).bind(id.as_str()).fetch_optional(&mut *connection).await;
        let Some(row) = row.map_err(|error| unavailable(&error))? else { return Ok(None) };
        let mut state = state(row.get(1))?;
        recall(&mut connection, [(row.get(0), &mut state)]).await.map_err(|error| unavailable(&error))?;
        Ok(Some(state))
    }

    /// The events `from..=to`, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn events(
        &self,
        conversation: &ConversationId,
        from: Seq,
        to: Seq,
        limit: usize,
    ) -> Result<Vec<Event>, StoreError> {
        let rows = sqlx::query(sql::EVENTS)
            .bind(conversation.as_str())
            .bind(number(from))
            .bind(number(to))
            .bind(number(limit as u64))
            .fetch_all(&self.0.readers)
            .await
            .map_err(|error| unavailable(&error))?;
        rows.iter().map(event).collect()
    }

    /// The staff entries from `from` on, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn staff(
        &self,
        conversation: &ConversationId,
        from: Seq,
        limit: usize,
    ) -> Result<Vec<StaffEntry>, StoreError> {
        let rows = sqlx::query(sql::STAFF)
            .bind(conversation.as_str())
            .bind(number(from))
            .bind(number(limit as u64))
            .fetch_all(&self.0.readers)
            .await
            .map_err(|error| unavailable(&error))?;
        rows.iter().map(staff_entry).collect()
    }

    /// Why a visitor's token may not be used any more, if so.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn revoked(&self, visitor: &VisitorId) -> Result<Option<String>, StoreError> {
        let row = sqlx::query(sql::REVOKED).bind(visitor.as_str()).fetch_optional(&self.0.readers).await;
        Ok(row.map_err(|error| unavailable(&error))?.map(|row| row.get(0)))
    }

    /// Conversations with the bot in which nothing has happened since `before`, the longest idle first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn idle_since(&self, before: Timestamp, limit: usize) -> Result<Vec<ConversationId>, StoreError> {
        let rows = sqlx::query(sql::IDLE)
            .bind(before.0)
            .bind(number(limit as u64))
            .fetch_all(&self.0.readers)
            .await
            .map_err(|error| unavailable(&error))?;
        Ok(rows.iter().map(|row| ConversationId::from(row.get::<String, _>(0))).collect())
    }
}

/// A stored state without the words it names.
pub(super) fn state(json: &str) -> Result<Conversation, StoreError> {
    serde_json::from_str(json).map_err(|error| {
        tracing::error!(%error, "a stored state cannot be read");
        StoreError::Unavailable
    })
}

pub(super) fn event(row: &SqliteRow) -> Result<Event, StoreError> {
    let kind: EventKind = serde_json::from_str(row.get(2)).map_err(|error| {
        tracing::error!(%error, "a stored event cannot be read");
        StoreError::Unavailable
    })?;
    Ok(Event { seq: seq(row.get(0)), at: Timestamp(row.get(1)), kind })
}

pub(super) fn staff_entry(row: &SqliteRow) -> Result<StaffEntry, StoreError> {
    let kind: StaffKind = serde_json::from_str(row.get(3)).map_err(|error| {
        tracing::error!(%error, "a stored staff entry cannot be read");
        StoreError::Unavailable
    })?;
    Ok(StaffEntry { seq: seq(row.get(0)), after: seq(row.get(1)), at: Timestamp(row.get(2)), kind })
}

/// A number as the database holds it. Larger ones than it can hold do not occur; they would find nothing.
pub(super) fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A stored number; negative ones are never stored.
pub(super) fn seq(value: i64) -> Seq {
    Seq::try_from(value).unwrap_or(0)
}

pub(super) fn unavailable(error: &sqlx::Error) -> StoreError {
    tracing::error!(%error, "the database did not answer");
    StoreError::Unavailable
}
