//! The pure core under a seeded storm: clients that cut, resend, reorder and resume, agents who take chats from one another and
//! vanish, look-ups of orders that are under way meanwhile, a server that crashes before and after its commits. After each
//! storm P1 to P4 and P8 must hold.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use frontdesk::domain::{
    AgentAct, AgentId, Answered, Author, Body, Chance, Command, Conversation, DialogueState, Event, EventKind,
    HandoffOrder, Known, NewRequest, Phase, Reason, ReplyDraft, Seq, StaffEntry, StaffKind, Timestamp, TurnResult,
    decide, settle,
};

const SEEDS: u64 = 10_000;
const STEPS: u64 = 120;
const CLIENTS: usize = 3;
const AGENTS: usize = 3;
const LEASE_MS: i64 = 15_000;
const IDLE: Duration = Duration::from_secs(1800);

#[derive(Clone)]
enum Up {
    Ask { client_id: String, command: Command },
    Fetch { from: Seq },
}

#[derive(Clone)]
enum Down {
    Ack { client_id: String, answered: Answered },
    Event(Event),
}

// The log and what is kept beside it, as the store keeps them.
#[derive(Default)]
struct Server {
    state: Conversation,
    events: Vec<Event>,
    staff: Vec<StaffEntry>,
    requests: HashMap<String, Known>,
    now: i64,
}

impl Server {
    fn ask(&mut self, request: &NewRequest, command: &Command) -> Option<Answered> {
        if let Some(known) = self.requests.get(&request.client_id) {
            return settle(known, request).ok();
        }
        let answered = self.carry_out(command)?;
        let known = Known { hash: request.hash.clone(), seq: answered.seq, at: answered.at };
        self.requests.insert(request.client_id.clone(), known);
        Some(answered)
    }

    fn carry_out(&mut self, command: &Command) -> Option<Answered> {
        let now = Timestamp(self.now);
        let decision = decide(&self.state, command, now, IDLE).ok()?;
        let taken = self.state.take(decision, now);
        self.events.extend(taken.events);
        self.staff.extend(taken.staff);
        Some(taken.answered)
    }

    fn finish_turn(&mut self, question: Seq) {
        self.carry_out(&Command::FinishTurn(Box::new(TurnResult {
            question,
            reply: ReplyDraft { body: Some(Body::text(format!("reply to {question}"))), handoff: None },
            trace: serde_json::Value::Null,
            dialogue: DialogueState::default(),
        })));
    }
}

// A client as the protocol wants it: an outbox until acked, events applied only in order.
#[derive(Default)]
struct Client {
    name: usize,
    made: u64,
    outbox: VecDeque<(String, Command)>,
    says: BTreeSet<String>,
    acked: BTreeMap<String, Answered>,
    log: Vec<Event>,
    held: BTreeMap<Seq, Event>,
    online: bool,
    sent: Seq,
    up: VecDeque<Up>,
    down: VecDeque<Down>,
}

impl Client {
    fn wants(&mut self, command: Command) {
        self.made += 1;
        let id = format!("{}-{}", self.name, self.made);
        let command = match command {
            Command::Say { body, locale, .. } => {
                Command::Say { client_id: Some(id.clone()), body, locale, consent: None }
            }
            other => other,
        };
        if matches!(command, Command::Say { .. }) {
            self.says.insert(id.clone());
        }
        self.outbox.push_back((id.clone(), command.clone()));
        if self.online {
            self.up.push_back(Up::Ask { client_id: id, command });
        }
    }

    // The number of one of this client's own words.
    fn own(&self, event: &Event) -> Option<u64> {
        let EventKind::Said { client_id: Some(id), .. } = &event.kind else { return None };
        id.strip_prefix(&format!("{}-", self.name))?.parse().ok()
    }

    fn cut(&mut self) {
        self.online = false;
        self.up.clear();
        self.down.clear();
        self.held.clear();
    }

    fn connect(&mut self) {
        self.online = true;
        self.sent = self.log.len() as Seq;
        self.up = self.outbox.iter().cloned().map(|(client_id, command)| Up::Ask { client_id, command }).collect();
    }

