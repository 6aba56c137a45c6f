//! The one client for calls to the outside: it resolves a name, checks the address, connects to that address, follows no
//! redirect, and caps size and time.

mod breaker;
mod secret;
mod streamed;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect;
use serde::Deserialize;

pub use breaker::Breakers;
pub use secret::Secret;
pub use streamed::Streamed;

/// Endings of names that are resolved in one's own network only: RFC 6762, RFC 8375, ICANN's `internal`, and what home routers use.
const OWN_ENDINGS: [&str; 5] = [".internal", ".local", ".localhost", ".lan", ".home.arpa"];

/// Whom the server may call.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Names (or addresses) of hosts that may lie in private networks.
    pub private_hosts: Vec<String>,
}

/// What a client may do.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Names of hosts that may lie in private networks.
    pub private_hosts: BTreeSet<String>,
    /// The whole time of a call.
    pub timeout: Duration,
    /// Bytes of an answer.
    pub body_limit: usize,
}

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    policy: Arc<Policy>,
}

/// An http or https URL that was read once and is known to be one.
#[derive(Clone, PartialEq, Eq)]
pub struct Target(reqwest::Url);

impl Target {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`Failure::BadUrl`] when it is not of http or https, or names no host.
    pub fn parse(url: &str) -> Result<Self, Failure> {
        let bad = || Failure::BadUrl(url.to_owned());
        let parsed = reqwest::Url::parse(url).map_err(|_| bad())?;
        let whole = matches!(parsed.scheme(), "http" | "https") && parsed.host_str().is_some();
        if whole { Ok(Self(parsed)) } else { Err(bad()) }
    }

    /// Whether what is sent there travels encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether it is this machine, by `localhost` or by address.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.host() == "localhost" || self.address().is_some_and(|address| address.to_canonical().is_loopback())
    }

    /// Whether the host can lie in no network but one's own: a private address, `localhost`, a name without a dot, or one under
    /// an ending that the public internet does not have.
    #[must_use]
    pub fn is_of_own_network(&self) -> bool {
        match self.address() {
            Some(address) => is_private(address),
            None => !self.host().contains('.') || OWN_ENDINGS.iter().any(|ending| self.host().ends_with(ending)),
        }
    }

    /// The whole URL. It may hold a key: not for logs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host's name or address.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The address that stands in the URL instead of a name.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.host().trim_start_matches('[').trim_end_matches(']').parse().ok()
    }
}

