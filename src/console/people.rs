//! People and the audit log, for admins.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Console;
use super::guard::{Body, problem};
use crate::domain::{AgentId, Role, Timestamp, person};
use crate::http::Problem;
use crate::store::people::{Actor, AuditRow, Link, Login, NewUser, Standing};

/// Rows of the audit log in one answer, and at most.
const ROWS: (u32, u32) = (50, 200);

type Answer = Result<Json<Value>, Problem>;

fn by(login: &Login) -> Actor {
    Actor::User(login.user.id.clone())
}

pub(super) async fn list(State(console): State<Console>) -> Answer {
    let people = console.people().all().await.map_err(problem)?;
    let shown = |standing: &Standing| {
        let Standing { user, state, created_at, last_seen } = standing;
        json!({
            "id": user.id, "email": user.email, "name": user.name, "role": user.role, "teams": user.teams,
            "state": state, "created_at": created_at.to_rfc3339(), "last_seen": last_seen.map(Timestamp::to_rfc3339),
        })
    };
    Ok(Json(json!({ "people": people.iter().map(shown).collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
pub(super) struct Invite {
    email: String,
    name: String,
    role: Role,
    #[serde(default)]
    teams: Vec<String>,
}

pub(super) async fn invite(
    State(console): State<Console>,
    Extension(login): Extension<Login>,
    Body(given): Body<Invite>,
) -> Answer {
    let new = NewUser {
        email: person::email(&given.email).map_err(Problem::bad_field)?,
        name: person::display_name(&given.name).map_err(Problem::bad_field)?,
        role: given.role,
        teams: person::teams(&given.teams).map_err(Problem::bad_field)?,
        password: None,
    };
    let (user, link) = console.people().invite(new, &by(&login), console.now()).await.map_err(problem)?;
    Ok(Json(json!({ "user": user, "link": shown(&link) })))
}

// Shown once, to the admin who asked for it; only its digest is kept.
fn shown(link: &Link) -> Value {
    json!({ "kind": link.kind, "path": link.path(), "expires_at": link.expires_at.to_rfc3339() })
}

#[derive(Deserialize)]
pub(super) struct NewRole {
    role: Role,
}

pub(super) async fn set_role(
    State(console): State<Console>,
    Extension(login): Extension<Login>,
    Path(id): Path<String>,
    Body(given): Body<NewRole>,
) -> Answer {
    let id = AgentId::from(id);
    let user = console.people().set_role(&id, given.role, &by(&login), console.now()).await.map_err(problem)?;
    Ok(Json(json!({ "user": user })))
}

#[derive(Deserialize)]
pub(super) struct NewTeams {
    teams: Vec<String>,
}

pub(super) async fn set_teams(
    State(console): State<Console>,
    Extension(login): Extension<Login>,
    Path(id): Path<String>,
    Body(given): Body<NewTeams>,
) -> Answer {
    let teams = person::teams(&given.teams).map_err(Problem::bad_field)?;
    let id = AgentId::from(id);
    let user = console.people().set_teams(&id, teams, &by(&login), console.now()).await.map_err(problem)?;
    Ok(Json(json!({ "user": user })))
}

pub(super) async fn reset(
    State(console): State<Console>,
    Extension(login): Extension<Login>,
    Path(id): Path<String>,
) -> Answer {
    let link = console.people().reset(&AgentId::from(id), &by(&login), console.now()).await.map_err(problem)?;
    Ok(Json(json!({ "link": shown(&link) })))
}

pub(super) async fn revoke(
    State(console): State<Console>,
    Extension(login): Extension<Login>,
    Path(id): Path<String>,
) -> Answer {
    console.people().revoke(&AgentId::from(id), &by(&login), console.now()).await.map_err(problem)?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
pub(super) struct Page {
    before: Option<i64>,
    limit: Option<u32>,
}

pub(super) async fn audit(State(console): State<Console>, page: Result<Query<Page>, QueryRejection>) -> Answer {
    let Query(page) = page.map_err(|error| Problem::bad_field(error.body_text()))?;
    let limit = page.limit.unwrap_or(ROWS.0).clamp(1, ROWS.1);
    let rows = console.people().audit(page.before, limit).await.map_err(problem)?;
    let shown = |row: &AuditRow| {
        json!({
            "no": row.no, "at": row.at.to_rfc3339(), "what": row.what, "detail": row.detail,
            "who": { "id": row.who, "name": row.who_name }, "about": { "id": row.about, "name": row.about_name },
        })
    };
    Ok(Json(json!({ "rows": rows.iter().map(shown).collect::<Vec<_>>() })))
}