    fn hears(&mut self, frame: Down) {
        match frame {
            Down::Ack { client_id, answered } => {
                if let Some(before) = self.acked.insert(client_id.clone(), answered) {
                    assert_eq!((before.seq, before.at), (answered.seq, answered.at), "two acks of one message differ");
                }
                self.outbox.retain(|(id, _)| *id != client_id);
            }
            Down::Event(event) => self.applies(event),
        }
    }

    fn applies(&mut self, event: Event) {
        let next = self.log.len() as Seq + 1;
        if event.seq > next {
            if self.held.is_empty() {
                self.up.push_back(Up::Fetch { from: next });
            }
            self.held.insert(event.seq, event);
        } else if event.seq == next {
            self.log.push(event);
            while let Some(event) = self.held.remove(&(self.log.len() as Seq + 1)) {
                self.log.push(event);
            }
        }
    }
}

struct World {
    server: Server,
    clients: Vec<Client>,
    // When each agent was last heard of.
    heard: [i64; AGENTS],
    // A turn that waits for a look-up.
    looking: Option<Seq>,
    // The shop's system: how often each question's look-up came, by its idempotency key.
    calls: BTreeMap<String, u32>,
    chance: Chance,
}

impl World {
    fn new(seed: u64) -> Self {
        let clients = (0..CLIENTS).map(|name| Client { name, online: true, ..Client::default() }).collect();
        Self {
            server: Server { now: 1, ..Server::default() },
            clients,
            heard: [0; AGENTS],
            looking: None,
            calls: BTreeMap::new(),
            chance: Chance::seeded(seed),
        }
    }

    fn step(&mut self) {
        let client = usize::try_from(self.chance.below(CLIENTS as u64)).expect("small");
        match self.chance.below(26) {
            20..23 => self.agent(),
            23 => self.lapse(),
            24 | 25 => self.look_up(),
            0..4 => self.speak(client),
            4..9 => self.serve(client, self.chance.below(8) == 0),
            9..14 => self.deliver(client),
            14 => self.clients[client].cut(),
            15 => self.reconnect(client),
            16 | 17 => self.turn(),
            18 => self.server.now += i64::try_from(self.chance.below(1_000_000)).expect("small"),
            _ => self.crash(),
        }
        self.push_events();
    }

    fn speak(&mut self, client: usize) {
        let command = match self.chance.below(10) {
            0 => Command::Human { notice: Body::text("noted"), order: HandoffOrder::because(Reason::Asked) },
            1 => Command::End,
            2 => Command::Helped {
                of: 1 + self.chance.below(self.server.state.head.max(1)),
                yes: self.chance.below(2) == 0,
            },
            _ => Command::Say { client_id: None, body: Body::text("words"), locale: Some("en".into()), consent: None },
        };
        self.clients[client].wants(command);
    }

    // The server takes the oldest frame; `lost` is a crash between commit and ack.
    fn serve(&mut self, client: usize, lost: bool) {
        match self.clients[client].up.pop_front() {
            Some(Up::Ask { client_id, command }) => {
                let request =
                    NewRequest { author: "shopper".into(), client_id: client_id.clone(), hash: String::new() };
                let answered = self.server.ask(&request, &command);
                match answered {
                    Some(answered) if !lost => {
                        self.clients[client].down.push_back(Down::Ack { client_id, answered });
                    }
                    Some(_) => self.clients[client].cut(),
                    // Refused for good: the client gives it up.
                    None => self.clients[client].outbox.retain(|(id, _)| *id != client_id),
                }
            }
            Some(Up::Fetch { from }) => {
                let events = &self.server.events;
                let again: Vec<_> = events.iter().filter(|event| event.seq >= from).cloned().map(Down::Event).collect();
                self.clients[client].down.extend(again);
            }
            None => {}
        }
    }

    // Frames arrive out of order and twice: worse than any socket, so that the client's own rules are tried.
    fn deliver(&mut self, client: usize) {
        let count = self.clients[client].down.len() as u64;
        let place = usize::try_from(self.chance.below(count.min(3))).expect("small");
        let again = self.chance.below(10) == 0;
        let Some(frame) = self.clients[client].down.get(place).cloned() else { return };
        if !again {
            self.clients[client].down.remove(place);
        }
        self.clients[client].hears(frame);
    }

    fn reconnect(&mut self, client: usize) {
        if !self.clients[client].online {
            self.clients[client].connect();
        }
    }

