//! The cookie of a login, and which lines it may go over.

use std::net::IpAddr;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

use crate::http::Peer;
use crate::store::people::WHOLE;

/// A line nobody listens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// TLS up to a proxy that is trusted.
    Https,
    /// This machine.
    Loopback,
}

impl Line {
    /// The line a request came over, or `None` when anybody may have listened.
    ///
    /// The server itself speaks plain HTTP, so it takes a trusted proxy's word for TLS. A proxy that is not trusted, and one
    /// that forgets to say what it was asked over, must not pass for this machine: a forwarding header or a foreign name in
    /// `Host` gives it away.
    pub(super) fn of(peer: &Peer, headers: &HeaderMap, trusted: &[IpAddr]) -> Option<Self> {
        let from = peer.address.ip().to_canonical();
        let forwarded = ["x-forwarded-proto", "x-forwarded-for", "x-forwarded-host", "forwarded"];
        if forwarded.iter().any(|name| headers.contains_key(*name)) {
            // The last word is the nearest proxy's; what stands before it, anybody may have written.
            let said = headers.get_all("x-forwarded-proto").iter().next_back().and_then(|value| value.to_str().ok());
            let said = said.and_then(|list| list.rsplit(',').next()).map(str::trim);
            return (trusted.contains(&from) && said == Some("https")).then_some(Self::Https);
        }
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
        (from.is_loopback() && host.is_some_and(is_this_machine)).then_some(Self::Loopback)
    }

    // `__Host-` makes a browser refuse the cookie from anywhere but this very host, and wants `Secure`, which a browser does
    // not take over plain HTTP.
    fn name(self) -> &'static str {
        match self {
            Self::Https => "__Host-frontdesk",
            Self::Loopback => "frontdesk",
        }
    }

    /// The header that sets the cookie; an empty secret takes it away.
    pub(super) fn set(self, secret: &str) -> HeaderValue {
        let age = if secret.is_empty() { Duration::ZERO } else { WHOLE };
        let secure = if self == Self::Https { "; Secure" } else { "" };
        let (name, age) = (self.name(), age.as_secs());
        let text = format!("{name}={secret}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}");
        // Secrets are base64url, so this is always a header; without it the browser is simply not logged in.
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
    }

    /// The secret a request brings. Two cookies of one name are one too many: somebody else set one of them.
    pub(super) fn secret(self, headers: &HeaderMap) -> Option<&str> {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut found = pairs.filter(|(name, _)| *name == self.name()).map(|(_, secret)| secret);
        found.next().filter(|_| found.next().is_none())
    }
}

/// Whether a `Host`, or the part of an `Origin` behind the scheme, names this machine.
pub(super) fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;
    use crate::http::Meter;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&str, &str)| {
            (HeaderName::from_bytes(name.as_bytes()).expect("a name"), value.parse().expect("a value"))
        };
        lines.iter().map(pair).collect()
    }

    #[test]
    fn only_lines_nobody_listens_to_count() {
        let trusted: Vec<IpAddr> = vec!["10.0.0.1".parse().expect("an address")];
        let check = |peer: &str, lines: &[(&str, &str)], expected: Option<Line>| {
            let address = std::net::SocketAddr::new(peer.parse().expect("an address"), 1);
            let peer = Peer { address, meter: Meter::default() };
            assert_eq!(Line::of(&peer, &headers(lines), &trusted), expected, "{lines:?}");
        };
        check("127.0.0.1", &[("host", "localhost:8080")], Some(Line::Loopback));
        check("127.0.0.1", &[("host", "127.0.0.1")], Some(Line::Loopback));
        check("::1", &[("host", "[::1]:8080")], Some(Line::Loopback));
        check("::ffff:127.0.0.1", &[("host", "localhost")], Some(Line::Loopback));
        check("127.0.0.1", &[("host", "desk.example")], None);
        check("127.0.0.1", &[], None);
        check("127.0.0.1", &[("host", "localhost"), ("x-forwarded-for", "203.0.113.9")], None);
        check("127.0.0.1", &[("host", "localhost"), ("x-forwarded-proto", "https")], None);
        check("203.0.113.9", &[("host", "localhost")], None);
        check("203.0.113.9", &[("host", "desk.example"), ("x-forwarded-proto", "https")], None);
        check("10.0.0.1", &[("host", "desk.example"), ("x-forwarded-proto", "https")], Some(Line::Https));
        check("10.0.0.1", &[("x-forwarded-proto", "http, https")], Some(Line::Https));
        check("10.0.0.1", &[("x-forwarded-proto", "https, http")], None);
        check("10.0.0.1", &[("x-forwarded-proto", "https"), ("x-forwarded-proto", "http")], None);
        check("10.0.0.1", &[("x-forwarded-for", "203.0.113.9")], None);
        check("10.0.0.1", &[("host", "localhost")], None);
    }

    #[test]
    fn a_cookie_stays_where_it_belongs() {
        let set = |line: Line, secret| line.set(secret).to_str().expect("text").to_owned();
        let expected = "__Host-frontdesk=s3cret; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict; Secure";
        assert_eq!(set(Line::Https, "s3cret"), expected);
        assert_eq!(set(Line::Loopback, ""), "frontdesk=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    }

    #[test]
    fn one_cookie_is_read_and_two_are_not() {
        let check = |line: Line, cookie: &str, expected: Option<&str>| {
            assert_eq!(line.secret(&headers(&[("cookie", cookie)])), expected, "{cookie}");
        };
        check(Line::Https, "a=b; __Host-frontdesk=x; c=d", Some("x"));
        check(Line::Https, "frontdesk=x", None);
        check(Line::Loopback, "frontdesk=x", Some("x"));
        check(Line::Loopback, "frontdesk=x; frontdesk=y", None);
        check(Line::Loopback, "xfrontdesk=x", None);
        check(Line::Loopback, "", None);
    }
}
