//! Peers that a WebSocket library would not let one be.

use std::time::Duration;

use anyhow::{Context, ensure};
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;

use crate::cli::selftest::server::now;
use crate::cli::selftest::wire::{is, seq};

/// No peer here is kept waiting for longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bytes of one fragment, and how many make 56 MiB.
const FRAGMENT: u16 = 16 * 1024;
const FRAGMENTS: usize = 56 * 64;

/// Bytes of a flood that may leave before its sender hears of the end: what both kernels buffer, and some.
const MAY_LEAVE: usize = 16 << 20;

/// The receive buffer of a peer that never reads: the smaller, the sooner the server has nowhere to write to.
const RECEIVE_BUFFER: u32 = 4096;

/// Sends `head` and no end of it, a byte a second if it is to `trickle`. The time until the server has closed.
pub(super) async fn half_head(address: String, head: &'static str, trickle: bool) -> anyhow::Result<Duration> {
    let mut stream = TcpStream::connect(&address).await?;
    let start = now();
    stream.write_all(head.as_bytes()).await?;
    while start.elapsed() < PATIENCE {
        if trickle && stream.write_all(b"x").await.is_err() {
            return Ok(start.elapsed());
        }
        let mut answer = [0; 256];
        // A status line that says why is fine; what counts is the end.
        let read = tokio::time::timeout(Duration::from_secs(1), stream.read(&mut answer)).await;
        if let Ok(Ok(0) | Err(_)) = read {
            return Ok(start.elapsed());
        }
    }
    Ok(start.elapsed())
}

/// Opens a socket and never says hello. The time until the server has closed.
pub(super) async fn no_hello(address: &str) -> anyhow::Result<Duration> {
    let stream = TcpStream::connect(address).await?;
    let mut stream = upgrade(stream, address).await?;
    let start = now();
    let mut rest = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
    // An end and a reset are the same here.
    drop(read.context("a socket without hello stays open")?);
    Ok(start.elapsed())
}

/// Sends one message of 56 MiB in fragments without having said hello. The KiB that left before the server cut it off.
pub(super) async fn fragments(address: String) -> anyhow::Result<usize> {
    let stream = TcpStream::connect(&address).await?;
    let mut stream = upgrade(stream, &address).await?;
    let mut left = 0_usize;
    let flood = async {
        for number in 0..FRAGMENTS {
            // The first fragment says that it is text, the others that they go on; none that it is the last.
            let operation = if number == 0 { 0x01 } else { 0x00 };
            if stream.write_all(&frame(operation, &[b'x'; FRAGMENT as usize])).await.is_err() {
                return;
            }
            left += usize::from(FRAGMENT);
        }
    };
    tokio::time::timeout(PATIENCE, flood).await.context("a flood neither ended nor was cut off")?;
    ensure!(left < MAY_LEAVE, "{} MiB of one message were taken from an unknown peer", left >> 20);
    Ok(left >> 10)
}

/// A peer that greets and then reads nothing.
pub(super) struct Deaf(TcpStream);

impl Deaf {
    pub(super) async fn enter(address: &str, token: &str) -> anyhow::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
        let stream = socket.connect(address.parse()?).await?;
        let mut stream = upgrade(stream, address).await?;
        let hello = json!({ "type": "hello", "token": token }).to_string();
        stream.write_all(&frame(0x81, hello.as_bytes())).await?;
        Ok(Self(stream))
    }

    /// Reads at last: what is still there is the beginning of the log without holes, not more than `head` events, and
    /// then nothing.
    pub(super) async fn check_prefix(self, head: u64) -> anyhow::Result<()> {
        let mut last = 0;
        let mut socket = WebSocketStream::from_raw_socket(self.0, Role::Client, None).await;
        loop {
            let next = tokio::time::timeout(PATIENCE, socket.next()).await.context("a dead socket does not end")?;
            let Some(Ok(message)) = next else { break };
            let Message::Text(text) = message else { continue };
            let frame: Value = serde_json::from_str(&text)?;
            if is(&frame, "event") {
                ensure!(seq(&frame["seq"]) == last + 1, "a hole on a slow socket: {} after {last}", frame["seq"]);
                last += 1;
            }
        }
        ensure!(last < head, "a socket that was never read was sent everything: the test is too small");
        Ok(())
    }

    /// Reads until the end and returns the last frame.
    pub(super) async fn last_frame(self) -> anyhow::Result<Value> {
        let mut socket = WebSocketStream::from_raw_socket(self.0, Role::Client, None).await;
        let mut last = Value::Null;
        while let Some(Ok(message)) = socket.next().await {
            if let Message::Text(text) = message {
                last = serde_json::from_str(&text)?;
            }
        }
        Ok(last)
    }
}

// The request that makes a connection a WebSocket, by hand.
async fn upgrade(mut stream: TcpStream, address: &str) -> anyhow::Result<TcpStream> {
    let head = format!(
        "GET /v1/ws HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat.v1\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    // Byte by byte, so that nothing of the first frame is taken away; a head has a few hundred.
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        ensure!(answer.len() < 4096, "the server's head does not end");
        let byte = tokio::time::timeout(PATIENCE, stream.read_u8()).await.context("the server does not answer")?;
        answer.push(byte.context("the server closed instead of answering")?);
    }
    ensure!(answer.starts_with(b"HTTP/1.1 101"), "no upgrade: {}", String::from_utf8_lossy(&answer));
    Ok(stream)
}

// A client's frame up to 64 KiB, under a mask of zeros, which leaves it as it is.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match u8::try_from(payload.len()) {
        Ok(short) if short < 126 => bytes.push(0x80 | short),
        _ => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(payload.len()).unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend_from_slice(payload);
    bytes
}
