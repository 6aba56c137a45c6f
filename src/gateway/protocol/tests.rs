use std::fmt::Write as _;
use std::path::Path;

use ts_rs::{Config, TS};

use super::*;

fn typescript() -> String {
    let config = Config::default();
    let mut text = String::from(
        "// chat.v1 in TypeScript, written from src/gateway/protocol.rs. A test fails when the two differ; run it with\n\
         // FRONTDESK_WRITE_TYPES=1 to write this file again.\n",
    );
    macro_rules! write_types {
        ($($name:ty),* $(,)?) => {
            $(
                let declaration = <$name as TS>::decl(&config);
                // Writing to a String cannot fail.
                let _ = write!(text, "\nexport {declaration}\n");
            )*
        };
    }
    write_types!(
        ClientFrame,
        Hello,
        Resume,
        ClientInfo,
        SayBody,
        Act,
        ServerFrame,
        Refusal,
        Code,
        Welcome,
        Assistant,
        Limits,
        Heartbeat,
        People,
        Entry,
        Event,
        Phase,
        Speaker,
        Role,
        SaidBody,
        QuickReply,
        Choice,
        Card,
        CardButton,
        Citation,
        Passing,
    );
    text
}

#[test]
fn the_typescript_client_has_the_same_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("web-widget/src/shared/protocol.ts");
    let expected = typescript();
    if std::env::var_os("FRONTDESK_WRITE_TYPES").is_some() {
        std::fs::write(&path, &expected).expect("the file can be written");
    }
    let written = std::fs::read_to_string(&path).expect("the file is there");
    assert_eq!(written, expected, "run this test once with FRONTDESK_WRITE_TYPES=1");
}

#[test]
fn frames_are_written_as_the_protocol_says() {
    let check = |frame: &ServerFrame, expected: &str| {
        assert_eq!(serde_json::to_string(frame).expect("JSON"), expected);
    };
    check(&ServerFrame::Ping { n: 3 }, r#"{"type":"ping","n":3}"#);
    check(
        &ServerFrame::Error(Refusal {
            re: None,
            code: Code::ClientIdConflict,
            message: "no".into(),
            retry: false,
            after_ms: None,
        }),
        r#"{"type":"error","code":"client_id_conflict","message":"no","retry":false}"#,
    );
    let entry = Entry {
        seq: 1,
        epoch: "a.0".into(),
        at: "2026-11-22T13:49:47.050Z".into(),
        event: Event::Said {
            message: "c.1".into(),
            by: Speaker { role: Role::Bot, name: "Pine".into(), ai: true },
            client_id: None,
            body: SaidBody::Text {
                text: "hi".into(),
                quick_replies: Vec::new(),
                card: None,
                cards: Vec::new(),
                citations: Vec::new(),
                choice: None,
            },
        },
    };
    check(
        &ServerFrame::Event(entry),
        "{\"type\":\"event\",\"seq\":1,\"epoch\":\"a.0\",\"at\":\"2026-11-22T13:49:47.050Z\",\"event\":{\"kind\":\"said\",\
         \"message\":\"c.1\",\"by\":{\"role\":\"bot\",\"name\":\"Pine\",\"ai\":true},\"body\":{\"kind\":\"text\",\"text\":\"hi\"}}}",
    );
}
