//! People at the desk: what they ask for, who is there, and what a shopper is told about it.

use std::time::Duration;

use super::board::{Attendant, Chat, Due, Place, Presence};
use super::turn::{Outcome, body_of};
use super::{Desk, counts};
use crate::bus::Passing;
use crate::content::Snapshot;
use crate::domain::{
    AgentAct, AgentId, Author, Body, Command, Conversation, ConversationId, HandoffOrder, NewRequest, Phase, Priority,
    Reason, Right, Seq, Timestamp, may,
};
use crate::store::{Answer, Order, StoreError};

/// Chats read at a start; beyond it the queue is longer than any desk, and the rest comes up as it is written to.
const READ_AT_START: usize = 100_000;

/// Places in the queue are told this often at most, and the desk looks at what is due at least this often.
const LOOK: Duration = Duration::from_secs(1);

/// What somebody at the desk asks for.
#[derive(Debug, Clone)]
pub struct StaffAsk {
    /// Who.
    pub who: Attendant,
    /// Where.
    pub conversation: ConversationId,
    /// Their own name for it.
    pub client_id: String,
    /// A digest of what is asked, the same for the same.
    pub hash: String,
    /// What.
    pub deed: Deed,
}

/// What can be asked for at the desk.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Take it.
    Claim {
        /// The event they had seen last, if they say.
        version: Option<Seq>,
    },
    /// Say something to the shopper.
    Say(String),
    /// Write a note for colleagues.
    Note(String),
    /// Put it back into the queue.
    Release,
    /// Pass it on to a colleague who is there.
    PassTo(AgentId),
    /// Pass it on to a team's queue.
    PassToTeam(String),
    /// Give it back to the assistant.
    ToBot,
    /// End it.
    Resolve,
    /// Set its labels.
    Label(Vec<String>),
    /// Set how urgent it is.
    Prioritise(Priority),
    /// Empty everything that was said, at the shopper's wish.
    Erase,
}

/// Whether people are there, as a shopper is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    /// Whether somebody is at the desk, in its hours.
    pub open: bool,
    /// How long one waits for them now.
    pub wait_seconds: Option<u64>,
    /// By when an answer is promised, when nobody is there.
    pub reply_by: Option<Timestamp>,
}

impl Desk {
    /// Stores what somebody at the desk asks for; `answer` is called once it is on disk, on the writer's task.
    pub async fn staff_ask(&self, ask: StaffAsk, answer: Answer) {
        let locale = match self.locale_of(&ask.conversation).await {
            Ok(locale) => locale,
            Err(error) => return answer(Err(error)),
        };
        let StaffAsk { who, conversation, client_id, hash, deed } = ask;
        let act = self.act_of(&who, &client_id, deed, &locale);
        let author = Author::Agent(who.agent.clone()).key().to_owned();
        let request = Some(NewRequest { author, client_id, hash });
        let command = Command::Agent { by: who.agent, act };
        self.0.parts.store.submit(Order { conversation, creates_for: None, command, request, answer });
    }

    async fn locale_of(&self, conversation: &ConversationId) -> Result<String, StoreError> {
        let known = self.0.board.chat(conversation).map(|chat| chat.locale);
        let spoken = match known {
            Some(locale) => locale,
            None => self.conversation(conversation).await?.and_then(|state| spoken(&state)),
        };
        Ok(self.content().locale(spoken.as_deref()))
    }

    fn act_of(&self, who: &Attendant, client_id: &str, deed: Deed, locale: &str) -> AgentAct {
        let snapshot = self.content();
        let others = may(who.role, Right::TransferOthers);
        let notice = |key: &str, agent: &AgentId| self.notice(&snapshot, key, locale, agent);
        let body = |words: String| Body::text(words);
        match deed {
            Deed::Claim { version } => {
                AgentAct::Claim { version, notice: notice("agent_joined", &who.agent), reason: Reason::Claimed }
            }
            Deed::Say(text) => AgentAct::Say {
                client_id: Some(client_id.to_owned()),
                body: body(text),
                notice: notice("agent_joined", &who.agent),
            },
            Deed::Note(text) => AgentAct::Note { text },
            Deed::Release => {
                AgentAct::Release { reason: Reason::Released, notice: notice("agent_left", &who.agent), others }
            }
            Deed::PassTo(agent) => AgentAct::PassTo { notice: notice("agent_joined", &agent), agent, others },
            Deed::PassToTeam(team) => AgentAct::PassToTeam { team, notice: notice("agent_left", &who.agent), others },
            Deed::ToBot => AgentAct::ToBot { notice: notice("handed_back", &who.agent), others },
            Deed::Resolve => AgentAct::Resolve { notice: notice("resolved", &who.agent), others },
            Deed::Label(labels) => AgentAct::Label { labels },
            Deed::Prioritise(priority) => AgentAct::Prioritise { priority },
            Deed::Erase => AgentAct::Erase,
        }
    }

