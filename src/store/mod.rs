//! The log on disk: all SQL, and nothing else has any.
//!
//! [`Store::submit`] hands a command to the one writer, which gathers what has come in since its last commit, decides each
//! ([`crate::domain::decide`]), stores all of it in one transaction and only then answers. Reads go past the writer, over a
//! pool of connections that see what is committed.
//!
//! An answer means *on disk*. When a commit fails, nothing of it is answered as stored: the store turns read-only, opens
//! its file anew and settles by the client ids what had become of the batch.

mod backup;
mod commit;
mod episodes;
mod erase;
mod fault;
mod inspect;
mod listing;
mod lookups;
mod migrate;
mod open;
pub mod people;
mod read;
mod recall;
mod restore;
mod sql;
mod tokens;
mod verify;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::{mpsc, oneshot, watch};

use crate::domain::{
    Answered, Command, Conversation, ConversationId, DialogueState, Episode, Event, NewRequest, Refused, Seq,
    StaffEntry, Timestamp, VisitorId,
};

pub use backup::{Step, Summary, backup};
pub use commit::LEASE;
pub use episodes::{EpisodeCursor, EpisodeRow};
pub use fault::Faults;
pub use inspect::{Holder, Inspection, holder, inspect, quick_check};
pub use listing::Listed;
pub use lookups::{LookupLimits, LookupTicket, LookupTry};
pub use migrate::SCHEMA;
pub use open::make_folder;
pub use people::People;
pub use restore::{Restored, restore};
pub use verify::Verdict;
pub use writer::Writer;

/// Commands that may wait for the writer. At the slowest disk worth serving from (100 commits/s of 512) this is below
/// half a second of waiting; what comes on top is refused as `busy`.
const QUEUE: usize = 16_384;

/// Where and how the log is stored.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Commands stored by one commit at most.
    pub batch: usize,
    /// Connections that read.
    pub readers: u32,
}

/// What a store is opened with.
pub struct Setup {
    /// The folder of the database and the node's id.
    pub data: PathBuf,
    /// Sizes.
    pub config: Config,
    /// The silence after which an episode with the bot is over.
    pub idle: Box<dyn Fn() -> Duration + Send + Sync>,
    /// The clock.
    pub clock: crate::domain::Clock,
    /// Chance, for secrets and ids.
    pub chance: crate::domain::Chance,
    /// Faults to inject, in tests.
    pub faults: Faults,
    /// Called with what a commit added to a conversation, after those who asked for it were answered.
    pub committed: Box<dyn Fn(Appended) + Send + Sync>,
}

/// The log. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    jobs: mpsc::Sender<Job>,
    readers: sqlx::SqlitePool,
    // Writes what is not of the log; see `lookups`.
    side: sqlx::SqlitePool,
    health: watch::Receiver<Health>,
    identity: Identity,
    people: People,
}

/// What makes this store this one.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    /// Changes with every restore: the first half of an epoch.
    epoch: String,
    /// The key tokens are signed with.
    secret: Vec<u8>,
    node: String,
    boot: i64,
}

/// Whether the log takes commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// It does.
    Writable,
    /// The disk refused; the store tries again and says so until it works.
    ReadOnly,
}

/// What a commit added to one conversation.
#[derive(Debug, Clone)]
pub struct Appended {
    /// Where.
    pub conversation: ConversationId,
    /// The head after it.
    pub head: Seq,
    /// The conversation's erasures, for the epoch.
    pub erasures: u32,
    /// The new events, in order.
    pub events: Vec<Arc<Event>>,
    /// The head of the staff log after it.
    pub staff_head: Seq,
    /// The new staff entries, in order.
    pub staff: Vec<Arc<StaffEntry>>,
    /// The facts of the episodes it changed, by number.
    pub episodes: Vec<Episode>,
    /// The state, where somebody waits for a person or has one, or has had one until now.
    pub with_people: Option<Box<Conversation>>,
    /// Those of them the assistant owes a reply to.
    pub owed: Vec<Seq>,
    /// What the dialogue remembers, where something is owed.
    pub dialogue: DialogueState,
    /// The locale of the shopper's page, where something is owed.
    pub locale: Option<String>,
}

/// What is called with the answer to an order.
pub type Answer = Box<dyn FnOnce(Result<Answered, StoreError>) + Send + Sync>;

