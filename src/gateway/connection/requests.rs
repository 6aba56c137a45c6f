//! What a client asks for after its greeting.

use std::time::Duration;

use super::Connection;
use crate::desk::{Ask, Wish, request_hash};
use crate::domain::{Author, Event, EventKind, MessageId, Refused, Seq};
use crate::gateway::answers::Answer;
use crate::gateway::protocol::{Act, ClientFrame, Code, Passing, Refusal, Role, SayBody, ServerFrame, Speaker};
use crate::nlu::redact_cards;
use crate::socket::{Bye, End, fitting};
use crate::store::StoreError;
use crate::wire::{Viewer, check_ids, field, refusal_of, short};

/// Events of one batch at most.
const BATCH: usize = 100;

/// Typing and receipts are passed on once in this time.
pub(super) const SHOWN_EVERY: Duration = Duration::from_secs(1);

impl Connection<'_> {
    pub(super) async fn frame(&mut self, frame: ClientFrame) -> Result<(), End> {
        // Says and acts have their own limits.
        if !matches!(frame, ClientFrame::Say { .. } | ClientFrame::Act { .. }) {
            let now = self.clock().now();
            self.pulse.spend(now);
        }
        match frame {
            ClientFrame::Hello(_) => Err(End::Bye(Bye::stop(4500, "hello comes once"))),
            ClientFrame::Say { id, client_id, body } => self.say(id, client_id, body).await,
            ClientFrame::Act { id, client_id, act } => self.act(id, client_id, act).await,
            ClientFrame::Fetch { id, from, to } => self.fetch(id, from, to).await,
            ClientFrame::Received { seq } => self.receipt(seq, 0),
            ClientFrame::Read { seq } => self.receipt(seq, seq),
            ClientFrame::Typing { on } => self.typing(on),
            ClientFrame::Pong { .. } => Ok(()),
        }
    }

    async fn say(&mut self, id: String, client_id: String, body: SayBody) -> Result<(), End> {
        if let Err(error) = check_ids(&id, Some(&client_id)) {
            return self.refuse(field(short(id), &error.to_string())).await;
        }
        // Refusals that are here already may concern an earlier say, which this one must not overtake.
        self.send_answers().await?;
        let number = match self.order.admit(&client_id) {
            Ok(number) => number,
            Err(refusal) => return self.refuse(Refusal { re: Some(id), ..refusal }).await,
        };
        match self.admit_say(&body).await {
            Ok((hash, wish)) => {
                self.ask(id, client_id, hash, wish, Some(number));
                Ok(())
            }
            Err(refusal) => {
                self.order.refused(number, &client_id, &refusal);
                self.refuse(Refusal { re: Some(id), ..refusal }).await
            }
        }
    }

    async fn admit_say(&mut self, body: &SayBody) -> Result<(String, Wish), Refusal> {
        if let SayBody::Text { text } = body {
            self.check_text(text)?;
        }
        self.pass_limits()?;
        match body {
            // A card's number is nowhere on disk: not in the log, and not in the hash, which could be guessed.
            SayBody::Text { text } => {
                let text = redact_cards(text).into_owned();
                Ok((request_hash(&["text", &text]), Wish::Text(text)))
            }
            SayBody::Choice { of, index } => {
                let seq = self.own_message(of)?;
                let found = self.gateway.0.parts.desk.choice(&self.conversation, seq, *index).await;
                let (choice, title) =
                    found.map_err(|error| Refusal { re: None, ..refusal_of(error, String::new()) })?;
                Ok((request_hash(&["choice", of, &index.to_string()]), Wish::Choice(choice, title)))
            }
        }
    }

    fn check_text(&self, text: &str) -> Result<(), Refusal> {
        let limit = self.gateway.0.parts.limits.config.text;
        if text.trim().is_empty() {
            return Err(field(None, "`text` is empty"));
        }
        if text.contains('\0') {
            return Err(field(None, "`text` contains the character U+0000"));
        }
        if text.chars().count() > limit {
            let message = format!("a message has at most {limit} characters");
            return Err(Refusal { re: None, code: Code::TooLarge, message, retry: false, after_ms: None });
        }
        Ok(())
    }

    fn pass_limits(&self) -> Result<(), Refusal> {
        let now = self.clock().now();
        self.gateway.0.parts.limits.request(&self.visitor, self.network, now).map_err(|wait| {
            let after = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1);
            let message = format!("too many messages at once; the next one is taken in {} s", after.div_ceil(1000));
            Refusal { re: None, code: Code::RateLimited, message, retry: true, after_ms: Some(after) }
        })
    }

    // A message of this conversation; another's and one that is not there are answered alike.
    fn own_message(&self, message: &str) -> Result<Seq, Refusal> {
        let id = MessageId::parse(message).filter(|id| id.conversation == self.conversation);
        id.map(|id| id.seq).ok_or_else(|| refusal_of(StoreError::Refused(Refused::NotFound), String::new()))
    }

    async fn act(&mut self, id: String, client_id: String, act: Act) -> Result<(), End> {
        if let Err(error) = check_ids(&id, Some(&client_id)) {
            return self.refuse(field(short(id), &error.to_string())).await;
        }
        match self.admit_act(act).await {
            Ok((hash, wish)) => {
                self.ask(id, client_id, hash, wish, None);
                Ok(())
            }
            Err(refusal) => self.refuse(Refusal { re: Some(id), ..refusal }).await,
        }
    }

    async fn admit_act(&mut self, act: Act) -> Result<(String, Wish), Refusal> {
        self.pass_limits()?;
        match act {
            Act::Human => Ok((request_hash(&["human"]), Wish::Human)),
            Act::End => Ok((request_hash(&["end"]), Wish::End)),
            Act::Helped { of, yes } => {
                let seq = self.own_message(&of)?;
                self.check_answer(seq).await?;
                Ok((request_hash(&["helped", &of, &yes.to_string()]), Wish::Helped { of: seq, yes }))
            }
            Act::Rate { score, comment } => {
                if !(1..=5).contains(&score) {
                    return Err(field(None, "`score` is a number from 1 to 5"));
                }
                let comment = comment.filter(|comment| !comment.trim().is_empty());
                comment.as_deref().map_or(Ok(()), |comment| self.check_text(comment))?;
                let comment = comment.map(|comment| redact_cards(&comment).into_owned());
                let hash = request_hash(&["rate", &score.to_string(), comment.as_deref().unwrap_or("")]);
                Ok((hash, Wish::Rate { score, comment }))
            }
            Act::LeaveContact { email } => {
                let email = email.trim().to_owned();
                Ok((request_hash(&["contact", &email]), Wish::Contact(email)))
            }
            Act::Erase => Ok((request_hash(&["erase"]), Wish::Erase)),
            Act::Export => Ok((request_hash(&["export"]), Wish::Export)),
        }
    }

    // Only what was said by the other side can have helped.
    async fn check_answer(&mut self, seq: Seq) -> Result<(), Refusal> {
        let found = self.gateway.0.parts.desk.event(&self.conversation, seq).await;
        let said = |event: &Event| matches!(&event.kind, EventKind::Said { by: Author::Bot | Author::Agent(_), .. });
        match found {
            Ok(Some(event)) if said(&event) => Ok(()),
            Ok(_) => Err(refusal_of(StoreError::Refused(Refused::NotFound), String::new())),
            Err(error) => Err(refusal_of(error, String::new())),
        }
    }

    fn ask(&mut self, id: String, client_id: String, hash: String, wish: Wish, say: Option<u64>) {
        self.open += 1;
        let answers = self.answers.clone();
        let own = client_id.clone();
        let export = matches!(wish, Wish::Export);
        let answer = move |result| answers.put(Answer { re: id, client_id: own, say, export, result });
        let (visitor, locale, network) = (self.visitor.clone(), self.locale.clone(), self.network);
        let ask = Ask { visitor, client_id, hash, wish, locale, network };
        self.gateway.0.parts.desk.ask(ask, Box::new(answer));
    }

    async fn fetch(&mut self, id: String, from: Seq, to: Seq) -> Result<(), End> {
        if let Err(error) = check_ids(&id, None) {
            return self.refuse(field(short(id), &error.to_string())).await;
        }
        if from == 0 || to < from {
            return self.refuse(field(Some(id), "`from` is at least 1 and `to` at least `from`")).await;
        }
        self.send_answers().await?;
        let head = self.subscription.tip.borrow().seq.max(self.head).max(self.acked);
        let store = self.gateway.0.parts.desk.store();
        match store.events(&self.conversation, from, to.min(head), BATCH).await {
            Ok(events) => self.batch(id, head, &events).await,
            Err(error) => self.refuse(refusal_of(error, id)).await,
        }
    }

    // As many of the events as fit into one frame; the client asks again for the rest.
    async fn batch(&mut self, re: String, head: Seq, events: &[crate::domain::Event]) -> Result<(), End> {
        let content = self.gateway.0.parts.desk.content();
        let viewer = Viewer {
            conversation: &self.conversation,
            epoch: &self.epoch,
            assistant: &content.settings().assistant.name,
            shop: &content.settings().shop.name,
            names: self.gateway.0.parts.desk.names(),
        };
        let events = fitting(events.iter().map(|event| viewer.entry(event)));
        let frame = ServerFrame::Batch { re, epoch: self.epoch.clone(), head, events };
        Ok(self.link.send(&frame).await?)
    }

    fn receipt(&mut self, received: Seq, read: Seq) -> Result<(), End> {
        let head = self.cursor;
        let (received, read) = (self.received.max(received.min(head)), self.read.max(read.min(head)));
        if (received, read) != (self.received, self.read) {
            (self.received, self.read, self.receipt_due) = (received, read, true);
        }
        Ok(())
    }

    fn typing(&mut self, on: bool) -> Result<(), End> {
        let now = self.clock().now();
        // Stopping is passed on at once, and once: a dot that goes on for ever is worse than one too few.
        if (!on && self.typing) || (on && now.since(self.typing_at) >= SHOWN_EVERY) {
            (self.typing, self.typing_at) = (on, now);
            let by = Speaker { role: Role::Shopper, name: String::new(), ai: false };
            self.pass(Passing::Typing { by, on });
        }
        Ok(())
    }
}
