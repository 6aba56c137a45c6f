//! The shop's files as they are live, and a box to try them in.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Console;
use super::guard::Body;
use crate::content::Snapshot;
use crate::desk::{Rehearsal, Understood};
use crate::domain::Timestamp;
use crate::http::Problem;
use crate::store::people::Login;

/// Characters of a text that is tried: those of the longest message.
const TEXT: usize = 12_000;

#[derive(Deserialize)]
pub(super) struct Asked {
    locale: Option<String>,
}

type Locale = Result<Query<Asked>, QueryRejection>;

fn locale(asked: Locale) -> Result<Option<String>, Problem> {
    asked.map(|Query(asked)| asked.locale).map_err(|error| Problem::bad_field(error.body_text()))
}

/// `GET /api/content`: intents and articles, and the faults of the last save.
pub(super) async fn overview(State(console): State<Console>) -> Json<Value> {
    let library = console.desk().library();
    let mut all = library.current().describe();
    if let Some(all) = all.as_object_mut() {
        let faults = library.faults();
        let broken = faults.iter().any(crate::content::Fault::is_error);
        all.insert("live_since".into(), library.live_since().to_rfc3339().into());
        all.insert("stale".into(), broken.into());
        all.insert("encoder".into(), json!(library.encoder()));
        all.insert("faults".into(), json!(faults));
    }
    Json(all)
}

/// `GET /api/content/intents/{name}`.
pub(super) async fn intent(State(console): State<Console>, Path(name): Path<String>) -> Result<Json<Value>, Problem> {
    console.desk().content().describe_intent(&name).map(Json).ok_or_else(Problem::not_found)
}

/// `GET /api/content/articles/{id}?locale`.
pub(super) async fn article(
    State(console): State<Console>,
    Path(id): Path<String>,
    asked: Locale,
) -> Result<Json<Value>, Problem> {
    let locale = locale(asked)?;
    console.desk().content().describe_article(&id, locale.as_deref()).map(Json).ok_or_else(Problem::not_found)
}

/// `GET /api/canned?locale`: what can be said again and again, as whoever asks would say it.
pub(super) async fn canned(
    State(console): State<Console>,
    Extension(login): Extension<Login>,
    asked: Locale,
) -> Result<Json<Value>, Problem> {
    let wanted = locale(asked)?;
    let content = console.desk().content();
    let locale = content.locale(wanted.as_deref());
    Ok(Json(json!({ "locale": locale, "replies": content.canned(&locale, &login.user.name) })))
}

#[derive(Deserialize)]
pub(super) struct Tried {
    text: String,
    #[serde(default)]
    locale: Option<String>,
}

/// `POST /api/content/try`: what a shopper who writes `text` first would be told, and why. Nothing is stored, and nothing is
/// looked up but the catalogue.
pub(super) async fn attempt(State(console): State<Console>, Body(tried): Body<Tried>) -> Result<Json<Value>, Problem> {
    let text = tried.text.trim().to_owned();
    if text.is_empty() {
        return Err(Problem::bad_field("write something to try"));
    }
    if text.chars().count() > TEXT {
        return Err(Problem::bad_field(format!("a text has at most {TEXT} characters")));
    }
    // Shoppers go first: trials get a thread of their own, and no more than these at a time.
    let busy = || Problem::too_many("others are trying lines at the moment; wait a second and try again", 1);
    let turn = console.trial().ok_or_else(busy)?;
    let (content, now) = (console.desk().content(), console.now());
    let tried = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        attempted(&content, &text, tried.locale.as_deref(), now)
    });
    tried.await.map_err(|_| Problem::unavailable("the trial was not finished"))?.map(Json).map_err(Problem::bad_field)
}

fn attempted(content: &Arc<Snapshot>, text: &str, locale: Option<&str>, now: Timestamp) -> Result<Value, String> {
    let understood = Understood::of(content, text, now);
    let mut rehearsal = Rehearsal::new(content, locale);
    let body = rehearsal.says(text).map_err(|refused| refused.to_string())?;
    let thresholds = content.rules().thresholds_of(&understood.understanding);
    let reply = body.map(|body| {
        let titles: Vec<_> = body.quick_replies.iter().map(|button| button.title.as_str()).collect();
        json!({
            "text": body.text, "quick_replies": titles, "card": body.card, "cards": body.cards,
            "citations": body.citations, "counts_as": body.counts_as,
        })
    });
    Ok(json!({
        "understood": understood, "reply": reply, "reading": rehearsal.reading(),
        "rule": rehearsal.reading().map(|reading| reading.because.as_str()),
        "not_looked_up": rehearsal.unforeseen(), "live": content.hash(), "thresholds": thresholds,
        "article_fits": content.rules().article_fits,
    }))
}
