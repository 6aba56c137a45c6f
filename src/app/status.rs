//! What operators ask: is it alive, does it take messages, what does it count.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::desk::Desk;
use crate::telemetry;

#[derive(Clone)]
struct Status {
    desk: Desk,
    drain: CancellationToken,
}

pub(super) fn routes(desk: Desk, drain: CancellationToken) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(Status { desk, drain })
}

// Ready means: a message sent now would be stored. Faults in the shop's files do not count, the last good ones serve.
async fn ready(State(status): State<Status>) -> Response {
    let (draining, writable) = (status.drain.is_cancelled(), status.desk.writable());
    let code = if draining || !writable { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let why = match (draining, writable) {
        (true, _) => "stopping",
        (false, false) => "the store is read-only",
        (false, true) => "ready",
    };
    let content = status.desk.content();
    let faults = status.desk.library().faults().len();
    let body =
        json!({ "ready": code == StatusCode::OK, "why": why, "content": content.hash(), "content_faults": faults });
    (code, Json(body)).into_response()
}

async fn metrics(State(_): State<Status>) -> Response {
    let text = telemetry::metrics().render();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