/// A command for the writer.
pub struct Order {
    /// Which conversation.
    pub conversation: ConversationId,
    /// The visitor to make it for when it is not there yet; without one, a missing conversation is `not_found`.
    pub creates_for: Option<VisitorId>,
    /// What to do.
    pub command: Command,
    /// The request it answers, which a repetition gets the same answer for.
    pub request: Option<NewRequest>,
    /// Called with the answer, on the writer's task: it must not wait.
    pub answer: Answer,
}

/// A turn whose lease this node took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenTurn {
    /// Where.
    pub conversation: ConversationId,
    /// The event that is owed a reply.
    pub question: Seq,
    /// How often it was tried before.
    pub failures: u32,
}

enum Job {
    Order(Order),
    ClaimTurns { now: Timestamp, until: Timestamp, reply: oneshot::Sender<Result<Vec<TakenTurn>, StoreError>> },
    RenewTurn { conversation: ConversationId, question: Seq, until: Timestamp },
    FailTurn { conversation: ConversationId, question: Seq },
    Stop,
}

/// Why a command was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It was refused by the rules; the same command will be refused again.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Too much waits to be stored; try again.
    #[error("too much waits to be stored")]
    Busy,
    /// The commit failed; whether it is on disk is settled by sending it again.
    #[error("the message could not be stored")]
    Unavailable,
    /// The disk takes nothing at the moment; try again.
    #[error("the store is read-only for the moment")]
    ReadOnly,
}

impl Store {
    /// Hands an order to the writer. The order's `answer` is called in any case.
    pub fn submit(&self, order: Order) {
        if *self.0.health.borrow() == Health::ReadOnly {
            (order.answer)(Err(StoreError::ReadOnly));
            return;
        }
        if let Err(refused) = self.0.jobs.try_send(Job::Order(order)) {
            let (mpsc::error::TrySendError::Full(job) | mpsc::error::TrySendError::Closed(job)) = refused;
            if let Job::Order(order) = job {
                (order.answer)(Err(StoreError::Busy));
            }
        }
    }

    /// Carries out a command and waits for the answer.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was stored unless it is [`StoreError::Unavailable`].
    pub async fn transact(
        &self,
        conversation: ConversationId,
        command: Command,
        request: Option<NewRequest>,
    ) -> Result<Answered, StoreError> {
        let (send, answer) = oneshot::channel();
        let order = Order {
            conversation,
            creates_for: None,
            command,
            request,
            // The asker may have gone; then nobody needs the answer.
            answer: Box::new(move |result| {
                let _ = send.send(result);
            }),
        };
        self.submit(order);
        answer.await.unwrap_or(Err(StoreError::Unavailable))
    }

    /// Takes over turns whose lease ran out before `now`, until `until`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn claim_turns(&self, now: Timestamp, until: Timestamp) -> Result<Vec<TakenTurn>, StoreError> {
        let (reply, answer) = oneshot::channel();
        if self.0.jobs.send(Job::ClaimTurns { now, until, reply }).await.is_err() {
            return Err(StoreError::Unavailable);
        }
        answer.await.unwrap_or(Err(StoreError::Unavailable))
    }

    /// Keeps a running turn's lease until `until`. A lost renewal costs at most a second try, which finds the turn done.
    pub async fn renew_turn(&self, conversation: &ConversationId, question: Seq, until: Timestamp) {
        let job = Job::RenewTurn { conversation: conversation.clone(), question, until };
        drop(self.0.jobs.send(job).await);
    }

    /// Counts a failure of a turn, so that it is not tried for ever over restarts.
    pub async fn fail_turn(&self, conversation: &ConversationId, question: Seq) {
        drop(self.0.jobs.send(Job::FailTurn { conversation: conversation.clone(), question }).await);
    }

    /// Lets the writer finish what it has been handed and end. Everything else lets go of the file first: whoever closes it
    /// last folds the write-ahead log into it.
    pub async fn stop(&self) {
        self.0.people.close().await;
        self.0.side.close().await;
        self.0.readers.close().await;
        drop(self.0.jobs.send(Job::Stop).await);
    }

    /// The people at the desk.
    #[must_use]
    pub fn people(&self) -> &People {
        &self.0.people
    }

    /// Whether the log takes commands, now and as it changes.
    #[must_use]
    pub fn health(&self) -> watch::Receiver<Health> {
        self.0.health.clone()
    }

    /// The epoch of a conversation with `erasures` erasures: `<store epoch>.<erasures>`.
    #[must_use]
    pub fn epoch(&self, erasures: u32) -> String {
        format!("{}.{erasures}", self.0.identity.epoch)
    }

    /// The key tokens are signed with.
    #[must_use]
    pub fn secret(&self) -> &[u8] {
        &self.0.identity.secret
    }
}
