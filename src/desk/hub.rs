//! Who follows which conversation: coalesced wake-ups, passing frames, and the hot tail of the log.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{broadcast, watch};

use super::Desk;
use crate::bus::Passing;
use crate::domain::{ConversationId, Event, Seq};

/// Locks the followers are spread over, so that a commit of many conversations does not wait for one reader.
const SHARDS: usize = 16;

/// Events kept in memory for a followed conversation: a reader further behind reads the store.
const TAIL: usize = 32;

/// Bytes of text the tails of all conversations may hold together; beyond it readers read the store.
const TAIL_BYTES: usize = 32 * 1024 * 1024;

/// Passing frames a slow follower may lag behind before they are dropped for it.
const PASSING: usize = 4;

/// A conversation's end, as far as is known here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tip {
    /// The number of its last event; 0 when nothing was heard yet.
    pub seq: Seq,
    /// Its erasures; a change resets the followers.
    pub erasures: u32,
    /// The number of its last staff entry.
    pub staff: Seq,
}

pub(super) struct Hub {
    shards: Vec<Mutex<HashMap<ConversationId, Arc<Thread>>>>,
    bytes: Arc<AtomicUsize>,
}

struct Thread {
    tip: watch::Sender<Tip>,
    passing: broadcast::Sender<Arc<Passing>>,
    tail: Mutex<VecDeque<Arc<Event>>>,
    followers: AtomicUsize,
    bytes: Arc<AtomicUsize>,
}

impl Drop for Thread {
    fn drop(&mut self) {
        let tail = self.tail.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.bytes.fetch_sub(tail.iter().map(|event| weight(event)).sum(), Ordering::Relaxed);
    }
}

/// A connection's view of one conversation.
pub struct Subscription {
    /// Wakes when the head moves; however often it moves, once.
    pub tip: watch::Receiver<Tip>,
    /// Frames that are shown now or never.
    pub passing: broadcast::Receiver<Arc<Passing>>,
    thread: Arc<Thread>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        // Whoever leaves last takes the tail along: what nobody reads must not use up the memory of all.
        if self.thread.followers.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.thread.forget(0);
        }
    }
}

impl Thread {
    fn forget(&self, keep: usize) {
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        shorten(&mut tail, keep, &self.bytes);
    }
}

fn shorten(tail: &mut VecDeque<Arc<Event>>, keep: usize, bytes: &AtomicUsize) {
    while tail.len() > keep {
        let gone = tail.pop_front().map_or(0, |event| weight(&event));
        bytes.fetch_sub(gone, Ordering::Relaxed);
    }
    if tail.is_empty() {
        tail.shrink_to_fit();
    }
}

impl Subscription {
    /// The events after `cursor` from memory, at most `limit`, or `None` when the store has to be asked.
    #[must_use]
    pub fn recent(&self, cursor: Seq, limit: usize) -> Option<Vec<Arc<Event>>> {
        let tail = self.thread.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let first = tail.front()?.seq;
        let skip = usize::try_from((cursor + 1).checked_sub(first)?).ok()?;
        // What was appended while nobody followed is not in the tail, so its end is not the log's.
        (skip < tail.len()).then(|| tail.iter().skip(skip).take(limit).cloned().collect())
    }
}

impl Hub {
    pub(super) fn new() -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { shards, bytes: Arc::default() }
    }

    pub(super) fn follow(&self, conversation: &ConversationId) -> Subscription {
        let mut shard = self.shard(conversation).lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever leaves last leaves an empty entry; entries go when the shard would have to grow.
        if shard.len() > 64 && shard.len() == shard.capacity() {
            shard.retain(|_, thread| thread.followers.load(Ordering::Relaxed) > 0);
        }
        let thread = shard.entry(conversation.clone()).or_insert_with(|| Arc::new(self.thread()));
        thread.followers.fetch_add(1, Ordering::Relaxed);
        let (tip, passing) = (thread.tip.subscribe(), thread.passing.subscribe());
        Subscription { tip, passing, thread: Arc::clone(thread) }
    }

    fn thread(&self) -> Thread {
        Thread {
            tip: watch::Sender::new(Tip::default()),
            passing: broadcast::Sender::new(PASSING),
            tail: Mutex::default(),
            followers: AtomicUsize::new(0),
            bytes: Arc::clone(&self.bytes),
        }
    }

    /// Keeps what a commit of this process appended, where somebody follows.
    pub(super) fn keep(&self, conversation: &ConversationId, events: &[Arc<Event>]) {
        let Some(thread) = self.find(conversation) else { return };
        let mut tail = thread.tail.lock().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            if matches!(event.kind, crate::domain::EventKind::Redacted { .. }) {
                shorten(&mut tail, 0, &self.bytes);
            }
            // Only a tail without holes is of use.
            if tail.back().is_some_and(|last| last.seq + 1 != event.seq) {
                shorten(&mut tail, 0, &self.bytes);
            }
            if self.bytes.load(Ordering::Relaxed) < TAIL_BYTES {
                self.bytes.fetch_add(weight(event), Ordering::Relaxed);
                tail.push_back(Arc::clone(event));
            } else {
                shorten(&mut tail, 0, &self.bytes);
            }
            shorten(&mut tail, TAIL, &self.bytes);
        }
    }

    /// Wakes those who follow a conversation: it has a new end.
    pub(super) fn wake(&self, conversation: &ConversationId, tip: Tip) {
        if let Some(thread) = self.find(conversation) {
            // Wake-ups may overtake one another; a head never moves back.
            thread.tip.send_if_modified(|known| {
                let news = tip.seq > known.seq || tip.erasures > known.erasures || tip.staff > known.staff;
                if news {
                    *known = tip;
                }
                news
            });
        }
    }

    fn passing(&self, passing: Arc<Passing>) {
        if let Some(thread) = self.find(&passing.conversation) {
            // An error means that nobody follows any more.
            drop(thread.passing.send(passing));
        }
    }

    pub(super) fn followers(&self, conversation: &ConversationId) -> usize {
        self.find(conversation).map_or(0, |thread| thread.followers.load(Ordering::Relaxed))
    }

    fn find(&self, conversation: &ConversationId) -> Option<Arc<Thread>> {
        let shard = self.shard(conversation).lock().unwrap_or_else(PoisonError::into_inner);
        shard.get(conversation).filter(|thread| thread.followers.load(Ordering::Relaxed) > 0).cloned()
    }

    fn shard(&self, conversation: &ConversationId) -> &Mutex<HashMap<ConversationId, Arc<Thread>>> {
        // Ids are hex digests, so any of their bytes spreads evenly; an index below SHARDS always exists.
        let byte = conversation.as_str().bytes().next_back().unwrap_or(0);
        &self.shards[usize::from(byte) % SHARDS]
    }
}

fn weight(event: &Event) -> usize {
    match &event.kind {
        crate::domain::EventKind::Said { body, .. } => body.text.len() + 256,
        _ => 128,
    }
}

/// Brings what comes over the bus to the followers, until the desk stops.
pub(super) async fn listen(desk: Desk, mut bus: broadcast::Receiver<Arc<Passing>>) {
    loop {
        let passing = tokio::select! {
            () = desk.0.parts.shutdown.cancelled() => return,
            passing = bus.recv() => passing,
        };
        match passing {
            Ok(passing) => desk.0.hub.passing(passing),
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}
