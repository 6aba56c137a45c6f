//! One shopper's socket: its greeting, its loop, its end. It holds a cursor and reads the log at its own pace.

mod greeting;
mod requests;

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::ws::WebSocket;

use super::answers::Answer;
use super::protocol::{Passing, Refusal, Role, ServerFrame};
use super::{Gateway, HEART, IN_FLIGHT};
use crate::bus;
use crate::desk::{Subscription, Tip};
use crate::domain::{Clock, ConversationId, Event, Seq, Timestamp, VisitorId};
use crate::http::Meter;
use crate::socket::{Beat, Bye, End, Incoming, Link, Pulse};
use crate::wire::{Answers, Export, SayOrder, Viewer, parse, refusal_of};

/// Events read from the log at a time.
const PAGE: usize = 100;

/// Runs a socket from its upgrade to its end.
pub(super) async fn run(gateway: Gateway, socket: WebSocket, meter: Meter, network: IpAddr) {
    let sockets = metrics::gauge!("frontdesk_sockets");
    sockets.increment(1.0);
    let spoken = socket.protocol().is_some_and(|protocol| protocol == super::PROTOCOL);
    let mut link = Link::new(socket, meter, gateway.0.parts.clock.clone());
    let bye = if spoken {
        // Boxed, as what is large and seldom: an idle socket keeps room for the largest step it may have to take.
        match Box::pin(greeting::greet(&gateway, &mut link)).await {
            Ok(greeted) => {
                let mut connection = Connection::new(&gateway, link, network, greeted);
                let end = Box::pin(connection.run()).await;
                link = connection.link;
                end
            }
            Err(end) => end,
        }
    } else {
        End::Bye(Bye::stop(4501, "speak the subprotocol chat.v1"))
    };
    match bye {
        End::Bye(bye) => {
            let Bye { code, why, retry, after_ms } = bye.clone();
            link.close(&bye, &ServerFrame::Bye { code, why, retry, after_ms }).await;
        }
        End::Gone => {}
    }
    sockets.decrement(1.0);
}

type Socket = Link<WebSocket>;

struct Connection<'g> {
    gateway: &'g Gateway,
    link: Socket,
    network: IpAddr,
    number: u64,
    visitor: VisitorId,
    conversation: ConversationId,
    locale: Option<String>,
    subscription: Subscription,
    epoch: String,
    erasures: u32,
    // The last event sent; everything up to it was sent, or the client was told to fetch it.
    cursor: Seq,
    // The head at the greeting: what is known before the first wake-up.
    head: Seq,
    // The highest number this socket was told in an ack. Its wake-up may still be on its way, and no head that a client
    // hears of lies below its own ack.
    acked: Seq,
    answers: Answers<Answer>,
    open: usize,
    order: SayOrder,
    pulse: Pulse,
    typing_at: Timestamp,
    typing: bool,
    received: Seq,
    read: Seq,
    receipt_due: bool,
    receipt_at: Timestamp,
}

impl<'g> Connection<'g> {
    fn new(gateway: &'g Gateway, link: Socket, network: IpAddr, greeted: greeting::Greeted) -> Self {
        let now = gateway.0.parts.clock.now();
        Self {
            gateway,
            link,
            network,
            number: gateway.next_connection(),
            visitor: greeted.visitor,
            conversation: greeted.conversation,
            locale: greeted.locale,
            subscription: greeted.subscription,
            epoch: greeted.epoch,
            erasures: greeted.erasures,
            cursor: greeted.cursor,
            head: greeted.head,
            acked: 0,
            answers: Answers::default(),
            open: 0,
            order: SayOrder::default(),
            pulse: Pulse::new(HEART, now),
            typing_at: Timestamp(0),
            typing: false,
            received: 0,
            read: 0,
            receipt_due: false,
            receipt_at: Timestamp(0),
        }
    }

    fn clock(&self) -> &Clock {
        &self.gateway.0.parts.clock
    }

    async fn run(&mut self) -> End {
        match self.serve().await {
            Ok(bye) => End::Bye(bye),
            Err(end) => end,
        }
    }

