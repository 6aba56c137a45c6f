//! Coming in and going out.

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Console;
use super::cookie::Line;
use super::guard::{Body, problem};
use super::tries::{Tries, Try};
use crate::domain::{Timestamp, User, person};
use crate::http::{Peer, Problem};
use crate::store::people::Login;

#[derive(Deserialize)]
pub(super) struct Credentials {
    email: String,
    password: String,
}

pub(super) async fn log_in(
    State(console): State<Console>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Body(given): Body<Credentials>,
) -> Result<Response, Problem> {
    let line = console.door(&peer, &headers)?;
    let now = console.now();
    let network = console.try_of_network(&peer, &headers, now)?;
    // What is no address is nobody's; it goes the whole way, so that its answer says nothing more than any other.
    let email = person::email(&given.email).unwrap_or_default();
    let account = counted(&console.0.accounts, &email, now, "this account")?;
    let found = console.people().credentials(&email).await.map_err(problem)?;
    let (user, stored) = found.map_or((None, None), |(user, stored)| (Some(user), stored));
    let right = console.0.passwords.verify(stored.clone(), given.password).await?;
    let (Some(user), Some(stored), true) = (&user, stored, right) else {
        if let Some(user) = user {
            console.people().login_refused(&user.id, now).await.map_err(problem)?;
        }
        return Err(wrong());
    };
    console.0.networks.give_back(&network);
    console.0.accounts.give_back(&account);
    console.enter(user, &stored, line, &headers, now).await
}

// One text for an unknown email, a wrong password, and somebody who was revoked.
fn wrong() -> Problem {
    Problem::unauthenticated("email or password is wrong")
}

fn counted(tries: &Tries, who: &str, now: Timestamp, of: &str) -> Result<Try, Problem> {
    tries.take(who, now).map_err(|wait| {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Problem::too_many(format!("too many tries for {of}; wait {seconds} s and try again"), seconds)
    })
}

impl Console {
    pub(super) fn try_of_network(&self, peer: &Peer, headers: &HeaderMap, now: Timestamp) -> Result<Try, Problem> {
        let network = peer.network(headers, &self.0.parts.trusted_proxies);
        counted(&self.0.networks, &network.to_string(), now, "your network")
    }

    /// Makes a login for somebody whose password was checked, under a secret of its own whatever the browser brought along:
    /// a cookie that somebody else put there lets nobody in. The browser's login before ends.
    pub(super) async fn enter(
        &self,
        user: &User,
        stored: &str,
        line: Line,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Response, Problem> {
        let before = match line.secret(headers) {
            Some(secret) => self.people().login(secret, now).await.map_err(problem)?,
            None => None,
        };
        let replaced = before.as_ref().map(|login| &login.id);
        let made = self.people().log_in(&user.id, stored, replaced, now).await.map_err(problem)?.ok_or_else(wrong)?;
        let cookie = [(header::SET_COOKIE, line.set(&made.secret))];
        Ok((cookie, Json(json!({ "user": user, "csrf": made.csrf }))).into_response())
    }
}

pub(super) async fn log_out(
    State(console): State<Console>,
    Extension(peer): Extension<Peer>,
    Extension(login): Extension<Login>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    console.people().log_out(&login.id, console.now()).await.map_err(problem)?;
    let line = Line::of(&peer, &headers, &console.0.parts.trusted_proxies);
    let cookie = line.map(|line| [(header::SET_COOKIE, line.set(""))]);
    Ok((cookie, Json(json!({}))).into_response())
}

pub(super) async fn me(Extension(login): Extension<Login>) -> Json<Value> {
    Json(json!({ "user": login.user, "csrf": login.csrf }))
}
