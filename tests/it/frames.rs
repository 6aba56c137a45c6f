//! Every frame of chat.v1, as a client sees it.

use std::time::Duration;

use frontdesk::cli::client::{Client, Door};
use serde_json::{Value, json};

use crate::support::{Plan, Server, Shopper};

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_welcomed_and_nothing_is_stored_before_the_first_word() {
    let server = Server::start().await;
    let shopper = server.shopper().await;
    let welcome = &shopper.client.welcome;
    assert_eq!(welcome["conversation"], Value::Null);
    assert_eq!(welcome["head"], 0);
    assert_eq!(welcome["resumed"], false);
    assert_eq!(welcome["limits"], json!({ "text": 8000, "in_flight": 8 }));
    assert_eq!(welcome["heartbeat"], json!({ "ping_ms": 15_000, "dead_ms": 45_000 }));
    assert_eq!(welcome["people"]["open"], false);
    assert!(welcome["assistant"]["disclosure"].as_str().is_some_and(|text| text.contains("automated")), "{welcome}");
    let id = frontdesk::domain::ConversationId::from(welcome["visitor"].as_str().expect("a visitor"));
    assert_eq!(server.desk.conversation(&id).await, Ok(None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_say_is_acked_shown_and_answered() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    let ack = shopper.says("what are your opening hours?").await;
    assert_eq!((&ack["seq"], &ack["duplicate"]), (&json!(1), &json!(false)));
    let log = server.log_of(&shopper).await;
    let said = &log[0]["event"];
    assert_eq!(said["client_id"], ack["client_id"]);
    assert_eq!(said["message"], ack["message"]);
    assert_eq!(log[0]["at"], ack["at"]);
    assert_eq!(said["by"], json!({ "role": "shopper", "name": "", "ai": false }));
    let answer = shopper.hears("around the clock").await;
    assert_eq!(answer["seq"], 2);
    assert_eq!(answer["event"]["by"]["ai"], true);
    let buttons = answer["event"]["body"]["quick_replies"].as_array().expect("buttons");
    assert_eq!(buttons.len(), 2);
    assert!(buttons.iter().all(|button| button.get("send").is_none()), "what a button sends stays on the server");
    for hidden in ["counts_as", "reply", "locale"] {
        assert!(answer["event"]["body"].get(hidden).is_none(), "{hidden} stays on the server");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_answers_with_its_citation() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.says("how do I wash linen sheets").await;
    let answer = shopper.hears("40 degrees").await;
    let citation = &answer["event"]["body"]["citations"][0];
    assert_eq!((&citation["article"], &citation["title"]), (&json!("wash-linen"), &json!("How do I wash linen?")));
    assert!(citation["anchor"].as_str().is_some_and(|anchor| !anchor.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_client_id_is_one_message_and_another_body_is_refused() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.client.say("same", "hello").await.expect("a socket");
    let first = shopper.answer().await;
    for _ in 0..5 {
        shopper.client.say("same", "hello").await.expect("a socket");
        let again = shopper.answer().await;
        assert_eq!(again["duplicate"], true);
        for field in ["seq", "message", "at", "client_id"] {
            assert_eq!(again[field], first[field]);
        }
    }
    shopper.client.say("same", "something else").await.expect("a socket");
    let refused = shopper.answer().await;
    assert_eq!((&refused["code"], &refused["retry"]), (&json!("client_id_conflict"), &json!(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_frames_are_answered_in_words_and_the_socket_lives_on() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    let long = "x".repeat(65);
    let check = [
        (json!({ "type": "dance", "id": "1" }), "bad_field"),
        (json!({ "type": "say", "id": "1" }), "bad_field"),
        (json!({ "type": "say", "id": "1", "client_id": long, "body": { "kind": "text", "text": "a" } }), "bad_field"),
        (json!({ "type": "say", "id": "1", "client_id": "a", "body": { "kind": "text", "text": " " } }), "bad_field"),
        (
            json!({ "type": "say", "id": "1", "client_id": "a", "body": { "kind": "text", "text": "a\u{0}" } }),
            "bad_field",
        ),
        (
            json!({ "type": "say", "id": "1", "client_id": "a", "body": { "kind": "text", "text": "x".repeat(8001) } }),
            "too_large",
        ),
        (
            json!({ "type": "say", "id": "1", "client_id": "a", "body": { "kind": "choice", "of": "x.1", "index": 0 } }),
            "not_found",
        ),
        (json!({ "type": "fetch", "id": "1", "from": 0, "to": 3 }), "bad_field"),
        (json!({ "type": "fetch", "id": "1", "from": 4, "to": 3 }), "bad_field"),
        (json!({ "type": "act", "id": "1", "client_id": "a", "act": "rate", "score": 6 }), "bad_field"),
        (json!({ "type": "act", "id": "1", "client_id": "a", "act": "rate", "score": 3 }), "not_found"),
        (
            json!({ "type": "act", "id": "1", "client_id": "a", "act": "helped", "of": "nonsense", "yes": true }),
            "not_found",
        ),
        (json!({ "type": "fetch", "id": "x".repeat(60_000), "from": 1, "to": 3 }), "bad_field"),
        (json!({ "type": "act", "id": "1", "client_id": "a", "act": "leave_contact", "email": "a@b.c" }), "not_found"),
        (json!({ "type": "act", "id": "1", "client_id": "a", "act": "erase" }), "not_found"),
        (json!({ "type": "act", "id": "1", "client_id": "a", "act": "export" }), "not_found"),
        (json!([]), "bad_json"),
    ];
    for (frame, code) in check {
        shopper.sends(frame.clone()).await;
        let refused = shopper.answer().await;
        assert_eq!(refused["code"], code, "{frame} got {refused}");
        assert_eq!(refused["retry"], false);
        assert!(refused["message"].as_str().is_some_and(|message| message.len() > 10));
        // An id that is too long to be one is not sent back.
        let id = frame.get("id").filter(|id| id.as_str().is_some_and(|id| id.len() <= 64)).cloned();
        assert_eq!(refused["re"], id.unwrap_or(Value::Null));
    }
    assert_eq!(shopper.says("still here").await["type"], "ack");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_comes_back_and_gets_what_it_missed() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.says("hello").await;
    let last = shopper.hears("How can I help").await;
    let token = shopper.client.token().to_owned();
    let (epoch, seq, at) = (last["epoch"].clone(), last["seq"].as_u64().expect("a number"), last["at"].clone());
    let mut other = Shopper::enter(Door::to(&server.address).with_token(&token)).await;
    other.says("when are you open").await;
    other.hears("around the clock").await;
    let door = Door::to(&server.address).with_token(&token);
    let resume = |epoch: &str, seq, at: &str| door.clone().resuming(epoch, seq, at);
    let (epoch, at) = (epoch.as_str().expect("text"), at.as_str().expect("text"));
    let mut back = Shopper::enter(resume(epoch, seq, at)).await;
    assert_eq!((&back.client.welcome["resumed"], &back.client.welcome["head"]), (&json!(true), &json!(4)));
    assert_eq!(back.client.welcome["conversation"].as_str().map(str::len), Some(32));
    let events = back.events(2).await;
    assert_eq!((&events[0]["seq"], &events[1]["seq"]), (&json!(3), &json!(4)));
    for (epoch, seq, at) in [("other.0", seq, at), (epoch, seq, "2020-01-01T00:00:00.000Z"), (epoch, 99, at)] {
        let mut reset = Shopper::enter(resume(epoch, seq, at)).await;
        assert_eq!(reset.client.welcome["resumed"], false);
        let frame = reset.frame(|frame| frame["type"] == "reset").await;
        assert_eq!(frame["head"], 4);
    }
    let door = Door { resume: Some(json!({ "epoch": 7, "seq": 2, "at": {} })), ..door };
    let mut reset = Shopper::enter(door).await;
    reset.frame(|frame| frame["type"] == "reset").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fetch_brings_pages_of_the_log() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.acts(json!({ "act": "human" })).await;
    for n in 0..120 {
        shopper.says(&format!("message {n}")).await;
    }
    let fetch = |from: u64, to: u64| json!({ "type": "fetch", "id": "f", "from": from, "to": to });
    shopper.sends(fetch(1, 500)).await;
    let batch = shopper.frame(|frame| frame["type"] == "batch").await;
    assert_eq!((&batch["re"], &batch["head"]), (&json!("f"), &json!(122)));
    let seqs = |batch: &Value| -> Vec<u64> {
        batch["events"].as_array().expect("events").iter().filter_map(|event| event["seq"].as_u64()).collect()
    };
    assert_eq!(seqs(&batch), (1..=100).collect::<Vec<_>>());
    shopper.sends(fetch(101, 500)).await;
    let rest = shopper.frame(|frame| frame["type"] == "batch").await;
    assert_eq!(seqs(&rest), (101..=122).collect::<Vec<_>>());
    for n in 0..10 {
        shopper.says(&format!("{n}{}", "ü".repeat(7_990))).await;
    }
    shopper.sends(fetch(123, 132)).await;
    let part = shopper.frame(|frame| frame["type"] == "batch").await;
    assert!(part.to_string().len() <= 64 * 1024);
    assert_eq!(seqs(&part).first(), Some(&123));
    assert!(seqs(&part).len() < 10, "large events come in several batches");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_missed_events_are_sent_and_more_are_fetched() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.acts(json!({ "act": "human" })).await;
    let first = shopper.events(1).await.remove(0);
    for n in 0..999 {
        shopper.client.say(&format!("m{n}"), "again").await.expect("a socket");
        if n % 8 == 7 {
            shopper.frame(|frame| frame["type"] == "ack" && frame["client_id"] == format!("m{n}")).await;
        }
    }
    shopper.frame(|frame| frame["seq"] == 1001).await;
    let text = |field: &str| first[field].as_str().expect("text").to_owned();
    let door = Door::to(&server.address).with_token(shopper.client.token());
    let mut back = Shopper::enter(door.clone().resuming(&text("epoch"), 1, &text("at"))).await;
    let events = back.events(1000).await;
    assert!(events.iter().map(|event| event["seq"].as_u64()).eq((2..=1001).map(Some)));
    let mut anew = Shopper::enter(door).await;
    assert_eq!(anew.frame(|frame| frame["type"] == "reset").await["head"], 1001);
    shopper.says("one more").await;
    assert_eq!(anew.events(1).await[0]["seq"], 1002, "what comes after a reset is sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_are_pressed_by_their_place() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.says("when are you open").await;
    let answer = shopper.hears("around the clock").await;
    let ack = shopper.presses(&answer, "That helped").await;
    assert_eq!(ack["type"], "ack");
    let said = shopper.frame(|frame| frame["seq"] == ack["seq"] && frame["type"] == "event").await;
    assert_eq!(said["event"]["body"]["text"], "That helped");
    assert_eq!(said["event"]["body"]["choice"], json!({ "of": answer["event"]["message"], "index": 0 }));
    let helped = shopper.frame(|frame| frame["event"]["kind"] == "helped").await;
    assert_eq!(helped["event"], json!({ "kind": "helped", "of": answer["event"]["message"], "yes": true }));
    let id = json!({ "type": "say", "id": "x", "client_id": "far", "body":
        { "kind": "choice", "of": answer["event"]["message"], "index": 9 } });
    shopper.sends(id).await;
    assert_eq!(shopper.answer().await["code"], "not_found");
    let mut stranger = server.shopper().await;
    let body = json!({ "kind": "choice", "of": answer["event"]["message"], "index": 0 });
    stranger.sends(json!({ "type": "say", "id": "x", "client_id": "x", "body": body })).await;
    assert_eq!(stranger.answer().await["code"], "not_found", "another's message does not exist");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_button_sends_is_plain_text_when_typed() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.says("/more_help").await;
    let said = shopper.events(2).await;
    assert_eq!(said[0]["event"]["body"]["text"], "/more_help");
    assert_eq!(said[1]["event"]["kind"], "said", "no verdict on an answer was given: {said:?}");
    let answer = shopper.says("hello").await;
    assert_eq!(answer["type"], "ack");
    shopper.hears("How can I help").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_asked_for_and_the_assistant_is_silent() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    let ack = shopper.acts(json!({ "act": "human" })).await;
    assert_eq!(ack["seq"], 1);
    shopper.sees_phase("waiting").await;
    let notice = shopper.hears("").await;
    assert_eq!(notice["event"]["by"]["role"], "system");
    let again = shopper.acts(json!({ "act": "human" })).await;
    assert_eq!((&again["type"], &again["seq"]), (&json!("ack"), &json!(1)), "asking again changes nothing");
    shopper.says("when are you open").await;
    let log = server.log_of(&shopper).await;
    assert_eq!(log.len(), 3, "the assistant says nothing while a person is waited for");
    let back = notice["event"]["body"]["quick_replies"][0]["title"].as_str().expect("a way back").to_owned();
    shopper.presses(&notice, &back).await;
    shopper.sees_phase("bot").await;
    shopper.says("when are you open").await;
    shopper.hears("around the clock").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_ask_for_a_person_too_and_an_end_ends() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.says("i want to talk to a human person").await;
    shopper.hears("noted").await;
    shopper.sees_phase("waiting").await;
    shopper.acts(json!({ "act": "end" })).await;
    assert_eq!(shopper.sees_phase("closed").await["event"]["reason"], "ended");
    let rated = shopper.acts(json!({ "act": "rate", "score": 4, "comment": "fine" })).await;
    assert_eq!(rated["type"], "ack");
    let event = shopper.frame(|frame| frame["event"]["kind"] == "rated").await;
    assert_eq!(event["event"], json!({ "kind": "rated", "score": 4, "comment": "fine" }));
    shopper.says("hello again").await;
    assert_eq!(shopper.sees_phase("bot").await["event"]["reason"], "reopened");
}

#[tokio::test(flavor = "multi_thread")]
async fn get_more_help_leads_to_a_person() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.says("when are you open").await;
    let answer = shopper.hears("around the clock").await;
    let own = answer["event"]["message"].as_str().expect("a message").replace(".2", ".1");
    let refused = shopper.acts(json!({ "act": "helped", "of": own, "yes": true })).await;
    assert_eq!(refused["code"], "not_found", "one's own words are no answer");
    let ack = shopper.acts(json!({ "act": "helped", "of": answer["event"]["message"], "yes": false })).await;
    assert_eq!(ack["type"], "ack");
    let offer = shopper.hears("").await;
    let buttons = offer["event"]["body"]["quick_replies"].as_array().expect("a way to a person").clone();
    shopper.presses(&offer, buttons[0]["title"].as_str().expect("a title")).await;
    shopper.sees_phase("waiting").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_and_receipts_reach_the_other_tab_and_are_not_stored() {
    let server = Server::start().await;
    let mut one = server.shopper().await;
    one.says("hello").await;
    one.hears("How can I help").await;
    let mut two = Shopper::enter(Door::to(&server.address).with_token(one.client.token())).await;
    two.events(2).await;
    one.sends(json!({ "type": "typing", "on": true })).await;
    let typing = two.frame(|frame| frame["type"] == "passing").await;
    assert_eq!(
        (&typing["kind"], &typing["by"]["role"], &typing["on"]),
        (&json!("typing"), &json!("shopper"), &json!(true))
    );
    one.sends(json!({ "type": "received", "seq": 2 })).await;
    one.sends(json!({ "type": "read", "seq": 99 })).await;
    let receipt = two.frame(|frame| frame["kind"] == "receipt" && frame["received"] == 2).await;
    assert_eq!(receipt["role"], "shopper");
    assert_eq!(server.log_of(&one).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_come_and_silence_ends_the_socket() {
    let server = Server::start().await;
    let mut socket = frontdesk::cli::client::open(&server.address, Some(&format!("http://{}", server.address)))
        .await
        .expect("a socket");
    let next = async |socket: &mut _| -> Value { next_text(socket).await };
    futures_util::SinkExt::send(&mut socket, text(&json!({ "type": "hello" }))).await.expect("a socket");
    assert_eq!(next(&mut socket).await["type"], "welcome");
    // The server's timer may begin to run a moment after the greeting, so the clock goes on until it has rung.
    let mover = server.keep_moving();
    assert_eq!(next(&mut socket).await, json!({ "type": "ping", "n": 1 }));
    mover.abort();
    futures_util::SinkExt::send(&mut socket, text(&json!({ "type": "pong", "n": 1 }))).await.expect("a socket");
    // The pong has been read once a later request is answered.
    let say = json!({ "type": "say", "id": "1", "client_id": "1", "body": { "kind": "text", "text": "hello" } });
    futures_util::SinkExt::send(&mut socket, text(&say)).await.expect("a socket");
    while next(&mut socket).await["type"] != "ack" {}
    let mover = server.keep_moving();
    loop {
        let frame = next(&mut socket).await;
        if frame["type"] == "bye" {
            assert_eq!((&frame["code"], &frame["retry"]), (&json!(4408), &json!(true)));
            mover.abort();
            break;
        }
    }
}

fn text(frame: &Value) -> tokio_tungstenite::tungstenite::Message {
    tokio_tungstenite::tungstenite::Message::text(frame.to_string())
}

async fn next_text<S>(socket: &mut S) -> Value
where
    S: futures_util::Stream<
            Item = Result<tokio_tungstenite::tungstenite::Message, tokio_tungstenite::tungstenite::Error>,
        > + Unpin,
{
    let message = tokio::time::timeout(crate::support::PATIENCE, futures_util::StreamExt::next(socket));
    let message = message.await.expect("a frame in time").expect("a frame").expect("a socket");
    serde_json::from_str(message.to_text().expect("text")).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_said_in_words_and_order_is_kept() {
    let mut plan = Plan::new();
    plan.config.limits.visitor_per_10s = 5;
    plan.config.limits.visitor_burst = 3;
    let server = plan.start().await;
    let mut shopper = server.shopper().await;
    for n in 0..3 {
        shopper.client.say(&format!("m{n}"), "hello").await.expect("a socket");
        assert_eq!(shopper.answer().await["type"], "ack");
    }
    shopper.client.say("m3", "hello").await.expect("a socket");
    let refused = shopper.answer().await;
    assert_eq!(
        (&refused["code"], &refused["retry"], &refused["after_ms"]),
        (&json!("rate_limited"), &json!(true), &json!(2000))
    );
    server.clock.advance(Duration::from_secs(30));
    shopper.client.say("m4", "overtakes").await.expect("a socket");
    assert_eq!(shopper.answer().await["code"], "rate_limited", "a later message may not overtake the refused one");
    shopper.client.say("m3", "hello").await.expect("a socket");
    assert_eq!(shopper.answer().await["client_id"], "m3");
    shopper.client.say("m4", "overtakes").await.expect("a socket");
    assert_eq!(shopper.answer().await["client_id"], "m4");
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_episodes_end_by_themselves() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.says("hello").await;
    shopper.hears("How can I help").await;
    // The desk's timer sleeps on this clock, so it may have to be moved once more after it has begun to.
    for _ in 0..6 {
        server.clock.advance(Duration::from_secs(600));
        // Somebody who speaks the protocol answers the pings; here the client comes back instead.
    }
    let token = shopper.client.token().to_owned();
    crate::support::eventually("the idle end", || async {
        server.clock.advance(Duration::from_secs(21));
        let reader = Client::enter(&Door::to(&server.address).with_token(&token)).await;
        reader.is_ok_and(|reader| reader.welcome["head"] == 3)
    })
    .await;
    let log = server.log_of(&shopper).await;
    assert_eq!(log[2]["event"], json!({ "kind": "phase", "phase": "closed", "reason": "idle" }));
}
