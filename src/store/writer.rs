//! The one writer: gathers, commits, answers, and gets over a disk that refuses.

use std::collections::HashMap;
use std::fs::File;
use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};
use tokio::sync::{mpsc, watch};

use super::commit::{Numbered, Plan, States, load_known, load_states, plan};
use super::erase::scrub;
use super::read::{number, seq};
use super::{Appended, Health, Identity, Job, Order, Setup, StoreError, TakenTurn, sql};
use crate::domain::{ConversationId, Seq, Timestamp};

/// How long the writer waits between two attempts to open a file that refuses.
const REOPEN_EVERY: Duration = Duration::from_millis(250);

/// States kept in each half of the cache; at about 1 KiB each that is 16 MiB at most for both.
const CACHED: usize = 8_192;

/// Runs the store's commits until every [`super::Store`] is gone.
pub struct Writer {
    setup: Setup,
    options: SqliteConnectOptions,
    connection: Option<SqliteConnection>,
    identity: Identity,
    queue: mpsc::Receiver<Job>,
    health: watch::Sender<Health>,
    cache: Cache,
    // The number of the last conversation there is; the one writer counts on.
    last_no: i64,
    // Conversations of a batch whose fate is open: their readers are woken once the file is open again.
    doubtful: Vec<ConversationId>,
    // Something was emptied, and old pages of the write-ahead log may still hold it. So at the start: a crash may have come
    // between the two.
    unscrubbed: bool,
    _lock: File,
}

// What this process wrote last is what the database holds, because it is the only writer; so states need not be read
// again. Two halves: what was not used since the last turn-over is forgotten.
#[derive(Default)]
struct Cache {
    young: States,
    old: States,
}

impl Cache {
    fn take(&mut self, id: &ConversationId) -> Option<Numbered> {
        self.young.remove(id).or_else(|| self.old.remove(id))
    }

    fn keep(&mut self, states: States) {
        self.young.extend(states);
        if self.young.len() > CACHED {
            self.old = std::mem::take(&mut self.young);
        }
    }
}

/// A database that was opened to write.
pub(super) struct Opened {
    pub(super) setup: Setup,
    pub(super) options: SqliteConnectOptions,
    pub(super) connection: SqliteConnection,
    pub(super) last_no: i64,
    pub(super) identity: Identity,
    pub(super) lock: File,
}

impl Writer {
    pub(super) fn new(opened: Opened, queue: mpsc::Receiver<Job>, health: watch::Sender<Health>) -> Self {
        let Opened { setup, options, connection, last_no, identity, lock } = opened;
        let (cache, doubtful, connection) = (Cache::default(), Vec::new(), Some(connection));
        Self {
            setup,
            options,
            connection,
            identity,
            queue,
            health,
            cache,
            last_no,
            doubtful,
            unscrubbed: true,
            _lock: lock,
        }
    }

    /// Runs until the store is stopped or dropped.
    pub async fn run(mut self) {
        let mut jobs = Vec::new();
        let most = self.setup.config.batch.max(1);
        let mut stopping = false;
        self.scrub().await;
        while !stopping && self.queue.recv_many(&mut jobs, most).await > 0 {
            let mut orders = Vec::with_capacity(jobs.len());
            for job in jobs.drain(..) {
                match job {
                    Job::Order(order) => orders.push(order),
                    Job::Stop => stopping = true,
                    other => {
                        self.maintain(other).await;
                        self.scrub().await;
                    }
                }
            }
            self.commit(orders).await;
        }
        if let Some(connection) = self.connection.take() {
            // Closing folds the write-ahead log into the file; failing to leaves both, which is as good.
            drop(connection.close().await);
        }
    }

    async fn commit(&mut self, orders: Vec<Order>) {
        if orders.is_empty() {
            return;
        }
        match self.try_commit(&orders).await {
            Ok(plan) => {
                // Where a reader holds it up it is tried again every two seconds, and not on the way of everybody's messages.
                if plan.empties() {
                    self.scrub().await;
                }
                self.answer(orders, plan);
            }
            Err(error) if orders.len() > 1 && is_constraint(&error) => {
                // One order that cannot be stored must not take the others with it.
                tracing::error!(%error, "a batch broke a constraint, its orders are tried one by one");
                self.roll_back().await;
                for order in orders {
                    Box::pin(self.commit(vec![order])).await;
                }
            }
            Err(error) => self.fail(orders, &error).await,
        }
    }

