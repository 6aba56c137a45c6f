//! The conversations a console looks at, and the queue.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, select_all};

use super::{BOARD_EVERY, Connection, End, WATCHED, on_wire};
use crate::bus::Passing;
use crate::console::protocol::{
    Colleague, Counts, DeskEntry, DeskPerson, DeskServerFrame, Log, LogEnd, Row, StaffEvent,
};
use crate::desk::{Chat, Desk, Subscription};
use crate::domain::{AgentId, ConversationId, Event, Phase, Refused, Seq, StaffEntry, StaffKind};
use crate::socket::{Bye, FRAME_LIMIT};
use crate::store::StoreError;
use crate::wire::{Refusal, Viewer, phase_on_wire, refusal_of};

/// Entries read from a log at a time.
const PAGE: usize = 100;

/// Entries sent after a `watch` at most; a client further behind fetches.
const RESUME_LIMIT: u64 = 1_000;

/// Rows of the queue in one frame: more than fits on a screen, less than 64 KiB.
const ROWS: usize = 100;

/// A conversation somebody looks at.
pub(super) struct Watched {
    pub(super) conversation: ConversationId,
    pub(super) subscription: Subscription,
    pub(super) epoch: String,
    erasures: u32,
    pub(super) cursor: Seq,
    staff_cursor: Seq,
    pub(super) head: Seq,
    pub(super) staff_head: Seq,
}

type News = Option<(usize, Arc<Passing>)>;

/// Waits until one of them has news: a new head, or something that is shown now or never.
pub(super) async fn news(watched: &mut [Watched]) -> News {
    if watched.is_empty() {
        return std::future::pending().await;
    }
    select_all(watched.iter_mut().enumerate().map(|(at, watched)| wait(at, watched))).await.0
}

fn wait(at: usize, watched: &mut Watched) -> BoxFuture<'_, News> {
    let Subscription { tip, passing, .. } = &mut watched.subscription;
    async move {
        tokio::select! {
            _ = tip.changed() => None,
            passing = passing.recv() => passing.ok().map(|passing| (at, passing)),
        }
    }
    .boxed()
}

fn unreadable<E>(_: E) -> End {
    End::Bye(Bye::retry(1013, "the log cannot be read at the moment"))
}

impl Connection {
    pub(super) async fn watch(
        &mut self,
        re: String,
        id: ConversationId,
        chat: Option<LogEnd>,
        staff: Option<LogEnd>,
    ) -> Result<(), End> {
        self.unwatch(&id);
        if self.watched.len() >= WATCHED {
            let message = format!("at most {WATCHED} conversations are watched at a time");
            let code = crate::wire::Code::Busy;
            return self.refuse(Refusal { re: Some(re), code, message, retry: false, after_ms: None }).await;
        }
        // Followed before the state is read, so that nothing falls between the two.
        let subscription = self.desk().follow(&id);
        let state = match self.desk().conversation(&id).await {
            Ok(Some(state)) => state,
            Ok(None) => return self.refuse(refusal_of(StoreError::Refused(Refused::NotFound), re)).await,
            Err(error) => return self.refuse(refusal_of(error, re)).await,
        };
        let epoch = self.desk().store().epoch(state.erasures);
        let agent = state.agent.as_ref().map(|agent| person(self.desk(), agent));
        let frame = DeskServerFrame::Watching {
            re,
            conversation: id.to_string(),
            epoch: epoch.clone(),
            head: state.head,
            staff_head: state.staff_head,
            phase: phase_on_wire(state.phase),
            agent,
        };
        self.link.send(&frame).await?;
        let (head, staff_head) = (state.head, state.staff_head);
        let cursor = self.begin(&id, Log::Chat, chat.as_ref(), &epoch, head).await?;
        let staff_cursor = self.begin(&id, Log::Staff, staff.as_ref(), &epoch, staff_head).await?;
        self.desk().begin_viewing(&id, self.number, &self.who.agent);
        let erasures = state.erasures;
        let conversation = id;
        self.watched.push(Watched {
            conversation,
            subscription,
            epoch,
            erasures,
            cursor,
            staff_cursor,
            head,
            staff_head,
        });
        Ok(())
    }