    fn turn(&mut self) {
        if let Some(question) = self.server.state.pending.first().copied() {
            self.server.finish_turn(question);
            // A second worker that believed the lease to be lost.
            self.server.finish_turn(question);
        }
    }

    fn agent_id(index: usize) -> AgentId {
        AgentId::from(format!("agent {index}"))
    }

    fn agent(&mut self) {
        let index = usize::try_from(self.chance.below(AGENTS as u64)).expect("small");
        self.heard[index] = self.server.now;
        let (notice, others) = (Body::text("a notice"), self.chance.below(6) == 0);
        let act = match self.chance.below(9) {
            0..3 => AgentAct::Claim { version: None, notice, reason: Reason::Claimed },
            3..5 => AgentAct::Say { client_id: None, body: Body::text("hello"), notice },
            5 => AgentAct::Release { reason: Reason::Released, notice, others },
            6 => {
                let agent = Self::agent_id(usize::try_from(self.chance.below(AGENTS as u64)).expect("small"));
                AgentAct::PassTo { agent, notice, others }
            }
            7 => AgentAct::ToBot { notice, others },
            _ => AgentAct::Resolve { notice, others },
        };
        let owner = self.server.state.agent.clone();
        let by = Self::agent_id(index);
        let done = self.server.carry_out(&Command::Agent { by: by.clone(), act: act.clone() });
        // Nobody takes a chat from whoever has it, but by passing it on with the right to.
        if let (Some(owner), Some(_)) = (&owner, &done)
            && *owner != by
            && !others
        {
            assert_eq!(self.server.state.agent.as_ref(), Some(owner), "{by:?} took it from {owner:?} by {act:?}");
        }
    }

    // The desk takes a chat from whoever was not heard of for the time of a lease.
    fn lapse(&mut self) {
        let Some(owner) = self.server.state.agent.clone() else { return };
        let index = (0..AGENTS).find(|index| Self::agent_id(*index) == owner).expect("an agent");
        if self.server.now - self.heard[index] > LEASE_MS {
            let (reason, notice) = (Reason::AgentGone, Body::text("a notice"));
            let act = AgentAct::Release { reason, notice, others: false };
            self.server.carry_out(&Command::Agent { by: owner, act }).expect("released");
            assert_eq!((self.server.state.phase, &self.server.state.agent), (Phase::Waiting, &None));
        }
    }

    // A turn asks the shop's system and waits; what happens meanwhile decides whether its reply is still wanted.
    fn look_up(&mut self) {
        match self.looking.take() {
            Some(question) => self.server.finish_turn(question),
            None => {
                self.looking = self.server.state.pending.first().copied();
                if let Some(question) = self.looking {
                    *self.calls.entry(format!("{question}.0")).or_default() += 1;
                }
            }
        }
    }

    // Everything that is not on disk is gone: sockets and what was on its way. The state is read from the log again.
    fn crash(&mut self) {
        self.clients.iter_mut().for_each(Client::cut);
        self.looking = None;
        self.server.state = Conversation::fold(&self.server.events, &self.server.staff);
    }

    fn push_events(&mut self) {
        for client in self.clients.iter_mut().filter(|client| client.online) {
            let from = usize::try_from(client.sent).expect("small");
            client.down.extend(self.server.events[from..].iter().cloned().map(Down::Event));
            client.sent = self.server.events.len() as Seq;
        }
    }

    fn calm_down(&mut self) {
        for _ in 0..4 {
            for client in 0..CLIENTS {
                self.clients[client].cut();
                self.clients[client].connect();
                self.push_events();
                while !(self.clients[client].up.is_empty() && self.clients[client].down.is_empty()) {
                    self.serve(client, false);
                    self.push_events();
                    while let Some(frame) = self.clients[client].down.pop_front() {
                        self.clients[client].hears(frame);
                    }
                }
            }
            while !self.server.state.pending.is_empty() {
                self.turn();
            }
        }
    }

