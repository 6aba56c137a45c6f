//! The numbers over real sockets: they sum, and each leads to the conversation that proves it.

use std::collections::BTreeMap;
use std::time::Duration;

use frontdesk::cli::client::Door;
use frontdesk::domain::{Author, ConversationId, CountsAs, Event, EventKind, Phase, Role};
use serde_json::{Value, json};

use crate::agent::Agent;
use crate::browser::{Browser, PASSWORD};
use crate::support::{Server, Shopper, eventually};

const HOUR: u64 = 3600;

fn hours(hours: u64) -> Duration {
    Duration::from_secs(HOUR * hours)
}

const OUTCOMES: [&str; 6] =
    ["open", "handed_over", "abandoned", "answered_confirmed", "answered_assumed", "not_a_request"];

// One who asks what has an answer.
async fn answered(server: &Server) -> (Shopper, Value) {
    let mut shopper = server.shopper().await;
    shopper.says("when are you open").await;
    let answer = shopper.hears("around the clock").await;
    (shopper, answer)
}

async fn ends(mut shopper: Shopper) -> String {
    shopper.acts(json!({ "act": "end" })).await;
    shopper.sees_phase("closed").await;
    shopper.client.token().to_owned()
}

async fn comes_back(server: &Server, token: &str) -> Shopper {
    Shopper::enter(Door::to(&server.address).with_token(token)).await
}

// One who waits for a person, is helped by `ann` and rates it.
async fn is_helped(server: &Server, ann: &mut Agent) {
    let (mut shopper, answer) = answered(server).await;
    let message = answer["event"]["message"].as_str().expect("a message");
    let chat = message.split('.').next().expect("a conversation").to_owned();
    shopper.acts(json!({ "act": "human" })).await;
    shopper.sees_phase("waiting").await;
    server.clock.advance(Duration::from_secs(5));
    assert_eq!(ann.claims(&chat).await["type"], "ack");
    server.clock.advance(Duration::from_secs(2));
    ann.says(&chat, "hello there").await;
    shopper.hears("hello there").await;
    ann.acts(&chat, json!({ "act": "resolve" })).await;
    shopper.sees_phase("closed").await;
    shopper.acts(json!({ "act": "rate", "score": 4 })).await;
}

// One of each outcome, and one more that was answered; the tokens of the two answered ones.
async fn a_morning(server: &Server) -> (String, String) {
    let mut ann = Agent::of(server, "ann", Role::Agent).await;
    ann.is(server, "busy").await;
    is_helped(server, &mut ann).await;
    drop(ann);
    let (mut thankful, answer) = answered(server).await;
    thankful.acts(json!({ "act": "helped", "of": answer["event"]["message"], "yes": true })).await;
    ends(thankful).await;
    let (mut pleased, _) = answered(server).await;
    pleased.acts(json!({ "act": "rate", "score": 5, "comment": "quick" })).await;
    ends(pleased).await;
    let mut greeter = server.shopper().await;
    greeter.says("hello").await;
    greeter.hears("How can I help").await;
    greeter.acts(json!({ "act": "rate", "score": 5 })).await;
    ends(greeter).await;
    let mut lost = server.shopper().await;
    lost.says("zyxwv qqqq").await;
    lost.hears("").await;
    ends(lost).await;
    (ends(answered(server).await.0).await, ends(answered(server).await.0).await)
}

async fn report(admin: &mut Browser, query: &str) -> Value {
    let reply = admin.get(&format!("/api/reports/outcomes{query}")).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.body
}

// The sums hold, every conversation listed has its proof, and a list read in small pages is the whole list.
async fn check(server: &Server, admin: &mut Browser, expected: [u64; 6]) -> Value {
    let whole = report(admin, "").await;
    let counts = OUTCOMES.map(|name| whole["outcomes"][name].as_u64().expect("a count"));
    let days = whole["days"].as_array().expect("days");
    let by_day = |name: &str| days.iter().map(|day| day["outcomes"][name].as_u64().expect("a count")).sum::<u64>();
    assert_eq!(OUTCOMES.map(by_day), counts, "the days add up");
    assert_eq!((&days[0]["from"], &days[days.len() - 1]["to"]), (&whole["from"], &whole["to"]));
    assert!(whole["provisional_until"].is_string() || whole["provisional"] == 0, "{whole:#}");
    assert_eq!(counts, expected, "{whole}");
    assert_eq!(whole["total"], counts.iter().sum::<u64>());
    let (from, to) = (whole["from"].as_str().expect("a time"), whole["to"].as_str().expect("a time"));
    for (name, count) in OUTCOMES.into_iter().zip(counts) {
        let list = format!("?from={from}&to={to}&outcome={name}");
        let rows = report(admin, &list).await["rows"].as_array().expect("rows").clone();
        assert_eq!(rows.len() as u64, count, "{name}");
        assert_eq!(whole["conversations"][name]["rows"], json!(rows), "{name}");
        let (mut paged, mut after) = (Vec::new(), String::new());
        for _ in 0..rows.len() {
            let page = report(admin, &format!("{list}&limit=1{after}")).await;
            paged.extend(page["rows"].as_array().expect("rows").clone());
            after = page["next"].as_str().map_or_else(|| "&after=".to_owned(), |next| format!("&after={next}"));
        }
        assert_eq!((&paged, rows.is_empty() || after == "&after="), (&rows, true), "{name}");
        for row in rows {
            assert_eq!(row["outcome"], name);
            check_proof(server, &row).await;
        }
    }
    let verdict = server.desk.store().verify(|_, _| ()).await.expect("a verdict");
    assert_eq!(verdict.fault_count, 0, "{:?}", verdict.faults);
    whole
}

