//! People at the desk, over real sockets: a chat has one owner or none, whoever vanishes loses it, and the shopper is told.

use std::collections::BTreeMap;
use std::time::Duration;

use frontdesk::domain::{RIGHTS, Right, Role, may};
use serde_json::{Value, json};

use crate::agent::Agent;
use crate::browser::Browser;
use crate::support::{Server, Shopper, eventually};

fn conversation(shopper_event: &Value) -> String {
    let message = shopper_event["message"].as_str().expect("a message");
    message.split('.').next().expect("a conversation").to_owned()
}

// A shopper who has said something and waits for a person.
async fn waiting(server: &Server) -> (Shopper, String) {
    let mut shopper = server.shopper().await;
    let ack = shopper.says("when are you open?").await;
    shopper.hears("around the clock").await;
    shopper.acts(json!({ "act": "human" })).await;
    shopper.sees_phase("waiting").await;
    (shopper, conversation(&ack))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_takes_over_answers_and_gives_back() {
    let server = Server::start().await;
    let mut ann = Agent::of(&server, "ann", Role::Agent).await;
    ann.is(&server, "busy").await;
    let (mut shopper, chat) = waiting(&server).await;
    let row = ann.sees_row(&server, &chat, |row| row["phase"] == "waiting").await;
    assert_eq!((row["place"].as_u64(), row["reason"].as_str()), (Some(1), Some("asked")));
    assert_eq!(row["summary"].as_array().map(Vec::len), Some(2), "{row}");
    let watching = ann.watches(&chat).await;
    assert_eq!(watching["phase"], "waiting");
    ann.hears("when are you open?").await;
    ann.reads("summary").await;

    let claimed = ann.claims(&chat).await;
    assert_eq!(claimed["type"], "ack", "{claimed}");
    shopper.sees_phase("with_agent").await;
    let assigned = shopper.frame(|frame| frame["event"]["kind"] == "assigned").await;
    assert_eq!(assigned["event"]["agent"], "ann");
    let said = ann.says(&chat, "hello, I am looking into it").await;
    assert_eq!(said["log"], "chat");
    let heard = shopper.hears("looking into it").await;
    assert_eq!(
        (heard["event"]["by"]["role"].as_str(), heard["event"]["by"]["ai"].as_bool()),
        (Some("agent"), Some(false))
    );
    let note = ann.notes(&chat, "a regular").await;
    assert_eq!((note["log"].as_str(), note["message"].is_null()), (Some("staff"), true));
    // The assistant is silent: what the shopper says now has no reply of it, not even to what it knows.
    shopper.says("when are you open?").await;
    ann.hears("when are you open?").await;
    ann.acts(&chat, json!({ "act": "to_bot" })).await;
    shopper.sees_phase("bot").await;
    shopper.says("do you sell gift cards").await;
    shopper.hears("Gift cards are worth").await;
    ann.claims(&chat).await;
    let done = ann.acts(&chat, json!({ "act": "resolve" })).await;
    assert_eq!(done["type"], "ack", "{done}");
    shopper.sees_phase("closed").await;

    let log = server.log_of(&shopper).await;
    let mut with_bot = true;
    for event in &log {
        match event["event"]["kind"].as_str() {
            Some("phase") => with_bot = event["event"]["phase"] == "bot",
            Some("said") if event["event"]["by"]["role"] == "bot" => assert!(with_bot, "{event}"),
            _ => {}
        }
    }
    assert!(log.iter().all(|event| !event.to_string().contains("a regular")), "a note is for the desk only");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_who_vanishes_fifty_times_loses_the_chat_each_time_and_the_shopper_is_told() {
    let server = Server::start().await;
    let mut ann = Agent::of(&server, "ann", Role::Agent).await;
    let (mut shopper, chat) = waiting(&server).await;
    for round in 0..50 {
        let claimed = ann.claims(&chat).await;
        assert_eq!(claimed["type"], "ack", "round {round}: {claimed}");
        shopper.sees_phase("with_agent").await;
        ann.vanishes().await;
        let before = server.clock.now();
        // A second at a time; the shopper's own socket answers its pings as it reads.
        let back = async {
            let event = shopper.sees_phase("waiting").await;
            (event, shopper.hears("").await)
        };
        let moving = async {
            loop {
                tokio::time::sleep(Duration::from_millis(4)).await;
                server.clock.advance(Duration::from_secs(1));
            }
        };
        let (event, told) = tokio::select! { back = back => back, () = moving => unreachable!() };
        assert_eq!(event["event"]["reason"], "agent_gone");
        assert_eq!(told["event"]["by"]["role"], "system");
        let took = server.desk.chat(&chat.as_str().into()).expect("the chat").handoff.moved.since(before);
        assert!(took <= Duration::from_secs(17), "round {round}: it took {took:?}");
        ann = ann.comes_back().await;
        let row = ann.sees_row(&server, &chat, |row| row["phase"] == "waiting").await;
        assert_eq!((row["place"].as_u64(), row["back"].as_bool()), (Some(1), Some(true)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_who_claim_at_once_one_gets_it() {
    let server = Server::start().await;
    let mut agents = Vec::new();
    for count in 0..50 {
        agents.push(Agent::of(&server, &format!("agent{count}"), Role::Agent).await);
    }
    for round in 0..100 {
        let (mut shopper, chat) = waiting(&server).await;
        let answers = futures_util::future::join_all(agents.iter_mut().map(|agent| agent.claims(&chat))).await;
        let owners: Vec<usize> = (0..50).filter(|index| answers[*index]["type"] == "ack").collect();
        assert_eq!(owners.len(), 1, "round {round}: {answers:?}");
        assert!(answers.iter().all(|answer| answer["type"] == "ack" || answer["code"] == "already_claimed"));
        let assigned = shopper.frame(|frame| frame["event"]["kind"] == "assigned").await;
        assert_eq!(assigned["event"]["agent"], format!("agent{}", owners[0]));
        agents[owners[0]].acts(&chat, json!({ "act": "resolve" })).await;
        shopper.sees_phase("closed").await;
        // A socket may send so many frames a second.
        server.clock.advance(Duration::from_secs(1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_queue_is_drained_the_moment_somebody_comes_on() {
    let server = Server::start().await;
    let mut shoppers = Vec::new();
    for _ in 0..6 {
        let (mut shopper, chat) = waiting(&server).await;
        // Nobody is there: the shopper is told so, and when to expect an answer.
        shopper.hears("").await;
        shoppers.push((shopper, chat));
        server.clock.advance(Duration::from_secs(1));
    }
    let mut ann = Agent::of(&server, "ann", Role::Agent).await;
    assert_eq!(ann.welcome["presence"], "busy");
    ann.is(&server, "online").await;
    // The four who waited longest, as many as one person is given at a time.
    for (shopper, _) in &mut shoppers[..4] {
        let phase = shopper.sees_phase("with_agent").await;
        assert_eq!(phase["event"]["reason"], "placed");
    }
    let rows = ann.sees_row(&server, &shoppers[5].1, |row| row["place"] == 2).await;
    assert!(rows["wait_seconds"].as_u64().is_some_and(|wait| wait > 0), "{rows}");
    let first = shoppers[0].1.clone();
    ann.says(&first, "done").await;
    ann.acts(&first, json!({ "act": "resolve" })).await;
    shoppers[4].0.sees_phase("with_agent").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_there_means_an_address_a_promise_and_the_same_thread_later() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    assert_eq!(shopper.client.welcome["people"]["open"], false);
    let promise = shopper.client.welcome["people"]["reply_by"].as_str().expect("a promise").to_owned();
    assert!(promise.ends_with('Z'), "{promise}");
    let ack = shopper.says("give me a human").await;
    let chat = conversation(&ack);
    shopper.sees_phase("waiting").await;
    shopper.frame(|frame| frame["event"]["by"]["role"] == "system").await;
    let bad = shopper.acts(json!({ "act": "leave_contact", "email": "nowhere" })).await;
    assert_eq!(bad["code"], "bad_field");
    let saved = shopper.acts(json!({ "act": "leave_contact", "email": "ann@example.com" })).await;
    assert_eq!(saved["type"], "ack", "{saved}");
    shopper.frame(|frame| frame["event"]["by"]["role"] == "system").await;
    // Who was asked for an address may simply write it.
    let (mut writer, theirs) = waiting(&server).await;
    writer.hears("Nobody").await;
    writer.says("sure, it is bob@example.com").await;
    writer.hears("noted").await;
    assert!(server.desk.chat(&theirs.as_str().into()).is_some_and(|chat| chat.contact));
    let token = shopper.client.token().to_owned();
    drop(shopper);
    server.clock.advance(Duration::from_secs(3600));

    let mut ann = Agent::of(&server, "ann", Role::Agent).await;
    let row = ann.sees_row(&server, &chat, |row| row["phase"] == "waiting").await;
    assert_eq!(row["contact"], true);
    assert!(row["waited_seconds"].as_u64().is_some_and(|waited| waited >= 3600), "{row}");
    ann.watches(&chat).await;
    let contact = ann.reads("contact").await;
    assert_eq!(contact["event"]["email"], "ann@example.com");
    ann.claims(&chat).await;
    ann.says(&chat, "sorry for the wait").await;
    let door = frontdesk::cli::client::Door::to(&server.address).with_token(&token);
    let mut back = Shopper::enter(door).await;
    assert_eq!(back.client.welcome["people"]["open"], true);
    back.hears("sorry for the wait").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_does_not_answer_loses_the_chat_and_is_given_no_other() {
    let server = Server::start().await;
    let mut ann = Agent::of(&server, "ann", Role::Agent).await;
    ann.is(&server, "online").await;
    let (_shopper, chat) = waiting(&server).await;
    ann.sees_row(&server, &chat, |row| row["phase"] == "with_agent").await;
    ann.watches(&chat).await;
    let phase =
        ann.sees(&server, |frame| frame["event"]["phase"] == "waiting" && frame["event"]["reason"] == "no_reply").await;
    assert_eq!(phase["conversation"], chat.as_str());
    ann.sees_row(&server, &chat, |row| row["phase"] == "waiting" && row["back"] == true).await;
    assert_eq!(server.desk.presence(&ann.user.id), Some(frontdesk::desk::Presence::Away));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chats_are_passed_on_labelled_and_moved_ahead() {
    let server = Server::start().await;
    let mut ann = Agent::of(&server, "ann", Role::Agent).await;
    let mut bob = Agent::of(&server, "bob", Role::Agent).await;
    let mut lea = Agent::of(&server, "lea", Role::Lead).await;
    let (mut shopper, chat) = waiting(&server).await;
    let (_other, other) = waiting(&server).await;
    ann.claims(&chat).await;
    let passed = ann.acts(&chat, json!({ "act": "transfer", "agent": bob.user.id })).await;
    assert_eq!(passed["type"], "ack", "{passed}");
    shopper.frame(|frame| frame["event"]["agent"] == "bob").await;
    let late = ann.says(&chat, "one more thing").await;
    assert_eq!(late["code"], "already_claimed", "{late}");
    let stolen = ann.acts(&chat, json!({ "act": "resolve" })).await;
    assert_eq!(stolen["code"], "already_claimed", "{stolen}");
    let moved = lea.acts(&chat, json!({ "act": "transfer", "team": "orders" })).await;
    assert_eq!(moved["type"], "ack", "a lead may move the chats of others: {moved}");
    shopper.sees_phase("waiting").await;
    let labelled = bob.acts(&chat, json!({ "act": "label", "labels": ["vip", "late", "vip"] })).await;
    assert_eq!(labelled["log"], "staff", "{labelled}");
    bob.acts(&other, json!({ "act": "priority", "priority": "urgent" })).await;
    let row = bob.sees_row(&server, &chat, |row| row["labels"] == json!(["late", "vip"])).await;
    assert_eq!((row["team"].as_str(), row["back"].as_bool()), (Some("orders"), Some(true)));
    bob.sees_row(&server, &other, |row| row["priority"] == "urgent").await;
    let nobody = bob.acts(&chat, json!({ "act": "transfer", "agent": "nobody" })).await;
    assert_eq!(nobody["code"], "not_found", "{nobody}");
    let again = bob.acts(&chat, json!({ "act": "claim", "version": 1 })).await;
    assert_eq!(again["code"], "stale", "{again}");
    let unknown = bob.claims("0000").await;
    assert_eq!(unknown["code"], "not_found", "{unknown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_queue_survives_a_restart_and_so_does_a_chat_until_its_lease_is_over() {
    let server = Server::start().await;
    let mut ann = Agent::of(&server, "ann", Role::Agent).await;
    let (_one, waits) = waiting(&server).await;
    let (_two, taken) = waiting(&server).await;
    ann.claims(&taken).await;
    let (user, browser) = (ann.user.clone(), ann.browser.clone());
    drop(ann);
    let server = server.stop().await.start().await;
    let chat = |id: &str| server.desk.chat(&id.into());
    eventually("the queue is read", || async { chat(&waits).is_some() && chat(&taken).is_some() }).await;
    assert_eq!(chat(&taken).and_then(|chat| chat.agent), Some(user.id.clone()));
    // Their login holds over the restart too.
    let mut browser = Browser { address: server.address.clone(), ..browser };
    browser.lines = Browser::new(&server).lines;
    assert_eq!(browser.get("/api/me").await.status, 200);
    eventually("the lease ends", || async {
        server.clock.advance(Duration::from_secs(1));
        chat(&taken).is_some_and(|chat| chat.agent.is_none() && chat.handoff.back)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_revoked_is_gone_at_once_and_their_chats_are_free() {
    let server = Server::start().await;
    let (_, mut admin) = Browser::of(&server, "root", Role::Admin).await;
    let mut ann = Agent::of(&server, "ann", Role::Agent).await;
    let (_shopper, chat) = waiting(&server).await;
    ann.claims(&chat).await;
    let revoked = admin.post(&format!("/api/people/{}/revoke", ann.user.id), &json!({})).await;
    assert_eq!(revoked.status, 200, "{revoked:?}");
    let bye = ann.frame(|frame| frame["type"] == "bye").await;
    assert_eq!(bye["code"], 4504);
    eventually("the chat is free", || async {
        server.desk.chat(&chat.as_str().into()).is_some_and(|chat| chat.agent.is_none())
    })
    .await;
}

// Every frame as every role: what the table denies is denied, what it allows reaches the desk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_role_table_holds_for_every_frame() {
    let server = Server::start().await;
    let (_shopper, chat) = waiting(&server).await;
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for role in Role::ALL {
        let mut who = Agent::of(&server, role.name(), role).await;
        let mut check = async |right: Right, name: &'static str, frame: Value| {
            let mut frame = frame;
            let id = format!("{name}-{}", role.name());
            (frame["id"], frame["client_id"]) = (json!(id), json!(id));
            who.sends(frame);
            let answer = who.frame(|frame| frame["re"] == id.as_str()).await;
            let denied = answer["message"].as_str().is_some_and(|words| words.contains("may not do this"));
            assert_eq!(denied, !may(role, right), "{name} as {}: {answer}", role.name());
            *seen.entry(name).or_default() += 1;
        };
        let on = |kind: &str, more: Value| {
            let mut frame = json!({ "type": kind, "conversation": chat });
            for (key, value) in more.as_object().expect("an object") {
                frame[key] = value.clone();
            }
            frame
        };
        let body = json!({ "body": { "kind": "text", "text": "words" } });
        check(Right::Watch, "watch", on("watch", json!({}))).await;
        check(Right::Fetch, "fetch", on("fetch", json!({ "from": 1, "to": 2 }))).await;
        check(Right::Claim, "claim", on("act", json!({ "act": "claim" }))).await;
        check(Right::Say, "say", on("say", body)).await;
        check(Right::Note, "note", on("note", json!({ "text": "words" }))).await;
        check(Right::Label, "label", on("act", json!({ "act": "label", "labels": ["a"] }))).await;
        check(Right::Priority, "priority", on("act", json!({ "act": "priority", "priority": "high" }))).await;
        check(Right::Transfer, "transfer", on("act", json!({ "act": "transfer", "team": "orders" }))).await;
        check(Right::Release, "release", on("act", json!({ "act": "release" }))).await;
        check(Right::ToBot, "to_bot", on("act", json!({ "act": "to_bot" }))).await;
        check(Right::Resolve, "resolve", on("act", json!({ "act": "resolve" }))).await;
    }
    assert!(seen.values().all(|count| *count == Role::ALL.len()));
    // Frames without an answer: a refusal is the only one they can have.
    let mut viewer = Agent::of(&server, "looker", Role::Viewer).await;
    for frame in [
        json!({ "type": "typing", "conversation": chat, "on": true }),
        json!({ "type": "read", "conversation": chat, "seq": 1 }),
        json!({ "type": "presence", "state": "online" }),
    ] {
        viewer.sends(frame);
        let refused = viewer.frame(|frame| frame["type"] == "error").await;
        assert_eq!(refused["code"], "not_found");
    }
    assert!(RIGHTS.len() >= 27);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn typing_and_reading_show_on_both_sides_and_viewers_see_one_another() {
    let server = Server::start().await;
    let mut ann = Agent::of(&server, "ann", Role::Agent).await;
    let mut bob = Agent::of(&server, "bob", Role::Agent).await;
    let (mut shopper, chat) = waiting(&server).await;
    ann.watches(&chat).await;
    bob.watches(&chat).await;
    ann.frame(|frame| frame["kind"] == "viewing" && frame["agents"].as_array().is_some_and(|who| who.len() == 2)).await;
    ann.claims(&chat).await;
    ann.hears("").await;
    shopper.sees_phase("with_agent").await;
    shopper.sends(json!({ "type": "typing", "on": true })).await;
    let typing = ann.frame(|frame| frame["kind"] == "typing").await;
    assert_eq!(
        (typing["conversation"].as_str(), typing["by"]["role"].as_str()),
        (Some(chat.as_str()), Some("shopper"))
    );
    // Whoever has not the chat is not shown to the shopper.
    bob.sends(json!({ "type": "typing", "conversation": chat, "on": true }));
    ann.frame(|frame| frame["kind"] == "typing" && frame["by"]["name"] == "bob").await;
    ann.sends(json!({ "type": "typing", "conversation": chat, "on": true }));
    let shown = shopper.frame(|frame| frame["type"] == "passing" && frame["kind"] == "typing").await;
    assert_eq!(shown["by"]["name"], "ann");
    ann.says(&chat, "hello").await;
    ann.hears("hello").await;
    ann.sends(json!({ "type": "read", "conversation": chat, "seq": 2 }));
    let receipt = shopper.frame(|frame| frame["kind"] == "receipt").await;
    assert_eq!((receipt["role"].as_str(), receipt["read"].as_u64()), (Some("agent"), Some(2)));
}
