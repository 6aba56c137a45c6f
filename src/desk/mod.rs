//! Commands in, events out: the one way into a conversation, for shoppers, agents and the assistant alike.
//!
//! [`Desk::ask`] stores what somebody wants; `hub` tells those who follow the conversation; `turns` lets the assistant
//! answer what it owes; `timers` end what is idle and pick up what was left lying.

mod action;
mod board;
mod counts;
mod hub;
mod lookup;
mod networks;
mod people;
mod rehearsal;
mod speech;
mod timers;
mod turn;
mod turns;
mod understood;
mod writing;

use std::net::IpAddr;
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::Duration;

use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bus::{Bus, Passing};
use crate::content::{Library, Snapshot};
use crate::domain::{
    Author, Body, ChoiceMade, Clock, Command, Consent, Conversation, ConversationId, Event, EventKind, HandoffOrder,
    Names, NewRequest, Phase, Reason, Seq, VisitorId, hex_digest,
};
use crate::llm::Llm;
use crate::nlu::{Builtin, EntityKind, EntityRule, Extractor};
use crate::shop::Caller;
use crate::store::{Answer, Appended, Health, Order, Store, StoreError};

pub use board::{Attendant, Chat, LEASE as AGENT_LEASE, Place, Presence};
pub use hub::{Subscription, Tip};
pub use lookup::{Guard, OrdersConfig};
pub use people::{Deed, People, StaffAsk};
pub use rehearsal::{Failure, Rehearsal};
pub use timers::PrivacyConfig;
pub use turn::{Acted, Reading, read};
pub use understood::Understood;

/// How the desk works.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Turns that run at the same time.
    pub turns_at_once: usize,
    /// Seconds a turn may take, its second try included, before a person is called.
    pub turn_seconds: u64,
    /// Chats somebody at the desk is given at a time.
    pub agent_capacity: usize,
    /// Seconds somebody has to answer a chat they took, before it goes back to the queue.
    pub first_reply_seconds: u64,
}

impl Config {
    /// What is wrong with this section.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.turns_at_once == 0 || self.turns_at_once > 256 {
            faults.push("desk.turns_at_once: between 1 and 256".into());
        }
        if !(1..=100).contains(&self.agent_capacity) {
            faults.push("desk.agent_capacity: between 1 and 100".into());
        }
        if !(10..=86_400).contains(&self.first_reply_seconds) {
            faults.push("desk.first_reply_seconds: between 10 and 86400".into());
        }
        if !(1..=5).contains(&self.turn_seconds) {
            faults.push(
                "desk.turn_seconds: between 1 and 5, so that a shopper has an answer or a person within 6".into(),
            );
        }
        faults
    }
}

/// What a desk is made of.
pub struct Parts {
    /// The log.
    pub store: Store,
    /// Passing frames.
    pub bus: Bus,
    /// The shop's files.
    pub library: Arc<Library>,
    /// The names of the people at the desk.
    pub names: Names,
    /// The clock.
    pub clock: Clock,
    /// Asks the shop's own system.
    pub caller: Caller,
    /// Writes answers, if a language model is named.
    pub llm: Option<Llm>,
    /// How often one may guess at orders.
    pub orders: OrdersConfig,
    /// How long what is said is kept.
    pub privacy: PrivacyConfig,
    /// Sizes.
    pub config: Config,
    /// Told to stop: no new turns begin.
    pub shutdown: CancellationToken,
    /// Holds the desk's tasks.
    pub tasks: TaskTracker,
}

/// The desk. Cheap to clone.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

struct Inner {
    parts: Parts,
    hub: hub::Hub,
    turns: turns::Turns,
    board: board::Board,
    networks: networks::Networks,
}

/// What a shopper asks for.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The shopper's conversation; made when it is the first request.
    pub visitor: VisitorId,
    /// The shopper's own name for the request.
    pub client_id: String,
    /// A digest of what is asked, the same for the same.
    pub hash: String,
    /// What is asked.
    pub wish: Wish,
    /// The locale of the shopper's page.
    pub locale: Option<String>,
    /// The network the shopper asks from.
    pub network: IpAddr,
}

/// What can be asked for.
#[derive(Debug, Clone)]
pub enum Wish {
    /// Say this text.
    Text(String),
    /// Press this button.
    Choice(ChoiceMade, String),
    /// A person.
    Human,
    /// Rate the episode.
    Rate {
        /// 1 (bad) to 5 (good).
        score: u8,
        /// In the shopper's words.
        comment: Option<String>,
    },
    /// Say whether an answer helped.
    Helped {
        /// The answer.
        of: Seq,
        /// Whether it did.
        yes: bool,
    },
    /// Leave a mail address for an answer.
    Contact(String),
    /// End the episode.
    End,
    /// Empty everything that was said, for good.
    Erase,
    /// Record that everything is handed out.
    Export,
}