async fn check_proof(server: &Server, row: &Value) {
    let conversation = ConversationId::from(row["conversation"].as_str().expect("a conversation"));
    let seq = row["proof"]["seq"].as_u64().expect("a number");
    let event = server.desk.event(&conversation, seq).await.expect("a log").expect("the event");
    assert_eq!(row["proof"]["at"], event.at.to_rfc3339());
    let facts = &server.desk.store().episodes_of(&conversation).await.expect("rows");
    let facts = &facts[usize::try_from(row["episode"].as_u64().expect("a number")).expect("small") - 1];
    let reason = row["reason"].as_str();
    assert!(proves(&event, row["outcome"].as_str().expect("a name"), reason, facts.first), "{row} by {event:?}");
}

fn proves(event: &Event, outcome: &str, reason: Option<&str>, first: u64) -> bool {
    let said_by_bot = |test: fn(Option<CountsAs>) -> bool| matches!(&event.kind, EventKind::Said { by: Author::Bot, body, .. } if test(body.counts_as));
    match (outcome, reason) {
        ("open" | "not_a_request", None) => event.seq == first,
        ("handed_over", None) => {
            matches!(event.kind, EventKind::Phase { phase: Phase::Waiting | Phase::WithAgent, .. })
        }
        ("abandoned", None) => said_by_bot(|counts| counts.is_some_and(|counts| counts != CountsAs::Answer)),
        ("abandoned", Some("returned")) => said_by_bot(|counts| counts.is_some()),
        ("answered_confirmed", None) => {
            matches!(event.kind, EventKind::Helped { yes: true, .. } | EventKind::Rated { score: 4 | 5, .. })
        }
        ("answered_assumed", None) => said_by_bot(|counts| counts == Some(CountsAs::Answer)),
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_few_days_add_up_and_every_number_has_its_proof() {
    let server = Server::start().await;
    let (_, mut admin) = Browser::of(&server, "lea", Role::Lead).await;
    let (stays_away, returns) = a_morning(&server).await;
    let whole = check(&server, &mut admin, [0, 1, 1, 2, 2, 1]).await;
    assert_eq!((&whole["provisional"], &whole["returned"], &whole["rules"]), (&json!(2), &json!(0), &json!(1)));
    assert_eq!(whole["containment"], json!({ "share": 0.6667, "contained": 4, "requests": 6 }));
    let csat = &whole["csat"];
    assert_eq!((&csat["all"]["responses"], &csat["all"]["episodes"]), (&json!(3), &json!(7)));
    assert_eq!(csat["bot_only"]["by_score"], json!([0, 0, 0, 0, 2]));
    assert_eq!((&csat["human"]["mean"], &csat["human"]["rate"]), (&json!(4.0), &json!(1.0)));
    assert_eq!(
        whole["first_response_ms"]["human"],
        json!({ "count": 1, "p50": 7000, "p90": 7000, "p99": 7000, "max": 7000 })
    );
    assert_eq!(whole["first_response_ms"]["bot"]["count"], 7);
    assert_eq!((&whole["waits"]["count"], &whole["waits"]["mean_had_seconds"]), (&json!(1), &json!(5.0)));
    let fives = report(&mut admin, "?rated=5").await;
    assert_eq!(fives["rows"].as_array().map(Vec::len), Some(2));

    // Ten hours later one comes back with another request, and one says hello again.
    server.clock.advance(hours(10));
    let mut shopper = comes_back(&server, &returns).await;
    shopper.says("do you sell gift cards").await;
    shopper.hears("10 to 250 euros").await;
    let mut greeter = comes_back(&server, &stays_away).await;
    greeter.says("hello").await;
    greeter.hears("How can I help").await;
    let whole = check(&server, &mut admin, [2, 1, 2, 2, 1, 1]).await;
    assert_eq!((&whole["provisional"], &whole["returned"]), (&json!(1), &json!(1)));
    let returned = report(&mut admin, "?reason=returned").await;
    assert_eq!(returned["rows"].as_array().map(Vec::len), Some(1));
    ends(shopper).await;
    ends(greeter).await;
    later(&server, &mut admin).await;
}

async fn later(server: &Server, admin: &mut Browser) {
    server.clock.advance(hours(62));
    assert_eq!(admin.logs_in("lea", PASSWORD).await.status, 200);
    let (open, _) = answered(server).await;
    let whole = check(server, admin, [1, 1, 2, 2, 2, 2]).await;
    assert_eq!(whole["provisional"], 1, "72 hours have passed for the one who never asked again");
    drop(open);
    server.clock.advance(hours(1));
    eventually("the idle end", || async {
        server.clock.advance(Duration::from_secs(21));
        let open = server.desk.store().idle_since(server.clock.now(), 10).await;
        open.is_ok_and(|open| open.is_empty())
    })
    .await;
    server.clock.advance(hours(11));
    assert_eq!(admin.logs_in("lea", PASSWORD).await.status, 200);
    let whole = check(server, admin, [0, 1, 2, 2, 3, 2]).await;
    assert_eq!(whole["provisional"], 1, "only the last one's time still runs");
    // Each episode belongs to the period it began in: two halves make the whole.
    let (from, to) = (whole["from"].as_str().expect("a time"), whole["to"].as_str().expect("a time"));
    let middle = "2026-11-23T00:00:00Z";
    let mut sum = BTreeMap::new();
    for half in [format!("?from={from}&to={middle}"), format!("?from={middle}&to={to}")] {
        let half = report(admin, &half).await;
        for name in OUTCOMES {
            *sum.entry(name).or_insert(0) += half["outcomes"][name].as_u64().expect("a count");
        }
    }
    assert_eq!(json!(sum), whole["outcomes"]);
    let none = report(admin, "?from=2026-01-01&to=2026-02-01").await;
    assert_eq!((&none["total"], &none["containment"]["share"]), (&json!(0), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_reported_is_refused_in_words() {
    let server = Server::start().await;
    let (_, mut admin) = Browser::of(&server, "ann", Role::Admin).await;
    for (query, words) in [
        ("from=yesterday", "`from` is a day in UTC such as 2026-11-22"),
        ("to=2026-11-31", "`to` is a day in UTC"),
        ("from=2026-11-20T10:00:00+01:00", "write a `+` in it as `%2B`"),
        ("from=2026-11-22&to=2026-11-21", "`from` has to be before `to`"),
        ("from=2025-01-01&to=2026-11-21", "a report is about 400 days at most"),
        ("outcome=answered", "`outcome` is one of open, handed_over, abandoned, answered_confirmed"),
        ("reason=bored", "`reason` is one of returned, unanswered"),
        ("rated=6", "`rated` is a number from 1 to 5"),
        ("outcome=open&limit=0", "`limit` is a number from 1 to 500"),
        ("outcome=open&limit=many", "`limit` is a number from 1 to 500"),
        ("outcome=open&after=here", "`after` is what stood in `next` of the page before"),
        ("provisional=yes", "`provisional` is `false` or `true`"),
        ("by=nobody", "`by` is `bot` or `human`"),
        ("zone=Mars/Olympus", "`zone` is a time zone such as Europe/Berlin"),
        ("limit=5", "say which with `outcome`, `reason`, `rated`, `provisional` or `by`"),
        ("form=2026-11-20", "form"),
        ("from=2026-11-20&from=2026-11-21", "from"),
    ] {
        let reply = admin.get(&format!("/api/reports/outcomes?{query}")).await;
        assert_eq!((reply.status, reply.words().contains(words)), (400, true), "{query}: {reply:?}");
    }
    assert_eq!(admin.get("/api/reports/outcomes?from=2026-11-20T10:00:00%2B01:00").await.status, 200);
    assert_eq!(admin.post("/api/reports/outcomes", &json!({})).await.status, 405);
}

// The value of a line; other tests of this process count on the same lines.
fn metric(text: &str, line: &str) -> f64 {
    let value = text.lines().find_map(|found| found.strip_prefix(line)?.strip_prefix(' '));
    value.map_or(0.0, |value| value.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metrics_count_episodes_ratings_and_first_responses() {
    let server = Server::start().await;
    let lines = [
        "frontdesk_episodes_total{outcome=\"answered_confirmed\"}",
        "frontdesk_ratings_total{by=\"bot\",score=\"5\"}",
        "frontdesk_first_response_seconds_count{by=\"bot\"}",
        // By its own buckets, and not by those of a turn.
        "frontdesk_first_response_seconds_bucket{by=\"bot\",le=\"86400\"}",
    ];
    let before = server.get("/metrics").await.1;
    let (mut shopper, _) = answered(&server).await;
    shopper.acts(json!({ "act": "rate", "score": 5 })).await;
    ends(shopper).await;
    eventually("the count", || async {
        let now = server.get("/metrics").await.1;
        lines.iter().all(|line| metric(&now, line) >= metric(&before, line) + 1.0)
    })
    .await;
    let text = server.get("/metrics").await.1;
    for gauge in ["frontdesk_queue_waiting", "frontdesk_queue_oldest_seconds", "frontdesk_agents_present"] {
        assert!(text.lines().any(|line| line.starts_with(&format!("{gauge} "))), "{gauge} is not there");
    }
}
