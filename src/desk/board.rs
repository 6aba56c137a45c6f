//! What people at the desk see: chats that wait or that somebody has, and who is there. A fold of the commits, in memory; what
//! it says is looked at again by the store's rules before it becomes true.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use crate::domain::{AgentId, Conversation, ConversationId, Handoff, Phase, Reason, Role, Seq, Timestamp};
use crate::handoff::{Pace, Seat, Waiting, loads, place, sort};

/// Silence after which an agent is gone: their chats go back to the queue.
pub const LEASE: Duration = Duration::from_secs(15);

/// A chat on the board.
#[derive(Debug, Clone, PartialEq)]
pub struct Chat {
    /// Which.
    pub conversation: ConversationId,
    /// `waiting` or `with_agent`.
    pub phase: Phase,
    /// Who has it.
    pub agent: Option<AgentId>,
    /// Why, since when, for whom.
    pub handoff: Handoff,
    /// What people wrote on it.
    pub labels: Vec<String>,
    /// Whether the shopper left an address.
    pub contact: bool,
    /// The shopper's language.
    pub locale: Option<String>,
    /// The event that brought it where it is: what a claim may name as its `version`.
    pub version: Seq,
    /// When something last happened in it.
    pub last_at: Timestamp,
}

/// Whether somebody takes chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Is given chats.
    Online,
    /// Is there and takes what they choose.
    Busy,
    /// Is not there for shoppers.
    Away,
}

/// Who looks at the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendant {
    /// Who.
    pub agent: AgentId,
    /// What they may do.
    pub role: Role,
    /// Their teams.
    pub teams: Vec<String>,
}

#[derive(Debug, Clone)]
struct There {
    who: Attendant,
    presence: Presence,
    until: Timestamp,
    placed: Timestamp,
}

/// What the desk has to do by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Due {
    /// Take a chat from somebody.
    Release { conversation: ConversationId, agent: AgentId, reason: Reason },
    /// Give a chat to somebody.
    Place { conversation: ConversationId, agent: AgentId },
}

/// A shopper's place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub place: u64,
    /// How long it takes; none when nobody is there.
    pub wait_seconds: Option<u64>,
}

/// The queue at a glance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Queue {
    /// How many wait.
    pub(super) waiting: usize,
    /// How long the first of them has.
    pub(super) oldest: Duration,
    /// People who are there for shoppers.
    pub(super) present: usize,
}

pub(super) struct Board {
    state: Mutex<State>,
    capacity: usize,
    first_reply: Duration,
    // Moves with every change that somebody may want to see.
    changed: watch::Sender<u64>,
    // The desk's own look at what is due.
    pub(super) look: Notify,
    // When it last looked and found nothing more to do.
    pub(super) settled: watch::Sender<Timestamp>,
}

#[derive(Default)]
struct State {
    chats: BTreeMap<ConversationId, Chat>,
    there: HashMap<AgentId, There>,
    pace: Pace,
    // At most 64 conversations a socket.
    viewers: HashMap<ConversationId, Vec<(u64, AgentId)>>,
}

