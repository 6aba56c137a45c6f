//! A server of one's own for each test, and shoppers who speak in sentences.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use frontdesk::app::{App, World};
use frontdesk::cli::client::{Client, Door};
use frontdesk::config::Config;
use frontdesk::desk::Desk;
use frontdesk::domain::{Chance, Clock, Timestamp};
use frontdesk::store::Faults;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// When the tests take place.
pub(crate) const START: Timestamp = Timestamp(1_795_355_387_000);

/// How long anything that must happen is waited for. Generous: the machine may be busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A folder that is gone with its owner.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("frontdesk-it-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a test server is started with.
pub(crate) struct Plan {
    pub(crate) folder: Folder,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) config: Config,
}

impl Plan {
    /// A small shop, a clock that stands still, and no limits that a test would run into.
    pub(crate) fn new() -> Self {
        let folder = Folder::new();
        write_shop(&folder);
        let mut config = Config::defaults().expect("the defaults");
        // Encoding the starter shop takes seconds; what needs both tiers is tested in `understanding.rs`.
        config.understanding = frontdesk::content::Config::off();
        config.server.listen = "127.0.0.1:0".parse().expect("an address");
        config.server.drain_seconds = 1;
        config.folders.data = folder.path().join("data");
        config.folders.intents = folder.path().join("intents");
        config.folders.knowledge_base = folder.path().join("knowledge-base");
        for limit in [
            &mut config.limits.visitor_per_10s,
            &mut config.limits.visitor_burst,
            &mut config.limits.network_per_10s,
            &mut config.limits.network_burst,
            &mut config.limits.handshakes_per_10s,
        ] {
            *limit = 1_000_000;
        }
        Self { folder, clock: Clock::by_hand(START), faults: Faults::none(), config }
    }

    /// The same with the starter shop, as it is in the repository.
    pub(crate) fn starter_shop() -> Self {
        let plan = Self::new();
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        for folder in ["intents", "knowledge-base"] {
            let place = plan.folder.path().join(folder);
            fs::remove_dir_all(&place).expect("the small shop goes");
            copy(&root.join(folder), &place);
        }
        plan
    }

    pub(crate) async fn start(self) -> Server {
        let Self { folder, clock, faults, config } = self;
        let world = World { clock: clock.clone(), chance: Chance::secure(), faults: faults.clone() };
        let app = App::bind(config.clone(), world).await.expect("the server starts");
        let (address, desk) = (app.address().to_string(), app.desk().clone());
        let stop = CancellationToken::new();
        let running = TaskTracker::new().spawn(app.run(stop.clone()));
        Server { folder, clock, faults, config, address, desk, stop, running }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).expect("copied");
        }
    }
}

/// A look-up answers at a fixed cadence, so the clock has to move while it is waited for.
pub(crate) async fn in_time<T>(server: &Server, wait: impl Future<Output = T>) -> T {
    let moving = async {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            server.clock.advance(Duration::from_millis(250));
        }
    };
    tokio::select! { done = wait => done, () = moving => unreachable!("it goes on for ever") }
}

