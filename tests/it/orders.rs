//! Orders out of a file and out of the shop's own system: what is told to whom, how often, and when.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use frontdesk::desk::{Guard, OrdersConfig};
use frontdesk::domain::{Chance, Clock};
use frontdesk::outbound;
use frontdesk::shop::{Action, ActionFile, ActionResult, Actions, Call, Caller, Catalog, Orders, Reveal, Shop, Source};
use frontdesk::store::{self, Faults, Setup, Store, Writer};
use futures_util::future::join_all;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::stub::{Manner, Stub};
use crate::support::{Folder, START};

const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn call(action: &str, number: &str, email: &str) -> Call {
    let input = [("order_number", number), ("email", email)];
    Call {
        action: action.to_owned(),
        conversation: "conversation".into(),
        idempotency_key: format!("reply.7.{action}"),
        input: input.map(|(slot, value)| (slot.to_owned(), value.to_owned())).into(),
        verified_email: None,
        at_most: Duration::from_millis(4_500),
    }
}

fn hook(url: &str, timeout_ms: u64) -> Action {
    let file: ActionFile = serde_json::from_value(json!({
        "kind": "webhook", "url": url, "secret": SECRET, "timeout_ms": timeout_ms,
        "allow_fields": ["status", "carrier"],
    }))
    .expect("an action");
    let Ok(Source::Webhook(endpoint)) = file.source() else { panic!("not a webhook") };
    Action::Webhook(endpoint)
}

fn caller(private_hosts: &[&str], clock: &Clock) -> Caller {
    let private_hosts = private_hosts.iter().map(|host| (*host).to_owned()).collect();
    Caller::new(&outbound::Config { private_hosts }, clock.clone()).expect("a caller")
}

fn shop_that_asks(url: &str, timeout_ms: u64, clock: &Clock) -> Shop {
    let actions: Actions = [("lookup_order".to_owned(), hook(url, timeout_ms))].into();
    Shop::new(Arc::new(actions), caller(&["127.0.0.1"], clock))
}

fn found() -> Value {
    json!({ "outcome": "found", "data": {
        "email": "ann@example.com", "postcode": "10115", "status": "shipped", "carrier": "DHL", "card": "4111111111111111",
    } })
}

