//! An answer that is read as it comes.

use std::time::Duration;

use super::{Client, Failure, Target, failure};

/// An answer whose head has come and whose body comes piece by piece. Dropping it ends the call.
#[derive(Debug)]
pub struct Streamed {
    response: reqwest::Response,
    limit: usize,
    left: usize,
}

impl Client {
    /// Posts a JSON text with further headers and hands over the answer as soon as its head is there. The whole answer may
    /// take `at_most`.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn post_json_streamed(
        &self,
        target: &Target,
        headers: &[(&'static str, String)],
        json: Vec<u8>,
        at_most: Duration,
    ) -> Result<Streamed, Failure> {
        let response = self.post(target, headers, json, at_most).await?;
        let limit = self.policy.body_limit;
        Ok(Streamed { response, limit, left: limit })
    }
}

impl Streamed {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// A header of the answer, if it is there and readable.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The next piece of the body, nothing at its end. It is safe to drop the future: no piece is lost.
    ///
    /// # Errors
    /// [`Failure`]; [`Failure::TooLarge`] as soon as all pieces together have more bytes than the client takes.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let Some(piece) = self.response.chunk().await.map_err(failure)? else { return Ok(None) };
        match self.left.checked_sub(piece.len()) {
            Some(left) => {
                self.left = left;
                Ok(Some(piece.into()))
            }
            None => Err(Failure::TooLarge(self.limit)),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::post;

    use super::super::Policy;
    use super::*;

    async fn streamed(path: &str, body_limit: usize) -> Result<Streamed, Failure> {
        let routes = Router::new()
            .route("/long", post(|| async { ([("x-kind", "long")], "x".repeat(2000)) }))
            .fallback(|| async { axum::http::StatusCode::TOO_MANY_REQUESTS });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let address = listener.local_addr().expect("an address");
        tokio_util::task::TaskTracker::new().spawn(async move { axum::serve(listener, routes).await });
        let private_hosts = [String::from("127.0.0.1")].into();
        let client =
            Client::new(Policy { private_hosts, timeout: Duration::from_secs(5), body_limit }).expect("a client");
        let target = Target::parse(&format!("http://{address}{path}")).expect("a target");
        client
            .post_json_streamed(
                &target,
                &[("authorization", "Bearer x".into())],
                b"{}".to_vec(),
                Duration::from_secs(5),
            )
            .await
    }

    #[tokio::test]
    async fn pieces_come_up_to_the_limit() {
        let mut whole = streamed("/long", 2000).await.expect("an answer");
        assert_eq!((whole.status(), whole.header("x-kind"), whole.header("x-none")), (200, Some("long"), None));
        let mut read = 0;
        while let Some(piece) = whole.next().await.expect("a piece") {
            read += piece.len();
        }
        assert_eq!(read, 2000);
        let mut short = streamed("/long", 1999).await.expect("an answer");
        let failure = loop {
            match short.next().await {
                Ok(piece) => assert!(piece.is_some(), "it ended"),
                Err(failure) => break failure,
            }
        };
        assert!(matches!(failure, Failure::TooLarge(1999)));
        assert_eq!(streamed("/none", 10).await.expect("an answer").status(), 429);
    }
}