/// What a store's commits are told to before its desk exists.
#[derive(Clone, Default)]
pub struct Announcer(Arc<OnceLock<Desk>>);

impl Announcer {
    /// The hook to open the store with.
    #[must_use]
    pub fn hook(&self) -> Box<dyn Fn(Appended) + Send + Sync> {
        let desk = Arc::clone(&self.0);
        Box::new(move |appended| {
            if let Some(desk) = desk.get() {
                desk.announce(appended);
            }
        })
    }
}

impl Desk {
    /// Starts a desk: its timers and the listener on the bus run until `parts.shutdown`.
    #[must_use]
    pub fn start(parts: Parts, announcer: &Announcer) -> Self {
        let (hub, turns) = (hub::Hub::new(), turns::Turns::new(parts.config.turns_at_once));
        let first_reply = Duration::from_secs(parts.config.first_reply_seconds);
        let board = board::Board::new(parts.config.agent_capacity, first_reply);
        let desk = Self(Arc::new(Inner { parts, hub, turns, board, networks: networks::Networks::default() }));
        // A second desk on one announcer would be a mistake in `app`; the first one stays.
        drop(announcer.0.set(desk.clone()));
        let tasks = &desk.0.parts.tasks;
        tasks.spawn(hub::listen(desk.clone(), desk.0.parts.bus.listen()));
        tasks.spawn(timers::close_idle(desk.clone()));
        tasks.spawn(timers::pick_up_turns(desk.clone()));
        tasks.spawn(timers::empty_old(desk.clone()));
        tasks.spawn(timers::keep_tokens(desk.clone()));
        tasks.spawn(people::attend(desk.clone()));
        desk
    }

    /// Stores what a shopper asks for; `answer` is called once it is on disk, on the writer's task.
    pub fn ask(&self, ask: Ask, answer: Answer) {
        let conversation = ConversationId::of(&ask.visitor);
        self.0.networks.heard(&conversation, ask.network);
        let author = Author::Shopper.key().to_owned();
        let contact = self.contact_in(&conversation, &ask);
        let command = self.command(&ask.client_id, ask.wish, ask.locale);
        let request = Some(NewRequest { author, client_id: ask.client_id, hash: ask.hash });
        let order =
            Order { conversation: conversation.clone(), creates_for: Some(ask.visitor), command, request, answer };
        self.0.parts.store.submit(order);
        if let Some(command) = contact {
            // Behind the message it stands in. Should it be refused, the address is still there to be read.
            let answer: Answer = Box::new(|_| ());
            self.0.parts.store.submit(Order { conversation, creates_for: None, command, request: None, answer });
        }
    }

    // Who waits was asked for an address, and may simply write it.
    fn contact_in(&self, conversation: &ConversationId, ask: &Ask) -> Option<Command> {
        let Wish::Text(text) = &ask.wish else { return None };
        self.0.board.chat(conversation).filter(|chat| chat.phase == Phase::Waiting && !chat.contact)?;
        let today = self.content().hours().day(self.0.parts.clock.now());
        let email = ADDRESSES.as_ref()?.find("email", text, today)?.value;
        Some(self.command(&ask.client_id, Wish::Contact(email), ask.locale.clone()))
    }

    fn command(&self, client_id: &str, wish: Wish, locale: Option<String>) -> Command {
        let say = |body, locale| {
            let consent = Some(self.consent(&locale));
            Command::Say { client_id: Some(client_id.to_owned()), body, locale, consent }
        };
        match wish {
            Wish::Text(text) => say(Body::text(text), locale),
            Wish::Choice(choice, title) => say(Body { choice: Some(choice), ..Body::text(title) }, locale),
            Wish::Human => {
                let snapshot = self.0.parts.library.current();
                let locale = snapshot.locale(locale.as_deref());
                let (notice, order) = self.called(&snapshot, HandoffOrder::because(Reason::Asked), &locale);
                Command::Human { notice, order }
            }
            Wish::Rate { score, comment } => Command::Rate { score, comment },
            Wish::Helped { of, yes } => Command::Helped { of, yes },
            Wish::Contact(email) => {
                let snapshot = self.0.parts.library.current();
                let locale = snapshot.locale(locale.as_deref());
                let reply_by = snapshot.reply_by(self.0.parts.clock.now());
                let words = snapshot.moment(reply_by, &locale);
                let notice = speech::body_of(&snapshot, "contact_saved", &locale, &[("reply_by", &words)], 0);
                Command::LeaveContact { email, reply_by: Some(reply_by), notice }
            }
            Wish::End => Command::End,
            Wish::Erase => Command::Erase,
            Wish::Export => Command::Export { by: None },
        }
    }

