//! A chat.v1 client for the terminal, the self-test and the load test: a socket, frames as JSON, and nothing clever.

use std::time::Duration;

use anyhow::{Context, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// How long a frame is waited for.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A connected client.
pub struct Client {
    socket: WebSocketStream<TcpStream>,
    /// The `welcome` frame.
    pub welcome: Value,
    next_id: u64,
}

/// How to connect.
#[derive(Debug, Clone, Default)]
pub struct Door {
    /// `host:port` of the server.
    pub address: String,
    /// The token of an earlier `welcome`.
    pub token: Option<String>,
    /// What the client has already.
    pub resume: Option<Value>,
    /// The locale of the page.
    pub locale: Option<String>,
}

impl Door {
    /// A door to `address` for a new visitor.
    #[must_use]
    pub fn to(address: &str) -> Self {
        Self { address: address.to_owned(), ..Self::default() }
    }

    /// The same door for a visitor who was here before.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// The same door for a client that has the log up to an event.
    #[must_use]
    pub fn resuming(mut self, epoch: &str, seq: u64, at: &str) -> Self {
        self.resume = Some(json!({ "epoch": epoch, "seq": seq, "at": at }));
        self
    }
}

/// Opens a socket and sends nothing.
///
/// # Errors
/// When the server does not answer or refuses.
pub async fn open(address: &str, origin: Option<&str>) -> anyhow::Result<WebSocketStream<TcpStream>> {
    let stream = TcpStream::connect(address).await.with_context(|| format!("nothing listens on {address}"))?;
    stream.set_nodelay(true)?;
    let mut request = format!("ws://{address}/v1/ws").into_client_request()?;
    let headers = request.headers_mut();
    if let Some(origin) = origin {
        headers.insert("origin", HeaderValue::from_str(origin)?);
    }
    headers.insert("sec-websocket-protocol", HeaderValue::from_static("chat.v1"));
    let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0).max_write_buffer_size(1 << 20);
    let (socket, _) = client_async_with_config(request, stream, Some(config)).await?;
    Ok(socket)
}

impl Client {
    /// Connects and greets.
    ///
    /// # Errors
    /// When the server does not answer, refuses, or answers with something else than `welcome`.
    pub async fn enter(door: &Door) -> anyhow::Result<Self> {
        let socket = open(&door.address, Some(&format!("http://{}", door.address))).await?;
        let mut client = Self { socket, welcome: Value::Null, next_id: 0 };
        let program = json!({ "name": "frontdesk-cli", "version": env!("CARGO_PKG_VERSION") });
        let mut hello = json!({ "type": "hello", "page": "cli", "client": program });
        let fields = [
            ("token", door.token.clone().map(Value::from)),
            ("resume", door.resume.clone()),
            ("locale", door.locale.clone().map(Value::from)),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                hello[name] = value;
            }
        }
        client.send(&hello).await?;
        let welcome = client.next().await?;
        if welcome["type"] != "welcome" {
            bail!("the server answered {welcome}");
        }
        client.welcome = welcome;
        Ok(client)
    }

    /// The token to come back with.
    #[must_use]
    pub fn token(&self) -> &str {
        self.welcome["token"].as_str().unwrap_or_default()
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// When the socket is broken.
    pub async fn send(&mut self, frame: &Value) -> anyhow::Result<()> {
        Ok(self.socket.send(Message::text(frame.to_string())).await?)
    }

    /// Says `text` under `client_id` and does not wait.
    ///
    /// # Errors
    /// When the socket is broken.
    pub async fn say(&mut self, client_id: &str, text: &str) -> anyhow::Result<()> {
        let id = self.new_id();
        let body = json!({ "kind": "text", "text": text });
        self.send(&json!({ "type": "say", "id": id, "client_id": client_id, "body": body })).await
    }

    /// Does an act and does not wait.
    ///
    /// # Errors
    /// When the socket is broken.
    pub async fn act(&mut self, client_id: &str, act: Value) -> anyhow::Result<()> {
        let mut frame = act;
        frame["type"] = "act".into();
        frame["id"] = self.new_id().into();
        frame["client_id"] = client_id.into();
        self.send(&frame).await
    }

    /// A request id that was not used on this socket.
    pub fn new_id(&mut self) -> String {
        self.next_id += 1;
        format!("r{}", self.next_id)
    }

    /// The next frame. Pings are answered on the way and not returned.
    ///
    /// # Errors
    /// When none comes in time, or the socket ends: then with the close code.
    pub async fn next(&mut self) -> anyhow::Result<Value> {
        self.next_within(PATIENCE).await?.context("no frame came in time")
    }

    /// The next frame, or `None` when none comes within `time`.
    ///
    /// # Errors
    /// When the socket ends.
    pub async fn next_within(&mut self, time: Duration) -> anyhow::Result<Option<Value>> {
        match tokio::time::timeout(time, self.read()).await {
            Ok(frame) => frame.map(Some),
            Err(_) => Ok(None),
        }
    }

    async fn read(&mut self) -> anyhow::Result<Value> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).context("the server sent no JSON")?;
                    if frame["type"] == "ping" {
                        self.send(&json!({ "type": "pong", "n": frame["n"] })).await?;
                        continue;
                    }
                    return Ok(frame);
                }
                Some(Ok(Message::Close(Some(close)))) => bail!("closed with {}: {}", close.code, close.reason),
                Some(Ok(Message::Close(None))) | None | Some(Err(Error::ConnectionClosed | Error::AlreadyClosed)) => {
                    bail!("closed")
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
            }
        }
    }

    /// Reads on until a frame passes `test`.
    ///
    /// # Errors
    /// When none comes in time, or the socket ends.
    pub async fn until(&mut self, test: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
        tokio::time::timeout(PATIENCE, async {
            loop {
                let frame = self.next().await?;
                if test(&frame) {
                    return Ok(frame);
                }
            }
        })
        .await
        .context("the frame that was waited for did not come")?
    }

    /// Says `text` and waits for its ack.
    ///
    /// # Errors
    /// When the server refuses it, or nothing comes in time.
    pub async fn say_and_wait(&mut self, client_id: &str, text: &str) -> anyhow::Result<Value> {
        self.say(client_id, text).await?;
        let answer = self.until(|frame| frame["type"] == "ack" || frame["type"] == "error").await?;
        if answer["type"] == "error" { bail!("refused: {}", answer["message"]) } else { Ok(answer) }
    }

    /// Waits for the next thing the assistant says and returns its text.
    ///
    /// # Errors
    /// When nothing comes in time.
    pub async fn hears(&mut self) -> anyhow::Result<String> {
        let said = self.until(|frame| frame["event"]["by"]["role"] == "bot").await?;
        Ok(said["event"]["body"]["text"].as_str().unwrap_or_default().to_owned())
    }
}
