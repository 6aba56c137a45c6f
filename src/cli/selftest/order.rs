//! P2, P3 and P4: one message however often it is sent, one order for all, nothing missed.

use std::collections::BTreeSet;

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::server::{Scratch, Server};
use super::wire::{events, fetch, grouped, is, lasting, seq, waiting_visitor};
use crate::cli::client::{Client, Door};
use crate::cli::shop::Folders;

/// Sockets that send the same message, and how often each of them does.
const SENDERS: usize = 10;
const REPEATS: usize = 10;

/// Sockets that write in one conversation, and how much each of them writes.
const WRITERS: usize = 20;
const EACH_WRITES: usize = 25;

/// Clients that miss something, and how much: the most that is sent again without being asked for.
const LATE: usize = 100;
const MISSED: u64 = 1_000;

/// Every so many of the missed events is not a message.
const RATE_EVERY: u64 = 100;

/// P2: the same `client_id` over ten sockets at once is one message; another body under it is refused.
pub(super) async fn same_message_many_times(shop: &Folders) -> anyhow::Result<String> {
    let scratch = Scratch::new()?;
    let server = Server::frontdesk(shop, &scratch).await?;
    let door = Door::to(&server.address);
    // Twice: once the first message makes the conversation, once it is there already.
    let token = Client::enter(&door).await?.token().to_owned();
    storm(&door.clone().with_token(&token), "first").await.context("in a new conversation")?;
    storm(&door.with_token(&token), "second").await.context("in an old conversation")?;
    let total = SENDERS * REPEATS;
    Ok(format!(
        "2 × {total} parallel sends over {SENDERS} sockets, {total} equal acks and 1 message each, another body refused"
    ))
}

async fn storm(door: &Door, client_id: &'static str) -> anyhow::Result<()> {
    let mut senders = JoinSet::new();
    for client in enter_all(door, SENDERS).await? {
        senders.spawn(repeat(client, client_id));
    }
    let (mut answers, mut fresh) = (BTreeSet::new(), 0);
    while let Some(result) = senders.join_next().await {
        for ack in result?? {
            fresh += usize::from(ack["duplicate"] == false);
            answers.insert((ack["message"].to_string(), ack["seq"].to_string(), ack["at"].to_string()));
        }
    }
    ensure!(answers.len() == 1, "{} different acks for one message", answers.len());
    ensure!(fresh == 1, "{fresh} acks say that they stored it");
    let mut client = Client::enter(door).await?;
    client.say(client_id, "something else").await?;
    let refused = client.until(|frame| is(frame, "ack") || is(frame, "error")).await?;
    ensure!(refused["code"] == "client_id_conflict", "another body under the same client_id: {refused}");
    let mut reader = Client::enter(door).await?;
    let head = seq(&reader.welcome["head"]);
    let log = fetch(&mut reader, head, |_| Ok(())).await?;
    let stored = log.iter().filter(|entry| entry["event"]["client_id"] == client_id).count();
    ensure!(stored == 1, "the message is in the log {stored} times");
    Ok(())
}

async fn repeat(mut client: Client, client_id: &str) -> anyhow::Result<Vec<Value>> {
    for _ in 0..REPEATS {
        client.say(client_id, "the same every time").await?;
    }
    let mut acks = Vec::new();
    while acks.len() < REPEATS {
        let frame = lasting(&mut client).await?;
        match frame["type"].as_str() {
            Some("ack") => acks.push(frame),
            Some("error") => bail!("a repetition was refused: {}", frame["message"]),
            _ => {}
        }
    }
    Ok(acks)
}

/// P3: many write in one conversation at once; all see the same, without holes, and no ack after a later event.
pub(super) async fn one_order(shop: &Folders) -> anyhow::Result<String> {
    let scratch = Scratch::new()?;
    let server = Server::frontdesk(shop, &scratch).await?;
    let (client, token, before) = waiting_visitor(&server.address).await?;
    drop(client);
    let door = Door::to(&server.address).with_token(&token);
    let mut writers = JoinSet::new();
    for (index, client) in enter_all(&door, WRITERS).await?.into_iter().enumerate() {
        writers.spawn(write_and_read(client, index, before));
    }
    let mut seen: Option<Vec<Value>> = None;
    while let Some(result) = writers.join_next().await {
        let log = result??;
        if let Some(seen) = &seen {
            ensure!(*seen == log, "two readers saw different logs");
        }
        seen = Some(log);
    }
    let mut reader = Client::enter(&door).await?;
    let head = seq(&reader.welcome["head"]);
    let stored = fetch(&mut reader, head, |_| Ok(())).await?;
    let seen: Vec<Value> = seen.unwrap_or_default().into_iter().map(without_type).collect();
    ensure!(stored == seen, "what is stored is not what the readers saw");
    let count = grouped(WRITERS * EACH_WRITES);
    Ok(format!(
        "{WRITERS} sockets wrote {count} messages into one conversation at once, all saw the same order, 0 holes"
    ))
}