    fn notice(&self, snapshot: &Snapshot, key: &str, locale: &str, agent: &AgentId) -> Body {
        body_of(snapshot, key, locale, &[("agent", &self.0.parts.names.of(agent))], 0)
    }

    /// Somebody at the desk was heard of: their chats stay theirs for another lease.
    pub fn heard(&self, who: &Attendant) {
        self.0.board.heard(who, self.0.parts.clock.now());
    }

    /// Somebody says whether they take chats.
    pub fn set_presence(&self, agent: &AgentId, presence: Presence) {
        self.0.board.set_presence(agent, presence);
    }

    /// Whether somebody takes chats, if they are there.
    #[must_use]
    pub fn presence(&self, agent: &AgentId) -> Option<Presence> {
        self.0.board.presence(agent)
    }

    /// Those who are there, by id.
    #[must_use]
    pub fn attendance(&self) -> Vec<(AgentId, Presence)> {
        self.0.board.there(self.0.parts.clock.now())
    }

    /// Somebody may not be here any more: their chats go back to the queue at once.
    pub fn dismiss(&self, agent: &AgentId) {
        self.0.board.forget(agent);
    }

    /// The chats that wait, the next first, and those that somebody has.
    #[must_use]
    pub fn chats(&self) -> Vec<Chat> {
        self.0.board.chats()
    }

    /// One of them.
    #[must_use]
    pub fn chat(&self, conversation: &ConversationId) -> Option<Chat> {
        self.0.board.chat(conversation)
    }

    /// A socket of `agent` looks at a conversation.
    pub fn begin_viewing(&self, conversation: &ConversationId, socket: u64, agent: &AgentId) {
        let viewers = self.0.board.begin_viewing(conversation, socket, agent);
        self.tell_viewers(conversation, &viewers);
    }

    /// A socket does not look at it any more.
    pub fn stop_viewing(&self, conversation: &ConversationId, socket: u64) {
        let viewers = self.0.board.stop_viewing(conversation, socket);
        self.tell_viewers(conversation, &viewers);
    }

    fn tell_viewers(&self, conversation: &ConversationId, viewers: &[AgentId]) {
        let person = |agent: &AgentId| serde_json::json!({ "id": agent, "name": self.0.parts.names.of(agent) });
        let agents: Vec<_> = viewers.iter().map(person).collect();
        // Its type stands first, as in every frame that is passed on.
        let agents = serde_json::Value::from(agents);
        let frame = format!("{{\"type\":\"passing\",\"kind\":\"viewing\",\"agents\":{agents}}}");
        self.pass(Passing { conversation: conversation.clone(), from: 0, staff_only: true, frame });
    }

    /// The places of all who wait, the next first.
    #[must_use]
    pub fn places(&self) -> Vec<(ConversationId, Place)> {
        self.0.board.places(self.0.parts.clock.now())
    }

    /// The place of one who waits.
    #[must_use]
    pub fn place(&self, conversation: &ConversationId) -> Option<Place> {
        let waits = self.chat(conversation).is_some_and(|chat| chat.phase == Phase::Waiting);
        let mut places = if waits { self.places() } else { Vec::new() }.into_iter();
        places.find(|(id, _)| id == conversation).map(|(_, place)| place)
    }

    /// Wakes when chats or people have changed.
    #[must_use]
    pub fn board_changed(&self) -> tokio::sync::watch::Receiver<u64> {
        self.0.board.changed()
    }

    /// When the desk last looked at its chats and found nothing more to do.
    #[must_use]
    pub fn settled(&self) -> tokio::sync::watch::Receiver<Timestamp> {
        self.0.board.settled.subscribe()
    }

    /// Whether people are there, as a shopper is told.
    #[must_use]
    pub fn people(&self) -> People {
        let now = self.0.parts.clock.now();
        let snapshot = self.content();
        if snapshot.is_open(now) && self.0.board.anybody(now) {
            return People { open: true, wait_seconds: self.0.board.wait(now), reply_by: None };
        }
        People { open: false, wait_seconds: None, reply_by: Some(snapshot.reply_by(now)) }
    }

    /// What the desk says when a shopper calls a person, and what it promises.
    pub(super) fn called(&self, snapshot: &Snapshot, order: HandoffOrder, locale: &str) -> (Body, HandoffOrder) {
        let (promise, told_seconds) = self.promise(snapshot, locale);
        let mut body = body_of(snapshot, "waiting_for_person", locale, &[], 0);
        if told_seconds.is_some() {
            // One message with both: that a person comes, and when.
            body.text = format!("{}\n\n{}", body.text, promise.text);
        } else {
            body = promise;
        }
        (body, HandoffOrder { told_seconds, ..order })
    }

