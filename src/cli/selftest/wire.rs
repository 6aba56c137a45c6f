//! What the parts of the self-test do alike on the wire.

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use crate::cli::client::{Client, Door};

/// A number as people write it: 1,842.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Whether a frame is of this type.
pub(super) fn is(frame: &Value, kind: &str) -> bool {
    frame["type"] == kind
}

/// The number of an entry, ack or head; 0 where there is none.
pub(super) fn seq(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}

/// Asks for a person and waits until that is stored.
pub(super) async fn wait_for_person(client: &mut Client) -> anyhow::Result<()> {
    client.act("human", json!({ "act": "human" })).await?;
    let answer = client.until(|frame| is(frame, "ack") || is(frame, "error")).await?;
    ensure!(is(&answer, "ack"), "asking for a person was refused: {}", answer["message"]);
    Ok(())
}

/// The next frame that is not only shown now or never: those may come anywhere.
pub(super) async fn lasting(client: &mut Client) -> anyhow::Result<Value> {
    loop {
        let frame = client.next().await?;
        if frame["type"] != "passing" {
            return Ok(frame);
        }
    }
}

/// The whole log from 1 to `head`, as `fetch` gives it, each entry checked to be the next one; `beside` is shown every
/// other frame that comes meanwhile.
pub(super) async fn fetch(
    client: &mut Client,
    head: u64,
    mut beside: impl FnMut(Value) -> anyhow::Result<()>,
) -> anyhow::Result<Vec<Value>> {
    let mut log: Vec<Value> = Vec::new();
    while (log.len() as u64) < head {
        let (id, from) = (client.new_id(), log.len() as u64 + 1);
        client.send(&json!({ "type": "fetch", "id": id, "from": from, "to": head })).await?;
        let mut batch = loop {
            let frame = client.next().await?;
            match frame["type"].as_str() {
                Some("batch") => break frame,
                Some("error") => bail!("fetch was refused: {}", frame["message"]),
                // Shown now or never, and anywhere.
                Some("passing") => {}
                _ => beside(frame)?,
            }
        };
        let Value::Array(events) = batch["events"].take() else { bail!("a batch without events") };
        ensure!(!events.is_empty(), "{from} to {head} were fetched and nothing came");
        for event in events {
            let expected = log.len() as u64 + 1;
            ensure!(
                seq(&event["seq"]) == expected,
                "a hole in what was fetched: {} in place of {expected}",
                event["seq"]
            );
            log.push(event);
        }
    }
    Ok(log)
}

/// Reads `count` events that follow `last`, in order, and returns them.
pub(super) async fn events(client: &mut Client, last: u64, count: u64) -> anyhow::Result<Vec<Value>> {
    let mut events = Vec::new();
    while (events.len() as u64) < count {
        let frame = client.next().await.with_context(|| format!("after {} of {count} events", events.len()))?;
        match frame["type"].as_str() {
            Some("event") => {
                let expected = last + events.len() as u64 + 1;
                ensure!(seq(&frame["seq"]) == expected, "a hole: {} in place of {expected}", frame["seq"]);
                events.push(frame);
            }
            Some("reset") => bail!("a reset in place of events: {}", frame["why"]),
            Some("error") => bail!("an error in place of events: {}", frame["message"]),
            _ => {}
        }
    }
    Ok(events)
}

/// A new visitor whose conversation waits for a person, so that nobody answers in between: the client, its token, and the
/// number of the last event.
pub(super) async fn waiting_visitor(address: &str) -> anyhow::Result<(Client, String, u64)> {
    let mut client = Client::enter(&Door::to(address)).await?;
    let token = client.token().to_owned();
    wait_for_person(&mut client).await?;
    // Asking stores two events: the phase, and what the desk says to it.
    events(&mut client, 0, 2).await?;
    Ok((client, token, 2))
}
