//! What is kept of shoppers: the list of conversations, a copy of one, and the end of one.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Console;
use super::desk::{person, staff_entry};
use super::guard::problem;
use crate::desk::Desk;
use crate::domain::{AgentAct, Command, Conversation, ConversationId, Phase, Refused, Seq};
use crate::http::Problem;
use crate::store::people::{Actor, Login};
use crate::store::{Listed, StoreError};
use crate::wire::Export;

/// Rows of the list in one answer, and at most.
const ROWS: (usize, usize) = (50, 200);

/// Staff entries read at a time.
const PAGE: usize = 100;

#[derive(Deserialize)]
pub(super) struct Page {
    before: Option<i64>,
    limit: Option<usize>,
    phase: Option<Phase>,
}

pub(super) async fn list(
    State(console): State<Console>,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(page) = page.map_err(|error| Problem::bad_field(error.body_text()))?;
    let limit = page.limit.unwrap_or(ROWS.0).clamp(1, ROWS.1);
    let rows = console.desk().store().conversations(page.before, page.phase, limit).await.map_err(refused)?;
    let shown = |row: &Listed| {
        let Listed { no, conversation, began, state } = row;
        json!({
            "no": no, "conversation": conversation, "phase": state.phase, "began": began.to_rfc3339(),
            "last_at": state.last_at.to_rfc3339(), "labels": state.labels, "erased": state.erased,
            "agent": state.agent.as_ref().map(|agent| person(console.desk(), agent)),
        })
    };
    Ok(Json(json!({ "rows": rows.iter().map(shown).collect::<Vec<_>>() })))
}

pub(super) async fn erase(
    State(console): State<Console>,
    Extension(login): Extension<Login>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let (id, state) = find(&console, id).await?;
    if !state.erased {
        note(&console, &login, "shopper_erased", &id).await?;
        let command = Command::Agent { by: login.user.id, act: AgentAct::Erase };
        match console.desk().store().transact(id, command, None).await {
            // The shopper was quicker.
            Ok(_) | Err(StoreError::Refused(Refused::Erased)) => {}
            Err(error) => return Err(refused(error)),
        }
    }
    Ok(Json(json!({})))
}

pub(super) async fn export(
    State(console): State<Console>,
    Extension(login): Extension<Login>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (id, _) = find(&console, id).await?;
    note(&console, &login, "shopper_exported", &id).await?;
    let desk = console.desk();
    let record = Command::Export { by: Some(login.user.id) };
    desk.store().transact(id.clone(), record, None).await.map_err(refused)?;
    let export = Export::begin(desk, &id).await.map_err(refused)?.left_open();
    let name = format!("attachment; filename=\"conversation-{id}.json\"");
    let headers = [(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, name)];
    let copy = Copy::Chat { export: Box::new(export), desk: desk.clone(), id };
    Ok((headers, Body::from_stream(try_unfold(copy, Copy::next))).into_response())
}

pub(super) async fn find(console: &Console, id: String) -> Result<(ConversationId, Conversation), Problem> {
    let id = ConversationId::from(id);
    let state = console.desk().conversation(&id).await.map_err(refused)?.ok_or_else(Problem::not_found)?;
    Ok((id, state))
}

// Before it is done: what cannot be written down is not done. A conversation's id is a digest and says nothing of anybody.
async fn note(console: &Console, login: &Login, what: &'static str, id: &ConversationId) -> Result<(), Problem> {
    let by = Actor::User(login.user.id.clone());
    console.people().note(&by, what, id.as_str(), Value::Null, console.now()).await.map_err(problem)
}

pub(super) fn refused(error: StoreError) -> Problem {
    match error {
        StoreError::Refused(Refused::NotFound) => Problem::not_found(),
        StoreError::Refused(refused) => Problem::conflict("refused", refused.to_string()),
        other => Problem::unavailable(other.to_string()),
    }
}

// A copy for the desk, piece by piece: what the shopper gets, and then what people and the assistant wrote beside it.
enum Copy {
    Chat { export: Box<Export>, desk: Desk, id: ConversationId },
    Staff { desk: Desk, id: ConversationId, epoch: String, next: Seq },
    Done,
}

impl Copy {
    // An answer that breaks off is no JSON, so nobody takes half a copy for a whole one.
    async fn next(self) -> Result<Option<(String, Self)>, StoreError> {
        match self {
            Self::Chat { mut export, desk, id } => match export.piece().await? {
                Some(piece) => Ok(Some((piece, Self::Chat { export, desk, id }))),
                None => {
                    let epoch = export.epoch().to_owned();
                    Ok(Some((",\"staff\":[".to_owned(), Self::Staff { desk, id, epoch, next: 1 })))
                }
            },
            Self::Staff { desk, id, epoch, next } => {
                let entries = desk.store().staff(&id, next, PAGE).await?;
                let Some(last) = entries.last().map(|entry| entry.seq) else {
                    return Ok(Some(("]}".to_owned(), Self::Done)));
                };
                // Our own types always have a JSON form.
                let json = |entry| serde_json::to_string(&staff_entry(&desk, &id, &epoch, entry)).unwrap_or_default();
                let piece = entries.iter().map(json).collect::<Vec<_>>().join(",");
                let piece = if next == 1 { piece } else { format!(",{piece}") };
                Ok(Some((piece, Self::Staff { desk, id, epoch, next: last + 1 })))
            }
            Self::Done => Ok(None),
        }
    }
}
