//! P1: a server is killed at random moments while it is written to; what it acked is there afterwards, once.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::server::{Scratch, Server, now};
use super::wire::{fetch, grouped, is, seq, wait_for_person};
use crate::cli::client::{Client, Door, PATIENCE};
use crate::cli::shop::Folders;
use crate::domain::Chance;
use crate::store::Store;

const ROUNDS: usize = 10;

/// Visitors who write: so many wait for a person, so many talk with the assistant.
const WAITING: usize = 8;
const WITH_BOT: usize = 4;

/// All of them write at the same moments, 200 messages a second in total: a kill just after such a moment finds many
/// messages without an ack, on the way to the disk or back.
const BURST: usize = 4;
const BURST_EVERY: Duration = Duration::from_millis(240);

/// A round has one to so many bursts, and ends at most this long after the last.
const BURSTS: u64 = 4;
const KILL_WITHIN_MICROS: u64 = 6_000;

/// Messages of one visitor without an ack: what the protocol allows.
const IN_FLIGHT: usize = 8;

/// What visitors with the assistant say in turn; never the same twice in a row, so that no person is called.
const QUESTIONS: [&str; 2] = ["what are your opening hours", "how can i pay"];

pub(super) async fn run(shop: &Folders, seed: u64) -> anyhow::Result<String> {
    let chance = Chance::seeded(seed);
    let scratch = Scratch::new()?;
    let mut visitors: Vec<Visitor> =
        (0..WAITING + WITH_BOT).map(|index| Visitor::new(index, index < WAITING)).collect();
    for round in 1..=ROUNDS {
        let server = Server::frontdesk(shop, &scratch).await?;
        // The first burst is at the start of the round.
        let bursts = u32::try_from(chance.below(BURSTS)).unwrap_or(0);
        let life = BURST_EVERY * bursts + Duration::from_micros(chance.below(KILL_WITHIN_MICROS));
        visitors = one_round(server, visitors, life).await.with_context(|| format!("round {round}, seed {seed}"))?;
    }
    let server = Server::frontdesk(shop, &scratch).await?;
    for visitor in &mut visitors {
        visitor.settle(&server.address).await.with_context(|| format!("in the end, seed {seed}"))?;
    }
    server.kill().await?;
    let verdict = Store::open_to_read(&scratch.data()).await?.verify(|_, _| {}).await?;
    ensure!(verdict.fault_count == 0, "the log has faults: {}", verdict.faults.join("; "));
    Ok(figures(&visitors, verdict.events, seed))
}

fn figures(visitors: &[Visitor], events: u64, seed: u64) -> String {
    let sum = |of: fn(&Visitor) -> usize| grouped(visitors.iter().map(of).sum());
    let (acked, again) = (sum(|visitor| visitor.acked.len()), sum(|visitor| visitor.sent_again));
    let (settled, events) = (sum(|visitor| visitor.settled), grouped(usize::try_from(events).unwrap_or(usize::MAX)));
    format!(
        "{ROUNDS} kill -9 rounds, {acked} acked, 0 lost, 0 doubled, 0 holes, {again} sent again of which {settled} were \
         stored already, {events} events verified, seed {seed}"
    )
}

async fn one_round(server: Server, visitors: Vec<Visitor>, life: Duration) -> anyhow::Result<Vec<Visitor>> {
    let mut entered = Vec::new();
    for mut visitor in visitors {
        let client = visitor.enter(&server.address).await?;
        entered.push((visitor, client));
    }
    let killed = CancellationToken::new();
    let mut talks = JoinSet::new();
    let start = now();
    for (visitor, client) in entered {
        talks.spawn(visitor.talk(client, start, killed.clone()));
    }
    tokio::time::sleep_until((start + life).into()).await;
    killed.cancel();
    server.kill().await?;
    let mut visitors = Vec::new();
    while let Some(visitor) = talks.join_next().await {
        visitors.push(visitor??);
    }
    Ok(visitors)
}

struct Visitor {
    name: usize,
    waits: bool,
    token: Option<String>,
    // As the events came, over all of the server's lives.
    log: Vec<Value>,
    // Everything that was ever said, in order, and which of it has an ack.
    said: Vec<(String, String)>,
    acked: BTreeMap<String, Ack>,
    sent_again: usize,
    settled: usize,
}

#[derive(PartialEq)]
struct Ack {
    seq: u64,
    at: Value,
    message: Value,
}

impl Visitor {
    fn new(name: usize, waits: bool) -> Self {
        let (token, log, said, acked) = (None, Vec::new(), Vec::new(), BTreeMap::new());
        Self { name, waits, token, log, said, acked, sent_again: 0, settled: 0 }
    }

    // Comes (back), looks whether everything is there that should be, and sends again what has no ack.
    async fn enter(&mut self, address: &str) -> anyhow::Result<Client> {
        let mut client = Client::enter(&self.door(address)).await?;
        ensure!(
            self.log.is_empty() || client.welcome["resumed"] == true,
            "a visitor with {} events could not resume: {}",
            self.log.len(),
            client.welcome
        );
        if self.token.is_none() {
            self.token = Some(client.token().to_owned());
            if self.waits {
                wait_for_person(&mut client).await?;
                client = Client::enter(&self.door(address)).await?;
            }
        }
        let head = seq(&client.welcome["head"]);
        ensure!(head >= self.log.len() as u64, "{} events were shown, {head} are stored", self.log.len());
        // Meanwhile the assistant may add what it still owes.
        let stored = fetch(&mut client, head, |frame| self.hear(&frame)).await?;
        self.compare(&stored)?;
        for (client_id, text) in self.open() {
            client.say(&client_id, &text).await?;
            self.sent_again += 1;
        }
        Ok(client)
    }

