//! A seeded day at the desk: a thousand shoppers, eight agents who come, go and vanish, on a real server with a clock set by
//! hand. At its end every number adds up and nobody was lost.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use frontdesk::desk::{Ask, Attendant, Deed, Presence, StaffAsk, Wish, request_hash};
use frontdesk::domain::{
    AgentId, Answered, Author, Chance, ConversationId, EventKind, Outcome, Phase, Role, Seq, Timestamp, VisitorId,
};
use frontdesk::store::StoreError;
use tokio::sync::oneshot;

use crate::support::{PATIENCE, Server, eventually};

const SHOPPERS: usize = 1_000;
const AGENTS: usize = 8;
const TICK: Duration = Duration::from_secs(10);
/// Ten hours in ticks.
const DAY: u64 = 3_600;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Errand {
    Greets,
    Asks,
    AsksAndIsGlad,
    AsksTheUnknown,
    WantsAPerson,
}

struct Shopper {
    visitor: VisitorId,
    conversation: ConversationId,
    errand: Errand,
    // When they say their next line, and which it is.
    next: u64,
    line: u32,
    // Until when they wait for a person.
    patience: u64,
    // What was acked: client id to number.
    acked: BTreeMap<String, Seq>,
}

struct Agent {
    who: Attendant,
    // On and off the clock, in ticks.
    shift: (u64, u64),
    // Not heard of until then.
    gone_until: u64,
    // What they do with each chat: the tick of the first reply, and of the end.
    work: HashMap<ConversationId, (u64, u64, bool)>,
}

struct Day {
    server: Server,
    chance: Chance,
    tick: u64,
    asked: u64,
    shoppers: Vec<Shopper>,
    agents: Vec<Agent>,
    vanished: u32,
    // Those who said something in this tick: their replies come before the clock moves on.
    spoke: Vec<ConversationId>,
}

impl Day {
    async fn new(seed: u64) -> Self {
        let server = Server::start().await;
        let chance = Chance::seeded(seed);
        let agents = (0..AGENTS).map(|count| {
            let agent = AgentId::from(format!("agent {count}"));
            let begin = chance.below(DAY / 6);
            let shift = (begin, begin + DAY / 2 + chance.below(DAY / 3));
            let teams = if count % 2 == 0 { vec!["orders".to_owned()] } else { Vec::new() };
            Agent { who: Attendant { agent, role: Role::Agent, teams }, shift, gone_until: 0, work: HashMap::new() }
        });
        let agents = agents.collect();
        Self { server, agents, tick: 0, asked: 0, shoppers: Vec::new(), vanished: 0, spoke: Vec::new(), chance }
    }

    async fn ask(&mut self, index: usize, wish: Wish) {
        self.asked += 1;
        let client_id = format!("c{}", self.asked);
        let visitor = self.shoppers[index].visitor.clone();
        let hash = request_hash(&[&client_id]);
        let network = "127.0.0.1".parse().expect("an address");
        let ask = Ask { visitor, client_id: client_id.clone(), hash, wish, locale: Some("en".into()), network };
        let (send, answer) = oneshot::channel();
        // Some lines come twice, as over a bad line.
        if self.chance.below(20) == 0 {
            self.server.desk.ask(ask.clone(), Box::new(|_| ()));
        }
        self.server.desk.ask(
            ask,
            Box::new(move |result| {
                let _ = send.send(result);
            }),
        );
        let answered = heard(answer).await.expect("stored");
        self.shoppers[index].acked.insert(client_id, answered.seq);
        self.spoke.push(self.shoppers[index].conversation.clone());
    }

    async fn act(&mut self, index: usize, conversation: &ConversationId, deed: Deed) {
        self.asked += 1;
        let client_id = format!("a{}", self.asked);
        let who = self.agents[index].who.clone();
        let ask = StaffAsk { who, conversation: conversation.clone(), hash: client_id.clone(), client_id, deed };
        let (send, answer) = oneshot::channel();
        self.server
            .desk
            .staff_ask(
                ask,
                Box::new(move |result| {
                    let _ = send.send(result);
                }),
            )
            .await;
        // Refused when the chat was taken away meanwhile, which agents who vanish have to expect.
        let _ = heard(answer).await;
    }

