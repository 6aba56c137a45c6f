//! The log as a shopper sees it: ids become names, and what only the desk may know stays behind.

use super::protocol as wire;
use crate::domain::{Author, Body, ConversationId, Event, EventKind, MessageId, Phase, Seq};

/// What a view is made for.
pub(super) struct Viewer<'v> {
    /// The conversation that is looked at.
    pub(super) conversation: &'v ConversationId,
    /// Its epoch.
    pub(super) epoch: &'v str,
    /// The assistant's name.
    pub(super) assistant: &'v str,
    /// The shop's name, under which the desk itself speaks.
    pub(super) shop: &'v str,
}

impl Viewer<'_> {
    pub(super) fn entry(&self, event: &Event) -> wire::Entry {
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
            EventKind::Phase { phase, reason } => {
                wire::Event::Phase { phase: to_wire(*phase), reason: reason.map(|reason| reason.name().to_owned()) }
            }
            EventKind::Assigned { agent } => wire::Event::Assigned { agent: agent.as_ref().map(ToString::to_string) },
            EventKind::Rated { score, comment } => wire::Event::Rated { score: *score, comment: comment.clone() },
            EventKind::Helped { of, yes } => wire::Event::Helped { of: self.message(*of), yes: *yes },
            EventKind::Redacted => wire::Event::Redacted,
        }
    }

    /// The name of the message at `seq`.
    pub(super) fn message(&self, seq: Seq) -> String {
        MessageId { conversation: self.conversation.clone(), seq }.to_string()
    }

    fn speaker(&self, by: &Author) -> wire::Speaker {
        let (role, name, ai) = match by {
            Author::Shopper => (wire::Role::Shopper, "", false),
            Author::Bot => (wire::Role::Bot, self.assistant, true),
            Author::Agent(id) => (wire::Role::Agent, id.as_str(), false),
            Author::System => (wire::Role::System, self.shop, true),
        };
        wire::Speaker { role, name: name.to_owned(), ai }
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

fn to_wire(phase: Phase) -> wire::Phase {
    match phase {
        Phase::Bot => wire::Phase::Bot,
        Phase::Waiting => wire::Phase::Waiting,
        Phase::WithAgent => wire::Phase::WithAgent,
        Phase::Closed => wire::Phase::Closed,
    }
}
