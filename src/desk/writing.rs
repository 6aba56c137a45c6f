//! Has an answer written by a language model, and lets the shopper read along.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Desk;
use super::action::REST_OF_TURN;
use super::turn::{Draft, Written};
use crate::bus::Passing;
use crate::domain::{ConversationId, Seq, Timestamp};
use crate::llm::{Ask, Pace, Report, Source};

/// How long an answer may be written once its first sentence was heard, from the turn's start; a second longer than the
/// language model's own limit, which is to end it.
const WHOLE_ANSWER: Duration = Duration::from_secs(21);

/// How often it is looked whether somebody waits for an answer to end.
const LOOK: Duration = Duration::from_millis(250);

/// When a turn has to be done.
pub(super) struct Deadline {
    began: Timestamp,
    at_most: Duration,
    until: AtomicI64,
}

impl Deadline {
    /// One of a turn that began at `began` and may take `at_most`.
    pub(super) fn new(began: Timestamp, at_most: Duration) -> Self {
        Self { began, at_most, until: AtomicI64::new(began.plus(at_most).0) }
    }

    /// When that is.
    pub(super) fn until(&self) -> Timestamp {
        Timestamp(self.until.load(Ordering::Relaxed))
    }

    // The shopper reads already, so the rest may take its time.
    fn extend(&self) {
        self.until.fetch_max(self.began.plus(WHOLE_ANSWER).0, Ordering::Relaxed);
    }
}

/// Asks the language model for an answer to `question`, from what `draft` found. Each sentence is passed on as it is heard.
/// Nothing where there is no model.
pub(super) async fn write(
    desk: &Desk,
    conversation: &ConversationId,
    question: Seq,
    draft: &Draft,
    deadline: &Deadline,
) -> Option<(Option<Written>, Report)> {
    let llm = desk.0.parts.llm.as_ref()?;
    // One name for all tries of the turn; the reply's own number is not known before it is stored.
    let message = format!("{conversation}.{question}.draft");
    let mut hear = |index: usize, text: &str| {
        deadline.extend();
        desk.pass(delta(conversation, &message, index, text));
    };
    let pace = Pace { first_within: deadline.at_most.saturating_sub(REST_OF_TURN), ..Pace::of(deadline.began) };
    let written = tokio::select! {
        written = llm.write(ask(desk, conversation, draft), &pace, &mut hear) => written,
        () = never_settled(desk, conversation, &pace.settle) => return None,
    };
    let said = written.text.map(|text| Written { text, cited: written.cited, is_cut: written.is_cut });
    Some((said, written.report))
}

// Settles for what was said once the shopper has asked something else, or the server stops. Never ends.
async fn never_settled(desk: &Desk, conversation: &ConversationId, settle: &CancellationToken) {
    let parts = &desk.0.parts;
    while !desk.0.turns.is_awaited(conversation) && !parts.shutdown.is_cancelled() {
        parts.clock.sleep(LOOK).await;
    }
    settle.cancel();
    std::future::pending::<()>().await;
}

fn delta(conversation: &ConversationId, message: &str, index: usize, text: &str) -> Passing {
    // Its type stands first, as in every frame that is passed on.
    let rest = serde_json::json!({ "message": message, "index": index, "text": text }).to_string();
    let frame = format!("{{\"type\":\"passing\",\"kind\":\"delta\",{}", rest.strip_prefix('{').unwrap_or("}"));
    Passing { conversation: conversation.clone(), from: 0, staff_only: false, frame }
}

fn ask(desk: &Desk, conversation: &ConversationId, draft: &Draft) -> Ask {
    let (snapshot, asked) = (draft.snapshot(), draft.asked());
    let settings = snapshot.settings();
    // Whoever throws a token away is another conversation, but hardly from another network.
    let visitor =
        desk.0.networks.of(conversation).map_or_else(|| conversation.to_string(), |network| network.to_string());
    let source = |hit: &crate::retrieval::Hit| Source {
        name: format!("{}#{}", hit.article, hit.anchor),
        title: hit.title.clone(),
        // The short answer first: it is what the shop would say.
        text: format!("{}\n{}", hit.answer, hit.passage_text),
        url: hit.url.clone(),
    };
    let personal = asked.entities.iter().filter(|entity| snapshot.is_personal(None, &entity.entity));
    // As it is known, and as it was spelled.
    let named = personal.flat_map(|entity| {
        let spelled = slice(&asked.text, entity.start, entity.end);
        [(entity.entity.clone(), entity.value.clone()), (entity.entity.clone(), spelled)]
    });
    let slots = draft.slots().iter().filter(|(slot, _)| snapshot.is_personal(None, slot));
    Ask {
        conversation: conversation.to_string(),
        visitor,
        question: asked.text.clone(),
        about: draft.about().map(str::to_owned),
        locale: draft.locale().to_owned(),
        locales: settings.locales.all().map(str::to_owned).collect(),
        shop: settings.shop.name.clone(),
        assistant: settings.assistant.name.clone(),
        sources: draft.sources().iter().map(source).collect(),
        record: draft.record().clone(),
        personal: named.chain(slots.map(|(slot, value)| (slot.clone(), value.clone()))).collect(),
    }
}

// Positions in text count characters.
fn slice(text: &str, start: usize, end: usize) -> String {
    text.chars().skip(start).take(end.saturating_sub(start)).collect()
}
