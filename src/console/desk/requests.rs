//! What a console asks for after its greeting.

use super::watching::{chat_entry, staff_entry};
use super::{Answer, Connection, TEXT};
use crate::bus::Passing;
use crate::console::protocol::{
    Code, DeskAct, DeskBody, DeskClientFrame, DeskEntry, DeskPresence, DeskServerFrame, Log, Refusal,
};
use crate::desk::{Deed, Desk, Presence, StaffAsk, request_hash};
use crate::domain::{ConversationId, MessageId, Phase, Refused, Right, Seq, may};
use crate::nlu::redact_cards;
use crate::socket::{Bye, End, fitting};
use crate::store::StoreError;
use crate::wire::{Role, Speaker, check_ids, field, refusal_of, short};

/// Entries of one batch at most.
const BATCH: usize = 100;

impl Connection {
    pub(super) async fn frame(&mut self, frame: DeskClientFrame) -> Result<(), End> {
        let now = self.clock().now();
        self.pulse.spend(now);
        if let Some(refusal) = self.denied(&frame) {
            return self.refuse(refusal).await;
        }
        match frame {
            DeskClientFrame::Hello { .. } => Err(End::Bye(Bye::stop(4500, "hello comes once"))),
            DeskClientFrame::Watch { id, conversation, chat, staff } => match check_ids(&id, None) {
                Ok(()) => self.watch(id, ConversationId::from(conversation), chat, staff).await,
                Err(error) => self.refuse(field(short(id), &error.to_string())).await,
            },
            DeskClientFrame::Unwatch { conversation } => {
                self.unwatch(&ConversationId::from(conversation));
                Ok(())
            }
            DeskClientFrame::Say { id, client_id, conversation, body: DeskBody::Text { text } } => {
                self.say(id, client_id, conversation, text).await
            }
            DeskClientFrame::Note { id, client_id, conversation, text, body } => {
                let text = text.or(body.map(|DeskBody::Text { text }| text)).unwrap_or_default();
                match check_text(&text) {
                    Ok(()) => {
                        let text = redact_cards(&text).into_owned();
                        let hash = request_hash(&["note", &conversation, &text]);
                        self.ask(id, client_id, conversation, hash, Deed::Note(text), None).await
                    }
                    Err(refusal) => self.refuse(Refusal { re: short(id), ..refusal }).await,
                }
            }
            DeskClientFrame::Act { id, client_id, conversation, act } => match self.deed(&act) {
                Ok(deed) => {
                    let hash = request_hash(&["act", &conversation, &format!("{act:?}")]);
                    self.ask(id, client_id, conversation, hash, deed, None).await
                }
                Err(refusal) => self.refuse(Refusal { re: short(id), ..refusal }).await,
            },
            DeskClientFrame::Fetch { id, conversation, log, from, to } => {
                self.fetch(id, ConversationId::from(conversation), log, from, to).await
            }
            DeskClientFrame::Typing { conversation, on } => {
                self.typing(&conversation, on);
                Ok(())
            }
            DeskClientFrame::Read { conversation, seq } => {
                self.read(&conversation, seq);
                Ok(())
            }
            DeskClientFrame::Presence { state } => {
                self.set_presence(state);
                Ok(())
            }
            DeskClientFrame::Pong { .. } => Ok(()),
        }
    }

    // The role table has the first word. Unknown and forbidden are answered alike.
    fn denied(&self, frame: &DeskClientFrame) -> Option<Refusal> {
        let (right, id) = right_of(frame)?;
        if may(self.login.user.role, right) {
            return None;
        }
        let message = format!("the role {} may not do this", self.login.user.role.name());
        let re = id.cloned().and_then(short);
        Some(Refusal { re, code: Code::NotFound, message, retry: false, after_ms: None })
    }

    async fn say(&mut self, id: String, client_id: String, conversation: String, text: String) -> Result<(), End> {
        // Refusals that are here already may concern an earlier say, which this one must not overtake.
        self.send_answers().await?;
        let number = match self.order.admit(&client_id) {
            Ok(number) => number,
            Err(refusal) => return self.refuse(Refusal { re: short(id), ..refusal }).await,
        };
        if let Err(refusal) = check_text(&text) {
            return self.refuse(Refusal { re: short(id), ..refusal }).await;
        }
        let text = redact_cards(&text).into_owned();
        let hash = request_hash(&["say", &conversation, &text]);
        self.ask(id, client_id, conversation, hash, Deed::Say(text), Some(number)).await
    }

