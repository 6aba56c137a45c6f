//! `frontdesk chat`: a shopper in the terminal, through a real socket.

use std::collections::BTreeMap;

use anyhow::Context;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader, stdin};

use super::client::{Client, Door};

/// Options of `chat`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Host and port of a running server
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    server: String,
    /// Locale of the page one pretends to be on
    #[arg(long, default_value = "en")]
    locale: String,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<bool> {
    let door = Door { locale: Some(args.locale.clone()), ..Door::to(&args.server) };
    let mut client = Client::enter(&door).await.with_context(|| format!("cannot chat with {}", args.server))?;
    say!("{}", client.welcome["assistant"]["disclosure"].as_str().unwrap_or_default());
    say!("(a number presses a button, /human asks for a person, /end ends, Ctrl-D leaves)\n");
    let mut lines = BufReader::new(stdin()).lines();
    let mut buttons = Buttons::default();
    let mut said = 0_u64;
    loop {
        tokio::select! {
            line = lines.next_line() => match line? {
                Some(line) if line.trim().is_empty() => {}
                Some(line) => {
                    said += 1;
                    send(&mut client, &mut buttons, line.trim(), said).await?;
                }
                None => return leave(&mut client).await,
            },
            frame = client.next_within(std::time::Duration::from_secs(3600)) => {
                if let Some(frame) = frame? {
                    show(&frame, &mut buttons);
                }
            }
        }
    }
}

// The buttons under the last message, by the number they are shown with.
#[derive(Default)]
struct Buttons {
    message: String,
    titles: BTreeMap<usize, String>,
}

async fn send(client: &mut Client, buttons: &mut Buttons, line: &str, said: u64) -> anyhow::Result<()> {
    let client_id = format!("cli-{said}");
    match line {
        "/human" => client.act(&client_id, json!({ "act": "human" })).await,
        "/end" => client.act(&client_id, json!({ "act": "end" })).await,
        _ => match line.parse::<usize>().ok().filter(|number| buttons.titles.contains_key(number)) {
            Some(number) => {
                let id = client.new_id();
                let body = json!({ "kind": "choice", "of": buttons.message, "index": number - 1 });
                client.send(&json!({ "type": "say", "id": id, "client_id": client_id, "body": body })).await
            }
            None => client.say(&client_id, line).await,
        },
    }
}

// What was typed last is answered before one leaves, so that a script can pipe a question in.
async fn leave(client: &mut Client) -> anyhow::Result<bool> {
    let mut buttons = Buttons::default();
    while let Some(frame) = client.next_within(std::time::Duration::from_millis(500)).await? {
        show(&frame, &mut buttons);
    }
    Ok(true)
}

fn show(frame: &Value, buttons: &mut Buttons) {
    let event = &frame["event"];
    match (frame["type"].as_str(), event["kind"].as_str()) {
        (Some("event"), Some("said")) => show_said(event, buttons),
        (Some("event"), Some("phase")) => say!("  — {} —", event["phase"].as_str().unwrap_or_default()),
        (Some("error"), _) => say!("  ! {}", frame["message"].as_str().unwrap_or_default()),
        (Some("drain"), _) => say!("  ! the server is about to restart"),
        _ => {}
    }
}

fn show_said(event: &Value, buttons: &mut Buttons) {
    let role = event["by"]["role"].as_str().unwrap_or_default();
    if role == "shopper" {
        return;
    }
    let (name, body) = (event["by"]["name"].as_str().unwrap_or_default(), &event["body"]);
    say!("{name}: {}", body["text"].as_str().unwrap_or_default());
    for citation in body["citations"].as_array().into_iter().flatten() {
        let url = citation["url"].as_str().unwrap_or_default();
        say!("  ↳ {} {url}", citation["title"].as_str().unwrap_or_default());
    }
    event["message"].as_str().unwrap_or_default().clone_into(&mut buttons.message);
    buttons.titles.clear();
    for (index, button) in body["quick_replies"].as_array().into_iter().flatten().enumerate() {
        let title = button["title"].as_str().unwrap_or_default();
        say!("  [{}] {title}", index + 1);
        buttons.titles.insert(index + 1, title.to_owned());
    }
}
