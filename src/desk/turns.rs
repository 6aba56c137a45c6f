//! Runs the turns that are owed: one at a time in a conversation, in order of their questions, and each until its reply is
//! on disk or a person has it.

use std::collections::{HashMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::Semaphore;

use super::action::act;
use super::turn::{Means, Outcome, Step, begin, give_up, resume, resume_written};
use super::writing::{Deadline, write};
use super::{Desk, RENEW};
use crate::domain::{Command, ConversationId, DialogueState, Event, Refused, Seq};
use crate::store::{Health, LEASE, StoreError};

/// A turn that failed this often hands over to a person.
const TRIES: u32 = 2;

/// How long a turn waits before it offers its reply to a busy store again.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

/// A turn to run.
#[derive(Clone)]
pub(super) struct Ticket {
    /// The event that is owed a reply.
    pub(super) question: Seq,
    /// The event, where it is at hand.
    pub(super) event: Option<Arc<Event>>,
    /// What the dialogue remembers, where it is at hand.
    pub(super) memory: Option<Memory>,
    /// How often it was tried before.
    pub(super) failures: u32,
}

/// What a turn knows beforehand.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    pub(super) dialogue: DialogueState,
    pub(super) locale: Option<String>,
    /// The shop has signed who the visitor is.
    pub(super) verified: bool,
}

impl Memory {
    /// What is known of a visitor nobody has vouched for.
    pub(super) fn of(dialogue: DialogueState, locale: Option<String>) -> Self {
        Self { dialogue, locale, verified: false }
    }
}

pub(super) struct Turns {
    // A key is there while a worker runs for the conversation. At most MAX_PENDING tickets each, because the log takes no
    // more questions; a turn picked up twice is settled by the store.
    queues: Mutex<HashMap<ConversationId, VecDeque<Ticket>>>,
    at_once: Semaphore,
}

impl Turns {
    pub(super) fn new(at_once: usize) -> Self {
        Self { queues: Mutex::default(), at_once: Semaphore::new(at_once.max(1)) }
    }

    /// Queues a turn and sees to it that somebody runs it.
    pub(super) fn take_up(&self, desk: &Desk, conversation: &ConversationId, ticket: Ticket) {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get_mut(conversation) {
            if queue.iter().all(|waiting| waiting.question != ticket.question) {
                queue.push_back(ticket);
            }
            return;
        }
        queues.insert(conversation.clone(), VecDeque::from([ticket]));
        drop(queues);
        let (desk, conversation) = (desk.clone(), conversation.clone());
        let tasks = desk.0.parts.tasks.clone();
        tasks.spawn(async move { work(&desk, &conversation).await });
    }

    /// Whether another turn of a conversation waits for the one that runs.
    pub(super) fn is_awaited(&self, conversation: &ConversationId) -> bool {
        let queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        queues.get(conversation).is_some_and(|queue| !queue.is_empty())
    }

    // The next turn of a conversation; `None` ends its worker.
    fn next(&self, conversation: &ConversationId) -> Option<Ticket> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let next = queues.get_mut(conversation).and_then(VecDeque::pop_front);
        if next.is_none() {
            queues.remove(conversation);
        }
        next
    }
}

async fn work(desk: &Desk, conversation: &ConversationId) {
    let mut last: Option<Memory> = None;
    while let Some(ticket) = desk.0.turns.next(conversation) {
        // The semaphore is never closed.
        let Ok(_permit) = desk.0.turns.at_once.acquire().await else { return };
        let once_more = Ticket { failures: TRIES, ..ticket.clone() };
        let turn = AssertUnwindSafe(run(desk, conversation, ticket, last.clone())).catch_unwind().await;
        last = match turn {
            Ok(last) => last,
            // A worker that dies would leave the conversation without one for ever; a person takes the question.
            Err(_) => {
                tracing::error!("a turn panicked; a person is called");
                run(desk, conversation, once_more, last.take()).await
            }
        };
    }
}

// Runs one turn; what the dialogue remembers after it serves the next, where it is sure.
async fn run(desk: &Desk, conversation: &ConversationId, ticket: Ticket, last: Option<Memory>) -> Option<Memory> {
    let (outcome, memory) = if ticket.failures >= TRIES {
        // Whatever it is that fails may be the question itself, so this is all without it.
        let memory = last.or(ticket.memory).unwrap_or_default();
        (hand_over(desk, &memory), memory)
    } else {
        let (event, memory) = prepare(desk, conversation, &ticket, last).await?;
        (work_out(desk, conversation, &event, &memory, ticket.failures).await, memory)
    };
    let after = Memory { dialogue: outcome.dialogue.clone(), ..memory };
    let stored = store(desk, conversation, outcome, ticket.question).await;
    stored.then_some(after)
}

