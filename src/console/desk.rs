//! One socket of the console: `GET /v1/desk`, subprotocol `desk.v1`. It follows the conversations its person looks at, each at
//! its own pace, and sees the queue.

mod requests;
mod watching;

use std::time::Duration;

use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::Response;
use tokio::sync::watch;

use super::Console;
use super::protocol::{DeskClientFrame, DeskHeartbeat, DeskLimits, DeskPresence, DeskServerFrame, DeskUser};
use crate::desk::{AGENT_LEASE, Attendant, Desk, Presence};
use crate::domain::{Answered, Clock, ConversationId, Right, Timestamp, may};
use crate::http::{Meter, Peer, Problem};
use crate::socket::{Beat, Bye, End, FRAME_LIMIT, Heartbeat, Incoming, Link, Pulse};
use crate::store::StoreError;
use crate::store::people::Login;
use crate::wire::{Answers, Refusal, SayOrder, parse};
use watching::Watched;
pub(super) use watching::{person, staff_entry};

/// The subprotocol spoken here.
const PROTOCOL: &str = "desk.v1";

/// Requests of one socket that may wait for their answer.
const IN_FLIGHT: usize = 8;

/// Conversations one socket may follow: more than anybody looks at.
pub(super) const WATCHED: usize = 64;

/// Characters of a message or note.
const TEXT: usize = 8_000;

/// How signs of life are exchanged: who is silent for a lease has lost their chats anyway.
const HEART: Heartbeat = Heartbeat { ping_every: Duration::from_secs(5), dead_after: AGENT_LEASE };

/// The queue and the counts are sent once in this time.
const BOARD_EVERY: Duration = Duration::from_secs(1);

/// Whether the login still holds is asked at least this often, and its idle time begun anew.
const ASK_AGAIN: Duration = Duration::from_secs(60);

/// The first frame has to come within this time.
const HELLO_TIME: Duration = Duration::from_secs(5);

pub(super) async fn upgrade(
    State(console): State<Console>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    console.from_own_page(&headers)?;
    if console.0.parts.drain.is_cancelled() {
        return Err(Problem::unavailable("the server is stopping"));
    }
    let login = console.authenticate(&peer, &headers).await?;
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(4096)
        .write_buffer_size(4096)
        .max_write_buffer_size(256 * 1024)
        .max_message_size(FRAME_LIMIT)
        .max_frame_size(FRAME_LIMIT);
    let held = console.0.parts.sockets.token();
    Ok(upgrade.on_upgrade(async move |socket| {
        let _held = held;
        Box::pin(run(console, socket, peer.meter, login)).await;
    }))
}

async fn run(console: Console, socket: WebSocket, meter: Meter, login: Login) {
    let gauge = metrics::gauge!("frontdesk_desk_sockets");
    gauge.increment(1.0);
    let spoken = socket.protocol().is_some_and(|protocol| protocol == PROTOCOL);
    let link = Link::new(socket, meter, console.0.parts.clock.clone());
    let mut connection = Connection::new(console, link, login);
    let end = if spoken {
        match connection.greet().await {
            Ok(()) => connection.serve().await.unwrap_or_else(|end| end),
            Err(end) => end,
        }
    } else {
        End::Bye(Bye::stop(4501, "speak the subprotocol desk.v1"))
    };
    connection.leave();
    if let End::Bye(bye) = end {
        let Bye { code, why, retry, after_ms } = bye.clone();
        connection.link.close(&bye, &DeskServerFrame::Bye { code, why, retry, after_ms }).await;
    }
    gauge.decrement(1.0);
}

/// The answer to one request.
struct Answer {
    re: String,
    client_id: String,
    conversation: ConversationId,
    log: super::protocol::Log,
    // The number of the say on its socket, whose order with later says is kept.
    say: Option<u64>,
    result: Result<Answered, StoreError>,
}

struct Connection {
    console: Console,
    link: Link<WebSocket>,
    login: Login,
    who: Attendant,
    number: u64,
    watched: Vec<Watched>,
    answers: Answers<Answer>,
    open: usize,
    order: SayOrder,
    pulse: Pulse,
    board: watch::Receiver<u64>,
    people: watch::Receiver<u64>,
    board_at: Timestamp,
    board_due: bool,
    presence: Presence,
    asked: Timestamp,
}