    // Where a log goes on, after a `reset` if what the client has is of no use.
    async fn begin(
        &mut self,
        id: &ConversationId,
        log: Log,
        end: Option<&LogEnd>,
        epoch: &str,
        head: Seq,
    ) -> Result<Seq, End> {
        let seq = end.map_or(0, |end| end.seq);
        let why = match end {
            Some(end) if end.epoch.as_str() != Some(epoch) => Some("the log is of another epoch"),
            _ if seq > head => Some("the log does not reach as far"),
            Some(end) if seq > 0 && !is_at(self.desk().clone(), id, log, seq, &end.at).await? => {
                Some("the log has another entry at this number")
            }
            _ if head - seq > RESUME_LIMIT => Some("more than 1000 entries were missed"),
            _ => None,
        };
        let Some(why) = why else { return Ok(seq) };
        let (conversation, epoch, why) = (id.to_string(), epoch.to_owned(), why.to_owned());
        self.link.send(&DeskServerFrame::Reset { conversation, log, epoch, head, why }).await?;
        Ok(head)
    }

    pub(super) fn unwatch(&mut self, id: &ConversationId) {
        if let Some(at) = self.watched.iter().position(|watched| watched.conversation == *id) {
            self.watched.swap_remove(at);
            self.desk().stop_viewing(id, self.number);
        }
    }

    /// Sends answers and what is new in every conversation that is watched; whether there is more.
    pub(super) async fn catch_up(&mut self) -> Result<bool, End> {
        let tips: Vec<_> =
            self.watched.iter_mut().map(|watched| *watched.subscription.tip.borrow_and_update()).collect();
        self.send_answers().await?;
        let mut behind = false;
        for (at, tip) in tips.into_iter().enumerate() {
            if tip.erasures > self.watched[at].erasures {
                self.reset(at, tip).await?;
            }
            let watched = &mut self.watched[at];
            watched.head = watched.head.max(tip.seq);
            watched.staff_head = watched.staff_head.max(tip.staff);
            behind |= self.send_chat(at).await? | self.send_staff(at).await?;
        }
        Ok(behind)
    }

    async fn reset(&mut self, at: usize, tip: crate::desk::Tip) -> Result<(), End> {
        let epoch = self.desk().store().epoch(tip.erasures);
        let watched = &mut self.watched[at];
        watched.erasures = tip.erasures;
        watched.epoch.clone_from(&epoch);
        (watched.cursor, watched.staff_cursor) = (tip.seq, tip.staff);
        (watched.head, watched.staff_head) = (tip.seq, tip.staff);
        let conversation = watched.conversation.to_string();
        for (log, head) in [(Log::Chat, tip.seq), (Log::Staff, tip.staff)] {
            let (conversation, epoch, why) =
                (conversation.clone(), epoch.clone(), "what was said was erased".to_owned());
            self.link.send(&DeskServerFrame::Reset { conversation, log, epoch, head, why }).await?;
        }
        Ok(())
    }

    async fn send_chat(&mut self, at: usize) -> Result<bool, End> {
        let Watched { conversation, subscription, cursor, head, .. } = &self.watched[at];
        let (cursor, head, id) = (*cursor, *head, conversation.clone());
        if cursor >= head {
            return Ok(false);
        }
        let behind = usize::try_from(head - cursor).unwrap_or(usize::MAX);
        let events = match subscription.recent(cursor, behind.min(PAGE)) {
            Some(events) => events,
            None => {
                let store = self.desk().store();
                let events = store.events(&id, cursor + 1, head, PAGE).await.map_err(unreadable)?;
                events.into_iter().map(Arc::new).collect()
            }
        };
        for event in &events {
            let frame = DeskServerFrame::Event(chat_entry(self.desk(), &id, &self.watched[at].epoch, event));
            self.link.send(&frame).await?;
            self.watched[at].cursor = event.seq;
        }
        Ok(!events.is_empty() && self.watched[at].cursor < head)
    }

