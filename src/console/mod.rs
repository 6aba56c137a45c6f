//! The edge of agents and admins: logging in, people, the desk, the numbers, what is kept of shoppers, the audit log.
//!
//! Every answer of it is made for one login and kept by nobody else. A route is open, asks for a login, or asks for a
//! [`Right`]; there is no fourth kind.

mod content;
mod conversation;
mod cookie;
mod desk;
mod guard;
mod links;
mod login;
pub mod password;
mod people;
mod privacy;
pub mod protocol;
mod reports;
mod tries;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::desk::Desk;
use crate::domain::{Chance, Clock, Right, Timestamp};
use crate::http::Origins;
use crate::store::People;
use guard::Asks;
use password::Passwords;
use tries::Tries;

/// Wrong tries of one network, and within what time.
const NETWORK_TRIES: (usize, Duration) = (5, Duration::from_secs(20));

/// Wrong tries of one account, and within what time.
const ACCOUNT_TRIES: (usize, Duration) = (20, Duration::from_secs(300));

/// What the console is made of.
pub struct Parts {
    /// The people.
    pub people: People,
    /// Which pages may change something.
    pub origins: Origins,
    /// Proxies whose forwarded address and scheme are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The clock.
    pub clock: Clock,
    /// Chance, for salts and the order in which sockets are closed.
    pub chance: Chance,
    /// The desk.
    pub desk: Desk,
    /// Told to stop: sockets are drained.
    pub drain: CancellationToken,
    /// Over this time.
    pub drain_within: Duration,
    /// Holds the sockets.
    pub sockets: TaskTracker,
}

/// The console. Cheap to clone.
#[derive(Clone)]
pub struct Console(Arc<Inner>);

struct Inner {
    parts: Parts,
    passwords: Passwords,
    networks: Tries,
    accounts: Tries,
    connections: AtomicU64,
    // One report is read at a time: each may read the whole of a year.
    reports: Semaphore,
    // Lines that are tried at a time: each takes a processor for a moment.
    trials: Arc<Semaphore>,
}

/// Lines that are tried at a time.
const TRIALS: usize = 2;

impl Console {
    /// A console over `parts`.
    ///
    /// # Errors
    /// When the machine has not the memory that checking a password takes.
    pub fn new(parts: Parts) -> anyhow::Result<Self> {
        let passwords = Passwords::new(parts.chance.clone())?;
        let networks = Tries::new(NETWORK_TRIES.0, NETWORK_TRIES.1, &parts.chance);
        let accounts = Tries::new(ACCOUNT_TRIES.0, ACCOUNT_TRIES.1, &parts.chance);
        let (connections, reports) = (AtomicU64::new(0), Semaphore::new(1));
        let trials = Arc::new(Semaphore::new(TRIALS));
        Ok(Self(Arc::new(Inner { parts, passwords, networks, accounts, connections, reports, trials })))
    }

    /// Its routes.
    pub fn routes(&self) -> Router {
        let login = |route| self.guarded(Asks::Login, route);
        let right = |right, route| self.guarded(Asks::Right(right), route);
        Router::new()
            .route("/v1/desk", get(desk::upgrade))
            .route("/api/login", post(login::log_in))
            .route("/api/links/look", post(links::look))
            .route("/api/links/redeem", post(links::redeem))
            .route("/api/logout", login(post(login::log_out)))
            .route("/api/me", login(get(login::me)))
            .route("/api/people", right(Right::People, get(people::list)))
            .route("/api/people/invite", right(Right::Invite, post(people::invite)))
            .route("/api/people/{id}/role", right(Right::ChangeRole, post(people::set_role)))
            .route("/api/people/{id}/teams", right(Right::ChangeTeams, post(people::set_teams)))
            .route("/api/people/{id}/reset", right(Right::ResetPassword, post(people::reset)))
            .route("/api/people/{id}/revoke", right(Right::Revoke, post(people::revoke)))
            .route("/api/reports/outcomes", right(Right::Reports, get(reports::outcomes)))
            .route("/api/reports/now", right(Right::Watch, get(reports::now)))
            .route("/api/content", right(Right::Watch, get(content::overview)))
            .route("/api/content/intents/{name}", right(Right::Watch, get(content::intent)))
            .route("/api/content/articles/{id}", right(Right::Watch, get(content::article)))
            .route("/api/content/try", right(Right::Watch, post(content::attempt)))
            .route("/api/canned", right(Right::Watch, get(content::canned)))
            .route("/api/conversations/{id}", right(Right::Watch, get(conversation::show)))
            .route("/api/conversations", right(Right::Watch, get(privacy::list)))
            .route("/api/conversations/{id}/erase", right(Right::Erase, post(privacy::erase)))
            .route("/api/conversations/{id}/export", right(Right::Export, get(privacy::export)))
            .route("/api/audit", right(Right::Audit, get(people::audit)))
            .layer(map_response(private))
            .with_state(self.clone())
    }

    fn people(&self) -> &People {
        &self.0.parts.people
    }

    // Leave to try a line, unless too many do.
    fn trial(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.trials).try_acquire_owned().ok()
    }

    fn desk(&self) -> &Desk {
        &self.0.parts.desk
    }

    // Shoppers' sockets count from the other end, so that no two sockets have one number.
    fn next_connection(&self) -> u64 {
        u64::MAX - self.0.connections.fetch_add(1, Ordering::Relaxed)
    }

    fn now(&self) -> Timestamp {
        self.0.parts.clock.now()
    }
}

// What one login is told stays out of every cache, and is data whatever it looks like.
async fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