    fn door(&self, address: &str) -> Door {
        let mut door = Door::to(address);
        if let Some(token) = &self.token {
            door = door.with_token(token);
        }
        let Some(last) = self.log.last() else { return door };
        let text = |name: &str| last[name].as_str().unwrap_or_default();
        door.resuming(text("epoch"), seq(&last["seq"]), text("at"))
    }

    fn open(&self) -> Vec<(String, String)> {
        self.said.iter().filter(|(client_id, _)| !self.acked.contains_key(client_id)).cloned().collect()
    }

    // Says something in bursts until the server is killed.
    async fn talk(mut self, mut client: Client, start: Instant, killed: CancellationToken) -> anyhow::Result<Self> {
        let mut next = start;
        loop {
            let wait = next.saturating_duration_since(now());
            let result = if wait.is_zero() {
                next += BURST_EVERY;
                self.say(&mut client).await.map(|()| None)
            } else {
                client.next_within(wait).await
            };
            match result {
                Ok(Some(frame)) => self.hear(&frame)?,
                Ok(None) => {}
                Err(_) if killed.is_cancelled() => return Ok(self),
                Err(error) => return Err(error.context("a socket ended before the server was killed")),
            }
        }
    }

    async fn say(&mut self, client: &mut Client) -> anyhow::Result<()> {
        for _ in 0..BURST {
            let number = self.said.len();
            if number - self.acked.len() >= IN_FLIGHT {
                return Ok(());
            }
            let text = match QUESTIONS.get(number % QUESTIONS.len()) {
                Some(question) if !self.waits => (*question).to_owned(),
                _ => format!("message {number} of visitor {}", self.name),
            };
            let client_id = format!("{}-{number}", self.name);
            self.said.push((client_id.clone(), text.clone()));
            client.say(&client_id, &text).await?;
        }
        Ok(())
    }

    fn hear(&mut self, frame: &Value) -> anyhow::Result<()> {
        match frame["type"].as_str() {
            Some("event") => {
                let expected = self.log.len() as u64 + 1;
                ensure!(seq(&frame["seq"]) == expected, "a hole: event {} in place of {expected}", frame["seq"]);
                let mut event = frame.clone();
                event.as_object_mut().map(|fields| fields.remove("type"));
                self.log.push(event);
                Ok(())
            }
            Some("ack") => self.note(frame),
            Some("error" | "reset") => bail!("the server answered {frame}"),
            _ => Ok(()),
        }
    }

    fn note(&mut self, frame: &Value) -> anyhow::Result<()> {
        let client_id = frame["client_id"].as_str().unwrap_or_default().to_owned();
        let ack = Ack { seq: seq(&frame["seq"]), at: frame["at"].clone(), message: frame["message"].clone() };
        self.settled += usize::from(frame["duplicate"] == true);
        let before = self.acked.insert(client_id, ack);
        ensure!(before.is_none(), "a message was acked twice: {frame}");
        Ok(())
    }

    // Whether the stored log has everything that was acked or shown, where it was, and once.
    fn compare(&self, stored: &[Value]) -> anyhow::Result<()> {
        if let Some((shown, kept)) = self.log.iter().zip(stored).find(|(shown, kept)| shown != kept) {
            bail!("{shown} was shown, {kept} is stored");
        }
        let mut found: BTreeMap<&str, &Value> = BTreeMap::new();
        for entry in stored {
            let Some(client_id) = entry["event"]["client_id"].as_str() else { continue };
            let doubled = found.insert(client_id, entry).is_some();
            ensure!(!doubled, "{client_id} is stored twice");
            ensure!(self.said.iter().any(|(said, _)| said == client_id), "{client_id} was never said");
        }
        for (client_id, ack) in &self.acked {
            let entry = found.get(client_id.as_str()).with_context(|| format!("{client_id} was acked and is lost"))?;
            let kept =
                Ack { seq: seq(&entry["seq"]), at: entry["at"].clone(), message: entry["event"]["message"].clone() };
            ensure!(kept == *ack, "{client_id} was acked as {} and is stored as {}", ack.seq, kept.seq);
        }
        Ok(())
    }

    // After the last round: everything gets its ack, and everything is there.
    async fn settle(&mut self, address: &str) -> anyhow::Result<()> {
        let mut client = self.enter(address).await?;
        let done = async {
            while self.acked.len() < self.said.len() {
                let frame = client.next().await?;
                self.hear(&frame)?;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(PATIENCE, done).await.context("what was sent again got no ack")??;
        let mut reader = Client::enter(&Door { resume: None, ..self.door(address) }).await?;
        let head = seq(&reader.welcome["head"]);
        let stored = fetch(&mut reader, head, |frame| {
            ensure!(!is(&frame, "error"), "the server answered {frame}");
            Ok(())
        });
        let stored = stored.await?;
        self.compare(&stored)?;
        let kept = stored.iter().filter(|entry| entry["event"]["client_id"].is_string()).count();
        ensure!(kept == self.said.len(), "{} messages were said, {kept} are stored", self.said.len());
        Ok(())
    }
}