    fn deed(&self, act: &DeskAct) -> Result<Deed, Refusal> {
        Ok(match act {
            DeskAct::Claim { version } => Deed::Claim { version: *version },
            DeskAct::Release => Deed::Release,
            DeskAct::Transfer { agent: Some(agent), team: None } => {
                let agent = crate::domain::AgentId::from(agent.as_str());
                if !matches!(self.desk().presence(&agent), Some(Presence::Online | Presence::Busy)) {
                    let message = "this person is not at the desk".to_owned();
                    return Err(Refusal { re: None, code: Code::NotFound, message, retry: false, after_ms: None });
                }
                Deed::PassTo(agent)
            }
            DeskAct::Transfer { agent: None, team: Some(team) } if !team.trim().is_empty() && team.len() <= 160 => {
                Deed::PassToTeam(team.trim().to_owned())
            }
            DeskAct::Transfer { .. } => return Err(field(None, "`transfer` names one `agent` or one `team`")),
            DeskAct::ToBot => Deed::ToBot,
            DeskAct::Resolve => Deed::Resolve,
            DeskAct::Label { labels } => Deed::Label(labels.clone()),
            DeskAct::Priority { priority } => Deed::Prioritise(*priority),
        })
    }

    async fn ask(
        &mut self,
        id: String,
        client_id: String,
        conversation: String,
        hash: String,
        deed: Deed,
        say: Option<u64>,
    ) -> Result<(), End> {
        if let Err(error) = check_ids(&id, Some(&client_id)) {
            return self.refuse(field(short(id), &error.to_string())).await;
        }
        self.open += 1;
        let conversation = ConversationId::from(conversation);
        let log = match deed {
            Deed::Note(_) | Deed::Label(_) | Deed::Prioritise(_) => Log::Staff,
            _ => Log::Chat,
        };
        let (answers, own, place) = (self.answers.clone(), client_id.clone(), conversation.clone());
        let answer =
            move |result| answers.put(Answer { re: id, client_id: own, conversation: place, log, say, result });
        let ask = StaffAsk { who: self.who.clone(), conversation, client_id, hash, deed };
        self.desk().staff_ask(ask, Box::new(answer)).await;
        Ok(())
    }

    pub(super) async fn send_answers(&mut self) -> Result<(), End> {
        while let Some(answer) = self.answers.take() {
            self.send_answer(answer).await?;
        }
        Ok(())
    }

    async fn send_answer(&mut self, answer: Answer) -> Result<(), End> {
        self.open = self.open.saturating_sub(1);
        let Answer { re, client_id, conversation, log, say, result } = answer;
        match result {
            Ok(answered) => {
                let message = MessageId { conversation: conversation.clone(), seq: answered.seq };
                let frame = DeskServerFrame::Ack {
                    re,
                    client_id,
                    conversation: conversation.to_string(),
                    log,
                    message: (log == Log::Chat).then(|| message.to_string()),
                    seq: answered.seq,
                    at: answered.at.to_rfc3339(),
                    duplicate: answered.duplicate,
                };
                Ok(self.link.send(&frame).await?)
            }
            Err(error) => {
                let refusal = refusal_of(error, re);
                if let Some(number) = say {
                    self.order.refused(number, &client_id, &refusal);
                }
                self.refuse(refusal).await
            }
        }
    }

    async fn fetch(
        &mut self,
        re: String,
        conversation: ConversationId,
        log: Log,
        from: Seq,
        to: Seq,
    ) -> Result<(), End> {
        if let Err(error) = check_ids(&re, None) {
            return self.refuse(field(short(re), &error.to_string())).await;
        }
        if from == 0 || to < from {
            return self.refuse(field(Some(re), "`from` is at least 1 and `to` at least `from`")).await;
        }
        self.send_answers().await?;
        match read_log(self.desk().clone(), &conversation, log, from, to).await {
            Ok((epoch, head, entries)) => {
                let events = fitting(entries.into_iter());
                let conversation = conversation.to_string();
                Ok(self.link.send(&DeskServerFrame::Batch { re, conversation, log, epoch, head, events }).await?)
            }
            Err(error) => self.refuse(refusal_of(error, re)).await,
        }
    }

    // The shopper sees only whoever has the chat typing or reading; colleagues see everybody.
    fn typing(&self, conversation: &str, on: bool) {
        let Some((id, own)) = self.looked_at(conversation) else { return };
        let by = Speaker { role: Role::Agent, name: self.login.user.name.clone(), ai: false };
        self.pass(id, !own, &crate::wire::Passing::Typing { by, on });
    }