    #[expect(clippy::disallowed_methods, reason = "measures a duration for a metric; nothing is decided by it")]
    async fn try_commit(&mut self, orders: &[Order]) -> sqlx::Result<Plan> {
        let now = self.setup.clock.now();
        let started = Instant::now();
        let connection = self.connection.as_mut().ok_or(sqlx::Error::WorkerCrashed)?;
        let mut states = States::new();
        let mut missing = Vec::new();
        for order in orders {
            if states.contains_key(&order.conversation) || missing.contains(&order.conversation) {
                continue;
            }
            match self.cache.take(&order.conversation) {
                Some(state) => drop(states.insert(order.conversation.clone(), state)),
                None => missing.push(order.conversation.clone()),
            }
        }
        let mut loaded = load_states(connection, &missing).await?;
        loaded.states.extend(states);
        let known = load_known(connection, orders, &loaded.states).await?;
        let plan = plan(orders, loaded, known, self.last_no, now, (self.setup.idle)());
        if plan.writes() {
            sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
            plan.store(connection, &self.identity, now).await?;
            self.setup.faults.before_commit().await.map_err(injected)?;
            // Before the commit, which may be on disk although it is reported as failed.
            self.unscrubbed |= plan.empties();
            sqlx::query("COMMIT").execute(&mut *connection).await?;
            self.setup.faults.after_commit().map_err(injected)?;
            metrics::histogram!("frontdesk_commit_seconds").record(started.elapsed().as_secs_f64());
            #[expect(clippy::cast_precision_loss, reason = "a batch has far fewer rows than 2^52")]
            metrics::histogram!("frontdesk_commit_rows").record(plan.rows() as f64);
        }
        Ok(plan)
    }

    // Conversation by conversation: its answers first, then its wake-up. Whoever sees the new head has been handed the
    // answers up to it, and mostly finds both at once.
    fn answer(&mut self, orders: Vec<Order>, mut plan: Plan) {
        let mut waiting: HashMap<ConversationId, Vec<_>> = HashMap::new();
        for (order, answer) in orders.into_iter().zip(std::mem::take(&mut plan.answers)) {
            waiting.entry(order.conversation).or_default().push((order.answer, answer));
        }
        self.last_no = plan.last_no;
        let (appended, states) = plan.into_appended();
        self.cache.keep(states);
        for thread in appended {
            for (tell, answer) in waiting.remove(&thread.conversation).unwrap_or_default() {
                tell(answer);
            }
            (self.setup.committed)(thread);
        }
        // What changed nothing: refusals and repetitions.
        for (tell, answer) in waiting.into_values().flatten() {
            tell(answer);
        }
    }

    async fn fail(&mut self, orders: Vec<Order>, error: &sqlx::Error) {
        tracing::error!(%error, "a commit failed; the store is read-only until its file works again");
        metrics::counter!("frontdesk_commit_failures_total").increment(1);
        self.health.send_replace(Health::ReadOnly);
        self.doubtful.extend(orders.iter().map(|order| order.conversation.clone()));
        for order in orders {
            (order.answer)(Err(StoreError::Unavailable));
        }
        self.cache = Cache::default();
        // Dropped, not closed: what a connection with a failed commit believes is not to be trusted.
        drop(self.connection.take());
        // What has queued up behind is refused too: it must not be stored ahead of what was refused before it.
        self.refuse_waiting();
        self.reopen().await;
    }

    async fn reopen(&mut self) {
        loop {
            match self.try_reopen().await {
                Ok((connection, last_no)) => {
                    // Read again: what the failed commit made may be there.
                    (self.connection, self.last_no) = (Some(connection), last_no);
                    self.health.send_replace(Health::Writable);
                    tracing::info!("the store takes messages again");
                    return self.wake_doubtful().await;
                }
                Err(error) => tracing::warn!(%error, "the store's file still refuses"),
            }
            self.refuse_waiting();
            // Real time, also under a clock set by hand: a disk does not get well by moving a test's clock.
            tokio::time::sleep(REOPEN_EVERY).await;
        }
    }

    async fn try_reopen(&self) -> sqlx::Result<(SqliteConnection, i64)> {
        let mut connection = self.options.connect().await?;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await?;
        let probe = self.setup.clock.now().0.to_string();
        sqlx::query(sql::SET_META).bind("probe").bind(probe).execute(&mut connection).await?;
        self.setup.faults.before_commit().await.map_err(injected)?;
        sqlx::query("COMMIT").execute(&mut connection).await?;
        let last_no = last_no(&mut connection).await?;
        Ok((connection, last_no))
    }

    // What queued up before everyone knew is refused now rather than kept waiting for a disk that may not come back.
    fn refuse_waiting(&mut self) {
        while let Ok(job) = self.queue.try_recv() {
            match job {
                Job::Order(order) => (order.answer)(Err(StoreError::ReadOnly)),
                Job::ClaimTurns { reply, .. } => drop(reply.send(Err(StoreError::ReadOnly))),
                Job::RenewTurn { .. } | Job::FailTurn { .. } | Job::Stop => {}
            }
        }
    }

