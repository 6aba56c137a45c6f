//! Which pages may open a socket: an exact list, checked before the upgrade.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use axum::http::{HeaderMap, header};

use super::Problem;

/// The origins that may connect.
#[derive(Debug, Clone, Default)]
pub struct Origins(BTreeSet<String>);

impl Origins {
    /// The server's own address and what the configuration names. On a loopback listener both of its names count.
    #[must_use]
    pub fn new(listen: SocketAddr, public: Option<&str>, named: &[String]) -> Self {
        let mut list: BTreeSet<String> = named.iter().map(|origin| origin.trim_end_matches('/').to_owned()).collect();
        list.extend(public.map(|origin| origin.trim_end_matches('/').to_owned()));
        let port = listen.port();
        if listen.ip().is_loopback() || listen.ip().is_unspecified() {
            list.extend(["127.0.0.1", "localhost", "[::1]"].map(|host| format!("http://{host}:{port}")));
        } else {
            list.insert(format!("http://{listen}"));
        }
        Self(list)
    }

    /// Lets a request pass whose `Origin` is on the list.
    ///
    /// # Errors
    /// 403 when the header is missing, `null`, there twice, or names a foreign page.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let origin = origins.next().and_then(|value| value.to_str().ok());
        match (origin, origins.next()) {
            (Some(origin), None) if self.0.contains(origin) => Ok(()),
            (Some(origin), None) => Err(Problem::forbidden(format!(
                "pages of {origin} may not connect; name it in `server.origins` if they should"
            ))),
            (None, _) => Err(Problem::forbidden("the request names no origin")),
            (Some(_), Some(_)) => Err(Problem::forbidden("the request names more than one origin")),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn check(origin: &str, expected: bool) {
        let listen = "127.0.0.1:8080".parse().expect("an address");
        let origins = Origins::new(listen, Some("https://desk.example/"), &["https://shop.example".into()]);
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, HeaderValue::from_str(origin).expect("a header"));
        assert_eq!(origins.check(&headers).is_ok(), expected, "{origin}");
    }

    #[test]
    fn only_the_exact_origins_pass() {
        check("http://127.0.0.1:8080", true);
        check("http://localhost:8080", true);
        check("https://shop.example", true);
        check("https://desk.example", true);
        for bad in ["null", "", "https://shop.example.evil.test", "http://shop.example", "https://shop.example:8443"] {
            check(bad, false);
        }
        assert!(Origins::default().check(&HeaderMap::new()).is_err());
    }
}