    fn arrive(&mut self) {
        let left = SHOPPERS - self.shoppers.len();
        let spread = DAY.saturating_sub(DAY / 10);
        let due = usize::try_from(self.tick * SHOPPERS as u64 / spread).expect("small");
        for _ in self.shoppers.len()..due.min(self.shoppers.len() + left) {
            let visitor = VisitorId::from(format!("visitor {}", self.shoppers.len()));
            let errand = match self.chance.below(100) {
                0..10 => Errand::Greets,
                10..35 => Errand::Asks,
                35..50 => Errand::AsksAndIsGlad,
                50..60 => Errand::AsksTheUnknown,
                _ => Errand::WantsAPerson,
            };
            self.shoppers.push(Shopper {
                conversation: ConversationId::of(&visitor),
                visitor,
                errand,
                next: self.tick + self.chance.below(6),
                line: 0,
                patience: u64::MAX,
                acked: BTreeMap::new(),
            });
        }
    }

    async fn shoppers_speak(&mut self) {
        for index in 0..self.shoppers.len() {
            if self.tick < self.shoppers[index].next {
                continue;
            }
            let (errand, line) = (self.shoppers[index].errand, self.shoppers[index].line);
            self.shoppers[index].line += 1;
            let pause = 1 + self.chance.below(12);
            self.shoppers[index].next = self.tick + pause;
            match (errand, line) {
                (Errand::Greets, 0) => self.ask(index, Wish::Text("hello".into())).await,
                (Errand::Asks | Errand::AsksAndIsGlad, 0) => {
                    self.ask(index, Wish::Text("when are you open".into())).await;
                }
                (Errand::AsksAndIsGlad, 1) => self.ask(index, Wish::Rate { score: 5, comment: None }).await,
                // Some come back with something new later in the day: the first answer was not enough.
                (Errand::Asks, 1) if self.chance.below(5) == 0 => {
                    self.shoppers[index].next = self.tick + 240;
                }
                (Errand::Asks, 2) => self.ask(index, Wish::Text("do you sell gift cards".into())).await,
                (Errand::AsksTheUnknown, 0) => self.ask(index, Wish::Text("zxq qqw vvb".into())).await,
                (Errand::WantsAPerson, 0) => self.ask(index, Wish::Text("when are you open".into())).await,
                (Errand::WantsAPerson, 1) => {
                    self.ask(index, Wish::Human).await;
                    self.shoppers[index].patience = self.tick + 60 + self.chance.below(360);
                }
                (Errand::WantsAPerson, _) => self.waits(index).await,
                _ => self.shoppers[index].next = u64::MAX,
            }
        }
    }

    // One who waits adds a line now and then, and goes when it takes too long, most of them with an address left behind.
    async fn waits(&mut self, index: usize) {
        let chat = self.server.desk.chat(&self.shoppers[index].conversation);
        match chat.map(|chat| chat.phase) {
            Some(Phase::Waiting) if self.tick > self.shoppers[index].patience => {
                let wish = if self.chance.below(3) == 0 { Wish::End } else { Wish::Contact("a@example.com".into()) };
                self.ask(index, wish).await;
                self.shoppers[index].next = u64::MAX;
            }
            Some(_) if self.chance.below(4) == 0 => self.ask(index, Wish::Text("are you there?".into())).await,
            Some(_) => {}
            None => self.shoppers[index].next = u64::MAX,
        }
    }

    async fn agents_work(&mut self) {
        for index in 0..self.agents.len() {
            let (begin, end) = self.agents[index].shift;
            if self.tick < begin || self.tick > end || self.tick < self.agents[index].gone_until {
                continue;
            }
            self.server.desk.heard(&self.agents[index].who);
            self.server.desk.set_presence(&self.agents[index].who.agent.clone(), Presence::Online);
            if self.chance.below(250) == 0 {
                self.vanished += 1;
                self.agents[index].gone_until = self.tick + 3 + self.chance.below(60);
                self.agents[index].work.clear();
                continue;
            }
            self.work_on(index).await;
        }
    }