    // The failed batch may be on disk all the same: readers look again, and owed turns come back by their lease.
    async fn wake_doubtful(&mut self) {
        let ids = std::mem::take(&mut self.doubtful);
        let Some(connection) = self.connection.as_mut() else { return };
        match load_states(connection, &ids).await {
            Ok(loaded) => {
                let look_again = |(conversation, Numbered { state, .. }): (ConversationId, Numbered)| Appended {
                    conversation,
                    head: state.head,
                    erasures: state.erasures,
                    events: Vec::new(),
                    staff_head: state.staff_head,
                    staff: Vec::new(),
                    episodes: Vec::new(),
                    with_people: Some(Box::new(state.clone())),
                    // Turns that run already find their row gone when they come to their end.
                    owed: state.pending,
                    dialogue: state.dialogue,
                    locale: state.locale,
                };
                loaded.states.into_iter().map(look_again).for_each(&self.setup.committed);
            }
            Err(error) => tracing::error!(%error, "what a failed commit left could not be read"),
        }
    }

    // Tried again with the next look for turns when a reader holds it up.
    async fn scrub(&mut self) {
        let Some(connection) = self.connection.as_mut().filter(|_| self.unscrubbed) else { return };
        match scrub(connection).await {
            Ok(done) => self.unscrubbed = !done,
            Err(error) => tracing::error!(%error, "the write-ahead log could not be emptied"),
        }
    }

    async fn roll_back(&mut self) {
        self.cache = Cache::default();
        if let Some(connection) = self.connection.as_mut() {
            // Fails when no transaction is open, which is what is wanted.
            drop(sqlx::query("ROLLBACK").execute(connection).await);
        }
    }

    async fn maintain(&mut self, job: Job) {
        let Some(connection) = self.connection.as_mut() else { return };
        let done = match job {
            Job::Order(_) | Job::Stop => Ok(()),
            Job::ClaimTurns { now, until, reply } => {
                let claimed = claim_turns(connection, &self.identity, now, until).await;
                let answer = claimed.as_ref().map(Clone::clone).map_err(|_| StoreError::Unavailable);
                drop(reply.send(answer));
                claimed.map(drop)
            }
            Job::RenewTurn { conversation, question, until } => {
                renew_turn(connection, &self.identity, &conversation, question, until).await
            }
            Job::FailTurn { conversation, question } => fail_turn(connection, &conversation, question).await,
        };
        if let Err(error) = done {
            tracing::error!(%error, "keeping the turns' leases failed");
        }
    }
}

/// The number of the last conversation there is.
pub(super) async fn last_no(connection: &mut SqliteConnection) -> sqlx::Result<i64> {
    Ok(sqlx::query(sql::LAST_NUMBER).fetch_one(connection).await?.get(0))
}

fn injected(fault: super::fault::Injected) -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::other(fault))
}

fn is_constraint(error: &sqlx::Error) -> bool {
    use sqlx::error::ErrorKind::{CheckViolation, ForeignKeyViolation, NotNullViolation, UniqueViolation};
    error.as_database_error().is_some_and(|error| {
        matches!(error.kind(), CheckViolation | ForeignKeyViolation | NotNullViolation | UniqueViolation)
    })
}

async fn claim_turns(
    connection: &mut SqliteConnection,
    identity: &Identity,
    now: Timestamp,
    until: Timestamp,
) -> sqlx::Result<Vec<TakenTurn>> {
    let query = sqlx::query(sql::CLAIM_TURNS).bind(&identity.node).bind(identity.boot).bind(until.0).bind(now.0);
    let rows = query.fetch_all(connection).await?;
    let taken = |row: &sqlx::sqlite::SqliteRow| TakenTurn {
        conversation: ConversationId::from(row.get::<String, _>(0)),
        question: seq(row.get(1)),
        failures: u32::try_from(row.get::<i64, _>(2)).unwrap_or(u32::MAX),
    };
    Ok(rows.iter().map(taken).collect())
}

async fn renew_turn(
    connection: &mut SqliteConnection,
    identity: &Identity,
    conversation: &ConversationId,
    question: Seq,
    until: Timestamp,
) -> sqlx::Result<()> {
    let query = sqlx::query(sql::RENEW_TURN).bind(until.0).bind(conversation.as_str()).bind(number(question));
    query.bind(&identity.node).bind(identity.boot).execute(connection).await?;
    Ok(())
}

async fn fail_turn(
    connection: &mut SqliteConnection,
    conversation: &ConversationId,
    question: Seq,
) -> sqlx::Result<()> {
    sqlx::query(sql::FAIL_TURN).bind(conversation.as_str()).bind(number(question)).execute(connection).await?;
    Ok(())
}