    /// Completes a turn that hands over: what the shopper is promised after its words.
    pub(super) fn complete(&self, outcome: &mut Outcome) {
        let Some(order) = &mut outcome.reply.handoff else { return };
        let (promise, told_seconds) = self.promise(&self.content(), &outcome.reading.locale);
        (order.notice, order.told_seconds) = (Some(promise), told_seconds);
    }

    // The place in the queue and the wait of somebody who comes now; or that nobody is there, and by when they answer.
    fn promise(&self, snapshot: &Snapshot, locale: &str) -> (Body, Option<u32>) {
        let people = self.people();
        if let Some(seconds) = people.wait_seconds.filter(|_| people.open) {
            let place = (self.0.board.waiting() + 1).to_string();
            let wait = snapshot.wait(Duration::from_secs(seconds), locale);
            let body = body_of(snapshot, "queue_position", locale, &[("place", &place), ("wait", &wait)], 0);
            return (body, Some(u32::try_from(seconds).unwrap_or(u32::MAX)));
        }
        let words = people.reply_by.map(|at| snapshot.moment(at, locale)).unwrap_or_default();
        (body_of(snapshot, "nobody_there", locale, &[("reply_by", &words)], 0), None)
    }
}

fn spoken(state: &Conversation) -> Option<String> {
    state.dialogue.locale.clone().or_else(|| state.locale.clone())
}

/// Reads the queue at a start, then does what is due and tells shoppers their place, until the desk stops.
pub(super) async fn attend(desk: Desk) {
    read_queue(&desk).await;
    let clock = desk.0.parts.clock.clone();
    let mut told = std::collections::HashMap::new();
    let mut told_at = Timestamp(0);
    loop {
        let now = clock.now();
        let (due, next) = desk.0.board.due(now);
        if due.is_empty() {
            desk.0.board.settled.send_replace(now);
        }
        counts::queue(&desk.0.board.queue_now(now));
        for deed in due {
            carry_out(&desk, deed).await;
        }
        if clock.now().since(told_at) >= LOOK {
            told_at = clock.now();
            tell_places(&desk, &mut told);
        }
        // A lease that is over now was dealt with above; one that ends between two milliseconds is looked at in a moment.
        let soon = now.plus(Duration::from_millis(10));
        let until = next.map_or(now.plus(LOOK), |at| at.clamp(soon, now.plus(LOOK)));
        tokio::select! {
            () = desk.0.parts.shutdown.cancelled() => return,
            () = desk.0.board.look.notified() => {}
            () = clock.sleep_until(until) => {}
        }
    }
}

async fn read_queue(desk: &Desk) {
    match desk.store().with_people(READ_AT_START).await {
        Ok(chats) => chats.iter().for_each(|(id, state)| desk.0.board.keep(id, state)),
        Err(error) => tracing::error!(%error, "the queue could not be read; it fills as chats are written to"),
    }
    desk.0.board.expect_back(desk.0.parts.clock.now());
}

async fn carry_out(desk: &Desk, due: Due) {
    let snapshot = desk.content();
    let (conversation, by, act) = match due {
        Due::Release { conversation, agent, reason } => {
            if reason == Reason::NoReply {
                // Who does not answer is not given the next one.
                desk.0.board.set_presence(&agent, Presence::Away);
            }
            let locale = desk.locale_of(&conversation).await.unwrap_or_default();
            let notice = desk.notice(&snapshot, "agent_left", &locale, &agent);
            (conversation, agent, AgentAct::Release { reason, notice, others: false })
        }
        Due::Place { conversation, agent } => {
            let locale = desk.locale_of(&conversation).await.unwrap_or_default();
            let notice = desk.notice(&snapshot, "agent_joined", &locale, &agent);
            (conversation, agent, AgentAct::Claim { version: None, notice, reason: Reason::Placed })
        }
    };
    // Refused when something else was quicker, which is as good; any other failure is tried again at the next look.
    if let Err(refused) = desk.store().transact(conversation, Command::Agent { by, act }, None).await {
        tracing::debug!(%refused, "what was due is not any more");
    }
}

// Shown now or never: who connects later hears it at the next change.
fn tell_places(desk: &Desk, told: &mut std::collections::HashMap<ConversationId, Place>) {
    let places = desk.places();
    for (conversation, place) in &places {
        if told.get(conversation) != Some(place) && desk.followers(conversation) > 0 {
            desk.pass(Passing {
                conversation: conversation.clone(),
                from: 0,
                staff_only: false,
                frame: queue_frame(place),
            });
        }
    }
    *told = places.into_iter().collect();
}

fn queue_frame(place: &Place) -> String {
    let wait = place.wait_seconds.map_or_else(String::new, |seconds| format!(",\"wait_seconds\":{seconds}"));
    format!("{{\"type\":\"passing\",\"kind\":\"queue\",\"place\":{}{wait}}}", place.place)
}