    async fn work_on(&mut self, index: usize) {
        let me = self.agents[index].who.agent.clone();
        let chats = self.server.desk.chats();
        let mine: Vec<ConversationId> = chats
            .iter()
            .filter(|chat| chat.agent.as_ref() == Some(&me))
            .map(|chat| chat.conversation.clone())
            .collect();
        assert!(mine.len() <= 5, "{me:?} has {} chats", mine.len());
        self.agents[index].work.retain(|id, _| mine.contains(id));
        for id in mine {
            let first = self.tick + 1 + self.chance.below(4);
            let plan = (first, first + 50 + self.chance.below(160), false);
            let (reply, end, replied) = *self.agents[index].work.entry(id.clone()).or_insert(plan);
            if !replied && self.tick >= reply {
                self.act(index, &id, Deed::Say("let me see".into())).await;
                self.agents[index].work.insert(id, (reply, end, true));
            } else if self.tick >= end {
                let deed = match self.chance.below(20) {
                    0 => Deed::ToBot,
                    1 => Deed::PassToTeam("orders".into()),
                    2 => Deed::Release,
                    _ => Deed::Resolve,
                };
                self.act(index, &id, deed).await;
            }
        }
    }

    async fn goes_on(&mut self, ticks: u64) {
        for _ in 0..ticks {
            self.tick += 1;
            self.server.clock.advance(TICK);
            self.settle().await;
            self.arrive();
            self.shoppers_speak().await;
            self.agents_work().await;
            self.replies().await;
        }
    }

    async fn replies(&mut self) {
        for id in std::mem::take(&mut self.spoke) {
            let store = self.server.desk.store();
            eventually("the reply", || async {
                store.conversation(&id).await.expect("readable").expect("there").pending.is_empty()
            })
            .await;
        }
    }

    // The desk has seen this moment and has nothing left to do in it.
    async fn settle(&self) {
        let now = self.server.clock.now();
        let mut settled = self.server.desk.settled();
        let seen = tokio::time::timeout(PATIENCE, settled.wait_for(|at| *at >= now)).await.map(|seen| seen.is_ok());
        let there = || (self.server.desk.chats(), self.server.desk.attendance());
        assert_eq!(seen, Ok(true), "the desk does not settle at tick {}: {:?}", self.tick, there());
    }

    async fn check(&self) -> Tally {
        let store = self.server.desk.store();
        let mut tally = Tally::default();
        for shopper in &self.shoppers {
            let state = store.conversation(&shopper.conversation).await.expect("readable").expect("there");
            let events = store.events(&shopper.conversation, 1, state.head, 10_000).await.expect("readable");
            tally.stuck += u32::from(state.is_with_people() || !state.pending.is_empty());
            let mut said: Vec<&str> = Vec::new();
            let mut phase = Phase::Bot;
            for event in &events {
                match &event.kind {
                    EventKind::Said { by: Author::Shopper, client_id: Some(id), .. } => said.push(id),
                    EventKind::Said { by: Author::Bot, .. } => assert_eq!(phase, Phase::Bot, "out of turn"),
                    EventKind::Phase { phase: next, .. } => phase = *next,
                    _ => {}
                }
            }
            let once: HashSet<&str> = said.iter().copied().collect();
            tally.doubled += u32::try_from(said.len() - once.len()).expect("small");
            tally.lost += u32::try_from(shopper.acked.values().filter(|seq| **seq == 0 || **seq > state.head).count())
                .expect("small");
            tally.conversations += 1;
        }
        let verdict = store.verify(|_, _| ()).await.expect("readable");
        assert_eq!((verdict.fault_count, verdict.faults), (0, Vec::new()));
        let (from, to) = (Timestamp(0), self.server.clock.now().plus(Duration::from_secs(1)));
        let rows = store.episodes(from, to, None, 100_000).await.expect("readable");
        let recontact = 72 * 3_600_000;
        for row in &rows {
            let verdict = row.facts.verdict(self.server.clock.now(), recontact);
            *tally.outcomes.entry(verdict.outcome).or_default() += 1;
            if let (Some(told), Some(handed), Some(assigned)) =
                (row.facts.told_seconds, row.facts.handed, row.facts.assigned)
            {
                tally.waits.push((u64::from(told), assigned.at.since(handed.at).as_secs()));
            }
        }
        tally.episodes = rows.len();
        tally
    }
}

