//! Failed tries to see an order, counted by conversation, network and order.
//!
//! They are not of the log: nobody is told of them, and they are gone after a day. So they are written past the writer, over
//! a connection of their own.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::read::unavailable;
use super::{Store, StoreError, sql};
use crate::domain::Timestamp;

/// The time in which tries of a conversation and of a network are counted.
const SHORT: Duration = Duration::from_secs(60 * 60);
/// The time in which tries at an order are counted, and after which a try is forgotten.
const LONG: Duration = Duration::from_secs(24 * 60 * 60);

/// How many tries may fail; 0 is without limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookupLimits {
    /// In one conversation and hour.
    pub conversation_hour: u32,
    /// From one network and hour.
    pub network_hour: u32,
    /// At one order and day.
    pub order_day: u32,
}

/// A try to see an order.
#[derive(Debug, Clone, Copy)]
pub struct LookupTry<'t> {
    /// The same for the same try, also when it is made again after a crash.
    pub key: &'t str,
    /// Where it is made.
    pub conversation: &'t str,
    /// The network it comes from, where it is known; stored as a keyed digest.
    pub network: Option<&'t str>,
    /// The order, in the form in which its number is always the same; stored as a keyed digest.
    pub order: &'t str,
}

/// A try that was let through and counts as failed until it is forgiven.
#[derive(Debug, PartialEq, Eq)]
pub struct LookupTicket(String);

impl Store {
    /// Counts a try as failed beforehand and lets it through, or refuses it because too many failed: `None`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn begin_lookup(
        &self,
        attempt: LookupTry<'_>,
        limits: LookupLimits,
        now: Timestamp,
    ) -> Result<Option<LookupTicket>, StoreError> {
        let id = self.blind("try", attempt.key);
        let ago = |duration: Duration| now.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX));
        let inserted = sqlx::query(sql::BEGIN_LOOKUP)
            .bind(&id)
            .bind(attempt.conversation)
            .bind(attempt.network.map(|network| self.blind("network", network)))
            .bind(self.blind("order", attempt.order))
            .bind(now.0)
            .bind(ago(SHORT))
            .bind(limit(limits.conversation_hour))
            .bind(limit(limits.network_hour))
            .bind(ago(LONG))
            .bind(limit(limits.order_day))
            .execute(&self.0.side)
            .await
            .map_err(|error| unavailable(&error))?;
        let forgotten = sqlx::query(sql::FORGET_LOOKUPS).bind(ago(LONG)).execute(&self.0.side).await;
        forgotten.map_err(|error| unavailable(&error))?;
        Ok((inserted.rows_affected() > 0).then_some(LookupTicket(id)))
    }

    /// Takes a try back that did not fail.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer; then it goes on counting as failed.
    pub async fn forgive_lookup(&self, ticket: LookupTicket) -> Result<(), StoreError> {
        let forgiven = sqlx::query(sql::FORGIVE_LOOKUP).bind(ticket.0).execute(&self.0.side).await;
        forgiven.map(|_| ()).map_err(|error| unavailable(&error))
    }

    // Addresses and order numbers are few enough to be tried out; without the key their digests say nothing.
    fn blind(&self, kind: &str, text: &str) -> String {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret()).expect("a key of any length");
        for part in ["lookups", kind, text] {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

fn limit(value: u32) -> i64 {
    if value == 0 { i64::MAX } else { i64::from(value) }
}