    fn check(&self, seed: u64) {
        let log = &self.server.events;
        assert!(log.iter().map(|event| event.seq).eq(1..=log.len() as Seq), "seed {seed}: a hole in the log");
        assert_eq!(
            Conversation::fold(log, &self.server.staff),
            self.server.state,
            "seed {seed}: the state is not the fold"
        );
        for client in &self.clients {
            assert_eq!(&client.log, log, "seed {seed}: a client sees another log");
            assert!(client.outbox.is_empty(), "seed {seed}: a message was neither acked nor refused");
            for (client_id, answered) in &client.acked {
                let known = self.server.requests.get(client_id).expect("an acked message is stored");
                assert_eq!((known.seq, known.at), (answered.seq, answered.at), "seed {seed}: an ack that is not true");
                assert!(answered.seq <= self.server.state.head, "seed {seed}: an ack for what is not there");
            }
        }
        for client in &self.clients {
            let said: Vec<u64> = log.iter().filter_map(|event| client.own(event)).collect();
            assert!(
                said.is_sorted_by(|a, b| a < b),
                "seed {seed}: a client's words are out of order or doubled: {said:?}"
            );
            let acked = client.acked.keys().filter(|id| client.says.contains(*id)).count();
            assert_eq!(said.len(), acked, "seed {seed}: a client's acked words and the log differ");
        }
        let said = |author: Author| {
            log.iter().filter(move |event| matches!(&event.kind, EventKind::Said { by, .. } if *by == author)).count()
        };
        let traces = self.server.staff.iter().filter_map(|entry| match &entry.kind {
            StaffKind::Trace { question, replied, .. } => Some((*question, *replied)),
            _ => None,
        });
        let mut questions: Vec<Seq> = traces.clone().map(|(question, _)| question).collect();
        let turns = questions.len();
        questions.dedup();
        assert_eq!(turns, questions.len(), "seed {seed}: a question was answered twice");
        assert_eq!(said(Author::Bot), traces.filter(|(_, replied)| *replied).count(), "seed {seed}: a reply too many");
        assert!(self.server.state.pending.is_empty(), "seed {seed}: a reply is still owed");
        self.check_phases(seed);
        self.check_owners(seed);
        // A look-up comes again after a crash only, and under the same key; none is asked for what is no question.
        for key in self.calls.keys() {
            let question: Seq = key.trim_end_matches(".0").parse().expect("a number");
            let event = &log[usize::try_from(question).expect("small") - 1];
            let asks = matches!(event.kind, EventKind::Said { by: Author::Shopper, .. } | EventKind::Helped { .. });
            assert!(asks, "seed {seed}: a look-up for {:?}", event.kind);
        }
    }

    // At every point of the log a chat has one owner while somebody has it, and none otherwise; only the owner speaks.
    fn check_owners(&self, seed: u64) {
        let mut state = Conversation::default();
        let mut events = self.server.events.iter().peekable();
        while let Some(event) = events.next() {
            state.apply(event);
            if let EventKind::Said { by: Author::Agent(by), .. } = &event.kind {
                assert_eq!(state.agent.as_ref(), Some(by), "seed {seed}: somebody else spoke at {}", event.seq);
            }
            // A chat is given in two events, stored side by side.
            let given = events.peek().is_some_and(|next| matches!(next.kind, EventKind::Assigned { .. }));
            if !given {
                assert_eq!(state.phase == Phase::WithAgent, state.agent.is_some(), "seed {seed}: at {}", event.seq);
            }
        }
    }

    // The phases in the log are a walk of the life cycle.
    fn check_phases(&self, seed: u64) {
        let mut phase = Phase::Bot;
        for event in &self.server.events {
            match &event.kind {
                EventKind::Phase { phase: next, .. } => {
                    phase = phase.to(*next).unwrap_or_else(|step| panic!("seed {seed}: {step:?} is no step"));
                }
                EventKind::Said { by: Author::Bot, .. } => {
                    assert_eq!(phase, Phase::Bot, "seed {seed}: the assistant spoke out of turn");
                }
                _ => {}
            }
        }
    }
}

#[test]
fn ten_thousand_storms_lose_double_and_reorder_nothing() {
    let mut events = 0;
    for seed in 0..SEEDS {
        let mut world = World::new(seed);
        for _ in 0..STEPS {
            world.step();
        }
        world.calm_down();
        world.check(seed);
        events += world.server.events.len();
    }
    assert!(events > 100_000, "the storms made only {events} events: they try nothing");
}
