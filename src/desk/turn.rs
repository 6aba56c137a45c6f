//! One turn of the assistant: from the shopper's message to a reply, on one snapshot of the shop's files.

use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use super::turns::Memory;
use crate::content::Snapshot;
use crate::dialogue::{self, Found, Input, Move, Payload, times};
use crate::domain::{
    Author, Body, Citation, CountsAs, DialogueState, Event, EventKind, HandoffOrder, QuickReply, Reason, ReplyDraft,
    Seq, TurnResult, Understanding,
};
use crate::retrieval::Hit;

/// Articles looked at for one answer.
const LOOKED_AT: usize = 3;

/// What a turn wrote down about itself: "why did it say that?"
#[derive(Debug, Clone, Default, Serialize)]
pub struct Reading {
    /// The snapshot it ran on.
    pub content: String,
    /// The language it answered in.
    pub locale: String,
    /// What was read in the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub understanding: Option<Understanding>,
    /// The articles found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<Hit>,
    /// The reply chosen.
    pub reply: String,
    /// Why.
    pub because: String,
    /// Microseconds by stage.
    pub micros: Vec<(&'static str, u64)>,
}

/// A turn's outcome before it is stored.
pub(super) struct Outcome {
    pub(super) reply: ReplyDraft,
    pub(super) reading: Reading,
    pub(super) dialogue: DialogueState,
}

/// What the assistant reads in `text` and does first, without a conversation: for `understand`.
#[must_use]
pub fn read(snapshot: &Snapshot, text: &str) -> (Understanding, Move) {
    let understanding = snapshot.nlu().understand(text);
    let (step, _) = dialogue::next(&DialogueState::default(), Input::Said(understanding.clone()), snapshot.rules());
    (understanding, step)
}

/// Works out the reply to `event`.
pub(super) fn answer(snapshot: &Arc<Snapshot>, memory: &Memory, event: &Event) -> Outcome {
    let mut turn = Turn {
        snapshot,
        reading: Reading { content: snapshot.hash().to_owned(), ..Reading::default() },
        hits: Vec::new(),
        locale: memory.dialogue.locale.clone(),
        watch: Watch::start(),
    };
    let input = turn.input(event);
    turn.settle_locale(memory);
    let (mut step, mut dialogue) = dialogue::next(&memory.dialogue, input, snapshot.rules());
    if let Move::Search(understanding) = step {
        let found = turn.search(&understanding.text);
        (step, dialogue) = dialogue::next(&memory.dialogue, Input::Found(understanding, found), snapshot.rules());
    }
    turn.watch.lap("decide", &mut turn.reading);
    dialogue.locale.clone_from(&turn.locale);
    let reply = turn.say(step, &dialogue);
    turn.watch.lap("reply", &mut turn.reading);
    Outcome { reply, reading: turn.reading, dialogue }
}

/// What a turn that failed twice says: a person is called.
pub(super) fn give_up(snapshot: &Snapshot, memory: &Memory) -> Outcome {
    let locale = snapshot.locale(memory.dialogue.locale.as_deref().or(memory.locale.as_deref()));
    let body = body_of(snapshot, "turn_failed", &locale, &[], 0);
    let reply = ReplyDraft { body: Some(body), handoff: Some(HandoffOrder { reason: Reason::TurnFailed }) };
    let reading = Reading {
        content: snapshot.hash().to_owned(),
        locale,
        reply: "turn_failed".into(),
        because: "the turn failed twice".into(),
        ..Reading::default()
    };
    Outcome { reply, reading, dialogue: memory.dialogue.clone() }
}

impl Outcome {
    pub(super) fn result(self, question: Seq) -> TurnResult {
        // A reading is numbers and texts, so it always has a JSON form.
        let trace = serde_json::to_value(&self.reading).unwrap_or_default();
        TurnResult { question, reply: self.reply, trace, dialogue: self.dialogue }
    }
}

struct Turn<'s> {
    snapshot: &'s Snapshot,
    reading: Reading,
    hits: Vec<Hit>,
    locale: Option<String>,
    watch: Watch,
}

