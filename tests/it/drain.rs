//! A server that stops loses nothing and tells everyone.

use serde_json::json;

use crate::support::{Plan, Server, Shopper};

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_sockets_are_told_and_closed_for_a_restart() {
    let server = Server::start().await;
    let mut shoppers = Vec::new();
    for _ in 0..200 {
        shoppers.push(server.shopper().await);
    }
    let mut writer = server.shopper().await;
    writer.acts(json!({ "act": "human" })).await;
    let token = writer.client.token().to_owned();
    let watch: Vec<_> =
        shoppers.into_iter().map(|shopper| tokio_util::task::TaskTracker::new().spawn(read_on(shopper))).collect();
    for n in 0..20 {
        writer.client.say(&format!("m{n}"), "last words").await.expect("a socket");
    }
    for _ in 0..20 {
        assert_eq!(writer.answer().await["type"], "ack");
    }
    server.stop.cancel();
    // The window in which sockets are closed is measured on the server's clock.
    let clock = server.clock.clone();
    let address = server.address.clone();
    let stopping = tokio_util::task::TaskTracker::new().spawn(server.stop());
    let ready = tokio::net::TcpStream::connect(&address).await;
    assert!(ready.is_ok(), "readiness can still be asked for");
    let mut told = 0;
    let moving = tokio_util::task::TaskTracker::new().spawn(async move {
        for _ in 0..200 {
            clock.advance(std::time::Duration::from_millis(100));
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    });
    for reader in watch {
        let (drained, end) = reader.await.expect("a reader");
        assert!(drained, "every socket is told");
        assert!(end.contains("1012"), "closed with {end}");
        told += 1;
    }
    assert_eq!(told, 200);
    let plan: Plan = stopping.await.expect("the server ends");
    moving.abort();
    let server = plan.start().await;
    let back = Shopper::enter(frontdesk::cli::client::Door::to(&server.address).with_token(&token)).await;
    assert_eq!(back.client.welcome["head"], 22, "everything that was acked is there");
}

async fn read_on(mut shopper: Shopper) -> (bool, String) {
    let (frames, end) = shopper.reads_to_the_end().await;
    (frames.iter().any(|frame| frame["type"] == "drain" && frame["within_ms"] == 1000), end)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_and_a_log_outlive_a_restart() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.says("hello").await;
    let last = shopper.hears("How can I help").await;
    let token = shopper.client.token().to_owned();
    drop(shopper);
    let server = server.stop().await.start().await;
    let text = |field: &str| last[field].as_str().expect("text").to_owned();
    let door = frontdesk::cli::client::Door::to(&server.address).with_token(&token);
    let mut back = Shopper::enter(door.resuming(&text("epoch"), 2, &text("at"))).await;
    assert_eq!(back.client.welcome["resumed"], true);
    back.says("when are you open").await;
    back.hears("around the clock").await;
    let store = frontdesk::store::Store::open_to_read(&server.config.folders.data).await.expect("a log");
    let verdict = store.verify(|_, _| {}).await.expect("read");
    assert_eq!((verdict.conversations, verdict.events, verdict.faults), (1, 4, Vec::new()));
}