async fn write_and_read(mut client: Client, index: usize, before: u64) -> anyhow::Result<Vec<Value>> {
    for number in 0..EACH_WRITES {
        client.say(&format!("w{index}-{number}"), &format!("message {number} of writer {index}")).await?;
    }
    let head = before + (WRITERS * EACH_WRITES) as u64;
    let (mut log, mut acked): (Vec<Value>, usize) = (Vec::new(), 0);
    while (log.len() as u64) < head || acked < EACH_WRITES {
        let frame = lasting(&mut client).await?;
        let last = log.len() as u64;
        match frame["type"].as_str() {
            Some("ack") => {
                // Within one writer's own messages the order is the one they were sent in.
                let expected = format!("w{index}-{acked}");
                ensure!(frame["client_id"] == *expected, "the ack of {} in place of {expected}", frame["client_id"]);
                ensure!(seq(&frame["seq"]) >= last, "event {last} came before the ack of {}", frame["seq"]);
                acked += 1;
            }
            Some("event") => {
                ensure!(seq(&frame["seq"]) == last + 1, "a hole: {} after {last}", frame["seq"]);
                log.push(frame);
            }
            Some("error" | "reset") => bail!("the server answered {frame}"),
            _ => {}
        }
    }
    Ok(log)
}

/// P4: whoever missed 1,000 events gets each of them once; whoever missed more is told so and fetches.
pub(super) async fn nothing_missed(shop: &Folders) -> anyhow::Result<String> {
    let scratch = Scratch::new()?;
    let server = Server::frontdesk(shop, &scratch).await?;
    let (mut client, token, before) = waiting_visitor(&server.address).await?;
    client.say_and_wait("known", "what every client has").await?;
    let known = events(&mut client, before, 1).await?.pop().context("no event")?;
    let door = Door::to(&server.address).with_token(&token);
    fill(&mut client, before + 1, MISSED).await?;
    let (epoch, at) = (known["epoch"].as_str().unwrap_or_default(), known["at"].as_str().unwrap_or_default());
    let back = door.clone().resuming(epoch, before + 1, at);
    let mut late = JoinSet::new();
    for _ in 0..LATE {
        late.spawn(catch_up(back.clone(), before + 1));
    }
    while let Some(result) = late.join_next().await {
        result??;
    }
    client.say_and_wait("one more", "and one more").await?;
    for (door, why) in [
        (back, "1,001 were missed"),
        (door.clone().resuming("another.0", 1, at), "the epoch is another"),
        (door.clone().resuming(epoch, before + 1, "2020-01-01T00:00:00Z"), "the event is another"),
        (door.resuming(epoch, before + MISSED + 100, at), "the log is shorter"),
    ] {
        reset_and_fetch(&door, before + 1 + MISSED + 1).await.with_context(|| why.to_owned())?;
    }
    let (missed, total) = (grouped(1_000), grouped(LATE * 1_000));
    Ok(format!(
        "{LATE} clients missed {missed} events each, {total} came once and in order, 4 of 4 resets told and fetched"
    ))
}

// Messages, and a rating now and then, because changes of state must not be missed either.
async fn fill(client: &mut Client, last: u64, count: u64) -> anyhow::Result<()> {
    for number in 1..=count {
        let client_id = format!("m{number}");
        if number.is_multiple_of(RATE_EVERY) {
            client.act(&client_id, json!({ "act": "rate", "score": 5 })).await?;
            // Read along, so that neither side's buffers fill up.
            events(client, last + number - RATE_EVERY, RATE_EVERY).await?;
        } else {
            client.say(&client_id, "one of those that are missed").await?;
        }
    }
    Ok(())
}

async fn catch_up(door: Door, last: u64) -> anyhow::Result<()> {
    let mut client = Client::enter(&door).await?;
    ensure!(client.welcome["resumed"] == true, "1,000 events behind is not resumed");
    let missed = events(&mut client, last, MISSED).await?;
    let rated = missed.iter().filter(|event| event["event"]["kind"] == "rated").count() as u64;
    ensure!(rated == MISSED / RATE_EVERY, "{rated} ratings of {}", MISSED / RATE_EVERY);
    // What is asked for now must come next: nothing was sent twice.
    client.say("known", "what every client has").await?;
    let next = lasting(&mut client).await?;
    ensure!(is(&next, "ack") && next["duplicate"] == true, "after the last event came {next}");
    Ok(())
}

async fn reset_and_fetch(door: &Door, head: u64) -> anyhow::Result<()> {
    let mut client = Client::enter(door).await?;
    ensure!(client.welcome["resumed"] == false, "a client that cannot be resumed was told that it is");
    let next = client.next().await?;
    ensure!(is(&next, "reset") && seq(&next["head"]) == head, "in place of a reset to {head} came {next}");
    let log = fetch(&mut client, head, |frame| bail!("after a reset came {frame}")).await?;
    ensure!(log.len() as u64 == head, "{} of {head} events were fetched", log.len());
    Ok(())
}

async fn enter_all(door: &Door, count: usize) -> anyhow::Result<Vec<Client>> {
    let mut clients = Vec::new();
    for _ in 0..count {
        clients.push(Client::enter(door).await?);
    }
    Ok(clients)
}

// An event as it stands in a batch.
fn without_type(mut event: Value) -> Value {
    if let Some(fields) = event.as_object_mut() {
        fields.remove("type");
    }
    event
}
