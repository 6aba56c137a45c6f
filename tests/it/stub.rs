//! A shop's own system over the wire, well or broken in one of the ways that are met.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

/// What the system does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Manner {
    /// Answers 200 with this.
    Answers(Value),
    /// Answers this status with a body that would do.
    Status(u16),
    /// Reads and says nothing.
    Silent,
    /// Closes with a reset before it has read.
    Resets,
    /// Answers 200 with something that is not JSON.
    Babbles,
    /// Sends one byte a second.
    Trickles,
    /// Sends a head without end.
    EndlessHead,
    /// Sends a body without end.
    EndlessBody,
    /// Sends elsewhere.
    Redirects(String),
    /// Sends an answer of this many bytes.
    Large(usize),
    /// Closes in the middle of the answer.
    StopsHalfway,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// A running stub; it ends with its owner.
pub(crate) struct Stub {
    pub(crate) url: String,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

struct Shared {
    manner: Mutex<Manner>,
    requests: Mutex<Vec<Request>>,
    connections: Mutex<usize>,
}

impl Stub {
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let url = format!("http://{}/orders", listener.local_addr().expect("an address"));
        let shared =
            Arc::new(Shared { manner: Mutex::new(manner), requests: Mutex::default(), connections: Mutex::default() });
        let listening = TaskTracker::new().spawn(listen(listener, Arc::clone(&shared)));
        Self { url, shared, listening }
    }

    pub(crate) fn becomes(&self, manner: Manner) {
        *self.shared.manner.lock().expect("a lock") = manner;
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().expect("a lock").clone()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.shared.connections.lock().expect("a lock")
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    let tasks = TaskTracker::new();
    while let Ok((socket, _)) = listener.accept().await {
        *shared.connections.lock().expect("a lock") += 1;
        let shared = Arc::clone(&shared);
        // The other side may be gone at any time; that is what the tests are about.
        tasks.spawn(async move { drop(serve(socket, &shared).await) });
    }
}

async fn serve(mut socket: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let manner = shared.manner.lock().expect("a lock").clone();
    if matches!(manner, Manner::Resets) {
        // What was sent and not read makes the system close with a reset.
        return socket.readable().await;
    }
    let request = read(&mut socket).await?;
    shared.requests.lock().expect("a lock").push(request);
    let fine = r#"{"outcome":"found","data":{"email":"ann@example.com","status":"shipped"}}"#;
    match manner {
        Manner::Answers(json) => socket.write_all(answer(200, "", &json.to_string()).as_bytes()).await?,
        Manner::Status(status) => socket.write_all(answer(status, "", fine).as_bytes()).await?,
        Manner::Silent => std::future::pending().await,
        Manner::Resets => {}
        Manner::Babbles => socket.write_all(answer(200, "", "<html>Bad gateway</html>").as_bytes()).await?,
        Manner::Redirects(to) => {
            socket.write_all(answer(307, &format!("location: {to}\r\n"), "").as_bytes()).await?;
        }
        Manner::Large(bytes) => {
            let long = format!("{}{}", fine, " ".repeat(bytes));
            socket.write_all(answer(200, "", &long).as_bytes()).await?;
        }
        Manner::StopsHalfway => {
            let whole = answer(200, "", fine);
            socket.write_all(&whole.as_bytes()[..whole.len() - 10]).await?;
        }
        Manner::Trickles => {
            for byte in answer(200, "", fine).into_bytes() {
                socket.write_all(&[byte]).await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        Manner::EndlessHead => {
            socket.write_all(b"HTTP/1.1 200 OK\r\n").await?;
            loop {
                socket.write_all(b"x-more: and more\r\n").await?;
            }
        }
        Manner::EndlessBody => {
            socket.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
            loop {
                socket.write_all(b"10\r\n                \r\n").await?;
            }
        }
    }
    socket.shutdown().await
}

/// An answer as it goes over the wire.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} Status\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}", body.len())
}

/// Reads a request to its end.
pub(crate) async fn read(socket: &mut TcpStream) -> std::io::Result<Request> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if socket.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let headers: BTreeMap<String, String> = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
    while bytes.len() < head_end + length {
        if socket.read_buf(&mut bytes).await? == 0 {
            break;
        }
    }
    Ok(Request { headers, body: bytes[head_end..].to_vec() })
}