/// A running server.
pub(crate) struct Server {
    pub(crate) folder: Folder,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) config: Config,
    pub(crate) address: String,
    pub(crate) desk: Desk,
    pub(crate) stop: CancellationToken,
    running: JoinHandle<anyhow::Result<()>>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Plan::new().start().await
    }

    pub(crate) async fn shopper(&self) -> Shopper {
        Shopper::enter(Door::to(&self.address)).await
    }

    /// Stops it and waits until it is gone; its folder stays for the next.
    pub(crate) async fn stop(self) -> Plan {
        self.stop.cancel();
        let Self { folder, clock, config, running, .. } = self;
        let ended = tokio::time::timeout(PATIENCE, running).await.expect("the server ends in time");
        ended.expect("no panic").expect("a clean end");
        Plan { folder, clock, faults: Faults::none(), config }
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        let policy = frontdesk::outbound::Policy {
            private_hosts: ["127.0.0.1".to_owned()].into(),
            timeout: PATIENCE,
            body_limit: 4 << 20,
        };
        let client = frontdesk::outbound::Client::new(policy).expect("a client");
        let answer = client.get(&format!("http://{}{path}", self.address)).await.expect("an answer");
        (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
    }

    /// Moves the clock on, a second at a time, until the returned task is aborted.
    pub(crate) fn keep_moving(&self) -> JoinHandle<()> {
        let clock = self.clock.clone();
        TaskTracker::new().spawn(async move {
            loop {
                clock.advance(Duration::from_secs(1));
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
    }

    /// Everything in a shopper's log, in order.
    pub(crate) async fn log_of(&self, shopper: &Shopper) -> Vec<Value> {
        let mut reader = Shopper::enter(Door::to(&self.address).with_token(shopper.client.token())).await;
        let head = reader.client.welcome["head"].as_u64().expect("a head");
        reader.events(usize::try_from(head).expect("small")).await
    }
}

/// A shopper with a socket.
pub(crate) struct Shopper {
    pub(crate) client: Client,
}

impl Shopper {
    pub(crate) async fn enter(door: Door) -> Self {
        Self { client: Client::enter(&door).await.expect("a welcome") }
    }

    // Never used twice, also by two shoppers with one token.
    fn next_id() -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        format!("c{}", COUNT.fetch_add(1, Ordering::Relaxed))
    }

    /// Says something and returns its ack.
    pub(crate) async fn says(&mut self, text: &str) -> Value {
        let id = Self::next_id();
        self.client.say(&id, text).await.expect("a socket");
        self.answer().await
    }

    /// Does something and returns its answer.
    pub(crate) async fn acts(&mut self, act: Value) -> Value {
        let id = Self::next_id();
        self.client.act(&id, act).await.expect("a socket");
        self.answer().await
    }

    pub(crate) async fn sends(&mut self, frame: Value) {
        self.client.send(&frame).await.expect("a socket");
    }

    /// The next ack or error.
    pub(crate) async fn answer(&mut self) -> Value {
        self.frame(|frame| frame["type"] == "ack" || frame["type"] == "error").await
    }

    /// The next frame that passes.
    pub(crate) async fn frame(&mut self, test: impl Fn(&Value) -> bool) -> Value {
        let mut seen = Vec::new();
        loop {
            match self.client.next().await {
                Ok(frame) if test(&frame) => return frame,
                Ok(frame) => seen.push(frame.to_string()),
                Err(error) => panic!("{error:#}; before that came\n{}", seen.join("\n")),
            }
        }
    }

    /// Waits for the assistant (or the desk) to say something that contains `words`; returns the event.
    pub(crate) async fn hears(&mut self, words: &str) -> Value {
        self.frame(|frame| {
            let event = &frame["event"];
            event["kind"] == "said"
                && event["by"]["role"] != "shopper"
                && event["body"]["text"].as_str().is_some_and(|text| text.contains(words))
        })
        .await
    }

    /// Waits for a phase.
    pub(crate) async fn sees_phase(&mut self, phase: &str) -> Value {
        self.frame(|frame| frame["event"]["kind"] == "phase" && frame["event"]["phase"] == phase).await
    }

    /// The next `count` events.
    pub(crate) async fn events(&mut self, count: usize) -> Vec<Value> {
        let mut events = Vec::new();
        while events.len() < count {
            events.push(self.frame(|frame| frame["type"] == "event").await);
        }
        events
    }

    /// Presses the button with this title under `said`.
    pub(crate) async fn presses(&mut self, said: &Value, title: &str) -> Value {
        let buttons = said["event"]["body"]["quick_replies"].as_array().expect("buttons").clone();
        let index = buttons.iter().position(|button| button["title"] == title).expect("the button");
        let (id, client_id) = (self.client.new_id(), Self::next_id());
        let body = json!({ "kind": "choice", "of": said["event"]["message"], "index": index });
        self.sends(json!({ "type": "say", "id": id, "client_id": client_id, "body": body })).await;
        self.answer().await
    }

    /// Reads on until the socket ends; the last frames and how it ended.
    pub(crate) async fn reads_to_the_end(&mut self) -> (Vec<Value>, String) {
        let mut frames = Vec::new();
        loop {
            match self.client.next().await {
                Ok(frame) => frames.push(frame),
                Err(error) => return (frames, error.to_string()),
            }
        }
    }
}

/// Waits until `test` holds, looking again whenever the runtime has nothing better to do.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, test: impl Fn() -> F) {
    let looked = tokio::time::timeout(PATIENCE, async {
        while !test().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    looked.await.unwrap_or_else(|_| panic!("{what} did not happen in time"));
}

fn write_shop(folder: &Folder) {
    folder.write("intents/greet.yaml", GREET);
    folder.write("intents/opening_hours.yaml", HOURS);
    folder.write("intents/gift_card.yaml", GIFT_CARD);
    folder.write("intents/contact_human_agent.yaml", HUMAN);
    folder.write("knowledge-base/en/wash-linen.md", LINEN);
}

const GREET: &str = "schema: 1
intent: greet
title: Hello
category: SMALLTALK
examples:
  en: |
    - hello
    - hi there
    - good morning
    - hey
    - good evening everybody
    - hiya
responses:
  greet_back:
    - text: { en: \"Hello! How can I help?\" }
      counts_as: smalltalk
";

pub(crate) const HOURS: &str = "schema: 1
intent: opening_hours
title: When are you open?
category: SHOP
examples:
  en: |
    - when are you open
    - what are your opening hours
    - are you open on sunday
    - until when is the shop open today
    - do you open on holidays
    - opening times please
responses:
  opening_hours_info:
    - text: { en: \"We are open around the clock.\" }
      counts_as: answer
";

const GIFT_CARD: &str = "schema: 1
intent: gift_card
title: Gift cards
category: PAYMENT
examples:
  en: |
    - do you sell gift cards
    - i want to buy a gift card
    - how does a gift voucher work
    - can i pay with a gift card
    - gift card balance
    - where do i redeem my voucher
responses:
  gift_card_info:
    - text: { en: \"Gift cards are worth 10 to 250 euros.\" }
      counts_as: answer
";

const HUMAN: &str = "schema: 1
intent: contact_human_agent
title: Talk to a person
category: CONTACT
examples:
  en: |
    - i want to talk to a person
    - give me a human
    - let me speak with an agent
    - connect me to a real person please
    - human please
    - can somebody from your team help me
do: handoff
responses:
  person_requested:
    - text: { en: \"Your request for a person is noted.\" }
      counts_as: handoff_offer
";

const LINEN: &str = "---
id: wash-linen
title: How do I wash linen?
locale: en
category: CARE
answer: Wash linen at 40 degrees and dry it on the line.
questions:
  - how to wash linen sheets
  - can linen go into the dryer
audience: public
status: published
---
## Washing
Wash linen at 40 degrees with similar colours.

## Drying
Dry it on the line; the dryer makes linen brittle.
";
