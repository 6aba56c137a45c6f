//! Erase means erase: words are put wherever a shopper or an agent can put words, and looked for wherever bytes are kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use frontdesk::cli::client::{Client, Door};
use frontdesk::domain::{Chance, ConversationId, Role, VisitorId};
use regex::bytes::Regex;
use serde_json::{Value, json};

use crate::agent::Agent;
use crate::browser::Browser;
use crate::ops::frontdesk;
use crate::support::{Plan, Server, Shopper};

const ENTITIES: &str = "schema: 1
entities:
  order_number: { kind: regex, pattern: '\\b(zo[a-z]{10})\\b', context_words: [order] }
  email: { kind: builtin, builtin: email, pii: true }
";

// Its questions say back what was said, in words and on a card.
const RETURNS: &str = "schema: 1
intent: return_item
title: Send something back
category: ORDER
examples:
  en: |
    - i want to send something back
    - return an item
    - how do i return this
    - send back order [zoabcdefghij](order_number)
    - i would like to return my order
    - take this back please
form:
  slots:
    - { slot: order_number, from: order_number, ask: ask_number }
    - { slot: email, from: email, ask: ask_email }
    - { slot: fault, from: text, ask: ask_fault }
do: handoff
responses:
  ask_number: [ { text: What is your order number?, counts_as: question } ]
  ask_email:
    - text: \"And your address for {{ order_number }}?\"
      card: { title: \"Order {{ order_number }}\", text: \"{{ order_number }} goes back\" }
      quick_replies: [ { title: No address, send: /opening_hours } ]
      counts_as: question
  ask_fault: [ { text: What is wrong with it?, counts_as: question } ]
  passed_on: [ { text: \"Somebody looks at {{ order_number }}.\", counts_as: handoff_offer } ]
";

const ACTIONS: &str = "schema: 1
actions: { lookup_order: { kind: file, file: shop/orders.csv, allow_fields: [status] } }
";

const TRACK: &str = "schema: 1
intent: track_order
title: Where is my order?
category: ORDER
examples:
  en: |
    - where is my order
    - wheres my stuff
    - track my parcel
    - my parcel has not arrived
    - order status please
    - has order [zoabcdefghij](order_number) shipped yet
form:
  slots:
    - { slot: order_number, from: order_number, ask: track_number }
    - { slot: email, from: email, ask: track_email }
do: lookup_order
outcomes: { found: track_found, not_found: track_none, mismatch: track_none, error: { say: track_down, then: handoff } }
responses:
  track_number: [ { text: Which order?, counts_as: question } ]
  track_email: [ { text: And the address?, counts_as: question } ]
  track_found: [ { text: \"It is {{ status }}.\", counts_as: answer } ]
  track_none: [ { text: \"Nothing fits {{ order_number }}.\", counts_as: refusal } ]
  track_down: [ { text: It cannot be looked up., counts_as: handoff_offer } ]
";

fn plan() -> Plan {
    let plan = Plan::new();
    for (name, text) in [
        ("intents/_entities.yaml", ENTITIES),
        ("intents/_actions.yaml", ACTIONS),
        ("intents/shop/orders.csv", "order_number,email,postcode,status\nzoabcdefghij,ann@example.com,10115,shipped\n"),
        ("intents/return_item.yaml", RETURNS),
        ("intents/track_order.yaml", TRACK),
    ] {
        plan.folder.write(name, text);
    }
    plan
}

/// A word that stands nowhere else: `kind` and ten letters drawn at random.
pub(crate) fn canary(kind: &str) -> String {
    let letters = Chance::secure().bytes::<10>();
    letters.iter().fold(kind.to_owned(), |word, byte| word + &char::from(b'a' + byte % 26).to_string())
}

/// Which of `words` stand in `bytes`, as text or in two bytes a letter, in capitals or not.
pub(crate) fn found_in(bytes: &[u8], words: &[String]) -> Vec<String> {
    if words.is_empty() {
        return Vec::new();
    }
    let wide = |word: &String| word.chars().map(|letter| format!("{letter}\\x00")).collect::<String>();
    let any = words.iter().flat_map(|word| [word.clone(), wide(word)]).collect::<Vec<_>>().join("|");
    let pattern = Regex::new(&format!("(?i-u){any}")).expect("a pattern");
    let text = |found: &[u8]| String::from_utf8_lossy(found).replace('\0', "").to_lowercase();
    let mut found: Vec<String> = pattern.find_iter(bytes).map(|found| text(found.as_bytes())).collect();
    found.sort();
    found.dedup();
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// Which of `words` stand in a file below `folder`, and in which.
pub(crate) fn on_disk(folder: &Path, words: &[String]) -> Vec<(String, String)> {
    let hits = |path: &PathBuf| {
        // Some are gone between the two looks.
        let found = found_in(&fs::read(path).unwrap_or_default(), words);
        found.into_iter().map(|word| (path.display().to_string(), word)).collect::<Vec<_>>()
    };
    files(folder).iter().flat_map(hits).collect()
}

// What every server of this process logs, from here on.
fn log() -> Arc<Mutex<Vec<u8>>> {
    static LOG: LazyLock<Arc<Mutex<Vec<u8>>>> = LazyLock::new(|| {
        struct Into(Arc<Mutex<Vec<u8>>>);
        impl std::io::Write for Into {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.lock().expect("a lock").extend_from_slice(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let log = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&log);
        let filter = tracing_subscriber::EnvFilter::new("frontdesk=trace,sqlx=debug,info");
        let logging = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false);
        logging.with_writer(move || Into(Arc::clone(&into))).try_init().expect("nobody else logs here");
        log
    });
    Arc::clone(&LOG)
}

pub(crate) fn conversation(shopper: &Shopper) -> ConversationId {
    ConversationId::of(&VisitorId::from(shopper.client.welcome["visitor"].as_str().expect("a visitor")))
}

// Somebody who has said all that can be said, and in whose chat others have; the words by where they were put.
struct Talk {
    shopper: Shopper,
    id: ConversationId,
    words: Vec<(&'static str, String)>,
}

impl Talk {
    fn words(&self) -> Vec<String> {
        self.words.iter().map(|(_, word)| word.clone()).collect()
    }

    fn word(&mut self, place: &'static str) -> String {
        self.words.push((place, canary(if place.contains("order number") { "zo" } else { "zq" })));
        self.words.last().expect("just put").1.clone()
    }

    async fn begin(server: &Server) -> Self {
        let locale = canary("zl");
        let door = Door { locale: Some(locale.clone()), ..Door::to(&server.address) };
        let shopper = Shopper::enter(door).await;
        let id = conversation(&shopper);
        Self { shopper, id, words: vec![("the locale of the page", locale)] }
    }

    async fn with_the_assistant(&mut self) {
        let first = self.word("the first message");
        self.says(&format!("hello, I am {first}")).await;
        let linen = self.word("a message that finds an article");
        self.says(&format!("how do I wash linen sheets of {linen}")).await;
        self.says("i want to send something back").await;
        let order = self.word("an order number, said back by the assistant");
        self.shopper.says(&order).await;
        let asked = self.shopper.hears(&order).await;
        assert!(asked["event"]["body"]["card"].to_string().contains(&order), "{asked}");
        let email = self.word("an address in a form");
        self.says(&format!("{email}@example.com")).await;
        let fault = self.word("a slot that is any text");
        self.shopper.says(&format!("the {fault} is broken")).await;
        self.shopper.sees_phase("waiting").await;
        let loud = self.word("a message while nobody is there, in capitals");
        self.shopper.says(&loud.to_uppercase()).await;
    }

    async fn says(&mut self, text: &str) {
        self.shopper.says(text).await;
        self.shopper.hears("").await;
    }

    async fn with_a_person(&mut self, agent: &mut Agent) {
        let id = self.id.to_string();
        agent.claims(&id).await;
        let (said, note, label) = (self.word("an agent's words"), self.word("a note"), self.word("a label"));
        agent.says(&id, &format!("hello {said}")).await;
        agent.notes(&id, &format!("seems to be {note}")).await;
        let (name, more) = (self.word("an agent's own name of a message"), self.word("a second message of an agent"));
        let body = json!({ "kind": "text", "text": more });
        agent.sends(json!({ "type": "say", "id": "s", "client_id": name, "conversation": id, "body": body }));
        self.shopper.hears(&more).await;
        let labelled = agent.acts(&id, json!({ "act": "label", "labels": ["vip", label] })).await;
        assert_eq!(labelled["type"], "ack", "{labelled}");
        let (long, quoted) = (self.word("the end of a long message"), self.word("a message of quotation marks"));
        // Beyond a page of the database, so that it goes on elsewhere.
        self.shopper.says(&format!("{}{long}", "ä ".repeat(3_900))).await;
        self.shopper.says(&format!("\"\\{quoted}\\\"\n\t\u{1F9F6}")).await;
        agent.acts(&id, json!({ "act": "resolve" })).await;
        self.shopper.sees_phase("closed").await;
        let comment = self.word("the comment of a rating");
        self.shopper.acts(json!({ "act": "rate", "score": 2, "comment": format!("so {comment}") })).await;
    }

    async fn once_more(&mut self) {
        let client_id = self.word("a client's own name of a message");
        self.shopper.client.say(&client_id, "do you sell gift cards").await.expect("a socket");
        let answer = self.shopper.hears("Gift cards are worth").await;
        let pressed = self.shopper.presses(&answer, "I need more help").await;
        assert_eq!(pressed["type"], "ack", "{pressed}");
        self.shopper.hears("").await;
        let again = self.word("a message of a later episode");
        self.says(&format!("{again} again")).await;
        self.shopper.acts(json!({ "act": "human" })).await;
        let contact = self.word("an address for an answer");
        let left =
            self.shopper.acts(json!({ "act": "leave_contact", "email": format!("{contact}@example.com") })).await;
        assert_eq!(left["type"], "ack", "{left}");
        let unheard = self.word("a message nobody has answered");
        self.shopper.says(&format!("is {unheard} there?")).await;
        self.shopper.acts(json!({ "act": "end" })).await;
        self.shopper.sees_phase("closed").await;
        let last = self.word("a comment after the end");
        self.shopper.acts(json!({ "act": "rate", "score": 1, "comment": last })).await;
    }
}

// Everything of one log of a conversation, as an agent fetches it.
async fn fetched(agent: &mut Agent, id: &ConversationId, log: &str) -> String {
    let frame = json!({ "type": "fetch", "id": "f", "conversation": id, "log": log, "from": 1, "to": 1000 });
    agent.sends(frame);
    agent.frame(|frame| frame["type"] == "batch" && frame["re"] == "f").await.to_string()
}

async fn is_closed_with(shopper: &mut Shopper, code: u16) -> Vec<Value> {
    let (frames, end) = shopper.reads_to_the_end().await;
    assert!(end.contains(&code.to_string()), "{end}");
    let bye = frames.iter().find(|frame| frame["type"] == "bye").expect("a goodbye");
    assert_eq!((&bye["code"], &bye["retry"]), (&json!(code), &json!(false)));
    frames
}

// Words that are anywhere an HTTP client or a watching agent can look.
async fn shown(server: &Server, admin: &mut Browser, agent: &mut Agent, gone: &Talk) -> Vec<(String, String)> {
    let mut told = Vec::new();
    for path in ["/metrics", "/healthz", "/readyz", "/", "/console"] {
        told.push((path.to_owned(), server.get(path).await.1));
    }
    let export = format!("/api/conversations/{}/export", gone.id);
    for path in ["/api/conversations", "/api/audit", export.as_str()] {
        told.push((path.to_owned(), admin.get(path).await.body.to_string()));
    }
    for log in ["chat", "staff"] {
        told.push((format!("fetch of {log}"), fetched(agent, &gone.id, log).await));
    }
    told.push(("the log of the process".into(), String::from_utf8_lossy(&log().lock().expect("a lock")).into_owned()));
    let hits = |(place, text): &(String, String)| {
        let found = found_in(text.as_bytes(), &gone.words());
        found.into_iter().map(|word| (place.clone(), word)).collect::<Vec<_>>()
    };
    told.iter().flat_map(hits).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_canaries_are_nowhere_once_their_shopper_is_erased() {
    let _ = log();
    let server = plan().start().await;
    let (folder, data) = (server.folder.path().to_owned(), server.config.folders.data.clone());
    let (mut bob, mut eve) =
        (Agent::of(&server, "bob", Role::Agent).await, Agent::of(&server, "eve", Role::Admin).await);
    bob.is(&server, "busy").await;
    let (mut gone, mut stays) = (Talk::begin(&server).await, Talk::begin(&server).await);
    for talk in [&mut gone, &mut stays] {
        talk.with_the_assistant().await;
        talk.with_a_person(&mut bob).await;
        talk.once_more().await;
    }
    eve.watches(gone.id.as_str()).await;
    eve.reads("contact").await;
    let words = gone.words();
    assert_eq!(words.len(), 20);
    let before = on_disk(&data, &words);
    for (place, word) in &gone.words {
        assert!(before.iter().any(|(_, found)| found == word), "{place} was never there");
    }
    let episodes = server.desk.store().episodes_of(&gone.id).await.expect("episodes");
    let (kept, others) = (server.log_of(&stays.shopper).await, on_disk(&data, &stays.words()).len());

    let token = gone.shopper.client.token().to_owned();
    let mut elsewhere = Shopper::enter(Door::to(&server.address).with_token(&token)).await;
    let acked = gone.shopper.acts(json!({ "act": "erase" })).await;
    assert_eq!((&acked["type"], &acked["duplicate"]), (&json!("ack"), &json!(false)), "{acked}");
    assert_eq!(on_disk(&data, &words), [], "with the ack they are gone");
    is_closed_with(&mut gone.shopper, 4506).await;
    let told = is_closed_with(&mut elsewhere, 4506).await;
    assert!(found_in(told.last().expect("a frame").to_string().as_bytes(), &words).is_empty());
    for log in ["chat", "staff"] {
        eve.frame(|frame| frame["type"] == "reset" && frame["log"] == log && frame["conversation"] == json!(gone.id))
            .await;
    }
    let refused = Client::enter(&Door::to(&server.address).with_token(&token)).await.err().expect("refused");
    assert!(refused.to_string().contains("4506"), "{refused}");

    assert_eq!(shown(&server, &mut eve.browser.clone(), &mut eve, &gone).await, []);
    assert_eq!(server.desk.store().episodes_of(&gone.id).await.expect("episodes"), episodes, "the numbers stay");
    assert_eq!(server.log_of(&stays.shopper).await, kept, "others' words stay");
    let made = frontdesk(&folder, &["backup", "desk.backup", "--data", data.to_str().expect("a name")]).await;
    assert_eq!(made.code, Some(0), "{}", made.errors);
    assert_eq!(on_disk(&folder, &words), [], "not in a backup either");
    let verified = frontdesk(&folder, &["verify", "--data", data.to_str().expect("a name")]).await;
    assert_eq!(verified.code, Some(0), "{}", verified.out);
    drop((bob, eve, stays.shopper));
    let words_of_others: Vec<String> = stays.words.iter().map(|(_, word)| word.clone()).collect();
    let plan = server.stop().await;
    assert_eq!(on_disk(&folder, &words), [], "and not after the end");
    assert!(on_disk(&data, &words_of_others).len() >= others / 2);
    let server = plan.start().await;
    assert!(Client::enter(&Door::to(&server.address).with_token(&token)).await.is_err(), "nor does it come back");
    assert_eq!(on_disk(&data, &words), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_on_its_way_brings_nothing_back() {
    let mut plan = plan();
    // The clock stands still, so the look-up's answer is held until it is moved.
    plan.config.orders.answer_after_ms = 1_000;
    let server = plan.start().await;
    let mut shopper = server.shopper().await;
    let id = conversation(&shopper);
    let (order, email) = (canary("zo"), canary("zq"));
    shopper.says(&format!("where is my order {order}")).await;
    shopper.hears("And the address").await;
    shopper.says(&format!("{email}@example.com")).await;
    let state = server.desk.conversation(&id).await.expect("the store").expect("the conversation");
    assert_eq!(state.pending.len(), 1, "the reply is being worked out");
    shopper.acts(json!({ "act": "erase" })).await;
    is_closed_with(&mut shopper, 4506).await;
    let head = server.desk.conversation(&id).await.expect("the store").expect("the conversation").head;
    // A server that stops waits for its turns, and this one has time to come to its end.
    let mover = server.keep_moving();
    let server = server.stop().await.start().await;
    mover.abort();
    let state = server.desk.conversation(&id).await.expect("the store").expect("the conversation");
    assert_eq!((state.head, state.pending.len(), state.dialogue.slots.len()), (head, 0, 0));
    assert_eq!(on_disk(&server.config.folders.data, &[order, email]), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_twice_at_once_it_is_done_once() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    let id = conversation(&shopper);
    shopper.says("when are you open").await;
    shopper.hears("around the clock").await;
    for client_id in ["one", "two", "one"] {
        shopper.client.act(client_id, json!({ "act": "erase" })).await.expect("a socket");
    }
    shopper.client.say("three", "and one more word").await.expect("a socket");
    let frames = is_closed_with(&mut shopper, 4506).await;
    assert_eq!(frames.iter().find(|frame| frame["type"] != "event").expect("an answer")["type"], "ack");
    let events = server.desk.store().events(&id, 1, 100, 100).await.expect("events");
    let redacted = events.iter().filter(|event| event.kind.name() == "redacted");
    assert_eq!(redacted.count(), 1, "{events:?}");
    assert!(!format!("{events:?}").contains("one more word"));
}
