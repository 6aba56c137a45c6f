//! Everything that was said in a conversation, as JSON in pieces that fit into a frame. Read page by page, so that the longest
//! conversation takes no more memory than a short one.

use std::sync::Arc;

use super::Viewer;
use crate::content::Snapshot;
use crate::desk::Desk;
use crate::domain::{ConversationId, Names, Seq};
use crate::store::StoreError;

/// Events read at a time.
const PAGE: usize = 100;

/// The largest piece, in bytes. A frame has 64 KiB; what stands in a string of it may double, as each quotation mark and line
/// end gets a stroke before it.
const PIECE: usize = 24 * 1024;

/// An export, piece by piece. A clone of it, made before the first piece, comes to the same pieces.
#[derive(Clone)]
pub struct Export {
    desk: Desk,
    conversation: ConversationId,
    epoch: String,
    // As they were at the beginning, so that what changes meanwhile moves no boundary of a piece.
    content: Arc<Snapshot>,
    names: Names,
    // The next event, and the last one.
    next: Seq,
    head: Seq,
    // What was read and not handed out yet begins at `at`.
    rest: String,
    at: usize,
    state: State,
    end: &'static str,
}

#[derive(Clone, PartialEq)]
enum State {
    Beginning,
    Events,
    Done,
}

impl Export {
    /// An export of what is there now.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be read.
    pub async fn begin(desk: &Desk, conversation: &ConversationId) -> Result<Self, StoreError> {
        let state = desk.conversation(conversation).await?.unwrap_or_default();
        let epoch = desk.store().epoch(state.erasures);
        let contact =
            state.contact.map_or_else(String::new, |email| format!("\"contact\":{},", serde_json::Value::from(email)));
        let rest = format!("{{\"conversation\":\"{conversation}\",{contact}\"events\":[");
        Ok(Self {
            desk: desk.clone(),
            conversation: conversation.clone(),
            epoch,
            content: desk.content(),
            names: desk.names().as_they_are(),
            next: 1,
            head: state.head,
            rest,
            at: 0,
            state: State::Beginning,
            end: "]}",
        })
    }

    /// The same without the last brace, for whoever has something to add.
    #[must_use]
    pub fn left_open(self) -> Self {
        Self { end: "]", ..self }
    }

    /// The epoch it began in.
    #[must_use]
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// How many pieces there will be. Reads everything once.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be read.
    pub async fn count(&self) -> Result<u64, StoreError> {
        let mut export = self.clone();
        let mut count = 0;
        while export.piece().await?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    /// The next piece, if there is one.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be read.
    pub async fn piece(&mut self) -> Result<Option<String>, StoreError> {
        while self.rest.len() - self.at < PIECE && self.state != State::Done {
            self.rest.drain(..self.at);
            self.at = 0;
            self.read_on().await?;
        }
        let left = &self.rest[self.at..];
        if left.is_empty() {
            return Ok(None);
        }
        let mut end = PIECE.min(left.len());
        while !left.is_char_boundary(end) {
            end -= 1;
        }
        let piece = left[..end].to_owned();
        self.at += end;
        Ok(Some(piece))
    }

    async fn read_on(&mut self) -> Result<(), StoreError> {
        let events = self.desk.store().events(&self.conversation, self.next, self.head, PAGE).await?;
        for event in &events {
            let viewer = Viewer {
                conversation: &self.conversation,
                epoch: &self.epoch,
                assistant: &self.content.settings().assistant.name,
                shop: &self.content.settings().shop.name,
                names: &self.names,
            };
            if self.state == State::Events {
                self.rest.push(',');
            }
            self.state = State::Events;
            // Our own types always have a JSON form.
            self.rest.push_str(&serde_json::to_string(&viewer.entry(event)).unwrap_or_default());
            self.next = event.seq + 1;
        }
        if events.is_empty() || self.next > self.head {
            self.rest.push_str(self.end);
            self.state = State::Done;
        }
        Ok(())
    }
}