async fn work_out(
    desk: &Desk,
    conversation: &ConversationId,
    event: &Arc<Event>,
    memory: &Memory,
    mut failures: u32,
) -> Outcome {
    // One limit for all tries: the shopper waits once.
    let clock = desk.0.parts.clock.clone();
    let deadline = Deadline::new(clock.now(), Duration::from_secs(desk.0.parts.config.turn_seconds));
    while failures < TRIES && clock.now() < deadline.until() {
        if let Some(outcome) = attempt(desk, conversation, event, memory, &deadline).await {
            return outcome;
        }
        failures += 1;
        desk.store().fail_turn(conversation, event.seq).await;
    }
    hand_over(desk, memory)
}

fn hand_over(desk: &Desk, memory: &Memory) -> Outcome {
    metrics::counter!("frontdesk_turns_total", "result" => "gave_up").increment(1);
    give_up(&desk.content(), memory)
}

async fn prepare(
    desk: &Desk,
    conversation: &ConversationId,
    ticket: &Ticket,
    last: Option<Memory>,
) -> Option<(Arc<Event>, Memory)> {
    let event = match &ticket.event {
        Some(event) => Arc::clone(event),
        None => Arc::new(desk.event(conversation, ticket.question).await.ok()??),
    };
    let memory = match last.or_else(|| ticket.memory.clone()) {
        Some(memory) => memory,
        None => {
            let state = desk.conversation(conversation).await.ok()??;
            Memory::of(state.dialogue, state.locale)
        }
    };
    Some((event, memory))
}

// Within the turn's time, its lease renewed meanwhile.
async fn attempt(
    desk: &Desk,
    conversation: &ConversationId,
    event: &Arc<Event>,
    memory: &Memory,
    deadline: &Deadline,
) -> Option<Outcome> {
    let clock = &desk.0.parts.clock;
    let running = to_the_end(desk, conversation, event, memory, deadline);
    tokio::pin!(running);
    loop {
        tokio::select! {
            outcome = &mut running => return outcome,
            () = clock.sleep(deadline.until().since(clock.now())) => {
                // It is later for an answer of which a part was heard.
                if clock.now() >= deadline.until() {
                    tracing::error!("a turn took too long");
                    return None;
                }
            }
            () = clock.sleep(RENEW) => {
                desk.store().renew_turn(conversation, event.seq, clock.now().plus(LEASE)).await;
            }
        }
    }
}

async fn to_the_end(
    desk: &Desk,
    conversation: &ConversationId,
    event: &Arc<Event>,
    memory: &Memory,
    deadline: &Deadline,
) -> Option<Outcome> {
    let (snapshot, event_there, memory) = (desk.content(), Arc::clone(event), memory.clone());
    let means = Means { counted: true, writes: desk.0.parts.llm.is_some() };
    let mut step = on_a_thread(desk, move || begin(&snapshot, &memory, &event_there, means)).await?;
    loop {
        match step {
            Step::Done(outcome) => return Some(*outcome),
            Step::Act(pending) => {
                let result = act(desk, conversation, event.seq, &pending, deadline.until()).await;
                step = on_a_thread(desk, move || resume(*pending, result)).await?;
            }
            Step::Write(draft) => {
                let (written, report) = write(desk, conversation, event.seq, &draft, deadline).await?;
                step = on_a_thread(desk, move || resume_written(*draft, written, report)).await?;
            }
        }
    }
}

// On a thread of its own, so that a panic is a failed turn, and a turn that hangs holds up nobody else.
async fn on_a_thread(desk: &Desk, work: impl FnOnce() -> Step + Send + 'static) -> Option<Step> {
    let done = desk.0.parts.tasks.spawn_blocking(work).await;
    done.inspect_err(|error| tracing::error!(%error, "a turn failed")).ok()
}

// Until it is on disk, or settled that it need not be.
async fn store(desk: &Desk, conversation: &ConversationId, mut outcome: Outcome, question: Seq) -> bool {
    desk.complete(&mut outcome);
    let command = Command::FinishTurn(Box::new(outcome.result(question)));
    loop {
        let answer = desk.store().transact(conversation.clone(), command.clone(), None).await;
        match answer {
            Ok(_) => {
                metrics::counter!("frontdesk_turns_total", "result" => "stored").increment(1);
                return true;
            }
            // It was finished before: by a restart's second try, or by the commit that reported failure.
            Err(StoreError::Refused(Refused::NoSuchTurn | Refused::NotFound)) => return false,
            Err(StoreError::Refused(refused)) => {
                tracing::error!(%refused, "a reply was refused");
                return false;
            }
            Err(StoreError::Busy) => tokio::time::sleep(BUSY_PAUSE).await,
            Err(StoreError::Unavailable | StoreError::ReadOnly) => {
                let mut health = desk.store().health();
                let back = health.wait_for(|health| *health == Health::Writable);
                tokio::select! {
                    // The row stays and is picked up after the restart.
                    () = desk.0.parts.shutdown.cancelled() => return false,
                    result = back => if result.is_err() { return false },
                }
            }
        }
    }
}