impl Board {
    pub(super) fn new(capacity: usize, first_reply: Duration) -> Self {
        Self {
            state: Mutex::default(),
            capacity,
            first_reply,
            changed: watch::Sender::new(0),
            look: Notify::new(),
            settled: watch::Sender::new(Timestamp(0)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn moved(&self) {
        self.changed.send_modify(|count| *count += 1);
        self.look.notify_one();
    }

    /// Wakes when the board has changed.
    pub(super) fn changed(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Brings a chat up to what was stored.
    pub(super) fn keep(&self, id: &ConversationId, state: &Conversation) {
        let mut board = self.lock();
        let before = board.chats.get(id);
        // Two batches are announced in order; a look at the database may be older than the last of them.
        if before.is_some_and(|chat| chat.version > state.phase_seq || chat.last_at > state.last_at) {
            return;
        }
        let handled = before.filter(|chat| chat.phase == Phase::WithAgent && chat.agent != state.agent);
        if let Some(took) = handled.map(|chat| state.last_at.0 - chat.handoff.moved.0) {
            board.pace.took(took);
        }
        match state.handoff.clone().filter(|_| state.is_with_people()) {
            Some(handoff) => drop(board.chats.insert(id.clone(), chat_of(id, state, handoff))),
            None => drop(board.chats.remove(id)),
        }
        drop(board);
        self.moved();
    }

    /// Somebody at the desk was heard of.
    pub(super) fn heard(&self, who: &Attendant, now: Timestamp) {
        let mut board = self.lock();
        let until = now.plus(LEASE);
        let news = match board.there.get_mut(&who.agent) {
            Some(there) => {
                let news = there.who != *who;
                there.who.clone_from(who);
                // Another node's or an older clock must not shorten it.
                there.until = there.until.max(until);
                news
            }
            None => {
                let there = There { who: who.clone(), presence: Presence::Busy, until, placed: Timestamp(0) };
                board.there.insert(who.agent.clone(), there);
                true
            }
        };
        drop(board);
        if news {
            self.moved();
        }
    }

    /// After a start: whoever had chats has the time of a lease to come back.
    pub(super) fn expect_back(&self, now: Timestamp) {
        let owners: Vec<AgentId> = self.lock().chats.values().filter_map(|chat| chat.agent.clone()).collect();
        for agent in owners {
            self.heard(&Attendant { agent, role: Role::Agent, teams: Vec::new() }, now);
        }
    }

    /// Somebody says whether they take chats.
    pub(super) fn set_presence(&self, agent: &AgentId, presence: Presence) {
        if let Some(there) = self.lock().there.get_mut(agent) {
            there.presence = presence;
        }
        self.moved();
    }

    /// Whether somebody takes chats, if they are there.
    pub(super) fn presence(&self, agent: &AgentId) -> Option<Presence> {
        self.lock().there.get(agent).map(|there| there.presence)
    }

    /// A socket looks at a conversation; who looks at it now.
    pub(super) fn begin_viewing(&self, id: &ConversationId, socket: u64, agent: &AgentId) -> Vec<AgentId> {
        let mut board = self.lock();
        let viewers = board.viewers.entry(id.clone()).or_default();
        viewers.push((socket, agent.clone()));
        people_of(viewers)
    }

    /// A socket does not look at it any more; who still does.
    pub(super) fn stop_viewing(&self, id: &ConversationId, socket: u64) -> Vec<AgentId> {
        let mut board = self.lock();
        let Some(viewers) = board.viewers.get_mut(id) else { return Vec::new() };
        viewers.retain(|(other, _)| *other != socket);
        let people = people_of(viewers);
        if viewers.is_empty() {
            board.viewers.remove(id);
        }
        people
    }

    /// Somebody may not be here any more.
    pub(super) fn forget(&self, agent: &AgentId) {
        self.lock().there.remove(agent);
        self.moved();
    }

    /// Whether anybody is there for shoppers, as of `now`.
    pub(super) fn anybody(&self, now: Timestamp) -> bool {
        self.lock().attending(now).next().is_some()
    }

    /// Those who are there, by id.
    pub(super) fn there(&self, now: Timestamp) -> Vec<(AgentId, Presence)> {
        let board = self.lock();
        let mut there: Vec<_> = board
            .there
            .values()
            .filter(|there| there.until >= now)
            .map(|there| (there.who.agent.clone(), there.presence))
            .collect();
        there.sort_by(|a, b| a.0.cmp(&b.0));
        there
    }

    /// All chats, the next to be taken first, then those that somebody has.
    pub(super) fn chats(&self) -> Vec<Chat> {
        let board = self.lock();
        let mut chats: Vec<Chat> = board.chats.values().cloned().collect();
        let rank = |chat: &Chat| {
            let waiting = Waiting { conversation: chat.conversation.clone(), handoff: chat.handoff.clone() };
            let (back, since, _) = waiting.rank();
            (chat.phase != Phase::Waiting, back, since)
        };
        chats.sort_by_cached_key(rank);
        chats
    }

    /// One chat.
    pub(super) fn chat(&self, id: &ConversationId) -> Option<Chat> {
        self.lock().chats.get(id).cloned()
    }

    /// The places of all who wait, the next first.
    pub(super) fn places(&self, now: Timestamp) -> Vec<(ConversationId, Place)> {
        let board = self.lock();
        let (free, total) = board.room(self.capacity, now);
        let queue = board.queue().into_iter().enumerate();
        queue
            .map(|(ahead, chat)| {
                let wait_seconds = board.pace.wait(ahead, free, total);
                (chat.conversation, Place { place: ahead as u64 + 1, wait_seconds })
            })
            .collect()
    }

    /// How many wait, how long, and for how many.
    pub(super) fn queue_now(&self, now: Timestamp) -> Queue {
        let board = self.lock();
        let waiting = || board.chats.values().filter(|chat| chat.phase == Phase::Waiting);
        let oldest = waiting().map(|chat| now.since(chat.handoff.since)).max().unwrap_or_default();
        Queue { waiting: waiting().count(), oldest, present: board.attending(now).count() }
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> usize {
        self.lock().chats.values().filter(|chat| chat.phase == Phase::Waiting).count()
    }

    /// The wait of somebody who comes now; none when nobody is there.
    pub(super) fn wait(&self, now: Timestamp) -> Option<u64> {
        let board = self.lock();
        let (free, total) = board.room(self.capacity, now);
        let ahead = board.chats.values().filter(|chat| chat.phase == Phase::Waiting).count();
        board.pace.wait(ahead, free, total)
    }

    /// What the desk has to do now, and when to look again at the latest.
    pub(super) fn due(&self, now: Timestamp) -> (Vec<Due>, Option<Timestamp>) {
        let mut board = self.lock();
        board.there.retain(|_, there| there.until >= now);
        let mut due = Vec::new();
        let mut next = board.there.values().map(|there| there.until).min();
        for chat in board.chats.values() {
            let Some(agent) = chat.agent.clone().filter(|_| chat.phase == Phase::WithAgent) else { continue };
            let conversation = chat.conversation.clone();
            let reply_by = chat.handoff.moved.plus(self.first_reply);
            if !board.there.contains_key(&agent) {
                due.push(Due::Release { conversation, agent, reason: Reason::AgentGone });
            } else if !chat.handoff.answered && now >= reply_by {
                due.push(Due::Release { conversation, agent, reason: Reason::NoReply });
            } else if !chat.handoff.answered {
                next = Some(next.map_or(reply_by, |next| next.min(reply_by)));
            }
        }
        let placed = place(&board.queue(), &board.seats(self.capacity), now);
        for (conversation, agent) in placed {
            if let Some(there) = board.there.get_mut(&agent) {
                there.placed = now;
            }
            due.push(Due::Place { conversation, agent });
        }
        (due, next)
    }
}

impl State {
    fn queue(&self) -> Vec<Waiting> {
        let waiting = self.chats.values().filter(|chat| chat.phase == Phase::Waiting);
        let waiting =
            waiting.map(|chat| Waiting { conversation: chat.conversation.clone(), handoff: chat.handoff.clone() });
        let mut queue: Vec<Waiting> = waiting.collect();
        sort(&mut queue);
        queue
    }

    fn attending(&self, now: Timestamp) -> impl Iterator<Item = &There> {
        self.there.values().filter(move |there| there.presence != Presence::Away && there.until >= now)
    }

    // Those who are given chats.
    fn seats(&self, capacity: usize) -> Vec<Seat> {
        let loads = loads(self.chats.values().filter_map(|chat| chat.agent.as_ref()));
        let online = self.there.values().filter(|there| there.presence == Presence::Online);
        let seat = |there: &There| Seat {
            agent: there.who.agent.clone(),
            teams: there.who.teams.clone(),
            open: loads.get(&there.who.agent).copied().unwrap_or(0),
            capacity,
            placed: there.placed,
        };
        online.map(seat).collect()
    }

    // Chats that could be taken at once, and that can be had at a time, by all who are there.
    fn room(&self, capacity: usize, now: Timestamp) -> (usize, usize) {
        let loads = loads(self.chats.values().filter_map(|chat| chat.agent.as_ref()));
        self.attending(now).fold((0, 0), |(free, total), there| {
            let open = loads.get(&there.who.agent).copied().unwrap_or(0);
            (free + capacity.saturating_sub(open), total + capacity)
        })
    }
}

fn people_of(viewers: &[(u64, AgentId)]) -> Vec<AgentId> {
    let people: std::collections::BTreeSet<&AgentId> = viewers.iter().map(|(_, agent)| agent).collect();
    people.into_iter().cloned().collect()
}

fn chat_of(id: &ConversationId, state: &Conversation, handoff: Handoff) -> Chat {
    Chat {
        conversation: id.clone(),
        phase: state.phase,
        agent: state.agent.clone(),
        handoff,
        labels: state.labels.iter().cloned().collect(),
        contact: state.contact.is_some(),
        locale: state.locale.clone(),
        version: state.phase_seq,
        last_at: state.last_at,
    }
}
