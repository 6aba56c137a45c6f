//! One conversation at a glance: what stands beside it in the console.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::Console;
use super::desk::person;
use super::privacy::{find, refused};
use crate::domain::{ConversationId, Episode, Seq, StaffKind, Timestamp};
use crate::http::Problem;
use crate::reports::Rules;
use crate::shop::Action;

/// Staff entries read at a time, and at most: an order that was looked up longer ago is not shown.
const PAGE: usize = 100;
const PAGES: usize = 10;

/// `GET /api/conversations/{id}`.
pub(super) async fn show(State(console): State<Console>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let (id, state) = find(&console, id).await?;
    let desk = console.desk();
    let episodes = desk.store().episodes_of(&id).await.map_err(refused)?;
    let content = desk.content();
    let rules = Rules { now: console.now(), recontact_hours: content.settings().episode.recontact_hours };
    let order = if state.erased { None } else { order(&console, &id, state.staff_head).await? };
    let handoff = state.handoff.as_ref();
    Ok(Json(json!({
        "conversation": id, "phase": state.phase, "began": episodes.first().map(|first| first.began.to_rfc3339()),
        "last_at": state.last_at.to_rfc3339(), "locale": state.dialogue.locale.as_ref().or(state.locale.as_ref()),
        "labels": state.labels, "erased": state.erased,
        "agent": state.agent.as_ref().map(|agent| person(desk, agent)),
        "priority": handoff.map(|handoff| handoff.priority), "team": handoff.and_then(|handoff| handoff.team.as_ref()),
        "reason": handoff.and_then(|handoff| handoff.reason), "summary": handoff.map(|handoff| &handoff.summary),
        "contact": state.contact.as_ref().map(|email| json!({ "email": email })),
        "episodes": episodes.iter().map(|episode| judged(episode, &rules)).collect::<Vec<_>>(), "order": order,
    })))
}

fn judged(episode: &Episode, rules: &Rules) -> Value {
    let verdict = rules.judge(episode);
    json!({
        "number": episode.number, "first": episode.first, "began": episode.began.to_rfc3339(),
        "ended": episode.closed.map(|mark| Timestamp::to_rfc3339(mark.at)), "outcome": verdict.outcome,
        "provisional": verdict.provisional, "reason": verdict.reason, "proof": verdict.proof.seq,
        "rating": episode.rated.map(|(score, _)| score),
    })
}

// The order whose owner was proven last, as the shop's file has it now. What a webhook answered is kept nowhere.
async fn order(console: &Console, id: &ConversationId, head: Seq) -> Result<Option<Value>, Problem> {
    let most = (PAGE * PAGES) as Seq;
    let (mut next, mut seen) = (head.saturating_sub(most) + 1, Seen::default());
    loop {
        let entries = console.desk().store().staff(id, next, PAGE).await.map_err(refused)?;
        let Some(last) = entries.last() else { break };
        next = last.seq + 1;
        entries.iter().for_each(|entry| seen.read(&entry.kind));
    }
    let Some((action, number)) = seen.found else { return Ok(None) };
    let content = console.desk().content();
    let fields = match content.actions().get(&action) {
        Some(Action::Orders { orders, reveal }) => orders.shown(&number, reveal),
        _ => None,
    };
    Ok(Some(json!({ "order_number": number, "action": action, "fields": fields })))
}

#[derive(Default)]
struct Seen {
    number: Option<String>,
    found: Option<(String, String)>,
}

impl Seen {
    fn read(&mut self, kind: &StaffKind) {
        let StaffKind::Trace { trace, .. } = kind else { return };
        if let Some(number) = trace["slots"]["order_number"].as_str() {
            self.number = Some(number.to_owned());
        }
        let found = trace["actions"].as_array().into_iter().flatten().find(|acted| acted["outcome"] == "found");
        if let (Some(action), Some(number)) = (found.and_then(|acted| acted["action"].as_str()), &self.number) {
            self.found = Some((action.to_owned(), number.clone()));
        }
    }
}
