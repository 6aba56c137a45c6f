//! One end of a WebSocket, as both edges use it: frames in with their limits, frames out with theirs, and an end that the
//! other side understands.
//!
//! Generic over the stream, so that it runs on channels in a test.

mod pulse;

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes};
use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _};
use serde::Serialize;

use crate::domain::Clock;
use crate::http::Meter;

pub use pulse::{Beat, Heartbeat, Pulse};

/// The largest frame, in bytes, both ways.
pub const FRAME_LIMIT: usize = 64 * 1024;

/// Bytes that may be handed to the socket before they are written out. With the library's own buffer and the frame on
/// top this keeps a socket below 256 KiB.
const WRITE_AT: usize = 64 * 1024;

/// Without any byte written for this long, the reader is dead.
const NO_PROGRESS: Duration = Duration::from_secs(10);

/// How often a write that waits is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What the other side has to answer a close within.
const CLOSE_TIME: Duration = Duration::from_secs(2);

/// As many of `entries` as fit into one frame, from the first on.
pub fn fitting<T: Serialize>(entries: impl Iterator<Item = T>) -> Vec<T> {
    // What stands around them takes less than this.
    let mut left = FRAME_LIMIT - 512;
    let fits = |entry: &T| {
        let bytes = serde_json::to_string(entry).map_or(usize::MAX, |json| json.len() + 1);
        let fits = bytes <= left;
        left = left.saturating_sub(bytes);
        fits
    };
    entries.take_while(fits).collect()
}

/// Why a socket is closed, as its close frame and the `bye` before it say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bye {
    /// The close code.
    pub code: u16,
    /// In words.
    pub why: String,
    /// Whether coming back makes sense.
    pub retry: bool,
    /// How long to wait before it.
    pub after_ms: Option<u64>,
}

impl Bye {
    /// A goodbye after which the client may come back.
    #[must_use]
    pub fn retry(code: u16, why: &str) -> Self {
        Self { code, why: why.to_owned(), retry: true, after_ms: None }
    }

    /// A goodbye for good.
    #[must_use]
    pub fn stop(code: u16, why: &str) -> Self {
        Self { code, why: why.to_owned(), retry: false, after_ms: None }
    }
}

/// What came in.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A text frame.
    Text(Utf8Bytes),
    /// A sign of life without meaning for us.
    Alive,
    /// The other side broke the rules.
    Broken(Bye),
    /// The stream has ended.
    Gone,
}

/// The other side is not there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// The stream broke.
    #[error("the stream broke")]
    Broken,
    /// Nothing could be written for too long.
    #[error("nothing could be written for too long")]
    Stuck,
}

/// How a socket ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// With a goodbye.
    Bye(Bye),
    /// The other side is not there any more.
    Gone,
}

impl From<Lost> for End {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Broken => Self::Gone,
            // Mostly nobody reads this goodbye either: it is tried for as long as a close may take, and then the socket ends.
            Lost::Stuck => Self::Bye(Bye::retry(4413, "nothing was read for 10 seconds")),
        }
    }
}

/// A socket.
pub struct Link<S> {
    stream: S,
    meter: Meter,
    clock: Clock,
    waiting: usize,
}

impl<S, E> Link<S>
where
    S: Stream<Item = Result<Message, E>> + Sink<Message, Error = E> + Unpin,
{
    /// A link over `stream`, whose written bytes `meter` counts.
    pub fn new(stream: S, meter: Meter, clock: Clock) -> Self {
        Self { stream, meter, clock, waiting: 0 }
    }

    /// The next thing that comes in. Safe to drop half-way.
    pub async fn receive(&mut self) -> Incoming {
        match self.stream.next().await {
            Some(Ok(Message::Text(text))) if text.len() <= FRAME_LIMIT => Incoming::Text(text),
            Some(Ok(Message::Text(_)) | Err(_)) => Incoming::Broken(Bye::stop(4500, "frames have at most 64 KiB")),
            Some(Ok(Message::Binary(_))) => Incoming::Broken(Bye::stop(4500, "frames are text")),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Incoming::Alive,
            // Read on: the library answers the close, and the stream ends.
            Some(Ok(Message::Close(_))) => self.stream.next().await.map_or(Incoming::Gone, |_| Incoming::Gone),
            None => Incoming::Gone,
        }
    }

    /// Queues a frame, writing out first what has gathered.
    ///
    /// # Errors
    /// [`Lost`] when the other side is gone.
    pub async fn send(&mut self, frame: &impl Serialize) -> Result<(), Lost> {
        // Frames are our own types, which always have a JSON form.
        let json = serde_json::to_string(frame).unwrap_or_default();
        self.send_text(json).await
    }

    /// Queues a frame that is text already.
    ///
    /// # Errors
    /// [`Lost`] when the other side is gone.
    pub async fn send_text(&mut self, json: String) -> Result<(), Lost> {
        if self.waiting + json.len() > WRITE_AT {
            self.flush().await?;
        }
        self.waiting += json.len();
        let feed = self.stream.feed(Message::Text(json.into()));
        guard(feed, &self.meter, &self.clock).await
    }

    /// Writes out what is queued.
    ///
    /// # Errors
    /// [`Lost`] when the other side is gone.
    pub async fn flush(&mut self) -> Result<(), Lost> {
        if self.waiting == 0 {
            return Ok(());
        }
        guard(self.stream.flush(), &self.meter, &self.clock).await?;
        self.waiting = 0;
        Ok(())
    }

    /// Says goodbye, closes, and reads on until the other side has answered or its time is over.
    pub async fn close(mut self, bye: &Bye, frame: &impl Serialize) {
        // A close frame holds 123 bytes of reason.
        let reason: String = bye.why.chars().take(30).collect();
        let close = Message::Close(Some(CloseFrame { code: bye.code, reason: reason.into() }));
        let polite = async {
            if self.send(frame).await.is_ok() && self.stream.send(close).await.is_ok() {
                while let Some(Ok(_)) = self.stream.next().await {}
            }
        };
        // Real time: a peer that does not answer must not stay for as long as a test's clock stands still.
        drop(tokio::time::timeout(CLOSE_TIME, polite).await);
    }
}

// Runs a write; without progress for too long the reader is given up.
async fn guard<E>(write: impl Future<Output = Result<(), E>>, meter: &Meter, clock: &Clock) -> Result<(), Lost> {
    tokio::pin!(write);
    let (mut written, mut since) = (meter.written(), clock.now());
    loop {
        tokio::select! {
            biased;
            done = &mut write => return done.map_err(|_| Lost::Broken),
            () = clock.sleep(LOOK_EVERY) => {
                let (before, now) = (written, clock.now());
                written = meter.written();
                if written != before {
                    since = now;
                } else if now.since(since) >= NO_PROGRESS {
                    return Err(Lost::Stuck);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