    async fn serve(&mut self) -> Result<Bye, End> {
        let clock = self.clock().clone();
        // Registered once: all sockets share one list of those who wait for the drain, and its lock.
        let mut drained = Box::pin(self.gateway.0.parts.drain.clone().cancelled_owned());
        let mut timer = Box::pin(clock.sleep(self.next_due()));
        loop {
            let behind = self.catch_up().await?;
            self.link.flush().await?;
            let step = tokio::select! {
                biased;
                () = self.answers.wait() => Step::Look,
                Ok(()) = self.subscription.tip.changed() => Step::Look,
                // Beyond what may be in flight the socket is not read: the client waits, nothing is refused.
                incoming = self.link.receive(), if self.open < IN_FLIGHT && !self.pulse.is_paused() => Step::Incoming(incoming),
                passing = self.subscription.passing.recv() => passing.map_or(Step::Look, Step::Passing),
                () = &mut drained, if !self.pulse.is_draining() => Step::Drain,
                () = &mut timer => Step::Timer,
                // A long way to catch up is gone page by page, so that the socket is heard and pinged meanwhile.
                () = std::future::ready(()), if behind => Step::Look,
            };
            let rearm = matches!(step, Step::Timer | Step::Drain);
            match step {
                Step::Look | Step::Timer => {}
                Step::Incoming(incoming) => Box::pin(self.incoming(incoming)).await?,
                Step::Passing(passing) => self.show(&passing).await?,
                Step::Drain => self.begin_drain().await?,
            }
            if let Some(bye) = self.beat().await? {
                return Ok(bye);
            }
            if rearm || self.receipt_due || self.pulse.is_paused() {
                timer = Box::pin(clock.sleep(self.next_due()));
            }
        }
    }

    // Sends the answers that are there and the log up to the head known before them: whoever sees an event has been sent
    // every answer to a request of a lower number.
    async fn catch_up(&mut self) -> Result<bool, End> {
        let tip = *self.subscription.tip.borrow_and_update();
        self.send_answers().await?;
        if tip.erasures > self.erasures {
            Box::pin(self.check_erased()).await?;
            self.reset(tip).await?;
        }
        let head = tip.seq.max(self.head);
        if self.cursor >= head {
            return Ok(false);
        }
        let events = self.next_events(head).await?;
        self.send_events(&events).await?;
        Ok(!events.is_empty() && self.cursor < head)
    }

    async fn send_answers(&mut self) -> Result<(), End> {
        while let Some(answer) = self.answers.take() {
            self.send_answer(answer).await?;
        }
        Ok(())
    }

    async fn next_events(&mut self, head: Seq) -> Result<Vec<std::sync::Arc<Event>>, End> {
        let behind = usize::try_from(head - self.cursor).unwrap_or(usize::MAX);
        if let Some(events) = self.subscription.recent(self.cursor, behind.min(PAGE)) {
            return Ok(events);
        }
        let store = self.gateway.0.parts.desk.store();
        match Box::pin(store.events(&self.conversation, self.cursor + 1, head, PAGE)).await {
            Ok(events) => Ok(events.into_iter().map(std::sync::Arc::new).collect()),
            // The log is there, it only cannot be read now: the client comes back and resumes.
            Err(_) => Err(End::Bye(Bye::retry(1013, "the log cannot be read at the moment"))),
        }
    }

    async fn send_events(&mut self, events: &[std::sync::Arc<Event>]) -> Result<(), End> {
        let content = self.gateway.0.parts.desk.content();
        for event in events {
            let viewer = Viewer {
                conversation: &self.conversation,
                epoch: &self.epoch,
                assistant: &content.settings().assistant.name,
                shop: &content.settings().shop.name,
                names: self.gateway.0.parts.desk.names(),
            };
            let frame = ServerFrame::Event(viewer.entry(event));
            self.link.send(&frame).await?;
            self.cursor = event.seq;
        }
        Ok(())
    }

    // Emptied by age, the conversation goes on; emptied at the shopper's wish, it is over.
    async fn check_erased(&mut self) -> Result<(), End> {
        match self.gateway.0.parts.desk.conversation(&self.conversation).await {
            Ok(Some(state)) if state.erased => Err(End::Bye(Bye::stop(4506, "this conversation was erased"))),
            Ok(_) => Ok(()),
            Err(_) => Err(End::Bye(Bye::retry(1013, "the log cannot be read at the moment"))),
        }
    }

    async fn reset(&mut self, tip: Tip) -> Result<(), End> {
        self.erasures = tip.erasures;
        self.epoch = self.gateway.0.parts.desk.store().epoch(tip.erasures);
        (self.cursor, self.head) = (tip.seq, tip.seq);
        let why = "what was said before was erased".to_owned();
        self.link.send(&ServerFrame::Reset { epoch: self.epoch.clone(), head: tip.seq, why }).await?;
        Ok(())
    }

