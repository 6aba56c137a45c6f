//! Every frame once, as it stands on the wire. The Rust side parses and writes them here; the TypeScript side gets them as
//! `web-widget/src/shared/golden.ts`, where the compiler and a test hold them against its own types and its reducer.

use std::path::Path;

use super::*;

const CLIENT: [&str; 16] = [
    r#"{"type":"hello","locale":"en","page":"https://shop.example/","client":{"name":"widget","version":"1"}}"#,
    r#"{"type":"hello","token":"v1.a.b","resume":{"epoch":"e.0","seq":2,"at":"2026-11-22T13:49:47.050Z"}}"#,
    r#"{"type":"say","id":"1","client_id":"a","body":{"kind":"text","text":"where is my parcel?"}}"#,
    r#"{"type":"say","id":"2","client_id":"b","body":{"kind":"choice","of":"c.2","index":0}}"#,
    r#"{"type":"received","seq":4}"#,
    r#"{"type":"read","seq":4}"#,
    r#"{"type":"fetch","id":"3","from":1,"to":100}"#,
    r#"{"type":"typing","on":true}"#,
    r#"{"type":"pong","n":7}"#,
    r#"{"type":"act","id":"4","client_id":"d","act":"human"}"#,
    r#"{"type":"act","id":"5","client_id":"e","act":"rate","score":5,"comment":"quick"}"#,
    r#"{"type":"act","id":"6","client_id":"f","act":"helped","of":"c.2","yes":true}"#,
    r#"{"type":"act","id":"7","client_id":"g","act":"leave_contact","email":"ann@example.com"}"#,
    r#"{"type":"act","id":"8","client_id":"h","act":"end"}"#,
    r#"{"type":"act","id":"9","client_id":"i","act":"erase"}"#,
    r#"{"type":"act","id":"10","client_id":"j","act":"export"}"#,
];

fn entry(seq: u64, event: Event) -> Entry {
    Entry { seq, epoch: "e.0".into(), at: "2026-11-22T13:49:47.050Z".into(), event }
}

fn said(message: &str, role: Role, client_id: Option<&str>, body: SaidBody) -> Event {
    let (name, ai) = if role == Role::Bot { ("Pine", true) } else { ("", false) };
    let by = Speaker { role, name: name.into(), ai };
    Event::Said { message: message.into(), by, client_id: client_id.map(String::from), body }
}

fn words(text: &str) -> SaidBody {
    SaidBody::Text {
        text: text.into(),
        quick_replies: vec![],
        card: None,
        cards: vec![],
        citations: vec![],
        choice: None,
    }
}

fn answer() -> SaidBody {
    let link = |title: &str| CardButton { title: title.into(), url: "https://shop.example/t/1".into() };
    let card = Card { title: "Blue mug".into(), text: None, image: None, buttons: vec![link("Track parcel")] };
    let sand = Card {
        title: "Sand mug".into(),
        text: Some("€14.00".into()),
        image: Some("https://shop.example/img/mug.svg".into()),
        buttons: vec![link("View it")],
    };
    let citation = Citation { article: "a".into(), title: "A".into(), anchor: "a-1".into(), url: None };
    let button = QuickReply { title: "That helped".into(), url: None };
    SaidBody::Text {
        text: "On its way.".into(),
        quick_replies: vec![button],
        card: Some(card.clone()),
        cards: vec![card, sand],
        citations: vec![citation],
        choice: None,
    }
}

fn pressed() -> SaidBody {
    let choice = Some(Choice { of: "c.2".into(), index: 0 });
    let SaidBody::Text { quick_replies, card, cards, citations, .. } = words("");
    SaidBody::Text { text: "That helped".into(), quick_replies, card, cards, citations, choice }
}

fn welcome() -> ServerFrame {
    ServerFrame::Welcome(Box::new(Welcome {
        token: "v1.a.b".into(),
        visitor: "v".into(),
        conversation: Some("c".into()),
        epoch: "e.0".into(),
        head: 0,
        resumed: false,
        assistant: Assistant { name: "Pine".into(), disclosure: "You talk with an automated assistant.".into() },
        limits: Limits { text: 8000, in_flight: 8 },
        heartbeat: Heartbeat { ping_ms: 15_000, dead_ms: 45_000 },
        people: People { open: false, wait_seconds: None, reply_by: None },
    }))
}