    async fn send_staff(&mut self, at: usize) -> Result<bool, End> {
        let Watched { conversation, staff_cursor, staff_head, .. } = &self.watched[at];
        let (cursor, head, id) = (*staff_cursor, *staff_head, conversation.clone());
        if cursor >= head {
            return Ok(false);
        }
        let entries = self.desk().store().staff(&id, cursor + 1, PAGE).await.map_err(unreadable)?;
        for entry in &entries {
            let frame = DeskServerFrame::Event(staff_entry(self.desk(), &id, &self.watched[at].epoch, entry));
            self.link.send(&frame).await?;
            self.watched[at].staff_cursor = entry.seq;
        }
        Ok(!entries.is_empty() && self.watched[at].staff_cursor < head)
    }

    pub(super) async fn show_passing(&mut self, at: usize, passing: &Passing) -> Result<(), End> {
        let Some(watched) = self.watched.get(at).filter(|_| passing.from != self.number) else { return Ok(()) };
        // A passing frame is an object that begins with its type; the console's says where it belongs.
        let rest = passing.frame.strip_prefix('{').unwrap_or_default();
        let frame = format!("{{\"conversation\":\"{}\",\"log\":\"chat\",{rest}", watched.conversation);
        Ok(self.link.send_text(frame).await?)
    }

    /// Sends the queue and the counts, if they have changed and a second has passed.
    pub(super) async fn show_board(&mut self) -> Result<(), End> {
        let now = self.clock().now();
        if !self.board_due || now.since(self.board_at) < BOARD_EVERY {
            return Ok(());
        }
        (self.board_due, self.board_at) = (false, now);
        self.board.mark_unchanged();
        let presence = self.desk().presence(&self.who.agent).unwrap_or(self.presence);
        if presence != self.presence {
            self.presence = presence;
            self.link.send(&DeskServerFrame::Presence { state: on_wire(presence) }).await?;
        }
        let (views, queue) = self.board_frames();
        self.link.send(&views).await?;
        self.link.send(&queue).await?;
        Ok(())
    }

    fn board_frames(&self) -> (DeskServerFrame, DeskServerFrame) {
        let desk = self.desk();
        let chats = desk.chats();
        let owned = |agent: &AgentId| chats.iter().filter(|chat| chat.agent.as_ref() == Some(agent)).count() as u64;
        let waiting = chats.iter().filter(|chat| chat.phase == Phase::Waiting).count() as u64;
        let mine = owned(&self.who.agent);
        let counts = Counts { waiting, mine, others: chats.len() as u64 - waiting - mine };
        let colleague = |(agent, presence): &(AgentId, crate::desk::Presence)| {
            let DeskPerson { id, name } = person(desk, agent);
            Colleague { id, name, presence: on_wire(*presence), open: owned(agent) }
        };
        let people = desk.attendance().iter().map(colleague).collect();
        let places: std::collections::HashMap<_, _> = desk.places().into_iter().collect();
        let rows: Vec<Row> =
            chats.iter().take(ROWS).map(|chat| self.row(chat, places.get(&chat.conversation))).collect();
        let more = (chats.len() - rows.len()) as u64;
        (DeskServerFrame::Views { counts, people }, DeskServerFrame::Queue { rows, more })
    }

