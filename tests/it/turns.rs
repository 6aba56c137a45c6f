//! Every question is answered or handed over, in order and once.

use frontdesk::domain::{ConversationId, Phase, VisitorId};
use serde_json::json;
use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};

use crate::support::{Server, Shopper, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn two_quick_messages_are_answered_in_order_and_once_each() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.client.say("a", "when are you open").await.expect("a socket");
    shopper.client.say("b", "do you sell gift cards").await.expect("a socket");
    let mut heard = Vec::new();
    while heard.len() < 2 {
        heard.push(shopper.hears("").await["event"]["body"]["text"].clone());
    }
    assert_eq!(heard, [json!("We are open around the clock."), json!("Gift cards are worth 10 to 250 euros.")]);
    assert_eq!(server.log_of(&shopper).await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_was_stored_is_answered_after_a_restart() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    // The question's own commit is stored and reported as failed, so its turn is owed and not begun when the server stops.
    server.faults.lie_after_commit();
    shopper.client.say("q", "when are you open").await.expect("a socket");
    assert_eq!(shopper.answer().await["code"], "storage_unavailable");
    let token = shopper.client.token().to_owned();
    drop(shopper);
    let server = server.stop().await.start().await;
    let mut back = Shopper::enter(frontdesk::cli::client::Door::to(&server.address).with_token(&token)).await;
    back.hears("around the clock").await;
    let log = server.log_of(&back).await;
    assert_eq!(log.len(), 2, "answered once");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_when_nothing_fits_and_a_person_comes_in_the_end() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    let mut replies = Vec::new();
    for n in 0..3 {
        shopper.says(&format!("zyxwv qqqq {n}")).await;
        replies.push(shopper.hears("").await);
    }
    shopper.sees_phase("waiting").await;
    let texts: Vec<_> = replies.iter().map(|reply| reply["event"]["body"]["text"].clone()).collect();
    assert!(texts[0] != texts[1] && texts[1] != texts[2], "never the same words again: {texts:?}");
    assert!(replies.iter().all(|reply| reply["event"]["body"].get("citations").is_none()), "nothing is made up");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_question_is_not_answered_a_third_time_in_the_same_words() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    let mut heard = Vec::new();
    for _ in 0..4 {
        shopper.says("when are you open").await;
        heard.push(shopper.hears("").await["event"]["body"]["text"].clone());
    }
    assert_eq!(heard[0], heard[1]);
    assert_ne!(heard[1], heard[2], "a person is offered instead");
    shopper.sees_phase("waiting").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_is_not_cited_a_third_time_either() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    let mut cited = Vec::new();
    for _ in 0..4 {
        shopper.says("how do I wash linen sheets").await;
        cited.push(shopper.hears("").await["event"]["body"].get("citations").is_some());
    }
    assert_eq!(cited, [true, true, false, false]);
    shopper.sees_phase("waiting").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_cannot_even_be_read_is_handed_over() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    let visitor = VisitorId::from(shopper.client.welcome["visitor"].as_str().expect("a visitor"));
    let conversation = ConversationId::of(&visitor);
    shopper.says("when are you open").await;
    shopper.hears("around the clock").await;
    drop(shopper);
    let plan = server.stop().await;
    // As a crash in the middle of the turn would leave it, on a disk that has eaten the question besides.
    let file = plan.config.folders.data.join("frontdesk.db");
    let mut database = SqliteConnectOptions::new().filename(file).connect().await.expect("the database");
    for statement in [
        "UPDATE events SET body = '?' WHERE seq = 1",
        "UPDATE conversations SET state = json_set(state, '$.pending', json('[1]'))",
        "DELETE FROM requests WHERE seq = 2",
        "INSERT INTO turns SELECT no, 1, 'a node that is gone', 1, 0, 0 FROM conversations",
    ] {
        let done = sqlx::query(statement).execute(&mut database).await.expect(statement);
        assert_eq!(done.rows_affected(), 1, "{statement}");
    }
    drop(database);
    let server = plan.start().await;
    let mover = server.keep_moving();
    eventually("the hand-over", || async {
        let state = server.desk.conversation(&conversation).await;
        state.is_ok_and(|state| state.is_some_and(|state| state.phase == Phase::Waiting && state.pending.is_empty()))
    })
    .await;
    mover.abort();
}