    async fn incoming(&mut self, incoming: Incoming) -> Result<(), End> {
        let now = self.clock().now();
        self.pulse.heard(now);
        match incoming {
            Incoming::Text(text) => match parse(&text) {
                Ok(frame) => self.frame(frame).await,
                Err(refusal) => self.refuse(refusal).await,
            },
            Incoming::Alive => Ok(()),
            Incoming::Broken(bye) => Err(End::Bye(bye)),
            Incoming::Gone => Err(End::Gone),
        }
    }

    async fn refuse(&mut self, refusal: Refusal) -> Result<(), End> {
        metrics::counter!("frontdesk_refused_total", "code" => refusal.code.name()).increment(1);
        Ok(self.link.send(&ServerFrame::Error(refusal)).await?)
    }

    async fn send_answer(&mut self, answer: Answer) -> Result<(), End> {
        self.open = self.open.saturating_sub(1);
        let Answer { re, client_id, say, export, result } = answer;
        match result {
            Ok(answered) => {
                let message = crate::domain::MessageId { conversation: self.conversation.clone(), seq: answered.seq };
                let (message, at) = (message.to_string(), answered.at.to_rfc3339());
                let (seq, duplicate) = (answered.seq, answered.duplicate);
                let asked = re.clone();
                self.acked = self.acked.max(seq);
                self.link.send(&ServerFrame::Ack { re, client_id, message, seq, at, duplicate }).await?;
                if export { Box::pin(self.export(asked)).await } else { Ok(()) }
            }
            Err(error) => {
                let refusal = refusal_of(error, re);
                if let Some(number) = say {
                    self.order.refused(number, &client_id, &refusal);
                }
                self.refuse(refusal).await
            }
        }
    }

    async fn export(&mut self, re: String) -> Result<(), End> {
        let (desk, id) = (self.gateway.0.parts.desk.clone(), self.conversation.clone());
        let unreadable = |_| End::Bye(Bye::retry(1013, "the log cannot be read at the moment"));
        let mut export = Export::begin(&desk, &id).await.map_err(unreadable)?;
        let parts = export.count().await.map_err(unreadable)?;
        let mut part = 0;
        while let Some(data) = export.piece().await.map_err(unreadable)? {
            part += 1;
            self.link.send(&ServerFrame::Export { re: re.clone(), part, parts, data }).await?;
        }
        Ok(())
    }

    async fn show(&mut self, passing: &bus::Passing) -> Result<(), End> {
        if passing.from != self.number && !passing.staff_only {
            self.link.send_text(passing.frame.clone()).await?;
        }
        Ok(())
    }

    async fn begin_drain(&mut self) -> Result<(), End> {
        let (parts, now) = (&self.gateway.0.parts, self.clock().now());
        let within_ms = self.pulse.drain(parts.drain_within, &parts.chance, now);
        Ok(self.link.send(&ServerFrame::Drain { within_ms }).await?)
    }

    // What is due by the clock: a ping, a receipt, the end.
    async fn beat(&mut self) -> Result<Option<Bye>, End> {
        let now = self.clock().now();
        match self.pulse.beat(now, self.open) {
            Beat::Quiet => {}
            Beat::Ping(n) => self.link.send(&ServerFrame::Ping { n }).await?,
            Beat::End(bye) => return Ok(Some(bye)),
        }
        if self.receipt_due && now.since(self.receipt_at) >= requests::SHOWN_EVERY {
            self.pass_receipt(now);
        }
        Ok(None)
    }

    fn next_due(&self) -> Duration {
        let now = self.clock().now();
        let mut next = self.pulse.next_due(now, self.open);
        if self.receipt_due {
            next = next.min(self.receipt_at.plus(requests::SHOWN_EVERY));
        }
        next.since(now)
    }

    fn pass(&self, frame: Passing) {
        let json = serde_json::to_string(&ServerFrame::Passing(frame)).unwrap_or_default();
        let (conversation, from) = (self.conversation.clone(), self.number);
        self.gateway.0.parts.desk.pass(bus::Passing { conversation, from, staff_only: false, frame: json });
    }

    fn pass_receipt(&mut self, now: Timestamp) {
        (self.receipt_due, self.receipt_at) = (false, now);
        self.pass(Passing::Receipt { role: Role::Shopper, received: self.received, read: self.read });
    }
}

enum Step {
    Look,
    Incoming(Incoming),
    Passing(std::sync::Arc<bus::Passing>),
    Drain,
    Timer,
}