    fn row(&self, chat: &Chat, place: Option<&crate::desk::Place>) -> Row {
        let waited = self.clock().now().since(chat.handoff.since);
        Row {
            conversation: chat.conversation.to_string(),
            phase: phase_on_wire(chat.phase),
            place: place.map(|place| place.place),
            wait_seconds: place.and_then(|place| place.wait_seconds),
            since: chat.handoff.since.to_rfc3339(),
            waited_seconds: waited.as_secs(),
            reason: chat.handoff.reason.map(|reason| reason.name().to_owned()),
            team: chat.handoff.team.clone(),
            priority: chat.handoff.priority.name().to_owned(),
            back: chat.handoff.back,
            agent: chat.agent.as_ref().map(|agent| person(self.desk(), agent)),
            answered: chat.handoff.answered,
            labels: chat.labels.clone(),
            summary: chat.handoff.summary.clone(),
            contact: chat.contact,
            locale: chat.locale.clone(),
            version: chat.version,
        }
    }
}

async fn is_at(desk: Desk, id: &ConversationId, log: Log, seq: Seq, at: &serde_json::Value) -> Result<bool, End> {
    let store = desk.store();
    let found = match log {
        Log::Chat => store.events(id, seq, seq, 1).await.map_err(unreadable)?.pop().map(|event| event.at),
        Log::Staff => store.staff(id, seq, 1).await.map_err(unreadable)?.pop().map(|entry| entry.at),
    };
    Ok(found.is_some_and(|found| at.as_str() == Some(&found.to_rfc3339())))
}

/// An entry of the chat as the console sees it.
pub(super) fn chat_entry(desk: &Desk, id: &ConversationId, epoch: &str, event: &Event) -> DeskEntry {
    let content = desk.content();
    let viewer = Viewer {
        conversation: id,
        epoch,
        assistant: &content.settings().assistant.name,
        shop: &content.settings().shop.name,
        names: desk.names(),
    };
    DeskEntry::Chat { conversation: id.to_string(), entry: viewer.entry(event) }
}

pub(in crate::console) fn person(desk: &Desk, agent: &AgentId) -> DeskPerson {
    DeskPerson { id: agent.to_string(), name: desk.names().of(agent) }
}

/// A staff entry as the console sees it.
pub(in crate::console) fn staff_entry(desk: &Desk, id: &ConversationId, epoch: &str, entry: &StaffEntry) -> DeskEntry {
    let by = |agent: &AgentId| person(desk, agent);
    let event = match &entry.kind {
        StaffKind::Trace { question, replied, trace, .. } => {
            // A trace that would not fit into a frame with its envelope is left out rather than the whole log held up.
            let fits = trace.to_string().len() < FRAME_LIMIT - 1024;
            let trace = if fits { trace.clone() } else { serde_json::Value::Null };
            StaffEvent::Trace { question: *question, replied: *replied, trace }
        }
        StaffKind::Note { by: agent, text } => StaffEvent::Note { by: by(agent), text: text.clone() },
        StaffKind::Summary { reason, team, priority, lines, told_seconds } => StaffEvent::Summary {
            reason: reason.name().to_owned(),
            team: team.clone(),
            priority: priority.name().to_owned(),
            lines: lines.clone(),
            told_seconds: *told_seconds,
        },
        StaffKind::Label { by: agent, labels } => StaffEvent::Label { by: by(agent), labels: labels.clone() },
        StaffKind::Priority { by: agent, priority } => {
            StaffEvent::Priority { by: by(agent), priority: priority.name().to_owned() }
        }
        StaffKind::Team { by: agent, team } => StaffEvent::Team { by: by(agent), team: team.clone() },
        StaffKind::Contact { email, reply_by } => {
            StaffEvent::Contact { email: email.clone(), reply_by: reply_by.map(crate::domain::Timestamp::to_rfc3339) }
        }
        StaffKind::Consent { notice, locale } => StaffEvent::Consent { notice: notice.clone(), locale: locale.clone() },
        StaffKind::Exported { by: agent } => StaffEvent::Exported { by: agent.as_ref().map(by) },
    };
    DeskEntry::Staff {
        conversation: id.to_string(),
        seq: entry.seq,
        after: entry.after,
        epoch: epoch.to_owned(),
        at: entry.at.to_rfc3339(),
        event,
    }
}
