//! The log as a shopper sees it: ids become names, and what only the desk may know stays behind. Refusals in words.

use crate::domain::{Author, Body, ConversationId, Event, EventKind, MessageId, Names, Phase, Refused, Seq};
use crate::store::StoreError;
use crate::wire;

/// What a view is made for.
pub struct Viewer<'v> {
    /// The conversation that is looked at.
    pub conversation: &'v ConversationId,
    /// Its epoch.
    pub epoch: &'v str,
    /// The assistant's name.
    pub assistant: &'v str,
    /// The shop's name, under which the desk itself speaks.
    pub shop: &'v str,
    /// The names of the people at the desk.
    pub names: &'v Names,
}

impl Viewer<'_> {
    /// An entry of the log.
    #[must_use]
    pub fn entry(&self, event: &Event) -> wire::Entry {
        wire::Entry {
            seq: event.seq,
            epoch: self.epoch.to_owned(),
            at: event.at.to_rfc3339(),
            event: self.event(event),
        }
    }

    fn event(&self, event: &Event) -> wire::Event {
        match &event.kind {
            EventKind::Said { by, client_id, body, .. } => wire::Event::Said {
                message: self.message(event.seq),
                by: self.speaker(by),
                client_id: client_id.clone(),
                body: self.body(body),
            },
            EventKind::Phase { phase, reason } => wire::Event::Phase {
                phase: phase_on_wire(*phase),
                reason: reason.map(|reason| reason.name().to_owned()),
            },
            EventKind::Assigned { agent } => {
                wire::Event::Assigned { agent: agent.as_ref().map(|id| self.names.of(id)) }
            }
            EventKind::Rated { score, comment } => wire::Event::Rated { score: *score, comment: comment.clone() },
            EventKind::Helped { of, yes } => wire::Event::Helped { of: self.message(*of), yes: *yes },
            EventKind::Redacted { .. } => wire::Event::Redacted,
        }
    }

    /// The name of the message at `seq`.
    #[must_use]
    pub fn message(&self, seq: Seq) -> String {
        MessageId { conversation: self.conversation.clone(), seq }.to_string()
    }

    fn speaker(&self, by: &Author) -> wire::Speaker {
        let (role, name, ai) = match by {
            Author::Shopper => (wire::Role::Shopper, String::new(), false),
            Author::Bot => (wire::Role::Bot, self.assistant.to_owned(), true),
            Author::Agent(id) => (wire::Role::Agent, self.names.of(id), false),
            Author::System => (wire::Role::System, self.shop.to_owned(), true),
        };
        wire::Speaker { role, name, ai }
    }

    fn body(&self, body: &Body) -> wire::SaidBody {
        let button = |button: &crate::domain::QuickReply| wire::QuickReply {
            title: button.title.clone(),
            url: button.url.clone(),
        };
        let citation = |citation: &crate::domain::Citation| wire::Citation {
            article: citation.article.clone(),
            title: citation.title.clone(),
            anchor: citation.anchor.clone(),
            url: citation.url.clone(),
        };
        wire::SaidBody::Text {
            text: body.text.clone(),
            quick_replies: body.quick_replies.iter().map(button).collect(),
            card: body.card.as_ref().map(card),
            cards: body.cards.iter().map(card).collect(),
            citations: body.citations.iter().map(citation).collect(),
            choice: body.choice.as_ref().map(|made| wire::Choice { of: self.message(made.of), index: made.index }),
        }
    }
}

fn card(card: &crate::domain::Card) -> wire::Card {
    let button =
        |button: &crate::domain::CardButton| wire::CardButton { title: button.title.clone(), url: button.url.clone() };
    wire::Card {
        title: card.title.clone(),
        text: card.text.clone(),
        image: card.image.clone(),
        buttons: card.buttons.iter().map(button).collect(),
    }
}

/// A phase on the wire.
#[must_use]
pub fn phase_on_wire(phase: Phase) -> wire::Phase {
    match phase {
        Phase::Bot => wire::Phase::Bot,
        Phase::Waiting => wire::Phase::Waiting,
        Phase::WithAgent => wire::Phase::WithAgent,
        Phase::Closed => wire::Phase::Closed,
    }
}

// An id that is too long to be one is too long to be sent back.
/// An id that is fit to be sent back.
#[must_use]
pub fn short(id: String) -> Option<String> {
    Some(id).filter(|id| id.chars().count() <= 64)
}

/// A refusal of a field.
#[must_use]
pub fn field(re: Option<String>, message: &str) -> wire::Refusal {
    wire::Refusal { re, code: wire::Code::BadField, message: message.to_owned(), retry: false, after_ms: None }
}

/// An error of the store in the words of the wire.
#[must_use]
pub fn refusal_of(error: StoreError, re: String) -> wire::Refusal {
    let (code, after_ms) = match error {
        StoreError::Refused(Refused::NotFound) => (wire::Code::NotFound, None),
        StoreError::Refused(Refused::Empty) => (wire::Code::BadField, None),
        StoreError::Refused(Refused::TooLarge) => (wire::Code::TooLarge, None),
        StoreError::Refused(Refused::ClientIdConflict) => (wire::Code::ClientIdConflict, None),
        StoreError::Refused(Refused::NoSuchTurn | Refused::NoSuchMove) => (wire::Code::Internal, None),
        StoreError::Refused(Refused::AlreadyClaimed) => (wire::Code::AlreadyClaimed, None),
        StoreError::Refused(Refused::Stale) => (wire::Code::Stale, None),
        StoreError::Refused(Refused::Erased) => (wire::Code::Erased, None),
        StoreError::Refused(Refused::NotAnAddress) => (wire::Code::BadField, None),
        StoreError::Refused(Refused::Busy) => (wire::Code::Busy, Some(1_000)),
        StoreError::Busy => (wire::Code::Busy, Some(500)),
        StoreError::Unavailable => (wire::Code::StorageUnavailable, Some(1_000)),
        StoreError::ReadOnly => (wire::Code::ReadOnly, Some(2_000)),
    };
    wire::Refusal { re: Some(re), code, message: error.to_string(), retry: after_ms.is_some(), after_ms }
}
