//! One batch of orders: decided in memory, then stored in one transaction.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Row, Sqlite, SqliteConnection};

use super::erase::{Emptied, empty};
use super::read::{number, seq, state};
use super::recall::recall;
use super::sql::Rows;
use super::{Appended, Identity, Order, StoreError, sql};
use crate::domain::{
    Answered, Author, Command, Conversation, ConversationId, Decision, DialogueState, Episode, Event, EventKind, Known,
    Refused, Seq, StaffEntry, Taken, Timestamp, VisitorId, decide, settle,
};

/// How long a turn's lease runs before it has to be renewed.
pub const LEASE: Duration = Duration::from_secs(10);

pub(super) type States = HashMap<ConversationId, Numbered>;

/// What was loaded. A state that cannot be read is no reason to refuse everybody else.
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) states: States,
    pub(super) unreadable: HashSet<ConversationId>,
}

/// A conversation's state and its number in the database.
pub(super) struct Numbered {
    pub(super) no: i64,
    pub(super) state: Conversation,
}

/// A conversation's number and the beginning of a digest of author and client id. Two of one conversation's ids meet once
/// in 2⁶⁴ pairs; then the second is refused as a conflict.
type RequestKey = (i64, i64);

/// What a batch adds up to. Nothing of it is true before [`Plan::store`] has returned.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) answers: Vec<Result<Answered, StoreError>>,
    pub(super) threads: HashMap<ConversationId, Thread>,
    requests: Vec<(RequestKey, Known)>,
    known: HashMap<RequestKey, Known>,
    visitors: Vec<VisitorId>,
    finished: Vec<(i64, Seq)>,
    /// The number of the last conversation there is.
    pub(super) last_no: i64,
}

/// What a batch does to one conversation.
pub(super) struct Thread {
    no: i64,
    pub(super) state: Conversation,
    visitor: VisitorId,
    changed: bool,
    // With people before the batch: they hear of it even if they have lost it.
    was_with_people: bool,
    events: Vec<Arc<Event>>,
    staff: Vec<Arc<StaffEntry>>,
    owed: Vec<Seq>,
    episodes: BTreeMap<u32, Episode>,
    emptied: Option<Emptied>,
}

/// Decides `orders` one after the other on `states` and `known`, as they are in the database.
pub(super) fn plan(
    orders: &[Order],
    loaded: Loaded,
    known: HashMap<RequestKey, Known>,
    last_no: i64,
    now: Timestamp,
    idle: Duration,
) -> Plan {
    let mut plan = Plan { known, last_no, ..Plan::default() };
    // The visitor's column is written when a row is made and never again, so a loaded conversation does without.
    plan.threads =
        loaded.states.into_iter().map(|(id, loaded)| (id, Thread::of(loaded, VisitorId::from("")))).collect();
    for order in orders {
        let answer = if loaded.unreadable.contains(&order.conversation) {
            Err(StoreError::Unavailable)
        } else {
            plan.take(order, now, idle).map_err(StoreError::Refused)
        };
        plan.answers.push(answer);
    }
    plan
}

impl Thread {
    fn of(loaded: Numbered, visitor: VisitorId) -> Self {
        let Numbered { no, state } = loaded;
        Self {
            no,
            was_with_people: state.is_with_people(),
            state,
            visitor,
            changed: false,
            events: Vec::new(),
            staff: Vec::new(),
            owed: Vec::new(),
            episodes: BTreeMap::new(),
            emptied: None,
        }
    }

    fn append(&mut self, decision: Decision, now: Timestamp) -> Answered {
        let (before, staff_before) = (self.state.head, self.state.staff_head);
        let facts: Vec<Episode> = self.state.episodes().cloned().collect();
        let Taken { answered, events, staff } = self.state.take(decision, now);
        for episode in self.state.episodes().filter(|episode| !facts.contains(episode)) {
            self.episodes.insert(episode.number, episode.clone());
        }
        for event in &events {
            if let EventKind::Redacted { for_good } = event.kind {
                self.emptied = Some(Emptied { event: event.seq, staff: staff_before, for_good });
                self.owed.clear();
            }
        }
        self.events.extend(events.into_iter().map(Arc::new));
        self.owed.extend(self.state.pending.iter().filter(|seq| **seq > before));
        self.staff.extend(staff.into_iter().map(Arc::new));
        answered
    }
}

impl Plan {
    fn take(&mut self, order: &Order, now: Timestamp, idle: Duration) -> Result<Answered, Refused> {
        let no = self.threads.get(&order.conversation).map(|thread| thread.no);
        if let (Some(no), Some(request)) = (no, &order.request)
            && let Some(known) = self.known.get(&key(no, &request.author, &request.client_id))
        {
            return settle(known, request);
        }
        self.make_room(order)?;
        let thread = self.threads.get_mut(&order.conversation).ok_or(Refused::NotFound)?;
        let decision = decide(&thread.state, &order.command, now, idle)?;
        let wrote = !decision.events.is_empty() || !decision.staff.is_empty();
        let (no, answered) = (thread.no, thread.append(decision, now));
        thread.changed |= wrote;
        self.note_turn(no, order, answered);
        if let Some(request) = &order.request {
            let key = key(no, &request.author, &request.client_id);
            let known = Known { hash: request.hash.clone(), seq: answered.seq, at: answered.at };
            self.known.insert(key, known.clone());
            self.requests.push((key, known));
        }
        Ok(answered)
    }

