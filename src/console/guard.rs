//! Who may pass: the login of a request, the proof that its page made it, and the role table.

use axum::body::Bytes;
use axum::extract::{Extension, FromRequest, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::MethodRouter;
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq as _;

use super::Console;
use super::cookie::{Line, is_this_machine};
use crate::domain::{Right, may};
use crate::http::{Peer, Problem};
use crate::store::people::{Login, PeopleError};

/// What a change has to bring along, so that another page cannot make it.
const CSRF: &str = "x-csrf-token";

/// What a route asks of whoever uses it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asks {
    /// To be logged in.
    Login,
    /// To be logged in, with this right.
    Right(Right),
}

impl Console {
    /// Who makes a request: the login its cookie stands for. A socket asks once, and
    /// [`crate::store::People::still`] whenever people change.
    ///
    /// # Errors
    /// 401 when nobody is logged in.
    pub async fn authenticate(&self, peer: &Peer, headers: &HeaderMap) -> Result<Login, Problem> {
        let line = Line::of(peer, headers, &self.0.parts.trusted_proxies);
        let secret = line.and_then(|line| line.secret(headers));
        let login = match secret {
            Some(secret) => self.people().login(secret, self.now()).await.map_err(problem)?,
            None => None,
        };
        login.ok_or_else(|| Problem::unauthenticated("nobody is logged in here"))
    }

    /// Lets a request pass that a page of this server made, and no other page, the shop's included.
    ///
    /// # Errors
    /// 403.
    pub fn from_own_page(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let own = || Problem::forbidden("only the console's own page may do this, at `server.public_url`");
        self.0.parts.origins.check(headers).map_err(|_| own())
    }

    /// A route that asks for something before its handler runs. Handlers take the [`Login`] from here, so that a route that
    /// was not guarded answers nobody.
    pub(super) fn guarded(&self, asks: Asks, route: MethodRouter<Self>) -> MethodRouter<Self> {
        route.layer(from_fn_with_state((self.clone(), asks), guard))
    }

    /// The line of a request that wants a cookie, made by a page of ours.
    pub(super) fn door(&self, peer: &Peer, headers: &HeaderMap) -> Result<Line, Problem> {
        self.from_own_page(headers)?;
        let line = Line::of(peer, headers, &self.0.parts.trusted_proxies);
        let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or_default();
        let matching = match line {
            Some(Line::Https) => origin.starts_with("https://"),
            // A proxy of this machine that gives no sign of itself: its page comes from elsewhere.
            Some(Line::Loopback) => origin.strip_prefix("http://").is_some_and(is_this_machine),
            None => false,
        };
        line.filter(|_| matching).ok_or_else(|| {
            Problem::forbidden(
                "logging in needs https, because a cookie sent over plain http can be read on the way: put a proxy with \
                 TLS in front, name it in `server.trusted_proxies`, and let it send `X-Forwarded-Proto: https`; plain \
                 http works on the machine itself, at http://127.0.0.1 or http://localhost",
            )
        })
    }
}

async fn guard(
    State((console, asks)): State<(Console, Asks)>,
    Extension(peer): Extension<Peer>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let changes = !request.method().is_safe();
    if changes {
        console.from_own_page(request.headers())?;
    }
    let login = console.authenticate(&peer, request.headers()).await?;
    if changes {
        made_by_our_page(&login, request.headers())?;
    }
    if let Asks::Right(right) = asks
        && !may(login.user.role, right)
    {
        return Err(Problem::forbidden(format!("the role {} may not do this", login.user.role.name())));
    }
    request.extensions_mut().insert(login);
    Ok(next.run(request).await)
}

fn made_by_our_page(login: &Login, headers: &HeaderMap) -> Result<(), Problem> {
    let given = headers.get(CSRF).map(header::HeaderValue::as_bytes).unwrap_or_default();
    // In the same time whatever differs, so that it cannot be guessed bit by bit.
    if bool::from(given.ct_eq(login.csrf.as_bytes())) {
        Ok(())
    } else {
        Err(Problem::forbidden(format!("the header {CSRF} is missing or not this login's; reload the page")))
    }
}

/// A body of JSON, and nothing that a form of a foreign page could send.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Console> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, console: &Console) -> Result<Self, Problem> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Problem::bad_field("the body has to be application/json"));
        }
        let bytes = Bytes::from_request(request, console).await.map_err(|_| Problem::too_large())?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| Problem::bad_field(error.to_string()))
    }
}

pub(super) fn problem(error: PeopleError) -> Problem {
    let words = error.to_string();
    match error {
        PeopleError::NotFound => Problem::not_found(),
        PeopleError::Taken => Problem::conflict("taken", words),
        PeopleError::LastAdmin => Problem::conflict("last_admin", words),
        PeopleError::LinkOver => Problem::gone("link_over", words),
        PeopleError::Unavailable => Problem::unavailable(words),
    }
}