#[test]
fn the_files_of_the_manual_are_read() {
    let manual = include_str!("../../docs/connect-orders.md");
    let files: Vec<&str> = manual.split("```csv\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let [orders, catalog] = files.as_slice() else { panic!("two files") };
    assert_eq!(Orders::read_csv(orders).expect("orders").len(), 2);
    assert_eq!(Catalog::read_csv(catalog).expect("a catalogue").find("mug-O10").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shops_system_is_asked_with_a_signature_and_told_from_only_what_is_allowed() {
    let (stub, clock) = (Stub::start(Manner::Answers(found())).await, Clock::by_hand(START));
    let shop = shop_that_asks(&stub.url, 3_000, &clock);
    let result = shop.run(call("lookup_order", "10042", "Ann@Example.com")).await;
    assert_eq!(result.outcome, "found");
    let shown = [("carrier", "DHL"), ("status", "shipped")];
    assert_eq!(result.data, shown.map(|(name, value)| (name.to_owned(), Value::from(value))).into());
    let other = shop.run(call("lookup_order", "10042", "bob@example.com")).await;
    assert_eq!(other, ActionResult::new("mismatch", BTreeMap::new()));

    let request = stub.requests().remove(0);
    let asked: Value = serde_json::from_slice(&request.body).expect("JSON");
    let expected = json!({
        "action": "lookup_order", "conversation": "conversation", "idempotency_key": "reply-7-lookup_order",
        "input": { "order_number": "10042", "email": "Ann@Example.com" }, "visitor": { "verified": false },
    });
    assert_eq!(asked, expected);
    let (id, seconds) = (&request.headers["webhook-id"], &request.headers["webhook-timestamp"]);
    assert_eq!((id.as_str(), seconds.as_str()), ("reply-7-lookup_order", "1795355387"));
    let mut mac = Hmac::<Sha256>::new_from_slice(&(0..32).collect::<Vec<u8>>()).expect("a key");
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(&request.body);
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(request.headers["webhook-signature"], signature);
    assert_eq!(request.headers["content-type"], "application/json");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_system_is_an_error_within_its_time() {
    let elsewhere = Stub::start(Manner::Answers(found())).await;
    let wrong = |data: Value| Manner::Answers(json!({ "outcome": "found", "data": data }));
    let faults = [
        Manner::Silent,
        Manner::Status(500),
        Manner::Status(201),
        Manner::Resets,
        Manner::Babbles,
        Manner::Trickles,
        Manner::EndlessHead,
        Manner::EndlessBody,
        Manner::StopsHalfway,
        Manner::Redirects(elsewhere.url.clone()),
        Manner::Redirects("http://169.254.169.254/latest/meta-data".into()),
        Manner::Large(64 * 1024),
        Manner::Answers(json!("found")),
        Manner::Answers(json!({ "outcome": "found" })),
        wrong(json!({ "email": ["ann@example.com"] })),
        wrong(json!({ "email": "ann@example.com", "status": { "code": 1 } })),
        wrong(json!({ "email": "ann@example.com", "status": "x".repeat(2_049) })),
    ];
    let clock = Clock::by_hand(START);
    for fault in faults {
        let stub = Stub::start(fault.clone()).await;
        let shop = shop_that_asks(&stub.url, 500, &clock);
        let answer = shop.run(call("lookup_order", "10042", "ann@example.com"));
        // Ten times its time, because the machine may be busy; what never ends would still be seen.
        let result = tokio::time::timeout(Duration::from_secs(5), answer).await;
        assert_eq!(result.unwrap_or_else(|_| panic!("no end: {fault:?}")), ActionResult::error(), "{fault:?}");
        assert_eq!(stub.connections(), 1, "{fault:?}");
    }
    assert_eq!(elsewhere.connections(), 0, "no redirect is followed");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_are_nobodys_business_are_not_called() {
    let (stub, clock) = (Stub::start(Manner::Answers(found())).await, Clock::by_hand(START));
    let actions: Actions = [("lookup_order".to_owned(), hook(&stub.url, 500))].into();
    let shop = Shop::new(Arc::new(actions), caller(&["other.internal"], &clock));
    assert_eq!(shop.run(call("lookup_order", "10042", "ann@example.com")).await, ActionResult::error());
    assert_eq!(stub.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_keeps_failing_is_left_alone_for_ten_seconds() {
    let (stub, clock) = (Stub::start(Manner::Status(503)).await, Clock::by_hand(START));
    let shop = shop_that_asks(&stub.url, 3_000, &clock);
    for _ in 0..8 {
        assert_eq!(shop.run(call("lookup_order", "10042", "ann@example.com")).await.outcome, "error");
    }
    assert_eq!(stub.requests().len(), 5);
    stub.becomes(Manner::Answers(found()));
    assert_eq!(shop.run(call("lookup_order", "10042", "ann@example.com")).await.outcome, "error");
    clock.advance(Duration::from_secs(10));
    for _ in 0..3 {
        assert_eq!(shop.run(call("lookup_order", "10042", "ann@example.com")).await.outcome, "found");
    }
    assert_eq!(stub.requests().len(), 8);
}

/// A desk's part that looks up: a store of its own, a file of 100 orders, and limits.
struct Counter {
    store: Store,
    clock: Clock,
    shop: Shop,
    config: OrdersConfig,
    _writer: Writer,
    _folder: Folder,
}

impl Counter {
    async fn open(clock: Clock, limits: [u32; 3], answer_after_ms: u64) -> Self {
        let folder = Folder::new();
        let setup = Setup {
            data: folder.path().join("data"),
            config: store::Config { batch: 8, readers: 1 },
            idle: Box::new(|| Duration::from_secs(1_800)),
            clock: clock.clone(),
            chance: Chance::seeded(3),
            faults: Faults::none(),
            committed: Box::new(|_| ()),
        };
        let (store, writer) = Store::open(setup).await.expect("a store");
        let rows = (0..100).map(|n| format!("{},p{n}@example.com,{:05},secret-{n}\n", 10_000 + 2 * n, 20_000 + n));
        let file = format!("order_number,email,postcode,status\n{}", rows.collect::<String>());
        let orders = Orders::read_csv(&file).expect("orders");
        let reveal = Reveal {
            only_if: [frontdesk::shop::Proof::EmailMatches].into(),
            allow_fields: ["status", "email", "postcode"].map(String::from).into(),
        };
        let actions: Actions = [("lookup_order".to_owned(), Action::Orders { orders, reveal })].into();
        let shop = Shop::new(Arc::new(actions), caller(&[], &clock));
        let [conversation, network, order] = limits;
        let config = OrdersConfig {
            failures_per_conversation_hour: conversation,
            failures_per_network_hour: network,
            failures_per_order_day: order,
            answer_after_ms,
        };
        Self { store, clock, shop, config, _writer: writer, _folder: folder }
    }

    /// A guess: in which conversation, from which network, which order, whose address.
    async fn guess(&self, id: usize, conversation: usize, network: usize, number: usize, email: &str) -> ActionResult {
        let mut call = call("lookup_order", &number.to_string(), email);
        call.conversation = format!("c{conversation}");
        call.idempotency_key = format!("c{conversation}.{id}.0");
        let network = IpAddr::from(u32::try_from(network).expect("small").to_be_bytes());
        let guard = Guard { store: &self.store, clock: &self.clock, shop: &self.shop, config: &self.config };
        guard.run(call, Some(network)).await
    }
}

/// A customer's address, but not that of the order that guess `id` is about.
fn anothers(id: usize) -> String {
    format!("p{}@example.com", (id % 200 / 2 + 1 + id % 98) % 100)
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_guesses_with_the_limits_on_disclose_nothing() {
    let desk = Counter::open(Clock::by_hand(START), [5, 30, 20], 0).await;
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for id in 0..10_000 {
        // A hundred conversations from fifty networks, every other number taken, each with another customer's address.
        let result = desk.guess(id, id % 100, id % 50, 10_000 + id % 200, &anothers(id)).await;
        assert!(result.data.is_empty(), "{id}: {result:?}");
        *outcomes.entry(result.outcome).or_default() += 1;
    }
    // Each conversation has its five, and no more.
    let asked = outcomes.get("mismatch").unwrap_or(&0) + outcomes.get("not_found").unwrap_or(&0);
    assert_eq!((asked, outcomes.get("limited")), (500, Some(&9_500)), "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_guesses_with_the_limits_lifted_disclose_nothing() {
    let desk = Counter::open(Clock::by_hand(START), [0, 0, 0], 0).await;
    let mut shapes: BTreeSet<String> = BTreeSet::new();
    for id in 0..10_000 {
        let guess = if id % 3 == 0 { String::new() } else { anothers(id) };
        let result = desk.guess(id, 1, 1, 10_000 + id % 200, &guess).await;
        let shown = format!("{:?}", ActionResult { outcome: String::new(), ..result.clone() });
        assert!(["not_found", "mismatch"].contains(&result.outcome.as_str()));
        shapes.insert(shown);
    }
    assert_eq!(shapes.len(), 1, "but for the outcome's name every answer is the same: {shapes:?}");
    let own = desk.guess(0, 1, 1, 10_004, "p2@example.com").await;
    assert_eq!((own.outcome.as_str(), &own.data["status"]), ("found", &json!("secret-2")));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_limit_holds_by_itself_and_for_its_time() {
    let clock = Clock::by_hand(START);
    let desk = Counter::open(clock.clone(), [5, 30, 20], 0).await;
    let (wrong, right) = ("bob@example.com", "p2@example.com");
    for id in 0..5 {
        assert_eq!(desk.guess(id, 1, 1, 10_004, wrong).await.outcome, "mismatch");
    }
    // Whether it exists, or is even right: beyond the limit nothing is asked.
    for (number, email) in [(10_004, wrong), (10_005, wrong), (10_004, right)] {
        assert_eq!(desk.guess(6, 1, 1, number, email).await, ActionResult::limited());
    }
    clock.advance(Duration::from_secs(3_600));
    assert_eq!(desk.guess(7, 1, 1, 10_004, right).await.outcome, "found");
    // Fourteen more conversations and networks, and the order has had its twenty of the day.
    for id in 10..25 {
        assert_eq!(desk.guess(id, id, id, 10_004, wrong).await.outcome, "mismatch");
    }
    assert_eq!(desk.guess(30, 30, 30, 10_004, right).await.outcome, "limited");
    assert_eq!(desk.guess(31, 31, 31, 10_006, "p3@example.com").await.outcome, "found");
    clock.advance(Duration::from_secs(23 * 3_600));
    assert_eq!(desk.guess(32, 32, 32, 10_004, right).await.outcome, "found", "five of them are a day old");
    // A network has thirty in an hour, over as many conversations and orders as it likes.
    for id in 100..130 {
        let expected = if id % 2 == 0 { "mismatch" } else { "not_found" };
        assert_eq!(desk.guess(id, id, 99, 10_000 + id, "x@example.com").await.outcome, expected);
    }
    assert_eq!(desk.guess(131, 131, 99, 10_008, "p4@example.com").await.outcome, "limited");
    assert_eq!(desk.guess(132, 131, 98, 10_008, "p4@example.com").await.outcome, "found");
}

#[tokio::test(flavor = "multi_thread")]
async fn right_answers_and_repeated_turns_do_not_count() {
    let desk = Counter::open(Clock::by_hand(START), [5, 30, 20], 0).await;
    for id in 0..40 {
        assert_eq!(desk.guess(id, 1, 1, 10_004, "p2@example.com").await.outcome, "found");
    }
    // The same turn again, as after a crash.
    for _ in 0..40 {
        assert_eq!(desk.guess(41, 1, 1, 10_004, "x@example.com").await.outcome, "mismatch");
    }
    let guesses = (50..100).map(|id| desk.guess(id, 1, 1, 10_004, "x@example.com"));
    let passed = join_all(guesses).await.into_iter().filter(|result| result.outcome == "mismatch").count();
    assert_eq!(passed, 4, "of fifty at the same time no more than one after the other");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_answers_before_the_beat() {
    let desk = Counter::open(Clock::system(), [5, 30, 20], 200).await;
    let mut outcomes = Vec::new();
    for (id, number, email) in [
        (0, 10_004, "p2@example.com"),
        (1, 10_004, "x@example.com"),
        (2, 10_005, "x@example.com"),
        (3, 10_005, "x@example.com"),
        (4, 10_005, "x@example.com"),
        (5, 10_005, "x@example.com"),
        (6, 10_005, "x@example.com"),
    ] {
        let began = desk.clock.now();
        outcomes.push(desk.guess(id, 1, 1, number, email).await.outcome);
        assert!(desk.clock.now().since(began) >= Duration::from_millis(200), "{outcomes:?}");
    }
    assert_eq!(outcomes, ["found", "mismatch", "not_found", "not_found", "not_found", "not_found", "limited"]);
}