fn log() -> Vec<ServerFrame> {
    let events = [
        said("c.1", Role::Shopper, Some("a"), words("where is my parcel?")),
        said("c.2", Role::Bot, None, answer()),
        said("c.3", Role::Shopper, Some("b"), pressed()),
        Event::Helped { of: "c.2".into(), yes: true },
        Event::Phase { phase: Phase::Waiting, reason: Some("asked".into()) },
        Event::Assigned { agent: Some("Ann".into()) },
        Event::Phase { phase: Phase::WithAgent, reason: None },
        Event::Rated { score: 5, comment: Some("quick".into()) },
        Event::Phase { phase: Phase::Closed, reason: Some("ended".into()) },
        Event::Phase { phase: Phase::Bot, reason: Some("reopened".into()) },
        Event::Redacted,
    ];
    events.into_iter().zip(1..).map(|(event, seq)| ServerFrame::Event(entry(seq, event))).collect()
}

fn server() -> Vec<ServerFrame> {
    let at = || "2026-11-22T13:49:47.050Z".to_owned();
    let ack = ServerFrame::Ack {
        re: "1".into(),
        client_id: "a".into(),
        message: "c.1".into(),
        seq: 1,
        at: at(),
        duplicate: false,
    };
    let bot = Speaker { role: Role::Bot, name: "Pine".into(), ai: true };
    let refusal = Refusal {
        re: Some("1".into()),
        code: Code::RateLimited,
        message: "too many messages at once".into(),
        retry: true,
        after_ms: Some(2_000),
    };
    let first = entry(1, said("c.1", Role::Shopper, Some("a"), words("where is my parcel?")));
    let mut frames = vec![welcome(), ack];
    frames.extend(log());
    frames.extend([
        ServerFrame::Batch { re: "3".into(), epoch: "e.0".into(), head: 11, events: vec![first] },
        ServerFrame::Passing(Passing::Typing { by: bot, on: true }),
        ServerFrame::Passing(Passing::Delta { message: "c.12".into(), index: 0, text: "On ".into() }),
        ServerFrame::Passing(Passing::Queue { place: 2, wait_seconds: Some(90) }),
        ServerFrame::Passing(Passing::Receipt { role: Role::Agent, received: 3, read: 2 }),
        ServerFrame::Ping { n: 7 },
        ServerFrame::Error(refusal),
        ServerFrame::Reset { epoch: "e.1".into(), head: 11, why: "what was said before was erased".into() },
        ServerFrame::Drain { within_ms: 5_000 },
        ServerFrame::Bye { code: 1012, why: "the server restarts".into(), retry: true, after_ms: None },
    ]);
    frames
}

fn typescript() -> String {
    let server: Vec<String> = server().iter().map(|frame| serde_json::to_string(frame).expect("JSON")).collect();
    let list = |name: &str, kind: &str, frames: &[String]| {
        let lines: String = frames.iter().map(|frame| format!("  {frame},\n")).collect();
        format!("\nexport const {name}: {kind}[] = [\n{lines}];\n")
    };
    format!(
        "// Every frame of chat.v1 once, written from src/gateway/protocol/golden.rs by the test that compares them; run it\n\
         // with FRONTDESK_WRITE_TYPES=1 to write this file again.\n\
         import type {{ ClientFrame, ServerFrame }} from \"./protocol\";\n{}{}",
        list("clientFrames", "ClientFrame", &CLIENT.map(String::from)),
        list("serverFrames", "ServerFrame", &server),
    )
}

#[test]
fn every_frame_of_a_client_is_read() {
    for text in CLIENT {
        let read: Result<ClientFrame, _> = serde_json::from_str(text);
        assert!(read.is_ok(), "{text}: {read:?}");
    }
}

#[test]
fn the_typescript_client_has_the_same_frames() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("web-widget/src/shared/golden.ts");
    let expected = typescript();
    if std::env::var_os("FRONTDESK_WRITE_TYPES").is_some() {
        std::fs::write(&path, &expected).expect("the file can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, expected, "run this test once with FRONTDESK_WRITE_TYPES=1");
}
