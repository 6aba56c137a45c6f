//! The tokens of a language model that a day has used, so that a restart does not give the day's budget back.
//!
//! They are not of the log: nobody is told of them, and yesterday's are of no use. One row of `meta`, written past the writer.

use super::read::unavailable;
use super::{Store, StoreError, sql};

impl Store {
    /// Adds tokens to those of a day (counted from 1970) and says what it has used in all, on every node.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer; then nothing was added.
    pub async fn add_tokens(&self, day: i64, more: u64) -> Result<u64, StoreError> {
        let key = format!("tokens.{day}");
        let more = i64::try_from(more).unwrap_or(i64::MAX);
        let row = sqlx::query_as::<_, (String,)>(sql::ADD_TOKENS)
            .bind(&key)
            .bind(more.to_string())
            .fetch_one(&self.0.side)
            .await
            .map_err(|error| unavailable(&error))?;
        let forgotten = sqlx::query(sql::FORGET_TOKENS).bind(&key).execute(&self.0.side).await;
        forgotten.map_err(|error| unavailable(&error))?;
        // Written by this statement alone; what is no number was put there by hand and counts for nothing.
        Ok(row.0.parse().unwrap_or(0))
    }
}