    fn read(&self, conversation: &str, seq: Seq) {
        let Some((id, true)) = self.looked_at(conversation) else { return };
        let head = self.watched.iter().find(|watched| watched.conversation == id).map_or(0, |watched| watched.cursor);
        let seq = seq.min(head);
        self.pass(id, false, &crate::wire::Passing::Receipt { role: Role::Agent, received: seq, read: seq });
    }

    // A conversation that is watched here, and whether its chat is this person's.
    fn looked_at(&self, conversation: &str) -> Option<(ConversationId, bool)> {
        let watched = self.watched.iter().find(|watched| watched.conversation.as_str() == conversation)?;
        let chat = self.desk().chat(&watched.conversation);
        let own =
            chat.is_some_and(|chat| chat.phase == Phase::WithAgent && chat.agent.as_ref() == Some(&self.who.agent));
        Some((watched.conversation.clone(), own))
    }

    fn pass(&self, conversation: ConversationId, staff_only: bool, passing: &crate::wire::Passing) {
        #[derive(serde::Serialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
        enum Frame<'f> {
            Passing(&'f crate::wire::Passing),
        }
        let frame = serde_json::to_string(&Frame::Passing(passing)).unwrap_or_default();
        self.desk().pass(Passing { conversation, from: self.number, staff_only, frame });
    }

    fn set_presence(&mut self, state: DeskPresence) {
        self.presence = match state {
            DeskPresence::Online => Presence::Online,
            DeskPresence::Busy => Presence::Busy,
            DeskPresence::Away => Presence::Away,
        };
        self.desk().set_presence(&self.who.agent, self.presence);
    }
}

async fn read_log(
    desk: Desk,
    id: &ConversationId,
    log: Log,
    from: Seq,
    to: Seq,
) -> Result<(String, Seq, Vec<DeskEntry>), StoreError> {
    let state = desk.conversation(id).await?.ok_or(StoreError::Refused(Refused::NotFound))?;
    let epoch = desk.store().epoch(state.erasures);
    match log {
        Log::Chat => {
            let events = desk.store().events(id, from, to.min(state.head), BATCH).await?;
            let entries = events.iter().map(|event| chat_entry(&desk, id, &epoch, event)).collect();
            Ok((epoch, state.head, entries))
        }
        Log::Staff => {
            let found = desk.store().staff(id, from, BATCH).await?;
            let found = found.iter().filter(|entry| entry.seq <= to);
            let entries = found.map(|entry| staff_entry(&desk, id, &epoch, entry)).collect();
            Ok((epoch, state.staff_head, entries))
        }
    }
}

// What a frame needs, and the request's name for the answer; nothing for a sign of life.
fn right_of(frame: &DeskClientFrame) -> Option<(Right, Option<&String>)> {
    Some(match frame {
        DeskClientFrame::Hello { .. } | DeskClientFrame::Pong { .. } => return None,
        DeskClientFrame::Watch { id, .. } => (Right::Watch, Some(id)),
        DeskClientFrame::Unwatch { .. } => (Right::Unwatch, None),
        DeskClientFrame::Say { id, .. } => (Right::Say, Some(id)),
        DeskClientFrame::Note { id, .. } => (Right::Note, Some(id)),
        DeskClientFrame::Fetch { id, .. } => (Right::Fetch, Some(id)),
        DeskClientFrame::Typing { .. } => (Right::Typing, None),
        DeskClientFrame::Read { .. } => (Right::Read, None),
        DeskClientFrame::Presence { .. } => (Right::Presence, None),
        DeskClientFrame::Act { id, act, .. } => (right_of_act(act), Some(id)),
    })
}

fn right_of_act(act: &DeskAct) -> Right {
    match act {
        DeskAct::Claim { .. } => Right::Claim,
        DeskAct::Release => Right::Release,
        DeskAct::Transfer { .. } => Right::Transfer,
        DeskAct::ToBot => Right::ToBot,
        DeskAct::Resolve => Right::Resolve,
        DeskAct::Label { .. } => Right::Label,
        DeskAct::Priority { .. } => Right::Priority,
    }
}

fn check_text(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(field(None, "`text` is empty"));
    }
    if text.contains('\0') {
        return Err(field(None, "`text` contains the character U+0000"));
    }
    if text.chars().count() > TEXT {
        let message = format!("a message has at most {TEXT} characters");
        return Err(Refusal { re: None, code: Code::TooLarge, message, retry: false, after_ms: None });
    }
    Ok(())
}
