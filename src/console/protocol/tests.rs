//! desk.v1 in TypeScript, and a few frames as they stand on the wire.

use std::fmt::Write as _;
use std::path::Path;

use ts_rs::{Config, TS};

use super::*;
use crate::wire::parse;

fn typescript() -> String {
    let config = Config::default();
    let mut text = String::from(
        "// desk.v1 in TypeScript, written from src/console/protocol.rs. A test fails when the two differ; run it with\n\
         // FRONTDESK_WRITE_TYPES=1 to write this file again.\n\n\
         import type { Event, Phase, Refusal } from \"./protocol\";\n",
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
        DeskClientFrame,
        LogEnd,
        Log,
        DeskBody,
        DeskAct,
        DeskPresence,
        DeskServerFrame,
        DeskUser,
        DeskPerson,
        Colleague,
        DeskHeartbeat,
        DeskLimits,
        Counts,
        Row,
        DeskEntry,
        StaffEvent,
    );
    text
}

#[test]
fn the_typescript_console_has_the_same_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("web-widget/src/shared/desk.ts");
    let expected = typescript();
    if std::env::var_os("FRONTDESK_WRITE_TYPES").is_some() {
        std::fs::write(&path, &expected).expect("the file can be written");
    }
    let written = std::fs::read_to_string(&path).expect("the file is there");
    assert_eq!(written, expected, "run this test once with FRONTDESK_WRITE_TYPES=1");
}

#[test]
fn frames_are_read_as_the_protocol_says() {
    let check = |text: &str, expected: DeskClientFrame| {
        assert_eq!(parse::<DeskClientFrame>(text).expect(text), expected);
    };
    let ids = || ("1".to_owned(), "a".to_owned(), "c".to_owned());
    let act = |act: DeskAct| {
        let (id, client_id, conversation) = ids();
        DeskClientFrame::Act { id, client_id, conversation, act }
    };
    check(
        r#"{"type":"act","id":"1","client_id":"a","conversation":"c","act":"claim"}"#,
        act(DeskAct::Claim { version: None }),
    );
    check(r#"{"type":"act","id":"1","client_id":"a","conversation":"c","act":"to_bot"}"#, act(DeskAct::ToBot));
    check(
        r#"{"type":"act","id":"1","client_id":"a","conversation":"c","act":"transfer","team":"orders"}"#,
        act(DeskAct::Transfer { agent: None, team: Some("orders".into()) }),
    );
    check(
        r#"{"type":"act","id":"1","client_id":"a","conversation":"c","act":"priority","priority":"urgent"}"#,
        act(DeskAct::Priority { priority: crate::domain::Priority::Urgent }),
    );
    check(r#"{"type":"hello"}"#, DeskClientFrame::Hello { client: None });
    check(r#"{"type":"presence","state":"away"}"#, DeskClientFrame::Presence { state: DeskPresence::Away });
}

#[test]
fn entries_name_their_conversation_and_log() {
    let entry = DeskEntry::Staff {
        conversation: "c".into(),
        seq: 1,
        after: 2,
        epoch: "e.0".into(),
        at: "2026-11-22T13:49:47.050Z".into(),
        event: StaffEvent::Note { by: DeskPerson { id: "u".into(), name: "Ann".into() }, text: "vip".into() },
    };
    let json = serde_json::to_string(&DeskServerFrame::Event(entry)).expect("JSON");
    assert_eq!(
        json,
        "{\"type\":\"event\",\"log\":\"staff\",\"conversation\":\"c\",\"seq\":1,\"after\":2,\"epoch\":\"e.0\",\
         \"at\":\"2026-11-22T13:49:47.050Z\",\"event\":{\"kind\":\"note\",\"by\":{\"id\":\"u\",\"name\":\"Ann\"},\"text\":\"vip\"}}"
    );
}