enum Step {
    Look,
    Incoming(Incoming),
    Passing(usize, std::sync::Arc<crate::bus::Passing>),
    People,
    Drain,
}

impl Connection {
    fn new(console: Console, link: Link<WebSocket>, login: Login) -> Self {
        let now = console.now();
        let number = console.next_connection();
        let (board, people) = (console.desk().board_changed(), console.people().changed());
        Self {
            link,
            who: attendant(&login),
            login,
            number,
            watched: Vec::new(),
            answers: Answers::default(),
            open: 0,
            order: SayOrder::default(),
            pulse: Pulse::new(HEART, now),
            board,
            people,
            board_at: Timestamp(0),
            board_due: true,
            presence: Presence::Busy,
            asked: now,
            console,
        }
    }

    fn desk(&self) -> &Desk {
        self.console.desk()
    }

    fn clock(&self) -> &Clock {
        &self.console.0.parts.clock
    }

    async fn greet(&mut self) -> Result<(), End> {
        let clock = self.clock().clone();
        let drain = self.console.0.parts.drain.clone();
        let frame = tokio::select! {
            incoming = self.link.receive() => incoming,
            () = clock.sleep(HELLO_TIME) => return Err(End::Bye(Bye::retry(4408, "no hello came within 5 seconds"))),
            () = drain.cancelled() => return Err(End::Bye(Bye::retry(1012, "the server restarts"))),
        };
        match frame {
            Incoming::Text(text) => match parse::<DeskClientFrame>(&text) {
                Ok(DeskClientFrame::Hello { .. }) => {}
                Ok(_) => return Err(End::Bye(Bye::stop(4500, "the first frame is hello"))),
                Err(refusal) => {
                    self.link.send(&DeskServerFrame::Error(refusal)).await?;
                    return Err(End::Bye(Bye::stop(4500, "the first frame is hello")));
                }
            },
            Incoming::Alive => return Err(End::Bye(Bye::stop(4500, "the first frame is hello"))),
            Incoming::Broken(bye) => return Err(End::Bye(bye)),
            Incoming::Gone => return Err(End::Gone),
        }
        self.sign_of_life();
        self.presence = self.desk().presence(&self.who.agent).unwrap_or(Presence::Away);
        let welcome = self.welcome();
        Ok(self.link.send(&welcome).await?)
    }

    fn welcome(&self) -> DeskServerFrame {
        let user = &self.login.user;
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        DeskServerFrame::Welcome {
            user: DeskUser {
                id: user.id.to_string(),
                name: user.name.clone(),
                role: user.role.name().to_owned(),
                teams: user.teams.clone(),
            },
            presence: on_wire(self.presence),
            heartbeat: DeskHeartbeat { ping_ms: millis(HEART.ping_every), dead_ms: millis(HEART.dead_after) },
            limits: DeskLimits { text: TEXT as u64, in_flight: IN_FLIGHT as u64, watched: WATCHED as u64 },
        }
    }

    async fn serve(&mut self) -> Result<End, End> {
        let clock = self.clock().clone();
        let mut drained = Box::pin(self.console.0.parts.drain.clone().cancelled_owned());
        loop {
            let behind = self.catch_up().await?;
            self.show_board().await?;
            self.link.flush().await?;
            let wait = self.next_due();
            let step = tokio::select! {
                biased;
                () = self.answers.wait() => Step::Look,
                // Beyond what may be in flight the socket is not read: the client waits, nothing is refused.
                incoming = self.link.receive(), if self.open < IN_FLIGHT && !self.pulse.is_paused() => Step::Incoming(incoming),
                Ok(()) = self.people.changed() => Step::People,
                passing = watching::news(&mut self.watched) => passing.map_or(Step::Look, |(at, frame)| Step::Passing(at, frame)),
                Ok(()) = self.board.changed(), if !self.board_due => { self.board_due = true; Step::Look },
                () = &mut drained, if !self.pulse.is_draining() => Step::Drain,
                () = clock.sleep(wait) => Step::Look,
                // A long way to catch up is gone page by page, so that the socket is heard and pinged meanwhile.
                () = std::future::ready(()), if behind => Step::Look,
            };
            match step {
                Step::Look => {}
                Step::Incoming(incoming) => Box::pin(self.incoming(incoming)).await?,
                Step::Passing(at, passing) => self.show_passing(at, &passing).await?,
                Step::People => self.check_login().await?,
                Step::Drain => self.begin_drain().await?,
            }
            if let Some(bye) = self.beat().await? {
                return Ok(End::Bye(bye));
            }
        }
    }

