//! Agents who speak in sentences: a person who is logged in, with a desk.v1 socket that answers its pings by itself.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use frontdesk::domain::{Role, User};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_util::task::TaskTracker;

use crate::browser::Browser;
use crate::support::{PATIENCE, Server};

/// How long a frame is waited for before the clock is moved on.
const MOMENT: Duration = Duration::from_millis(30);

/// An agent with a socket.
pub(crate) struct Agent {
    pub(crate) user: User,
    pub(crate) browser: Browser,
    pub(crate) welcome: Value,
    out: mpsc::UnboundedSender<Value>,
    frames: mpsc::UnboundedReceiver<Value>,
    socket: JoinHandle<()>,
    // The last queue that came, whoever it was shown to.
    queue: Value,
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.socket.abort();
    }
}

impl Agent {
    /// Somebody new, logged in and connected.
    pub(crate) async fn of(server: &Server, name: &str, role: Role) -> Self {
        let (user, browser) = Browser::of(server, name, role).await;
        Self::connect(user, browser).await
    }

    /// The same person with a new socket.
    pub(crate) async fn comes_back(&self) -> Self {
        Self::connect(self.user.clone(), self.browser.clone()).await
    }

    async fn connect(user: User, browser: Browser) -> Self {
        let stream = TcpStream::connect(&browser.address).await.expect("a connection");
        let mut request = format!("ws://{}/v1/desk", browser.address).into_client_request().expect("a request");
        let lines = [
            ("origin", format!("http://{}", browser.address)),
            ("cookie", browser.cookie.clone().expect("logged in")),
            ("sec-websocket-protocol", "desk.v1".to_owned()),
        ];
        for (name, value) in lines {
            request.headers_mut().insert(name, value.parse().expect("a header"));
        }
        let (socket, _) = tokio_tungstenite::client_async(request, stream).await.expect("an upgrade");
        let (out, mut to_send) = mpsc::unbounded_channel::<Value>();
        let (tell, frames) = mpsc::unbounded_channel();
        let pong = out.clone();
        let socket = TaskTracker::new().spawn(async move {
            let (mut sink, mut stream) = socket.split();
            loop {
                tokio::select! {
                    Some(frame) = to_send.recv() => {
                        if sink.send(Message::text(frame.to_string())).await.is_err() { return }
                    }
                    message = stream.next() => match message {
                        Some(Ok(Message::Text(text))) => {
                            let frame: Value = serde_json::from_str(&text).expect("JSON");
                            if frame["type"] == "ping" {
                                let _ = pong.send(json!({ "type": "pong", "n": frame["n"] }));
                            } else {
                                let _ = tell.send(frame);
                            }
                        }
                        Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                        Some(Ok(_)) => {}
                    }
                }
            }
        });
        let mut agent = Self { user, browser, welcome: Value::Null, out, frames, socket, queue: Value::Null };
        agent.sends(json!({ "type": "hello" }));
        agent.welcome = agent.frame(|frame| frame["type"] == "welcome").await;
        agent
    }

    pub(crate) fn sends(&self, frame: Value) {
        let _ = self.out.send(frame);
    }

    /// The socket is cut without a word.
    pub(crate) async fn vanishes(&mut self) {
        self.socket.abort();
        let _ = (&mut self.socket).await;
    }

    /// The next frame that passes.
    pub(crate) async fn frame(&mut self, test: impl Fn(&Value) -> bool) -> Value {
        let mut seen = Vec::new();
        let found = tokio::time::timeout(PATIENCE, async {
            while let Some(frame) = self.frames.recv().await {
                if frame["type"] == "queue" {
                    self.queue = frame.clone();
                }
                if test(&frame) {
                    return Some(frame);
                }
                seen.push(frame.to_string());
            }
            None
        });
        let found = found.await.ok().flatten();
        found.unwrap_or_else(|| panic!("{} waited in vain; there came\n{}", self.user.name, seen.join("\n")))
    }

