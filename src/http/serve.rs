//! Accepts connections and closes what the stack leaves open: half a head, an endless wait, a crowd.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

/// The time a request's head may take, and an idle connection may stay.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// Without a byte written for this long, a connection that is not a socket is of no use: longer than a head may take.
const NO_PROGRESS: Duration = Duration::from_secs(15);

/// The time an answer that is on its way has when the server stops.
const LAST_ANSWER: Duration = Duration::from_secs(2);

/// Bytes a connection's head may have; browsers send about 1 KiB.
const HEAD_BYTES: usize = 16 * 1024;

/// Where the server listens, and whom it believes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address and port.
    pub listen: SocketAddr,
    /// The address shoppers see, such as `https://desk.example`; empty on a machine of one's own.
    pub public_url: String,
    /// Further pages that may connect, and show the chat in a frame.
    pub origins: Vec<String>,
    /// Where the pictures of cards come from, besides this server.
    pub images: Vec<String>,
    /// Whether the demo shop is shown at `/`.
    pub demo: bool,
    /// A folder that is served instead of the web files in the binary; empty for those.
    pub web_files: PathBuf,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Seconds over which sockets are closed when the server stops.
    pub drain_seconds: u64,
}

impl Config {
    /// What is wrong with this section.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (name, list) in [("origins", &self.origins), ("images", &self.images)] {
            for origin in list.iter().filter(|origin| !is_origin(origin)) {
                faults.push(format!("server.{name}: `{origin}` is no origin; write it like `https://shop.example`"));
            }
        }
        if self.drain_seconds > 20 {
            faults.push("server.drain_seconds: at most 20, so that the server has ended within 30".into());
        }
        if !self.web_files.as_os_str().is_empty() && !self.web_files.is_dir() {
            faults.push(format!("server.web_files: there is no folder `{}`", self.web_files.display()));
        }
        faults
    }
}

// Scheme, host and port, and nothing that could say more where it is written into a header.
fn is_origin(text: &str) -> bool {
    let Some(host) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let host = host.trim_end_matches('/');
    !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']'))
}

/// Who is at the other end of a connection.
#[derive(Debug, Clone)]
pub struct Peer {
    /// The address of the socket.
    pub address: SocketAddr,
    /// Counts what has been written to it.
    pub meter: Meter,
}

impl Peer {
    /// The network to count a request under. A forwarded address is believed only from a proxy that is trusted, and then
    /// the last one in the list that is not itself such a proxy.
    #[must_use]
    pub fn network(&self, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
        let peer = self.address.ip().to_canonical();
        if !trusted.contains(&peer) {
            return super::limits::network(peer);
        }
        let lines: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
        let mut client = peer;
        // From the nearest hop outwards, for as long as each was written by a proxy that is trusted; what cannot be read
        // ends it, because everything further out may have been made up by the client.
        for part in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            let Some(hop) = hop(part.trim()) else { break };
            client = hop;
            if !trusted.contains(&hop) {
                break;
            }
        }
        super::limits::network(client)
    }
}

// One hop of a forwarding header: an address, with or without a port.
fn hop(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|hop| hop.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

/// Bytes written to a connection so far: how one tells a slow reader from a dead one.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<AtomicU64>);

impl Meter {
    /// The count.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Serves `router` until `shutdown`; connections run in `tasks`.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections: usize,
    shutdown: CancellationToken,
    tasks: TaskTracker,
) {
    let places = Arc::new(Semaphore::new(connections));
    loop {
        // A place first: beyond the limit connections wait in the kernel's queue and cost nothing here.
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let accepted = tokio::select! {
            () = shutdown.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, address)) => {
                // Frames are small and wait for no more; failing to say so costs milliseconds, not messages.
                drop(stream.set_nodelay(true));
                tasks.spawn(connection(stream, address, router.clone(), shutdown.clone(), place));
            }
            Err(error) => {
                // Out of descriptors, mostly: those that are open go on, and a pause keeps this from spinning.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(
    stream: TcpStream,
    address: SocketAddr,
    router: Router,
    shutdown: CancellationToken,
    place: OwnedSemaphorePermit,
) {
    let meter = Meter::default();
    let peer = Peer { address, meter: meter.clone() };
    let io = TokioIo::new(Metered { stream, meter: peer.meter.clone(), _place: place });
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer.clone());
        let router = router.clone();
        async move {
            Ok::<_, Infallible>(router.oneshot(request.map(Body::new)).await.unwrap_or_else(|never| match never {}))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(io, service)
        .with_upgrades();
    tokio::pin!(connection);
    tokio::select! {
        // What a broken peer does to its own connection is its own affair: nothing to log.
        _ = &mut connection => {}
        () = stuck(&meter, NO_PROGRESS) => {}
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            // A peer that does not read must not keep the server from ending.
            drop(tokio::time::timeout(LAST_ANSWER, connection).await);
        }
    }
}

// Returns when nothing has been written for `limit`. An upgraded socket is not affected: its connection has ended.
async fn stuck(meter: &Meter, limit: Duration) {
    let mut before = meter.written();
    loop {
        tokio::time::sleep(limit).await;
        let written = meter.written();
        if written == before {
            return;
        }
        before = written;
    }
}

// A stream that counts what goes out. It holds its place among the connections for as long as it lives, an upgraded
// socket included.
struct Metered {
    stream: TcpStream,
    meter: Meter,
    _place: OwnedSemaphorePermit,
}

impl AsyncRead for Metered {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Metered {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = std::task::ready!(Pin::new(&mut self.stream).poll_write(cx, buf))?;
        self.meter.0.fetch_add(written as u64, Ordering::Relaxed);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = std::task::ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, bufs))?;
        self.meter.0.fetch_add(written as u64, Ordering::Relaxed);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_say_who_asks() {
        let trusted: Vec<IpAddr> = ["10.0.0.1", "10.0.0.2"].map(|ip| ip.parse().expect("an address")).to_vec();
        let check = |peer: &str, forwarded: &str, expected: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", forwarded.parse().expect("a header"));
            let peer = Peer { address: SocketAddr::new(peer.parse().expect("an address"), 1), meter: Meter::default() };
            assert_eq!(peer.network(&headers, &trusted).to_string(), expected, "{forwarded}");
        };
        check("203.0.113.5", "6.6.6.6", "203.0.113.5");
        check("10.0.0.1", "203.0.113.9", "203.0.113.9");
        check("10.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9");
        check("10.0.0.1", "6.6.6.6, 203.0.113.9:51234", "203.0.113.9");
        check("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9");
        check("10.0.0.1", "6.6.6.6, unknown", "10.0.0.1");
        check("10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9");
        check("10.0.0.1", "[2001:db8::7]:443", "2001:db8::");
    }
}