    // Any inbound frame renews the lease of this person's chats.
    fn sign_of_life(&mut self) {
        let now = self.clock().now();
        self.pulse.heard(now);
        if may(self.login.user.role, Right::Presence) {
            self.desk().heard(&self.who);
        }
    }

    async fn incoming(&mut self, incoming: Incoming) -> Result<(), End> {
        match incoming {
            Incoming::Text(text) => {
                self.sign_of_life();
                match parse(&text) {
                    Ok(frame) => self.frame(frame).await,
                    Err(refusal) => self.refuse(refusal).await,
                }
            }
            Incoming::Alive => {
                self.sign_of_life();
                Ok(())
            }
            Incoming::Broken(bye) => Err(End::Bye(bye)),
            Incoming::Gone => Err(End::Gone),
        }
    }

    // Whether the person may still be here, and as what.
    async fn check_login(&mut self) -> Result<(), End> {
        let now = self.clock().now();
        self.asked = now;
        let people = self.console.people();
        let unreadable = |_| End::Bye(Bye::retry(1013, "the list of people cannot be read at the moment"));
        match people.still(&self.login.id, now).await.map_err(unreadable)? {
            Some(user) => {
                self.login.user = user;
                self.who = attendant(&self.login);
                Ok(())
            }
            None if people.user(&self.who.agent).await.map_err(unreadable)?.is_none() => {
                // Their chats do not wait for a lease that nobody will renew.
                self.desk().dismiss(&self.who.agent);
                Err(End::Bye(Bye::stop(4504, "you may not be here any more")))
            }
            None => Err(End::Bye(Bye::retry(4401, "you are logged out"))),
        }
    }

    async fn begin_drain(&mut self) -> Result<(), End> {
        let (parts, now) = (&self.console.0.parts, self.clock().now());
        let within_ms = self.pulse.drain(parts.drain_within, &parts.chance, now);
        Ok(self.link.send(&DeskServerFrame::Drain { within_ms }).await?)
    }

    // What is due by the clock: a ping, a look at the login, the end.
    async fn beat(&mut self) -> Result<Option<Bye>, End> {
        let now = self.clock().now();
        match self.pulse.beat(now, self.open) {
            Beat::Quiet => {}
            Beat::Ping(n) => self.link.send(&DeskServerFrame::Ping { n }).await?,
            Beat::End(bye) => return Ok(Some(bye)),
        }
        if now.since(self.asked) >= ASK_AGAIN {
            // A failure shows at the next request that needs the database.
            let _ = self.console.people().touch(&self.login.id, now).await;
            self.check_login().await?;
        }
        Ok(None)
    }

    fn next_due(&self) -> Duration {
        let now = self.clock().now();
        let mut next = self.pulse.next_due(now, self.open).min(self.asked.plus(ASK_AGAIN));
        if self.board_due {
            next = next.min(self.board_at.plus(BOARD_EVERY));
        }
        next.since(now)
    }

    async fn refuse(&mut self, refusal: Refusal) -> Result<(), End> {
        metrics::counter!("frontdesk_refused_total", "code" => refusal.code.name()).increment(1);
        Ok(self.link.send(&DeskServerFrame::Error(refusal)).await?)
    }

    fn leave(&mut self) {
        for watched in std::mem::take(&mut self.watched) {
            self.desk().stop_viewing(&watched.conversation, self.number);
        }
    }
}

fn attendant(login: &Login) -> Attendant {
    let user = &login.user;
    Attendant { agent: user.id.clone(), role: user.role, teams: user.teams.clone() }
}

fn on_wire(presence: Presence) -> DeskPresence {
    match presence {
        Presence::Online => DeskPresence::Online,
        Presence::Busy => DeskPresence::Busy,
        Presence::Away => DeskPresence::Away,
    }
}
