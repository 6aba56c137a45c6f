//! Folds every log again and compares with what is kept beside its head.

use sqlx::Row;

use super::read::{number, seq, state, unavailable};
use super::recall::recall;
use super::{Store, StoreError, sql};
use crate::domain::{Conversation, ConversationId, Event, Seq, StaffEntry};

/// Rows read at a time.
const PAGE: usize = 500;

/// What was found.
#[derive(Debug, Default, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Verdict {
    /// Conversations read.
    pub conversations: u64,
    /// Events read.
    pub events: u64,
    /// What is wrong, a line each; at most 100 lines are kept.
    pub faults: Vec<String>,
    /// How many faults there are.
    pub fault_count: u64,
}

impl Verdict {
    fn fault(&mut self, id: &ConversationId, what: &str) {
        self.fault_count += 1;
        if self.faults.len() < 100 {
            self.faults.push(format!("conversation {id}: {what}"));
        }
    }
}

impl Store {
    /// Reads everything; `progress` is told how many of how many conversations are done.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn verify(&self, mut progress: impl FnMut(u64, u64)) -> Result<Verdict, StoreError> {
        let total = sqlx::query(sql::COUNT_CONVERSATIONS).fetch_one(&self.0.readers).await;
        let total = seq(total.map_err(|error| unavailable(&error))?.get(0));
        let mut verdict = Verdict::default();
        let mut last = String::new();
        loop {
            let query = sqlx::query(sql::ALL_CONVERSATIONS).bind(&last).bind(number(PAGE as u64));
            let rows = query.fetch_all(&self.0.readers).await.map_err(|error| unavailable(&error))?;
            if rows.is_empty() {
                return Ok(verdict);
            }
            for row in rows {
                last = row.get(0);
                let id = ConversationId::from(last.as_str());
                let mut kept = state(row.get(2))?;
                let mut connection = self.0.readers.acquire().await.map_err(|error| unavailable(&error))?;
                let recalled = recall(&mut connection, [(row.get(1), &mut kept)]).await;
                recalled.map_err(|error| unavailable(&error))?;
                drop(connection);
                self.verify_one(&id, &kept, &mut verdict).await?;
                verdict.conversations += 1;
                progress(verdict.conversations, total);
            }
        }
    }

    async fn verify_one(
        &self,
        id: &ConversationId,
        kept: &Conversation,
        verdict: &mut Verdict,
    ) -> Result<(), StoreError> {
        // A server may be writing: only what the kept state has seen is compared with it.
        let events = self.all_events(id, kept.head).await?;
        let staff = self.all_staff(id, kept.staff_head).await?;
        verdict.events += events.len() as u64;
        if !events.iter().map(|event| event.seq).eq(1..=kept.head) {
            verdict.fault(id, &format!("the log is not numbered 1 to {} without holes", kept.head));
        }
        if !staff.iter().map(|entry| entry.seq).eq(1..=kept.staff_head) {
            verdict.fault(id, &format!("the staff log is not numbered 1 to {} without holes", kept.staff_head));
        }
        let (folded, episodes) = Conversation::refold(&events, &staff);
        if folded != *kept {
            verdict.fault(id, "the state beside the head is not what the log adds up to");
        }
        let counted = self.episodes_of(id).await?;
        if self.conversation(id).await?.as_ref() == Some(kept) && !episodes.into_values().eq(counted) {
            verdict.fault(id, "the episodes the reports count are not what the log adds up to");
        }
        self.verify_beside(id, kept, verdict).await
    }

    async fn verify_beside(
        &self,
        id: &ConversationId,
        kept: &Conversation,
        verdict: &mut Verdict,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(sql::TURNS_OF).bind(id.as_str());
        let rows = query.fetch_all(&self.0.readers).await.map_err(|error| unavailable(&error))?;
        let turns: Vec<Seq> = rows.iter().map(|row| seq(row.get(0))).collect();
        let now = self.conversation(id).await?;
        // Turns come and go while a server runs; they are compared only where nothing moved meanwhile.
        if now.as_ref() == Some(kept) && turns != kept.pending {
            verdict.fault(id, "the open turns are not the replies that are owed");
        }
        let query = sqlx::query(sql::REQUESTS_OUTSIDE).bind(id.as_str()).bind(number(kept.head.max(kept.staff_head)));
        let outside = query.fetch_one(&self.0.readers).await.map_err(|error| unavailable(&error))?;
        if now.as_ref() == Some(kept) && outside.get::<i64, _>(0) > 0 {
            verdict.fault(id, "a request points to an event that is not there");
        }
        Ok(())
    }

    async fn all_events(&self, id: &ConversationId, head: Seq) -> Result<Vec<Event>, StoreError> {
        let mut events: Vec<Event> = Vec::new();
        loop {
            let from = events.last().map_or(1, |event| event.seq + 1);
            let page = self.events(id, from, head, PAGE).await?;
            if page.is_empty() {
                return Ok(events);
            }
            events.extend(page);
        }
    }

    async fn all_staff(&self, id: &ConversationId, head: Seq) -> Result<Vec<StaffEntry>, StoreError> {
        let mut entries: Vec<StaffEntry> = Vec::new();
        loop {
            let from = entries.last().map_or(1, |entry| entry.seq + 1);
            let page = self.staff(id, from, PAGE).await?;
            let before = entries.len();
            entries.extend(page.into_iter().filter(|entry| entry.seq <= head));
            if entries.len() == before {
                return Ok(entries);
            }
        }
    }
}