    /// The next frame that passes, while the clock moves on a second whenever nothing comes.
    pub(crate) async fn sees(&mut self, server: &Server, test: impl Fn(&Value) -> bool) -> Value {
        let mut seen = Vec::new();
        // Ten minutes of the server's time: longer than anything here takes.
        for _ in 0..600 {
            match tokio::time::timeout(MOMENT, self.frames.recv()).await {
                Ok(Some(frame)) => {
                    if frame["type"] == "queue" {
                        self.queue = frame.clone();
                    }
                    if test(&frame) {
                        return frame;
                    }
                    seen.push(frame.to_string());
                }
                Ok(None) => break,
                Err(_) => server.clock.advance(Duration::from_secs(1)),
            }
        }
        panic!("{} waited in vain; there came\n{}", self.user.name, seen.join("\n"));
    }

    /// The row of a conversation in the last queue, or the next, that has it and that passes.
    pub(crate) async fn sees_row(
        &mut self,
        server: &Server,
        conversation: &str,
        test: impl Fn(&Value) -> bool,
    ) -> Value {
        let find = |frame: &Value| {
            let rows = frame["rows"].as_array()?;
            rows.iter().find(|row| row["conversation"] == conversation && test(row)).cloned()
        };
        if let Some(row) = find(&self.queue) {
            return row;
        }
        let queue = self.sees(server, |frame| frame["type"] == "queue" && find(frame).is_some()).await;
        find(&queue).expect("the row")
    }

    fn request(&mut self, kind: &str, conversation: &str, more: Value) -> String {
        // Never used twice, also by a person with a new socket.
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let id = format!("{}-{}", self.user.name, COUNT.fetch_add(1, Ordering::Relaxed));
        let mut frame = json!({ "type": kind, "id": id, "client_id": id, "conversation": conversation });
        for (key, value) in more.as_object().expect("an object") {
            frame[key] = value.clone();
        }
        self.sends(frame);
        id
    }

    async fn answer(&mut self, id: &str) -> Value {
        self.frame(|frame| frame["re"] == id && (frame["type"] == "ack" || frame["type"] == "error")).await
    }

    pub(crate) async fn acts(&mut self, conversation: &str, act: Value) -> Value {
        let id = self.request("act", conversation, act);
        self.answer(&id).await
    }

    pub(crate) async fn claims(&mut self, conversation: &str) -> Value {
        self.acts(conversation, json!({ "act": "claim" })).await
    }

    pub(crate) async fn says(&mut self, conversation: &str, text: &str) -> Value {
        let id = self.request("say", conversation, json!({ "body": { "kind": "text", "text": text } }));
        self.answer(&id).await
    }

    pub(crate) async fn notes(&mut self, conversation: &str, text: &str) -> Value {
        let id = self.request("note", conversation, json!({ "text": text }));
        self.answer(&id).await
    }

    /// Watches a conversation from its beginning.
    pub(crate) async fn watches(&mut self, conversation: &str) -> Value {
        let id = self.request("watch", conversation, json!({}));
        self.frame(|frame| frame["re"] == id.as_str()).await
    }

    /// Waits for words in a chat that is watched.
    pub(crate) async fn hears(&mut self, words: &str) -> Value {
        self.frame(|frame| {
            frame["log"] == "chat"
                && frame["event"]["kind"] == "said"
                && frame["event"]["body"]["text"].as_str().is_some_and(|text| text.contains(words))
        })
        .await
    }

    /// Waits for a staff entry of a kind.
    pub(crate) async fn reads(&mut self, kind: &str) -> Value {
        self.frame(|frame| frame["log"] == "staff" && frame["event"]["kind"] == kind).await
    }

    /// Says whether chats are taken, and waits until the others see it.
    pub(crate) async fn is(&mut self, server: &Server, state: &str) {
        self.sends(json!({ "type": "presence", "state": state }));
        let id = self.user.id.to_string();
        self.sees(server, |frame| {
            let people = frame["people"].as_array();
            people.is_some_and(|people| people.iter().any(|who| who["id"] == id.as_str() && who["presence"] == state))
        })
        .await;
    }
}