#[derive(Default)]
struct Tally {
    conversations: u32,
    episodes: usize,
    outcomes: BTreeMap<Outcome, u32>,
    waits: Vec<(u64, u64)>,
    lost: u32,
    doubled: u32,
    stuck: u32,
}

async fn heard(answer: oneshot::Receiver<Result<Answered, StoreError>>) -> Result<Answered, StoreError> {
    tokio::time::timeout(PATIENCE, answer).await.expect("an answer in time").expect("an answer")
}

fn percentile(values: &mut [u64], share: f64) -> u64 {
    values.sort_unstable();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small")]
    let index = ((values.len().max(1) - 1) as f64 * share).round() as usize;
    values.get(index).copied().unwrap_or(0)
}

#[expect(
    clippy::print_stdout,
    reason = "the table is what one runs it for: `cargo test --release --test it day:: -- --nocapture`"
)]
fn print(tally: &Tally, vanished: u32) {
    println!("a seeded day: {} conversations, {} episodes, {AGENTS} agents", tally.conversations, tally.episodes);
    for outcome in Outcome::ALL {
        println!("  {:<20} {:>5}", outcome.name(), tally.outcomes.get(&outcome).copied().unwrap_or(0));
    }
    let mut told: Vec<u64> = tally.waits.iter().map(|(told, _)| *told).collect();
    let mut had: Vec<u64> = tally.waits.iter().map(|(_, had)| *had).collect();
    let mut off: Vec<u64> = tally.waits.iter().map(|(told, had)| told.abs_diff(*had)).collect();
    for (name, values) in [("wait told, s", &mut told), ("wait had, s", &mut had), ("difference, s", &mut off)] {
        println!("  {name:<20} p50 {:>5}   p90 {:>5}", percentile(values, 0.5), percentile(values, 0.9));
    }
    println!(
        "  agents vanished {vanished}   chats lost {}   doubled {}   stuck {}",
        tally.lost, tally.doubled, tally.stuck
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_of_a_thousand_shoppers_and_eight_agents_adds_up() {
    let mut day = Day::new(42).await;
    day.goes_on(DAY).await;
    // After hours somebody stays until the queue is empty.
    for agent in &mut day.agents {
        (agent.shift, agent.gone_until) = ((0, u64::MAX), 0);
    }
    for shopper in &mut day.shoppers {
        shopper.next = u64::MAX;
    }
    let mut extra = 0;
    while !day.server.desk.chats().is_empty() {
        day.goes_on(1).await;
        extra += 1;
        assert!(extra < 3_000, "the queue does not empty: {:?}", day.server.desk.chats());
    }
    // Idle episodes end, and the recontact time passes.
    for _ in 0..4 {
        day.server.clock.advance(Duration::from_secs(1_000));
        day.settle().await;
    }
    let last = day.shoppers.last().expect("a shopper").conversation.clone();
    let desk = &day.server.desk;
    eventually("the last episode ends", || async {
        day.server.clock.advance(Duration::from_secs(20));
        let state = desk.conversation(&last).await.expect("readable").expect("there");
        state.phase == Phase::Closed
    })
    .await;
    let store = day.server.desk.store();
    eventually("every episode ends", || async {
        day.server.clock.advance(Duration::from_secs(20));
        let idle = store.idle_since(day.server.clock.now(), 10).await.expect("readable");
        idle.is_empty()
    })
    .await;
    day.server.clock.advance(Duration::from_secs(73 * 3600));
    let tally = day.check().await;
    print(&tally, day.vanished);
    let sum: u32 = tally.outcomes.values().sum();
    assert_eq!(usize::try_from(sum).expect("small"), tally.episodes, "one outcome an episode");
    assert_eq!(tally.outcomes.get(&Outcome::Open), None, "every episode has ended");
    assert_eq!(usize::try_from(tally.conversations).expect("small"), SHOPPERS);
    assert_eq!((tally.lost, tally.doubled, tally.stuck), (0, 0, 0));
    assert!(day.vanished > 20 && tally.waits.len() > 100, "a day without trouble shows nothing");
    for outcome in [Outcome::HandedOver, Outcome::Abandoned, Outcome::AnsweredConfirmed, Outcome::AnsweredAssumed] {
        assert!(tally.outcomes.contains_key(&outcome), "no {} in the day", outcome.name());
    }
}