    // A shopper's first request makes visitor and conversation; nothing else does.
    fn make_room(&mut self, order: &Order) -> Result<(), Refused> {
        if self.threads.contains_key(&order.conversation) {
            return Ok(());
        }
        let visitor = order.creates_for.clone().ok_or(Refused::NotFound)?;
        // A refused first command must not leave an empty conversation behind: it is tried on an empty state first.
        decide(&Conversation::default(), &order.command, Timestamp(0), Duration::MAX)?;
        self.visitors.push(visitor.clone());
        self.last_no += 1;
        let fresh = Numbered { no: self.last_no, state: Conversation::default() };
        self.threads.insert(order.conversation.clone(), Thread::of(fresh, visitor));
        Ok(())
    }

    // A finished turn's row goes, and its reply is entered under the question's number, which can happen once only.
    fn note_turn(&mut self, no: i64, order: &Order, answered: Answered) {
        if let Command::FinishTurn(result) = &order.command {
            self.finished.push((no, result.question));
            let key = key(no, Author::Bot.key(), &result.question.to_string());
            self.requests.push((key, Known { hash: String::new(), seq: answered.seq, at: answered.at }));
        }
    }

    /// Whether there is anything to store.
    pub(super) fn writes(&self) -> bool {
        !self.requests.is_empty() || self.threads.values().any(|thread| thread.changed)
    }

    /// Events the batch appends.
    pub(super) fn rows(&self) -> usize {
        self.threads.values().map(|thread| thread.events.len() + thread.staff.len()).sum()
    }

    /// Writes all of it inside the transaction that is open on `connection`.
    pub(super) async fn store(
        &self,
        connection: &mut SqliteConnection,
        identity: &Identity,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        let visitors: Vec<_> = self.visitors.iter().collect();
        insert(connection, &sql::INSERT_VISITORS, &visitors, |query, id| query.bind(id.to_string()).bind(now.0))
            .await?;
        self.store_threads(connection).await?;
        insert(connection, &sql::INSERT_REQUESTS, &self.requests, |query, ((no, key), known)| {
            query.bind(*no).bind(*key).bind(known.hash.clone()).bind(number(known.seq)).bind(known.at.0)
        })
        .await?;
        insert(connection, &sql::DELETE_TURNS, &self.finished, |query, (no, question)| {
            query.bind(*no).bind(number(*question))
        })
        .await?;
        self.store_turns(connection, identity, now).await?;
        // Last, so that what this batch itself has stored is emptied with the rest.
        for thread in self.threads.values() {
            if let Some(emptied) = thread.emptied {
                empty(connection, thread.no, emptied, now).await?;
            }
        }
        Ok(())
    }

    /// Whether the batch empties anything, so that the file has to be scrubbed.
    pub(super) fn empties(&self) -> bool {
        self.threads.values().any(|thread| thread.emptied.is_some())
    }

    async fn store_threads(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        let changed: Vec<_> = self.threads.iter().filter(|(_, thread)| thread.changed).collect();
        let events: Vec<_> =
            changed.iter().flat_map(|(_, thread)| thread.events.iter().map(|event| (thread.no, event))).collect();
        insert(connection, &sql::INSERT_EVENTS, &events, |query, (no, event)| {
            let query = query.bind(*no).bind(number(event.seq)).bind(event.at.0);
            query.bind(event.kind.name()).bind(json(&event.kind))
        })
        .await?;
        let staff: Vec<_> =
            changed.iter().flat_map(|(_, thread)| thread.staff.iter().map(|entry| (thread.no, entry))).collect();
        insert(connection, &sql::INSERT_STAFF, &staff, |query, (no, entry)| {
            let query = query.bind(*no).bind(number(entry.seq)).bind(number(entry.after));
            query.bind(entry.at.0).bind(entry.kind.name()).bind(json(&entry.kind))
        })
        .await?;
        insert(connection, &sql::SAVE_CONVERSATIONS, &changed, |query, (id, thread)| {
            let state = &thread.state;
            let query = query.bind(thread.no).bind(id.to_string()).bind(thread.visitor.to_string());
            // What is emptied is found by its age once, and not again.
            let phase = if state.erased || state.is_empty() { "emptied" } else { state.phase.name() };
            query.bind(number(state.head)).bind(phase).bind(state.last_at.0).bind(json(state))
        })
        .await?;
        let episodes: Vec<_> =
            changed.iter().flat_map(|(_, thread)| thread.episodes.values().map(|facts| (thread.no, facts))).collect();
        insert(connection, &sql::SAVE_EPISODES, &episodes, |query, (no, facts)| {
            query.bind(*no).bind(i64::from(facts.number)).bind(facts.began.0).bind(json(facts))
        })
        .await
    }

