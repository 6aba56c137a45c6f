//! A light client: it looks at the beginning of a frame and parses nothing, so that what is measured is the server.

use anyhow::{Context, bail, ensure};
use futures_util::{SinkExt as _, StreamExt as _, TryStreamExt as _, stream};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::cli::client::{PATIENCE, open};

/// Connections that are opened at the same time.
const OPENING: usize = 64;

/// What is said; the assistant is sure of both, and a person is offered only when one comes three times in a row.
const TEXTS: [&str; 2] = ["what are your opening hours", "how can i pay"];

/// What is measured on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Talk {
    /// A frame, and the same frame back.
    Echo,
    /// A message to a conversation that waits for a person, and its ack.
    Ack,
    /// A message, and the assistant's reply.
    Reply,
    /// Nothing: a socket that has greeted.
    Greeted,
}

impl Talk {
    /// Those that are measured.
    pub(super) const ALL: [Self; 3] = [Self::Echo, Self::Ack, Self::Reply];

    /// What the table calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::Ack => "say→ack",
            Self::Reply => "say→reply",
            Self::Greeted => "greeted",
        }
    }
}

/// What came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// The answer to the oldest message without one.
    Answer,
    /// The assistant called a person: what is still open gets no reply.
    HandedOver,
    /// Something else.
    Other,
}

/// A connection.
pub(super) struct Line {
    socket: WebSocketStream<TcpStream>,
    talk: Talk,
    said: u64,
    answered: u64,
}

/// Opens `count` connections, ready to talk.
pub(super) async fn open_all(address: &str, talk: Talk, count: usize) -> anyhow::Result<Vec<Line>> {
    let opening = stream::iter(0..count).map(|_| Line::open(address, talk)).buffer_unordered(OPENING);
    opening.try_collect().await
}

impl Line {
    async fn open(address: &str, talk: Talk) -> anyhow::Result<Self> {
        let socket = open(address, Some(&format!("http://{address}"))).await?;
        let mut line = Self { socket, talk, said: 0, answered: 0 };
        if talk == Talk::Echo {
            return Ok(line);
        }
        line.send(r#"{"type":"hello"}"#.to_owned()).await?;
        line.until(r#"{"type":"welcome""#).await?;
        if talk == Talk::Ack {
            line.act("human").await?;
            line.until(r#"{"type":"ack""#).await?;
            // The phase, and what the desk says to it.
            line.until(r#"{"type":"event""#).await?;
            line.until(r#"{"type":"event""#).await?;
        }
        Ok(line)
    }

    /// Says the next message.
    pub(super) async fn say(&mut self) -> anyhow::Result<()> {
        let (id, text) = (self.said, TEXTS[usize::from(self.said % 2 == 1)]);
        self.said += 1;
        let frame =
            format!(r#"{{"type":"say","id":"{id}","client_id":"{id}","body":{{"kind":"text","text":"{text}"}}}}"#);
        self.send(frame).await
    }

    /// Begins a new episode, with the assistant. What was said and got no reply is forgotten.
    pub(super) async fn begin_again(&mut self) -> anyhow::Result<()> {
        self.answered = self.said;
        self.act("end").await
    }

    /// The next thing that comes in.
    pub(super) async fn hear(&mut self) -> anyhow::Result<Heard> {
        let text = self.read().await?;
        let heard = self.judge(&text)?;
        self.answered += u64::from(heard == Heard::Answer);
        if text.starts_with(r#"{"type":"ping""#) && self.talk != Talk::Echo {
            self.send(r#"{"type":"pong","n":1}"#.to_owned()).await?;
        }
        Ok(heard)
    }

    fn judge(&self, text: &str) -> anyhow::Result<Heard> {
        if self.talk == Talk::Echo {
            return Ok(Heard::Answer);
        }
        if let Some(rest) = text.strip_prefix(r#"{"type":"ack","re":""#) {
            if self.talk != Talk::Ack {
                return Ok(Heard::Other);
            }
            // Acks come in order, and each has to be the right one.
            let re = rest.split('"').next().and_then(|re| re.parse().ok());
            ensure!(re == Some(self.answered), "the ack of {re:?} in place of {}", self.answered);
            return Ok(Heard::Answer);
        }
        if text.starts_with(r#"{"type":"event""#) {
            return Ok(match self.talk {
                Talk::Reply if text.contains(r#""role":"bot""#) => Heard::Answer,
                Talk::Reply if text.contains(r#""phase":"waiting""#) => Heard::HandedOver,
                _ => Heard::Other,
            });
        }
        let refused = [r#"{"type":"error""#, r#"{"type":"bye""#, r#"{"type":"reset""#];
        if refused.iter().any(|refused| text.starts_with(refused)) {
            bail!("the server answered {text}");
        }
        Ok(Heard::Other)
    }

    async fn act(&mut self, act: &str) -> anyhow::Result<()> {
        let frame = format!(r#"{{"type":"act","id":"{act}","client_id":"{act}-{}","act":"{act}"}}"#, self.said);
        self.send(frame).await
    }

    async fn send(&mut self, frame: String) -> anyhow::Result<()> {
        Ok(self.socket.send(Message::text(frame)).await?)
    }

    async fn read(&mut self) -> anyhow::Result<Utf8Bytes> {
        loop {
            match self.socket.next().await.context("the server closed the socket")?? {
                Message::Text(text) => return Ok(text),
                Message::Close(close) => bail!("the server closed the socket: {close:?}"),
                _ => {}
            }
        }
    }

    async fn until(&mut self, prefix: &str) -> anyhow::Result<()> {
        let found = async {
            while !self.read().await?.starts_with(prefix) {}
            anyhow::Ok(())
        };
        tokio::time::timeout(PATIENCE, found).await.with_context(|| format!("{prefix}… did not come"))?
    }
}