// Path and query may hold a key.
impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Target({})", self.host())
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, whole.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The address may not be called.
    #[error("{0} is in a private network; name the host in the configuration if it should be called")]
    Forbidden(String),
    /// The URL is not one.
    #[error("{0} is not an http or https URL")]
    BadUrl(String),
    /// A header's value cannot be sent.
    #[error("the header {0} cannot be sent")]
    BadHeader(&'static str),
    /// The other side sent more than is taken.
    #[error("the answer has more than {0} bytes")]
    TooLarge(usize),
    /// It did not come in time.
    #[error("no answer came in time")]
    TimedOut,
    /// It did not come.
    #[error("the call failed: {0}")]
    Broken(#[from] reqwest::Error),
    /// No client can be made on this machine.
    #[error("no TLS client can be made: {0}")]
    NoClient(String),
}

impl Client {
    /// A client that keeps to `policy`.
    ///
    /// # Errors
    /// [`Failure::NoClient`] when TLS cannot be set up.
    pub fn new(policy: Policy) -> Result<Self, Failure> {
        // A second installation in one process is refused and changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let policy = Arc::new(policy);
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        let builder = reqwest::Client::builder();
        let http = builder
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(policy.timeout)
            .connect_timeout(policy.timeout)
            .pool_max_idle_per_host(4)
            .dns_resolver(Arc::new(Resolver(Arc::clone(&policy))))
            .build()
            .map_err(|error| Failure::NoClient(error.to_string()))?;
        Ok(Self { http, policy })
    }

    /// Gets `url`.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn get(&self, url: &str) -> Result<Answer, Failure> {
        self.get_with(url, &[]).await
    }

    /// Gets `url` with further headers.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn get_with(&self, url: &str, headers: &[(&str, &str)]) -> Result<Answer, Failure> {
        let Target(url) = self.checked(&Target::parse(url)?)?;
        let request = headers.iter().fold(self.http.get(url), |request, (name, value)| request.header(*name, *value));
        let response = request.send().await.map_err(failure)?;
        self.read(response).await
    }

    /// Posts a JSON text with further headers and waits `at_most` for the whole of the answer.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn post_json(
        &self,
        target: &Target,
        headers: &[(&'static str, String)],
        json: Vec<u8>,
        at_most: Duration,
    ) -> Result<Answer, Failure> {
        let response = self.post(target, headers, json, at_most).await?;
        self.read(response).await
    }

    async fn post(
        &self,
        target: &Target,
        headers: &[(&'static str, String)],
        json: Vec<u8>,
        at_most: Duration,
    ) -> Result<reqwest::Response, Failure> {
        let Target(url) = self.checked(target)?;
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            let mut value = HeaderValue::from_str(value).map_err(|_| Failure::BadHeader(name))?;
            // It may be a key: whoever prints a request does not print it.
            value.set_sensitive(true);
            all.insert(HeaderName::from_static(name), value);
        }
        all.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let request = self.http.post(url).headers(all).body(json).timeout(at_most);
        request.send().await.map_err(failure)
    }

    // A name is checked when it is resolved; an address that stands in the URL never is, so it is checked here.
    fn checked(&self, target: &Target) -> Result<Target, Failure> {
        let host = target.host();
        match target.address() {
            Some(address) if is_private(address) && !self.policy.private_hosts.contains(host) => {
                Err(Failure::Forbidden(host.to_owned()))
            }
            _ => Ok(target.clone()),
        }
    }

    async fn read(&self, response: reqwest::Response) -> Result<Answer, Failure> {
        let status = response.status().as_u16();
        let mut stream = response.bytes_stream();
        let mut body = Vec::new();
        while let Some(piece) = stream.next().await {
            let piece = piece.map_err(failure)?;
            if body.len() + piece.len() > self.policy.body_limit {
                return Err(Failure::TooLarge(self.policy.body_limit));
            }
            body.extend_from_slice(&piece);
        }
        Ok(Answer { status, body })
    }
}

fn failure(error: reqwest::Error) -> Failure {
    // The URL may hold a key, and failures are logged.
    if error.is_timeout() { Failure::TimedOut } else { Failure::Broken(error.without_url()) }
}

struct Resolver(Arc<Policy>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = Arc::clone(&self.0);
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            let may_be_private = policy.private_hosts.contains(&host);
            let allowed: Vec<SocketAddr> =
                found.filter(|address| may_be_private || !is_private(address.ip())).collect();
            if allowed.is_empty() {
                return Err(Failure::Forbidden(host).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is not of the public internet: loopback, private, link-local (where clouds keep their secrets),
/// carrier-grade NAT, documentation, multicast, unspecified, and IPv4 inside IPv6.
#[must_use]
pub fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_private_v4(v4),
        IpAddr::V6(v6) => {
            let [first, second, ..] = v6.segments();
            let embedded = match v6.segments() {
                // NAT64 and 6to4 carry an IPv4 address to which the packet goes in the end.
                [0x64, 0xff9b, .., high, low] | [0, 0, 0, 0, 0, 0, high, low] => Some((high, low)),
                [0x2002, high, low, ..] => Some((high, low)),
                _ => None,
            };
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || first & 0xfe00 == 0xfc00
                || first & 0xffc0 == 0xfe80
                || first & 0xffc0 == 0xfec0
                || (first == 0x2001 && second == 0x0db8)
                || embedded
                    .is_some_and(|(high, low)| is_private_v4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))))
        }
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || address.is_broadcast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0)
        || (a == 198 && (b == 18 || b == 19))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(private: &[&str]) -> Client {
        let private_hosts = private.iter().map(|host| (*host).to_owned()).collect();
        Client::new(Policy { private_hosts, timeout: Duration::from_secs(2), body_limit: 1000 }).expect("a client")
    }

    #[test]
    fn private_addresses_are_known() {
        let check = |address: &str, expected| {
            assert_eq!(is_private(address.parse().expect("an address")), expected, "{address}");
        };
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "240.0.0.1",
            "198.18.0.1",
        ] {
            check(private, true);
        }
        for public in ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "100.128.0.1"] {
            check(public, false);
        }
    }

    #[tokio::test]
    async fn private_targets_are_refused_by_address_and_by_name() {
        let client = client(&[]);
        for url in ["http://127.0.0.1:1/", "http://[::1]:1/", "http://2130706433:1/", "http://0x7f.1:1/"] {
            assert!(matches!(client.get(url).await, Err(Failure::Forbidden(_))), "{url}");
        }
        assert!(client.get("http://localhost:1/").await.is_err());
        assert!(matches!(client.get("file:///etc/passwd").await, Err(Failure::BadUrl(_))));
        assert!(matches!(client.get("not a url").await, Err(Failure::BadUrl(_))));
    }

    #[tokio::test]
    async fn redirects_are_not_followed_and_long_answers_are_cut_off() {
        let routes = axum::Router::new()
            .route("/away", axum::routing::get(|| async { axum::response::Redirect::temporary("/long") }))
            .route("/long", axum::routing::get(|| async { "x".repeat(2000) }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let address = listener.local_addr().expect("an address");
        let tasks = tokio_util::task::TaskTracker::new();
        let stop = tokio_util::sync::CancellationToken::new();
        tasks.spawn(crate::http::serve(listener, routes, 10, stop, tasks.clone()));
        let client = client(&["127.0.0.1"]);
        let away = client.get(&format!("http://{address}/away")).await.expect("an answer");
        assert_eq!(away.status, 307);
        let long = client.get(&format!("http://{address}/long")).await;
        assert!(matches!(long, Err(Failure::TooLarge(1000))));
    }
}
