//! One-time links: the first admin's, invitations, new passwords. The page reads the token from its fragment and posts it.

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Console;
use super::guard::{Body, problem};
use super::password::acceptable;
use crate::domain::person;
use crate::http::{Peer, Problem};
use crate::store::people::Setting;

#[derive(Deserialize)]
pub(super) struct Token {
    token: String,
}

/// What a link is for, so that the page can ask for what is missing. Looking does not use it.
pub(super) async fn look(
    State(console): State<Console>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Body(given): Body<Token>,
) -> Result<Json<Value>, Problem> {
    console.door(&peer, &headers)?;
    let now = console.now();
    let counted = console.try_of_network(&peer, &headers, now)?;
    let offered = console.people().look(&given.token, now).await.map_err(problem)?;
    console.0.networks.give_back(&counted);
    Ok(Json(json!({ "kind": offered.kind, "role": offered.role, "user": offered.user })))
}

#[derive(Deserialize)]
pub(super) struct Redeemed {
    token: String,
    password: String,
    // Of the first admin only: everybody else has them already.
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
}

/// Sets a password, and logs in with it.
pub(super) async fn redeem(
    State(console): State<Console>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Body(given): Body<Redeemed>,
) -> Result<Response, Problem> {
    let line = console.door(&peer, &headers)?;
    let now = console.now();
    let counted = console.try_of_network(&peer, &headers, now)?;
    let offered = console.people().look(&given.token, now).await.map_err(problem)?;
    console.0.networks.give_back(&counted);
    let (email, first_admin) = match offered.user {
        Some(user) => (user.email, None),
        None => {
            let email = person::email(&given.email).map_err(Problem::bad_field)?;
            let name = person::display_name(&given.name).map_err(Problem::bad_field)?;
            (email.clone(), Some((email, name)))
        }
    };
    acceptable(&given.password, &email).map_err(Problem::bad_field)?;
    let password = console.0.passwords.hash(given.password).await?;
    let setting = Setting { password: password.clone(), first_admin };
    // Used here and not before: whoever mistypes their email has not lost the link.
    let user = console.people().redeem(&given.token, setting, now).await.map_err(problem)?;
    console.enter(&user, &password, line, &headers, now).await
}