    async fn store_turns(
        &self,
        connection: &mut SqliteConnection,
        identity: &Identity,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        let owed: Vec<_> =
            self.threads.values().flat_map(|thread| thread.owed.iter().map(|seq| (thread.no, *seq))).collect();
        insert(connection, &sql::INSERT_TURNS, &owed, |query, (no, question)| {
            let query = query.bind(*no).bind(number(*question)).bind(identity.node.clone());
            query.bind(identity.boot).bind(now.plus(LEASE).0).bind(0_i64)
        })
        .await
    }

    /// What the batch appended, for those who follow, and the states after it.
    pub(super) fn into_appended(self) -> (Vec<Appended>, States) {
        let mut states = States::with_capacity(self.threads.len());
        let mut appended = Vec::new();
        for (conversation, thread) in self.threads {
            if thread.changed {
                let with_people = thread.was_with_people || thread.state.is_with_people();
                let owes = !thread.owed.is_empty();
                appended.push(Appended {
                    conversation: conversation.clone(),
                    head: thread.state.head,
                    erasures: thread.state.erasures,
                    events: thread.events,
                    staff_head: thread.state.staff_head,
                    staff: thread.staff,
                    episodes: thread.episodes.into_values().collect(),
                    with_people: with_people.then(|| Box::new(thread.state.clone())),
                    owed: thread.owed,
                    dialogue: if owes { thread.state.dialogue.clone() } else { DialogueState::default() },
                    locale: thread.state.locale.clone().filter(|_| owes),
                });
            }
            states.insert(conversation, Numbered { no: thread.no, state: thread.state });
        }
        (appended, states)
    }
}

fn key(no: i64, author: &str, client_id: &str) -> RequestKey {
    let mut hash = Sha256::new();
    hash.update((author.len() as u64).to_le_bytes());
    hash.update(author.as_bytes());
    hash.update(client_id.as_bytes());
    let digest = hash.finalize();
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    (no, i64::from_le_bytes(bytes))
}

// Our own types have text keys and no floats that are not numbers, so they always have a JSON form.
pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

type Bound<'q> = Query<'q, Sqlite, SqliteArguments>;

async fn insert<T>(
    connection: &mut SqliteConnection,
    sql: &Rows,
    rows: &[T],
    bind: impl for<'q> Fn(Bound<'q>, &T) -> Bound<'q>,
) -> sqlx::Result<()> {
    let mut rest = rows;
    while !rest.is_empty() {
        let (count, text) = sql.fitting(rest.len());
        let (these, later) = rest.split_at(count);
        these.iter().fold(sqlx::query(text), &bind).execute(&mut *connection).await?;
        rest = later;
    }
    Ok(())
}

/// Loads the states of those of `ids` that exist.
pub(super) async fn load_states(connection: &mut SqliteConnection, ids: &[ConversationId]) -> sqlx::Result<Loaded> {
    let mut loaded = Loaded::default();
    let mut rest = ids;
    while !rest.is_empty() {
        let (count, text) = sql::LOAD_CONVERSATIONS.fitting(rest.len());
        let (these, later) = rest.split_at(count);
        let query = these.iter().fold(sqlx::query(text), |query, id| query.bind(id.to_string()));
        for row in query.fetch_all(&mut *connection).await? {
            let id = ConversationId::from(row.get::<String, _>(0));
            // What is wrong with it was logged where it was read.
            match state(row.get(2)) {
                Ok(state) => drop(loaded.states.insert(id, Numbered { no: row.get(1), state })),
                Err(_) => drop(loaded.unreadable.insert(id)),
            }
        }
        rest = later;
    }
    recall(connection, loaded.states.values_mut().map(|loaded| (loaded.no, &mut loaded.state))).await?;
    Ok(loaded)
}

/// Looks up which of the orders' requests were answered before.
pub(super) async fn load_known(
    connection: &mut SqliteConnection,
    orders: &[Order],
    states: &States,
) -> sqlx::Result<HashMap<RequestKey, Known>> {
    let wanted_by = |order: &Order| {
        let (request, loaded) = (order.request.as_ref()?, states.get(&order.conversation)?);
        Some(key(loaded.no, &request.author, &request.client_id))
    };
    let wanted: Vec<RequestKey> = orders.iter().filter_map(wanted_by).collect();
    let mut known = HashMap::new();
    let mut rest = wanted.as_slice();
    while !rest.is_empty() {
        let (count, text) = sql::KNOWN_REQUESTS.fitting(rest.len());
        let (these, later) = rest.split_at(count);
        let query = these.iter().fold(sqlx::query(text), |query, (no, key)| query.bind(*no).bind(*key));
        for row in query.fetch_all(&mut *connection).await? {
            let found = Known { hash: row.get(2), seq: seq(row.get(3)), at: Timestamp(row.get(4)) };
            known.insert((row.get(0), row.get(1)), found);
        }
        rest = later;
    }
    Ok(known)
}
