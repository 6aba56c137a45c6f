//! Commits held back, disks that refuse, commits that lie.

use std::time::Duration;

use frontdesk::cli::client::Door;
use frontdesk::domain::{Command, ConversationId, VisitorId};
use frontdesk::store::StoreError;
use serde_json::json;
use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};

use crate::support::{Server, Shopper, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn no_ack_before_the_commit() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    server.faults.hold();
    shopper.client.say("held", "hello").await.expect("a socket");
    let early = shopper.client.next_within(Duration::from_millis(300)).await.expect("a socket");
    assert_eq!(early, None, "neither ack nor event while the commit is held back");
    server.faults.clear();
    assert_eq!(shopper.answer().await["client_id"], "held");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_refuses_is_said_and_got_over() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.says("hello").await;
    shopper.hears("How can I help").await;
    server.faults.refuse();
    shopper.client.say("a", "one").await.expect("a socket");
    let refused = shopper.answer().await;
    assert_eq!((&refused["code"], &refused["retry"]), (&json!("storage_unavailable"), &json!(true)));
    assert_eq!(server.get("/readyz").await.0, 503);
    shopper.client.say("a", "one").await.expect("a socket");
    assert_eq!(shopper.answer().await["code"], "read_only");
    let mut reader = Shopper::enter(Door::to(&server.address).with_token(shopper.client.token())).await;
    assert_eq!(reader.events(2).await.len(), 2, "the log can be read meanwhile");
    server.faults.clear();
    eventually("the store's recovery", || async { server.get("/readyz").await.0 == 200 }).await;
    shopper.client.say("a", "when are you open").await.expect("a socket");
    let ack = shopper.answer().await;
    assert_eq!((&ack["seq"], &ack["duplicate"]), (&json!(3), &json!(false)));
    shopper.hears("around the clock").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_is_stored_and_reported_as_failed_is_settled_by_its_client_id() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    server.faults.lie_after_commit();
    shopper.client.say("doubt", "when are you open").await.expect("a socket");
    assert_eq!(shopper.answer().await["code"], "storage_unavailable");
    eventually("the store's recovery", || async { server.get("/readyz").await.0 == 200 }).await;
    shopper.client.say("doubt", "when are you open").await.expect("a socket");
    let ack = shopper.answer().await;
    assert_eq!((&ack["seq"], &ack["duplicate"]), (&json!(1), &json!(true)));
    // The turn it owes was never announced; its lease runs out and it is taken up.
    let token = shopper.client.token().to_owned();
    eventually("the owed reply", || async {
        server.clock.advance(Duration::from_secs(3));
        let reader = frontdesk::cli::client::Client::enter(&Door::to(&server.address).with_token(&token)).await;
        reader.is_ok_and(|reader| reader.welcome["head"] == 2)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_commit_the_order_is_kept() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.acts(json!({ "act": "human" })).await;
    server.faults.refuse_once();
    for n in 0..8 {
        shopper.client.say(&format!("m{n}"), "in order").await.expect("a socket");
    }
    let mut waiting: std::collections::VecDeque<String> = (0..8).map(|n| format!("m{n}")).collect();
    let mut refused = 0;
    while !waiting.is_empty() {
        for _ in 0..waiting.len() {
            let answer = shopper.answer().await;
            if answer["type"] == "ack" {
                waiting.retain(|id| answer["client_id"] != **id);
            } else {
                refused += 1;
            }
        }
        eventually("the store's recovery", || async { server.get("/readyz").await.0 == 200 }).await;
        for id in waiting.clone() {
            shopper.client.say(&id, "in order").await.expect("a socket");
        }
    }
    assert!(refused > 0, "the fault was met");
    let log = server.log_of(&shopper).await;
    let said: Vec<_> = log.iter().filter_map(|event| event["event"]["client_id"].as_str()).collect();
    assert_eq!(said, ["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_state_that_cannot_be_read_stops_nobody_else() {
    let server = Server::start().await;
    let mut unlucky = server.shopper().await;
    unlucky.says("hello").await;
    unlucky.hears("How can I help").await;
    let token = unlucky.client.token().to_owned();
    let visitor = VisitorId::from(unlucky.client.welcome["visitor"].as_str().expect("a visitor"));
    drop(unlucky);
    let plan = server.stop().await;
    let file = plan.config.folders.data.join("frontdesk.db");
    let mut database = SqliteConnectOptions::new().filename(file).connect().await.expect("the database");
    sqlx::query("UPDATE conversations SET state = '?'").execute(&mut database).await.expect("broken");
    drop(database);
    let server = plan.start().await;
    let refused = frontdesk::cli::client::Client::enter(&Door::to(&server.address).with_token(&token)).await;
    assert!(refused.is_err(), "the log cannot be read, which is said");
    let order = server.desk.store().transact(ConversationId::of(&visitor), Command::End, None).await;
    assert_eq!(order, Err(StoreError::Unavailable));
    let mut other = server.shopper().await;
    assert_eq!(other.says("when are you open").await["type"], "ack");
    other.hears("around the clock").await;
    assert_eq!(server.get("/readyz").await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_do_not_share_a_folder() {
    let server = Server::start().await;
    let world = frontdesk::app::World::real();
    let second = frontdesk::app::App::bind(server.config.clone(), world).await;
    let error = format!("{:#}", second.err().expect("a refusal"));
    assert!(error.contains("another frontdesk is using the folder"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_sends_over_ten_sockets_are_one_message() {
    let server = Server::start().await;
    let first = server.shopper().await;
    let token = first.client.token().to_owned();
    let mut senders = Vec::new();
    for _ in 0..10 {
        let mut shopper = Shopper::enter(Door::to(&server.address).with_token(&token)).await;
        senders.push(tokio_util::task::TaskTracker::new().spawn(async move {
            let mut acks = Vec::new();
            for _ in 0..10 {
                shopper.client.say("one", "hello").await.expect("a socket");
                acks.push(shopper.answer().await);
            }
            acks
        }));
    }
    let mut acks = Vec::new();
    for sender in senders {
        acks.extend(sender.await.expect("a sender"));
    }
    assert_eq!(acks.len(), 100);
    let same = |field: &str| acks.iter().all(|ack| ack[field] == acks[0][field]);
    assert!(same("seq") && same("message") && same("at") && same("type"), "{acks:?}");
    assert_eq!(acks.iter().filter(|ack| ack["duplicate"] == false).count(), 1);
    let log = server.log_of(&first).await;
    assert_eq!(log.iter().filter(|event| event["event"]["client_id"] == "one").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_sees_the_same_order() {
    let server = Server::start().await;
    let mut first = server.shopper().await;
    first.acts(json!({ "act": "human" })).await;
    let token = first.client.token().to_owned();
    let mut writers = Vec::new();
    for w in 0..5 {
        let mut shopper = Shopper::enter(Door::to(&server.address).with_token(&token)).await;
        writers.push(tokio_util::task::TaskTracker::new().spawn(async move {
            for n in 0..20 {
                shopper.client.say(&format!("w{w}-{n}"), &format!("{w} {n}")).await.expect("a socket");
                shopper.frame(|frame| frame["type"] == "ack").await;
            }
            drop(shopper);
        }));
    }
    let mut readers = Vec::new();
    for _ in 0..5 {
        let mut shopper = Shopper::enter(Door::to(&server.address).with_token(&token)).await;
        readers.push(tokio_util::task::TaskTracker::new().spawn(async move { shopper.events(102).await }));
    }
    for writer in writers {
        writer.await.expect("a writer");
    }
    let mut seen = Vec::new();
    for reader in readers {
        seen.push(reader.await.expect("a reader"));
    }
    assert!(seen.iter().all(|events| events == &seen[0]), "all readers see the same");
    assert!(seen[0].iter().map(|event| event["seq"].as_u64()).eq((1..=102).map(Some)), "without holes");
}
