//! A language model's API over the wire: one that answers, or is broken in one of the ways that are met.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use crate::stub::{Request, answer, read};

/// What the API does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Manner {
    /// Streams these pieces, counts its tokens and ends.
    Says(Vec<String>),
    /// Streams these pieces and then hangs.
    Hangs(Vec<String>),
    /// Streams these pieces and then a word every third of a second, for ever.
    Drips(Vec<String>),
    /// Answers with this JSON text, whole.
    SaysWhole(Value),
    /// Reads and says nothing.
    Silent,
    /// Answers this status, and when to come again in seconds.
    Status(u16, Option<u64>),
    /// Closes with a reset before it has read.
    Resets,
    /// Answers 200 with something that is neither a stream nor JSON.
    Babbles,
    /// Sends one byte a second.
    Trickles,
    /// Says this piece again and again.
    NeverEnds(String),
    /// Streams comments and empty pieces only.
    KeepsAlive,
    /// Sends one event of this many bytes.
    Large(usize),
    /// Closes in the middle of a sentence.
    StopsHalfway,
    /// Says whatever the request asks for behind `SAY:`, any number of times, and wants to call a tool.
    Obeys,
}

/// A running API; it ends with its owner.
pub(crate) struct LlmStub {
    pub(crate) url: String,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    // The last one stays.
    manners: Mutex<VecDeque<Manner>>,
    requests: Mutex<Vec<Request>>,
    written: Mutex<usize>,
}

impl LlmStub {
    pub(crate) async fn start(manner: Manner) -> Self {
        Self::start_with([manner]).await
    }

    /// One manner a request; from then on the last one.
    pub(crate) async fn start_with(manners: impl IntoIterator<Item = Manner>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
        let shared = Arc::new(Shared { manners: Mutex::new(manners.into_iter().collect()), ..Shared::default() });
        let listening = TaskTracker::new().spawn(listen(listener, Arc::clone(&shared)));
        Self { url, shared, listening }
    }

    pub(crate) fn becomes(&self, manner: Manner) {
        *self.shared.manners.lock().expect("a lock") = [manner].into();
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().expect("a lock").clone()
    }

    /// Bytes that the other side took, or that lie in between.
    pub(crate) fn written(&self) -> usize {
        *self.shared.written.lock().expect("a lock")
    }
}

impl Drop for LlmStub {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    let tasks = TaskTracker::new();
    while let Ok((socket, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        // The other side may be gone at any time; that is what the tests are about.
        tasks.spawn(async move { drop(serve(socket, &shared).await) });
    }
}

async fn serve(mut socket: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let manner = {
        let mut manners = shared.manners.lock().expect("a lock");
        let next = if manners.len() > 1 { manners.pop_front() } else { manners.front().cloned() };
        next.expect("a manner")
    };
    if matches!(manner, Manner::Resets) {
        // What was sent and not read makes the system close with a reset.
        return socket.readable().await;
    }
    let request = read(&mut socket).await?;
    shared.requests.lock().expect("a lock").push(request.clone());
    match manner {
        Manner::SaysWhole(json) => {
            let whole = answer(200, "content-type: application/json\r\n", &json.to_string());
            socket.write_all(whole.as_bytes()).await?;
        }
        Manner::Silent => std::future::pending().await,
        Manner::Status(status, after) => {
            let after = after.map_or(String::new(), |seconds| format!("retry-after: {seconds}\r\n"));
            socket.write_all(answer(status, &after, "{\"error\":{}}").as_bytes()).await?;
        }
        Manner::Babbles => socket.write_all(answer(200, "", "<html>Bad gateway</html>").as_bytes()).await?,
        Manner::Resets => {}
        manner => {
            socket
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
                .await?;
            stream(&mut socket, manner, &request, shared).await?;
        }
    }
    socket.shutdown().await
}

async fn stream(socket: &mut TcpStream, manner: Manner, request: &Request, shared: &Shared) -> std::io::Result<()> {
    match manner {
        Manner::Says(pieces) => {
            say(socket, &pieces).await?;
            end(socket).await
        }
        Manner::Hangs(pieces) => {
            say(socket, &pieces).await?;
            std::future::pending().await
        }
        Manner::Drips(pieces) => {
            say(socket, &pieces).await?;
            loop {
                tokio::time::sleep(Duration::from_millis(333)).await;
                say(socket, &["and ".to_owned()]).await?;
            }
        }
        Manner::Trickles => {
            for byte in event(&piece("We help you gladly. And so on. ")).into_bytes() {
                socket.write_all(&[byte]).await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Ok(())
        }
        Manner::NeverEnds(text) => loop {
            say(socket, std::slice::from_ref(&text)).await?;
        },
        Manner::KeepsAlive => loop {
            socket.write_all(format!(": still here\n\n{}", event(&piece(""))).as_bytes()).await?;
            tokio::time::sleep(Duration::from_millis(100)).await;
        },
        Manner::Large(bytes) => {
            socket.write_all(b"data: {\"choices\":[{\"delta\":{\"content\":\"").await?;
            let part = vec![b'x'; 64 * 1024];
            for _ in 0..bytes / part.len() {
                socket.write_all(&part).await?;
                *shared.written.lock().expect("a lock") += part.len();
            }
            socket.write_all(b"\"}}]}\n\n").await
        }
        Manner::StopsHalfway => say(socket, &["We help".into()]).await,
        Manner::Obeys => {
            let asked = asked(&request.body);
            let wanted = asked.split("SAY:").skip(1).map(|rest| rest.split(['\n', '‹', '|']).next().unwrap_or(rest));
            let call = json!({ "choices": [{ "index": 0, "delta": { "content": null, "tool_calls": [{
                "index": 0, "id": "1", "type": "function", "function": { "name": "refund", "arguments": "{\"amount\":500}" },
            }], "function_call": { "name": "refund", "arguments": "{}" } } }] });
            socket.write_all(event(&call).as_bytes()).await?;
            say(socket, &wanted.map(|wanted| format!("{} ", wanted.trim())).collect::<Vec<_>>()).await?;
            socket.write_all(event(&call).as_bytes()).await?;
            end(socket).await
        }
        _ => Ok(()),
    }
}

// Everything a model reads.
fn asked(body: &[u8]) -> String {
    let request: Value = serde_json::from_slice(body).expect("JSON");
    let messages = request["messages"].as_array().expect("messages").clone();
    messages.iter().filter_map(|message| message["content"].as_str()).collect::<Vec<_>>().join("\n")
}

async fn say(socket: &mut TcpStream, pieces: &[String]) -> std::io::Result<()> {
    for text in pieces {
        socket.write_all(event(&piece(text)).as_bytes()).await?;
    }
    Ok(())
}

async fn end(socket: &mut TcpStream) -> std::io::Result<()> {
    let stop = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] });
    let usage =
        json!({ "choices": [], "usage": { "prompt_tokens": 700, "completion_tokens": 30, "total_tokens": 730 } });
    socket.write_all(format!("{}{}data: [DONE]\n\n", event(&stop), event(&usage)).as_bytes()).await
}

fn piece(text: &str) -> Value {
    json!({ "id": "1", "object": "chat.completion.chunk", "created": 1, "model": "stub",
        "choices": [{ "index": 0, "delta": { "content": text }, "finish_reason": null }] })
}

fn event(json: &Value) -> String {
    format!("data: {json}\n\n")
}
