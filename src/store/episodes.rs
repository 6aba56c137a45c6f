//! Reads for the reports, the queue and the timers.

use std::fmt;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::read::{number, seq, state, unavailable};
use super::recall::recall;
use super::{Store, StoreError, sql};
use crate::domain::{Conversation, ConversationId, Episode, Timestamp};

/// An episode as the reports read it.
#[derive(Debug, Clone, PartialEq)]
pub struct EpisodeRow {
    /// Where.
    pub conversation: ConversationId,
    /// Its facts.
    pub facts: Episode,
    no: i64,
}

/// A place in the list of all episodes, by the time they began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpisodeCursor {
    began: Timestamp,
    no: i64,
    number: u32,
}

impl EpisodeRow {
    /// Where it stands.
    #[must_use]
    pub fn cursor(&self) -> EpisodeCursor {
        EpisodeCursor { began: self.facts.began, no: self.no, number: self.facts.number }
    }
}

impl EpisodeCursor {
    /// Reads what [`fmt::Display`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (began, rest) = text.split_once('.')?;
        let (no, number) = rest.split_once('.')?;
        Some(Self { began: Timestamp(began.parse().ok()?), no: no.parse().ok()?, number: number.parse().ok()? })
    }
}

impl fmt::Display for EpisodeCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.began.0, self.no, self.number)
    }
}

impl Store {
    /// The episodes that began in `from..to`, oldest first, at most `limit`, behind `after`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn episodes(
        &self,
        from: Timestamp,
        to: Timestamp,
        after: Option<EpisodeCursor>,
        limit: usize,
    ) -> Result<Vec<EpisodeRow>, StoreError> {
        let start = EpisodeCursor { began: Timestamp(i64::MIN), no: 0, number: 0 };
        let EpisodeCursor { began, no, number: count } = after.unwrap_or(start);
        let rows = sqlx::query(sql::EPISODES)
            // So that the index is entered where the last page ended, and a long list is read in one pass.
            .bind(from.0.max(began.0))
            .bind(to.0)
            .bind(began.0)
            .bind(no)
            .bind(i64::from(count))
            .bind(number(limit as u64))
            .fetch_all(&self.0.readers)
            .await
            .map_err(|error| unavailable(&error))?;
        rows.iter().map(episode).collect()
    }

    /// The episodes of one conversation, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn episodes_of(&self, id: &ConversationId) -> Result<Vec<Episode>, StoreError> {
        let rows = sqlx::query(sql::EPISODES_OF).bind(id.as_str()).fetch_all(&self.0.readers).await;
        rows.map_err(|error| unavailable(&error))?.iter().map(|row| facts(row.get(0))).collect()
    }

    /// Conversations that wait for a person or have one, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn with_people(&self, limit: usize) -> Result<Vec<(ConversationId, Conversation)>, StoreError> {
        let mut connection = self.0.readers.acquire().await.map_err(|error| unavailable(&error))?;
        let rows = sqlx::query(sql::WITH_PEOPLE).bind(number(limit as u64)).fetch_all(&mut *connection).await;
        // One that cannot be read was logged where it was read; the others are served.
        let read = |row: &SqliteRow| Some((row.get(1), row.get::<String, _>(0), state(row.get(2)).ok()?));
        let mut found: Vec<(i64, String, Conversation)> =
            rows.map_err(|error| unavailable(&error))?.iter().filter_map(read).collect();
        let states = found.iter_mut().map(|(no, _, state)| (*no, state));
        recall(&mut connection, states).await.map_err(|error| unavailable(&error))?;
        Ok(found.into_iter().map(|(_, id, state)| (ConversationId::from(id), state)).collect())
    }

    /// Conversations in which nothing has happened since `before` and whose words are still there, the oldest first. Those that
    /// the assistant has are not among them: they are closed long before.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn expired(&self, before: Timestamp, limit: usize) -> Result<Vec<ConversationId>, StoreError> {
        let rows = sqlx::query(sql::EXPIRED).bind(before.0).bind(number(limit as u64));
        let rows = rows.fetch_all(&self.0.readers).await.map_err(|error| unavailable(&error))?;
        Ok(rows.iter().map(|row| ConversationId::from(row.get::<String, _>(0))).collect())
    }
}

fn episode(row: &SqliteRow) -> Result<EpisodeRow, StoreError> {
    let facts = Episode { number: u32::try_from(seq(row.get(2))).unwrap_or(u32::MAX), ..facts(row.get(3))? };
    Ok(EpisodeRow { conversation: ConversationId::from(row.get::<String, _>(0)), facts, no: row.get(1) })
}

fn facts(json: &str) -> Result<Episode, StoreError> {
    serde_json::from_str(json).map_err(|error| {
        tracing::error!(%error, "stored facts of an episode cannot be read");
        StoreError::Unavailable
    })
}