    // What the shopper has read above the first line they write.
    fn consent(&self, locale: &Option<String>) -> Consent {
        let snapshot = self.0.parts.library.current();
        let locale = snapshot.locale(locale.as_deref());
        Consent { notice: snapshot.disclosure_hash(&locale), locale }
    }

    /// Looks up what pressing the `index`th button under the bot's message `of` means, and its title.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be read, or `not_found`.
    pub async fn choice(
        &self,
        conversation: &ConversationId,
        of: Seq,
        index: usize,
    ) -> Result<(ChoiceMade, String), StoreError> {
        let missing = StoreError::Refused(crate::domain::Refused::NotFound);
        let event = self.event(conversation, of).await?.ok_or(missing)?;
        let EventKind::Said { body, .. } = &event.kind else { return Err(missing) };
        let button = body.quick_replies.get(index).ok_or(missing)?;
        let send = button.send.clone();
        Ok((ChoiceMade { of, index, send }, button.title.clone()))
    }

    /// One event of a conversation.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be read.
    pub async fn event(&self, conversation: &ConversationId, seq: Seq) -> Result<Option<Event>, StoreError> {
        Ok(self.0.parts.store.events(conversation, seq, seq, 1).await?.pop())
    }

    /// Follows a conversation from now on.
    #[must_use]
    pub fn follow(&self, conversation: &ConversationId) -> Subscription {
        self.0.hub.follow(conversation)
    }

    /// Shows something to everyone else who follows the conversation, if they look now.
    pub fn pass(&self, passing: Passing) {
        self.0.parts.bus.passing(passing);
    }

    /// The state of a conversation, if it exists.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be read.
    pub async fn conversation(&self, id: &ConversationId) -> Result<Option<Conversation>, StoreError> {
        self.0.parts.store.conversation(id).await
    }

    /// How many connections follow a conversation on this machine.
    #[must_use]
    pub fn followers(&self, conversation: &ConversationId) -> usize {
        self.0.hub.followers(conversation)
    }

    /// The log.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.parts.store
    }

    /// The shop's files as they are live.
    #[must_use]
    pub fn content(&self) -> Arc<Snapshot> {
        self.0.parts.library.current()
    }

    /// The library of the shop's files.
    #[must_use]
    pub fn library(&self) -> &Arc<Library> {
        &self.0.parts.library
    }

    /// The names of the people at the desk.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.0.parts.names
    }

    /// Whether messages are taken.
    #[must_use]
    pub fn writable(&self) -> bool {
        *self.0.parts.store.health().borrow() == Health::Writable
    }

    // Runs on the writer's task: it must not wait.
    fn announce(&self, thread: Appended) {
        counts::appended(&thread);
        self.0.hub.keep(&thread.conversation, &thread.events);
        if let Some(state) = &thread.with_people {
            self.0.board.keep(&thread.conversation, state);
        }
        let tip = Tip { seq: thread.head, erasures: thread.erasures, staff: thread.staff_head };
        self.0.hub.wake(&thread.conversation, tip);
        self.take_up(thread);
    }

    fn take_up(&self, thread: Appended) {
        for question in thread.owed {
            let event = thread.events.iter().find(|event| event.seq == question).cloned();
            let memory = Some(turns::Memory::of(thread.dialogue.clone(), thread.locale.clone()));
            self.0.turns.take_up(self, &thread.conversation, turns::Ticket { question, event, memory, failures: 0 });
        }
    }
}

/// The silence after which an episode with the assistant is over.
#[must_use]
pub fn idle(content: &Snapshot) -> Duration {
    Duration::from_secs(60 * u64::from(content.settings().episode.idle_close_minutes))
}

/// A digest of what a request asks for, so that the same `client_id` with another body is told apart.
#[must_use]
pub fn request_hash(parts: &[&str]) -> String {
    let bytes: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
    hex_digest(&bytes)
}

// Whatever the shop's own files call an address: the desk knows one. Without rules of a shop there is nothing to fail.
static ADDRESSES: LazyLock<Option<Extractor>> = LazyLock::new(|| {
    let (name, kind) = ("email".to_owned(), EntityKind::Builtin(Builtin::Email));
    let (normalize, context_words) = (Vec::new(), Vec::new());
    Extractor::new(&[EntityRule { name, kind, normalize, context_words, fuzzy: 0, pii: true }]).ok()
});

/// The lease of a turn is renewed this often.
const RENEW: Duration = Duration::from_secs(3);
