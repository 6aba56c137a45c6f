//! Clients that mean harm, or are just broken.

use std::time::Duration;

use frontdesk::cli::client::{Door, open};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::support::{PATIENCE, Server, Shopper, eventually};

type Socket = tokio_tungstenite::WebSocketStream<tokio::net::TcpStream>;

async fn socket(server: &Server) -> Socket {
    open(&server.address, Some(&format!("http://{}", server.address))).await.expect("a socket")
}

// The code of the `bye` and of the close frame, whichever come.
async fn end(socket: &mut Socket) -> (Option<u64>, Option<u16>) {
    let (mut bye, mut close) = (None, None);
    let read = async {
        while let Some(Ok(message)) = socket.next().await {
            match message {
                Message::Text(text) => {
                    let frame: serde_json::Value = serde_json::from_str(&text).expect("JSON");
                    if frame["type"] == "bye" {
                        bye = frame["code"].as_u64();
                    }
                }
                Message::Close(frame) => close = frame.map(|frame| u16::from(frame.code)),
                _ => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, read).await.expect("the socket ends");
    (bye, close)
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_greetings_end_the_socket_with_a_reason() {
    let server = Server::start().await;
    let check = async |frame: Message, code: u64| {
        let mut socket = socket(&server).await;
        socket.send(frame.clone()).await.expect("sent");
        let (bye, close) = end(&mut socket).await;
        assert_eq!((bye, close.map(u64::from)), (Some(code), Some(code)), "{frame:?}");
    };
    check(Message::text("not json"), 4500).await;
    check(Message::text(json!({ "type": "typing", "on": true }).to_string()), 4500).await;
    check(Message::text(json!({ "type": "hello", "page": "x".repeat(5000) }).to_string()), 4500).await;
    check(Message::binary(vec![1, 2, 3]), 4500).await;
    check(Message::text(json!({ "type": "hello", "token": "v1.forged.forged" }).to_string()), 4400).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_greeting_or_its_protocol_a_socket_does_not_stay() {
    let server = Server::start().await;
    let mut silent = socket(&server).await;
    let mover = server.keep_moving();
    assert_eq!(end(&mut silent).await.0, Some(4408));
    mover.abort();
    let request = format!(
        "GET /v1/ws HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\norigin: http://{}\r\n\r\n",
        server.address
    );
    let mut stream = tokio::net::TcpStream::connect(&server.address).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("written");
    let mut answer = Vec::new();
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("an end").expect("read");
    assert!(String::from_utf8_lossy(&answer).contains("4501"), "the version is named in the goodbye");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_hello_and_a_large_frame_end_the_socket() {
    let server = Server::start().await;
    for frame in [json!({ "type": "hello" }).to_string(), "x".repeat(64 * 1024 + 1)] {
        let mut socket = socket(&server).await;
        socket.send(Message::text(json!({ "type": "hello" }).to_string())).await.expect("sent");
        socket.send(Message::text(frame)).await.expect("sent");
        assert_eq!(end(&mut socket).await.0, Some(4500));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fragments_are_cut_off_at_the_limit() {
    let server = Server::start().await;
    let mut socket = socket(&server).await;
    let piece = vec![b'x'; 32 * 1024];
    let mut sent = 0;
    for n in 0..1792 {
        let opcode = if n == 0 { OpCode::Data(Data::Text) } else { OpCode::Data(Data::Continue) };
        let frame = Frame::message(piece.clone(), opcode, false);
        if socket.send(Message::Frame(frame)).await.is_err() {
            break;
        }
        sent += piece.len();
    }
    assert!(sent < 56 * 1024 * 1024, "56 MiB in fragments were taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_never_reads_delays_nobody() {
    let server = Server::start().await;
    let mut writer = server.shopper().await;
    writer.acts(json!({ "act": "human" })).await;
    let visitor = frontdesk::domain::VisitorId::from(writer.client.welcome["visitor"].as_str().expect("a visitor"));
    let mut deaf = socket(&server).await;
    let hello = json!({ "type": "hello", "token": writer.client.token() });
    deaf.send(Message::text(hello.to_string())).await.expect("sent");
    let text = "y".repeat(8000);
    for _ in 0..400 {
        assert_eq!(writer.says(&text).await["type"], "ack");
    }
    let mut other = server.shopper().await;
    other.says("hello").await;
    other.hears("How can I help").await;
    // Nothing has been read for longer than the limit: the socket is given up, and the log has everything.
    let conversation = frontdesk::domain::ConversationId::of(&visitor);
    assert!(server.desk.followers(&conversation) >= 1);
    let mover = server.keep_moving();
    eventually("the deaf reader's end", || async { server.desk.followers(&conversation) == 0 }).await;
    mover.abort();
    let mut reader = Shopper::enter(Door::to(&server.address).with_token(writer.client.token())).await;
    assert_eq!(reader.events(402).await.len(), 402);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_eight_requests_wait_in_the_socket_and_none_is_refused() {
    let server = Server::start().await;
    let mut shopper = server.shopper().await;
    shopper.acts(json!({ "act": "human" })).await;
    server.faults.hold();
    for n in 0..40 {
        shopper.client.say(&format!("m{n}"), "again").await.expect("a socket");
    }
    let early = shopper.client.next_within(Duration::from_millis(200)).await.expect("a socket");
    assert!(early.is_none_or(|frame| frame["type"] != "ack"), "no ack before the commit");
    server.faults.clear();
    for n in 0..40 {
        let ack = shopper.answer().await;
        assert_eq!((&ack["type"], &ack["client_id"]), (&json!("ack"), &json!(format!("m{n}"))));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_typing_silences_nobody() {
    let server = Server::start().await;
    let flooder = server.shopper().await;
    let flood = tokio_util::task::TaskTracker::new().spawn(async move {
        let mut flooder = flooder;
        for n in 0..20_000 {
            if flooder.client.send(&json!({ "type": "typing", "on": n % 2 == 0 })).await.is_err() {
                return;
            }
        }
    });
    let mut writer = server.shopper().await;
    writer.acts(json!({ "act": "human" })).await;
    let mut reader = Shopper::enter(Door::to(&server.address).with_token(writer.client.token())).await;
    for n in 0..20 {
        writer.says(&format!("message {n}")).await;
    }
    let events = reader.events(22).await;
    assert!(events.iter().map(|event| event["seq"].as_u64()).eq((1..=22).map(Some)));
    flood.abort();
}
