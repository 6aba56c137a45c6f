//! What is kept of conversations and for how long: what gets old, what is handed out, and what is left between the rows.

use std::time::Duration;

use frontdesk::cli::client::Door;
use frontdesk::domain::{
    AgentAct, AgentId, Body, Chance, Clock, Command, ConversationId, DialogueState, HandoffOrder, Reason, ReplyDraft,
    Right, Role, TurnResult, VisitorId, may,
};
use frontdesk::store::{self, Faults, Order, Setup, Store, StoreError};
use futures_util::future::join_all;
use serde_json::{Value, json};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use tokio_util::task::TaskTracker;

use crate::agent::Agent;
use crate::browser::{Browser, hire};
use crate::ops::frontdesk;
use crate::privacy::{canary, conversation, on_disk};
use crate::support::{Folder, Plan, START, Server, Shopper, eventually};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

// Says one thing and ends it.
async fn said_and_done(server: &Server, words: &str) -> Shopper {
    let mut shopper = server.shopper().await;
    shopper.says(words).await;
    shopper.hears("").await;
    shopper.acts(json!({ "act": "end" })).await;
    shopper.sees_phase("closed").await;
    shopper
}

async fn is_emptied(server: &Server, id: &ConversationId) -> bool {
    server.desk.conversation(id).await.expect("the store").expect("the conversation").emptied > 0
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_is_emptied_and_the_shopper_may_come_back() {
    let server = Server::start().await;
    let words: Vec<String> = (0..4).map(|_| canary("zq")).collect();
    let old = said_and_done(&server, &words[0]).await;
    // Nobody ever came: it gets old like any other.
    let mut unheard = server.shopper().await;
    unheard.acts(json!({ "act": "human" })).await;
    unheard.says(&words[1]).await;
    server.clock.advance(200 * DAY);
    let young = said_and_done(&server, &words[2]).await;
    let episodes = server.desk.store().episodes_of(&conversation(&old)).await.expect("episodes");
    server.clock.advance(165 * DAY + Duration::from_secs(2 * 60 * 60));
    for shopper in [&old, &unheard] {
        eventually("emptying", || async { is_emptied(&server, &conversation(shopper)).await }).await;
    }
    assert!(!is_emptied(&server, &conversation(&young)).await);
    // The log's file is cut off after the commit that empties, so that no page of it is left.
    let left = || on_disk(&server.config.folders.data, &words);
    eventually("the rest of the words to be gone", || async { left().iter().all(|(_, word)| *word == words[2]) }).await;
    assert!(!left().is_empty());
    assert_eq!(server.desk.store().episodes_of(&conversation(&old)).await.expect("episodes"), episodes);

    let door = Door::to(&server.address).with_token(old.client.token());
    let epoch = old.client.welcome["epoch"].as_str().expect("an epoch").to_owned();
    let mut back = Shopper::enter(door.clone().resuming(&epoch, 1, "2020-01-01T00:00:00.000Z")).await;
    assert_ne!(back.client.welcome["epoch"], epoch);
    let reset = back.frame(|frame| frame["type"] == "reset").await;
    let ack = back.says(&words[3]).await;
    assert_eq!(ack["seq"].as_u64(), reset["head"].as_u64().map(|head| head + 2), "in a new episode: {ack}");
    // It gets old again, and is emptied again.
    back.hears("").await;
    back.acts(json!({ "act": "end" })).await;
    server.clock.advance(366 * DAY);
    eventually("emptying", || async { on_disk(&server.config.folders.data, &words).is_empty() }).await;
    let data = server.config.folders.data.to_str().expect("a name");
    let verified = frontdesk(server.folder.path(), &["verify", "--data", data]).await;
    assert_eq!(verified.code, Some(0), "{}", verified.out);
    // Emptied by age is not erased for good; that can be had besides.
    let mut back = Shopper::enter(door.clone()).await;
    let erased = back.acts(json!({ "act": "erase" })).await;
    assert_eq!(erased["type"], "ack", "{erased}");
    assert!(back.reads_to_the_end().await.1.contains("4506"));
    assert!(frontdesk::cli::client::Client::enter(&door).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_get_old_together_and_none_where_all_is_kept_for_ever() {
    let mut plan = Plan::new();
    plan.config.privacy.retention_days = 0;
    let server = plan.start().await;
    let mut ids = Vec::new();
    // More than two pages of the timer.
    for n in 0..70 {
        ids.push(conversation(&said_and_done(&server, &format!("hello {n}")).await));
    }
    server.clock.advance(4_000 * DAY);
    tokio::task::yield_now().await;
    let mut plan = server.stop().await;
    plan.config.privacy.retention_days = 3_000;
    let server = plan.start().await;
    for id in &ids {
        eventually("emptying", || async { is_emptied(&server, id).await }).await;
        let state = server.desk.conversation(id).await.expect("the store").expect("the conversation");
        assert_eq!(state.erasures, 1, "not before, and once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_is_open_is_told_what_got_old() {
    let server = Server::start().await;
    let mut shopper = said_and_done(&server, "hello").await;
    let expire = Command::Expire { before: server.clock.now().plus(DAY) };
    server.desk.store().transact(conversation(&shopper), expire, None).await.expect("emptied");
    let reset = shopper.frame(|frame| frame["type"] == "reset").await;
    assert!(reset["epoch"].as_str().is_some_and(|epoch| epoch.ends_with(".1")), "{reset}");
    let head = reset["head"].as_u64().expect("a head");
    shopper.sends(json!({ "type": "fetch", "id": "f", "from": 1, "to": head })).await;
    let batch = shopper.frame(|frame| frame["type"] == "batch").await;
    let events = batch["events"].as_array().expect("events");
    assert_eq!((events.len() as u64, &events[0]["event"]["body"]["text"]), (head, &json!("")));
    assert_eq!(shopper.says("when are you open").await["type"], "ack");
    shopper.hears("around the clock").await;
}

// The pieces of an export as one text.
async fn exported(shopper: &mut Shopper) -> Value {
    let ack = shopper.acts(json!({ "act": "export" })).await;
    let mut whole = String::new();
    for n in 1.. {
        let frame = shopper.frame(|frame| frame["type"] == "export").await;
        assert_eq!((&frame["re"], frame["part"].as_u64()), (&ack["re"], Some(n)));
        assert!(frame.to_string().len() <= 64 * 1024, "{} bytes", frame.to_string().len());
        whole.push_str(frame["data"].as_str().expect("a piece"));
        if frame["part"] == frame["parts"] {
            break;
        }
    }
    serde_json::from_str(&whole).expect("the pieces are one JSON text")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_everything_in_order_and_fits_into_frames() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.says("when are you open").await;
    let answer = shopper.hears("around the clock").await;
    shopper.presses(&answer, "That helped").await;
    shopper.acts(json!({ "act": "rate", "score": 5, "comment": "\"very\" good\u{1F9F6}" })).await;
    shopper.acts(json!({ "act": "human" })).await;
    for unit in ["\"", "\\", "\u{1F9F6}", "\u{1}", "\n", "ß", "word \u{202E}"] {
        let text: String = unit.chars().cycle().take(8_000).chain("end".chars().take(0)).collect();
        let text = if text.trim().is_empty() { format!("x{}", &text[1..]) } else { text };
        let ack = shopper.says(&text).await;
        assert_eq!(ack["type"], "ack", "{ack}");
    }
    // More than a page of the log.
    for n in 0..120 {
        shopper.says(&format!("message {n} {}", "\u{1F9F6}\"".repeat(n))).await;
    }
    shopper.acts(json!({ "act": "leave_contact", "email": "\"o'neil\"@example.com" })).await;
    let log = server.log_of(&shopper).await;
    let copy = exported(&mut shopper).await;
    let events = copy["events"].as_array().expect("events");
    let bare = |event: &Value| (event["seq"].clone(), event["at"].clone(), event["event"].clone());
    assert!(events.len() > 120 && events.iter().map(bare).eq(log.iter().map(bare)));
    assert_eq!(copy["contact"], "\"o'neil\"@example.com");
    assert_eq!(copy["conversation"], json!(conversation(&shopper)));
    assert_eq!(exported(&mut shopper).await, copy, "and again");
    let staff = server.desk.store().staff(&conversation(&shopper), 1, 1_000).await.expect("the staff log");
    assert_eq!(staff.iter().filter(|entry| entry.kind.name() == "exported").count(), 2, "both are on record");
    // A pause of a conversation is no reason to export nothing.
    let mut short = server.shopper().await;
    short.says("hello").await;
    short.hears("").await;
    assert_eq!(exported(&mut short).await["events"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_finds_exports_and_erases_a_shopper() {
    let server = Server::start().await;
    let (user, mut admin) = Browser::of(&server, "ann", Role::Admin).await;
    let mut bob = Agent::of(&server, "bob", Role::Agent).await;
    let first = said_and_done(&server, "hello").await;
    let mut shopper = server.shopper().await;
    let (id, word) = (conversation(&shopper), canary("zq"));
    shopper.says(&word).await;
    shopper.hears("").await;
    bob.claims(id.as_str()).await;
    bob.notes(id.as_str(), &format!("about {word}")).await;
    bob.acts(id.as_str(), json!({ "act": "label", "labels": ["vip"] })).await;

    let listed = admin.get("/api/conversations").await;
    let rows = listed.body["rows"].as_array().expect("rows").clone();
    let ids: Vec<&Value> = rows.iter().map(|row| &row["conversation"]).collect();
    assert_eq!(ids, [&json!(id), &json!(conversation(&first))], "the newest first");
    assert_eq!((&rows[0]["phase"], &rows[0]["labels"]), (&json!("with_agent"), &json!(["vip"])));
    assert_eq!((&rows[0]["agent"]["name"], &rows[0]["began"]), (&json!("bob"), &json!(START.to_rfc3339())));
    assert!(!listed.body.to_string().contains(&word), "no words");
    let older = admin.get(&format!("/api/conversations?limit=1&before={}", rows[0]["no"])).await;
    assert_eq!(older.body["rows"][0], rows[1]);
    for (phase, count) in [("with_agent", 1), ("closed", 1), ("bot", 0), ("waiting", 0)] {
        let rows = admin.get(&format!("/api/conversations?phase={phase}")).await.body["rows"].clone();
        assert_eq!(rows.as_array().map(Vec::len), Some(count), "{phase}");
    }
    assert_eq!(admin.get("/api/conversations?phase=lost").await.status, 400);

    let copy = admin.get(&format!("/api/conversations/{id}/export")).await;
    assert_eq!((copy.status, copy.header("content-type")), (200, Some("application/json")));
    assert_eq!(copy.body["events"].as_array().map(Vec::len), Some(server.log_of(&shopper).await.len()));
    let staff = copy.body["staff"].to_string();
    assert!(staff.contains(&format!("about {word}")) && staff.contains("exported"), "{staff}");

    let erased = admin.post(&format!("/api/conversations/{id}/erase"), &json!({})).await;
    assert_eq!(erased.status, 200, "{erased:?}");
    assert!(shopper.reads_to_the_end().await.1.contains("4506"));
    assert_eq!(on_disk(&server.config.folders.data, std::slice::from_ref(&word)), []);
    assert_eq!(admin.post(&format!("/api/conversations/{id}/erase"), &json!({})).await.status, 200, "twice is once");
    let copy = admin.get(&format!("/api/conversations/{id}/export")).await.body;
    assert!(copy["events"].as_array().is_some_and(|events| events.len() > 4) && !copy.to_string().contains(&word));
    let rows = admin.get("/api/audit").await.body["rows"].as_array().expect("rows").clone();
    let deeds = rows.iter().filter(|row| row["about"]["id"] == json!(id));
    let deeds: Vec<_> = deeds.map(|row| (row["what"].as_str().expect("a word"), &row["detail"])).collect();
    let nothing = &Value::Null;
    let expected = [("shopper_exported", nothing), ("shopper_erased", nothing), ("shopper_exported", nothing)];
    assert_eq!(deeds, expected, "the last first");
    assert!(rows.iter().all(|row| row["what"] != "shopper_erased" || row["who"]["id"] == json!(user.id)));
    for path in ["export", "erase"] {
        let method = if path == "erase" { "POST" } else { "GET" };
        assert_eq!(admin.asks(method, &format!("/api/conversations/no/{path}"), "").await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_erase_or_export_does_not() {
    let server = Server::start().await;
    hire(&server, "keeper", Role::Admin).await;
    for role in Role::ALL {
        let (_, mut browser) = Browser::of(&server, role.name(), role).await;
        let id = conversation(&said_and_done(&server, "hello").await);
        let (erase, export) = (format!("/api/conversations/{id}/erase"), format!("/api/conversations/{id}/export"));
        let foreign = browser.with("origin", "https://evil.example").post(&erase, &json!({})).await;
        let forged = Browser { csrf: Some("x".into()), ..browser.clone() }.post(&erase, &json!({})).await;
        assert_eq!((foreign.status, forged.status), (403, 403));
        let mut nobody = Browser::new(&server);
        for path in ["/api/conversations", export.as_str()] {
            assert_eq!(nobody.get(path).await.status, 401);
        }
        assert_eq!(nobody.post(&erase, &json!({})).await.status, 401);
        assert!(!is_emptied(&server, &id).await);
        let status = |right| if may(role, right) { 200 } else { 403 };
        assert_eq!(browser.get("/api/conversations").await.status, status(Right::Watch), "{role:?}");
        assert_eq!(browser.get(&export).await.status, status(Right::Export), "{role:?}");
        assert_eq!(browser.post(&erase, &json!({})).await.status, status(Right::Erase), "{role:?}");
        assert_eq!(is_emptied(&server, &id).await, may(role, Right::Erase));
    }
}

// One conversation of the storm below; all its words hold `mark`.
struct Talker {
    visitor: VisitorId,
    id: ConversationId,
    mark: String,
}

async fn ask(store: &Store, talker: &Talker, command: Command) -> Result<(), StoreError> {
    let (send, answer) = tokio::sync::oneshot::channel();
    store.submit(Order {
        conversation: talker.id.clone(),
        creates_for: Some(talker.visitor.clone()),
        command,
        request: None,
        answer: Box::new(move |result| {
            let _ = send.send(result.map(|_| ()));
        }),
    });
    answer.await.expect("an answer")
}

// Something that somebody might do, of a length that may be any.
async fn something(store: &Store, talker: &Talker, chance: &Chance) {
    let words =
        |most: u64| format!("{} {}", talker.mark, "w".repeat(usize::try_from(chance.below(most)).expect("small")));
    let by = AgentId::from("an agent");
    let pending =
        store.conversation(&talker.id).await.expect("a state").and_then(|state| state.pending.first().copied());
    let slots = (0..chance.below(4)).map(|slot| (format!("slot{slot}"), words(500))).collect();
    let handoff = (chance.below(4) == 0).then(|| HandoffOrder::because(Reason::Rule));
    let command = match (chance.below(8), pending) {
        (0..4, Some(question)) => Command::FinishTurn(Box::new(TurnResult {
            question,
            reply: ReplyDraft { body: Some(Body::text(words(200))), handoff },
            trace: json!({ "read": words(300) }),
            dialogue: DialogueState { slots, locale: Some("en".into()), ..DialogueState::default() },
        })),
        (0..5, _) => Command::Say {
            client_id: Some(talker.mark.clone()),
            body: Body::text(words(if chance.below(9) == 0 { 9_000 } else { 250 })),
            locale: Some(if chance.below(3) == 0 { talker.mark.clone() } else { "en".into() }),
            consent: None,
        },
        (5, _) => Command::Agent { by, act: AgentAct::Label { labels: vec![talker.mark.clone()] } },
        (6, _) => {
            let email = format!(
                "{}@{}.example",
                talker.mark,
                "w".repeat(1 + usize::try_from(chance.below(60)).expect("small"))
            );
            Command::LeaveContact { email, reply_by: None, notice: Body::text("ok") }
        }
        _ => Command::Agent { by, act: AgentAct::ToBot { notice: Body::text("ok"), others: true } },
    };
    // Not everything goes at every time.
    let _ = ask(store, talker, command).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_between_the_rows() {
    let (folder, chance) = (Folder::new(), Chance::seeded(7));
    let setup = Setup {
        data: folder.path().to_owned(),
        config: store::Config { batch: 64, readers: 2 },
        idle: Box::new(|| DAY),
        clock: Clock::by_hand(START),
        chance: Chance::secure(),
        faults: Faults::none(),
        committed: Box::new(drop),
    };
    let (store, writer) = Store::open(setup).await.expect("a store");
    let writer = TaskTracker::new().spawn(writer.run());
    let talker = |n| {
        let visitor = VisitorId::from(format!("visitor {n}"));
        Talker { id: ConversationId::of(&visitor), visitor, mark: canary("zq") }
    };
    let talkers: Vec<Talker> = (0..600).map(talker).collect();
    let hello =
        |talker: &Talker| Command::Say { client_id: None, body: Body::text(&talker.mark), locale: None, consent: None };
    for said in join_all(talkers.iter().map(|talker| ask(&store, talker, hello(talker)))).await {
        said.expect("said");
    }
    // In any order, so that rows of all grow and shrink beside one another and are moved from page to page.
    for _ in 0..100 {
        let first = usize::try_from(chance.below(10)).expect("small");
        join_all(talkers.iter().skip(first).step_by(10).map(|talker| something(&store, talker, &chance))).await;
    }
    let database = SqliteConnectOptions::new().filename(folder.path().join("frontdesk.db")).read_only(true);
    let mut database = database.connect().await.expect("the database");
    let doubled = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM conversations WHERE state LIKE '%zq%'");
    assert_eq!(doubled.fetch_one(&mut database).await.expect("a count"), 0, "words stand in the log, and only there");
    sqlx::Connection::close(database).await.expect("closed");
    let (gone, stay) = talkers.split_at(300);
    for talker in gone {
        ask(&store, talker, Command::Erase).await.expect("erased");
    }
    let marks = |talkers: &[Talker]| talkers.iter().map(|talker| talker.mark.clone()).collect::<Vec<_>>();
    assert_eq!(on_disk(folder.path(), &marks(gone)), [], "of those who were erased, nothing");
    for talker in stay {
        let before = store.conversation(&talker.id).await.expect("a state").expect("the conversation");
        assert!(before.dialogue.slots.values().all(|value| value.starts_with(&talker.mark)), "the state has its words");
    }
    let verdict = store.verify(|_, _| {}).await.expect("a verdict");
    assert_eq!((verdict.conversations, verdict.fault_count), (600, 0), "{:?}", verdict.faults);
    for talker in stay {
        ask(&store, talker, Command::Expire { before: START.plus(DAY) }).await.expect("emptied");
    }
    assert_eq!(on_disk(folder.path(), &marks(&talkers)), [], "in the end, of nobody");
    store.stop().await;
    drop(store);
    writer.await.expect("the writer ends");
    assert_eq!(on_disk(folder.path(), &marks(&talkers)), []);
}
