//! The shoppers' edge: `GET /v1/ws`, subprotocol `chat.v1`, and what may be read without it.

mod answers;
mod connection;
pub mod protocol;
mod reading;
mod token;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_http::compression::CompressionLayer;

use crate::desk::Desk;
use crate::domain::{Chance, Clock};
use crate::http::{Limits, Origins, Peer, Problem};
use crate::socket::{FRAME_LIMIT, Heartbeat};

/// The subprotocol spoken here.
pub const PROTOCOL: &str = "chat.v1";

/// Requests of one socket that may wait for their answer.
pub const IN_FLIGHT: usize = 8;

/// How signs of life are exchanged.
pub const HEART: Heartbeat = Heartbeat { ping_every: Duration::from_secs(15), dead_after: Duration::from_secs(45) };

/// What the shoppers' edge is made of.
pub struct Parts {
    /// The desk.
    pub desk: Desk,
    /// How fast one may ask.
    pub limits: Arc<Limits>,
    /// Which pages may connect.
    pub origins: Origins,
    /// Proxies whose forwarded address is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The clock.
    pub clock: Clock,
    /// Chance, for tokens and the order in which sockets are closed.
    pub chance: Chance,
    /// Told to stop: sockets are drained.
    pub drain: CancellationToken,
    /// Over this time.
    pub drain_within: Duration,
    /// Holds the sockets.
    pub tasks: TaskTracker,
}

/// The shoppers' edge. Cheap to clone.
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

struct Inner {
    parts: Parts,
    connections: AtomicU64,
}

impl Gateway {
    /// An edge over `parts`.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner { parts, connections: AtomicU64::new(0) }))
    }

    /// Its routes.
    pub fn routes(&self) -> Router {
        // Pages are compressed; a socket's upgrade is not theirs to touch.
        let reading = Router::new()
            .route("/v1/articles/{id}", get(reading::article))
            .route("/v1/catalog", get(reading::catalog))
            .layer(CompressionLayer::new().gzip(true));
        Router::new().route("/v1/ws", get(upgrade)).merge(reading).with_state(self.clone())
    }

    fn next_connection(&self) -> u64 {
        self.0.connections.fetch_add(1, Ordering::Relaxed) + 1
    }
}

async fn upgrade(
    State(gateway): State<Gateway>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    let parts = &gateway.0.parts;
    parts.origins.check(&headers)?;
    if parts.drain.is_cancelled() {
        return Err(Problem::unavailable("the server is stopping"));
    }
    let network = peer.network(&headers, &parts.trusted_proxies);
    parts.limits.handshake(network, parts.clock.now()).map_err(|wait| Problem::rate_limited(wait.as_secs() + 1))?;
    // Bounds that the library leaves at 64 MiB and more; the read buffer is what an idle socket costs.
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(2048)
        .write_buffer_size(4096)
        .max_write_buffer_size(256 * 1024)
        .max_message_size(FRAME_LIMIT)
        .max_frame_size(FRAME_LIMIT);
    let held = parts.tasks.token();
    let gateway = gateway.clone();
    Ok(upgrade.on_upgrade(async move |socket| {
        let _held = held;
        Box::pin(connection::run(gateway, socket, peer.meter, network)).await;
    }))
}