impl Turn<'_> {
    fn input(&mut self, event: &Event) -> Input {
        let EventKind::Said { by: Author::Shopper, body, .. } = &event.kind else { return Input::NotHelped };
        let send = body.choice.as_ref().and_then(|choice| choice.send.as_deref());
        if let Some(payload) = send.and_then(Payload::parse) {
            return Input::Pressed(payload);
        }
        let understanding = self.snapshot.nlu().understand(&body.text);
        self.watch.lap("understand", &mut self.reading);
        self.reading.understanding = Some(understanding.clone());
        Input::Said(understanding)
    }

    // The language of the message, else the one spoken so far, else the page's, else the shop's.
    fn settle_locale(&mut self, memory: &Memory) {
        let heard = self.reading.understanding.as_ref().and_then(|read| read.language.clone());
        self.locale = heard.or_else(|| memory.dialogue.locale.clone());
        let spoken = self.locale.as_deref().or(memory.locale.as_deref());
        self.reading.locale = self.snapshot.locale(spoken);
    }

    fn search(&mut self, text: &str) -> Vec<Found> {
        self.hits = self.snapshot.search(text, &self.reading.locale, LOOKED_AT);
        self.watch.lap("search", &mut self.reading);
        self.reading.found.clone_from(&self.hits);
        self.hits.iter().map(|hit| Found { article: hit.article.clone(), fit: hit.fit }).collect()
    }

    fn say(&mut self, step: Move, dialogue: &DialogueState) -> ReplyDraft {
        let mut handoff = None;
        let body = match step {
            // A search leads to something else than a search; saying nothing would be a defect, so a person is offered.
            Move::Search(_) => self.reply("offer_human", "nothing was decided", dialogue),
            Move::Reply { key, because } => self.reply(&key, because, dialogue),
            Move::HandOver { key, reason, because } => {
                handoff = Some(HandoffOrder { reason });
                self.reply(&key, because, dialogue)
            }
            Move::Article { article } => self.article(&article, dialogue),
            Move::Choices(intents) => self.choices(&intents),
        };
        ReplyDraft { body: Some(body), handoff }
    }

    fn reply(&mut self, key: &str, because: &str, dialogue: &DialogueState) -> Body {
        key.clone_into(&mut self.reading.reply);
        because.clone_into(&mut self.reading.because);
        // The count of this reply in a row picks the variant, so that a repetition sounds different.
        let pick = u64::from(times(dialogue, key).saturating_sub(1));
        let body = body_of(self.snapshot, key, &self.reading.locale, &[], pick);
        if body.counts_as == Some(CountsAs::Answer) { self.with_verdict(body) } else { body }
    }

    fn article(&mut self, article: &str, dialogue: &DialogueState) -> Body {
        let Some(hit) = self.hits.iter().find(|hit| hit.article == article).cloned() else {
            return self.reply("offer_human", "what was found is gone", dialogue);
        };
        "article_answer".clone_into(&mut self.reading.reply);
        self.reading.because = format!("the article {article} fits");
        let body = body_of(self.snapshot, "article_answer", &self.reading.locale, &[("answer", &hit.answer)], 0);
        let citation = Citation { article: hit.article, title: hit.title, anchor: hit.anchor, url: hit.url };
        self.with_verdict(Body { citations: vec![citation], ..body })
    }

    // "That helped" and "Get more help" under every answer that brings no buttons of its own.
    fn with_verdict(&self, mut body: Body) -> Body {
        if body.quick_replies.is_empty() {
            let locale = &self.reading.locale;
            let button = |key: &str, send: &str| button(self.snapshot.text(key, locale), send);
            body.quick_replies = vec![button("that_helped", "/helped"), button("get_more_help", "/more_help")];
        }
        body
    }

    fn choices(&mut self, intents: &[String]) -> Body {
        "choices".clone_into(&mut self.reading.reply);
        self.reading.because = format!("unsure between {}", intents.join(", "));
        let locale = self.reading.locale.clone();
        let mut body = body_of(self.snapshot, "choices", &locale, &[], 0);
        let titles = intents.iter().map(|name| button(self.snapshot.title(name, &locale), &format!("/{name}")));
        body.quick_replies = titles.collect();
        if !intents.iter().any(|name| name == "contact_human_agent") {
            let person = self.snapshot.text("talk_to_a_person", &locale);
            body.quick_replies.push(button(person, "/contact_human_agent"));
        }
        body
    }
}

fn button(title: String, send: &str) -> QuickReply {
    QuickReply { title, url: None, send: Some(send.to_owned()) }
}

/// A reply of the shop's files as a message body.
pub(super) fn body_of(snapshot: &Snapshot, key: &str, locale: &str, vars: &[(&str, &str)], pick: u64) -> Body {
    let Some(reply) = snapshot.reply(key, locale, vars, pick) else {
        // `check` finds a missing reply; should one slip through, the shopper still reads a sentence.
        tracing::error!(key, "a reply is missing in the shop's files");
        return Body { reply: Some(key.to_owned()), ..Body::text("…") };
    };
    Body {
        text: reply.text,
        quick_replies: reply.quick_replies,
        card: reply.card,
        reply: Some(reply.key),
        counts_as: reply.counts_as,
        ..Body::default()
    }
}

// Times the stages of a turn for its trace and the metrics; nothing is decided by it.
struct Watch(Instant);

impl Watch {
    #[expect(clippy::disallowed_methods, reason = "measures a duration; nothing is decided by it")]
    fn start() -> Self {
        Self(Instant::now())
    }

    #[expect(clippy::disallowed_methods, reason = "measures a duration; nothing is decided by it")]
    fn lap(&mut self, stage: &'static str, reading: &mut Reading) {
        let now = Instant::now();
        let took = now - self.0;
        self.0 = now;
        metrics::histogram!("frontdesk_turn_seconds", "stage" => stage).record(took.as_secs_f64());
        reading.micros.push((stage, u64::try_from(took.as_micros()).unwrap_or(u64::MAX)));
    }
}
