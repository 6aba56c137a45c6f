//! The running server as shoppers reach it: through whatever stands in front.

use serde_json::Value;

use super::{Finding, LIMIT, within};
use crate::outbound::{Answer, Client, Policy};

const HEALTH: &str = "/healthz";
const READY: &str = "/readyz";
const SOCKET: &str = "socket";
const ORIGIN: &str = "foreign pages";

/// A page that no configuration names: the ending is reserved for names that do not exist.
const FOREIGN: &str = "https://doctor.invalid";

/// Answers are a line of JSON; a page of a proxy is not read further than this.
const BODY_LIMIT: usize = 64 << 10;

pub(super) async fn look(url: &str) -> Vec<Finding> {
    let door = match Door::to(url) {
        Ok(door) => door,
        Err(finding) => return vec![finding],
    };
    let slow = "look whether a firewall or the proxy in front swallows the call";
    let health = within(HEALTH, slow, door.health()).await;
    let reached = health.level == super::Level::Ok;
    let mut findings = vec![health];
    // What does not answer at all is told once.
    if reached {
        findings.push(within(READY, slow, door.ready()).await);
        findings.push(within(SOCKET, slow, door.socket()).await);
        findings.push(within(ORIGIN, slow, door.foreign()).await);
    }
    findings
}

struct Door {
    base: String,
    origin: String,
    client: Client,
}

impl Door {
    fn to(url: &str) -> Result<Self, Finding> {
        let bad =
            || Finding::problem(HEALTH, format!("{url} is not an address"), "give one such as https://desk.example");
        let parsed = reqwest::Url::parse(url).map_err(|_| bad())?;
        let host = parsed.host_str().filter(|_| matches!(parsed.scheme(), "http" | "https")).ok_or_else(bad)?;
        // Whoever typed it may look at it, in a private network as well.
        let policy = Policy { private_hosts: [host.to_owned()].into(), timeout: LIMIT, body_limit: BODY_LIMIT };
        let client = Client::new(policy).map_err(|error| {
            Finding::problem(HEALTH, error.to_string(), "install the system's certificates (ca-certificates)")
        })?;
        let origin = parsed.origin().ascii_serialization();
        Ok(Self { base: url.trim_end_matches('/').to_owned(), origin, client })
    }

    async fn health(&self) -> Finding {
        match self.client.get(&format!("{}{HEALTH}", self.base)).await {
            Ok(answer) if answer.status == 200 && answer.body == b"ok" => Finding::ok(HEALTH, "answers"),
            Ok(answer) => {
                let cure = "something else answers there: look at the address, and where the proxy passes it on to";
                Finding::problem(HEALTH, format!("answers {} and not `ok`", answer.status), cure)
            }
            Err(error) => {
                let cure = "look whether the server runs, and whether name, port and certificate are right";
                Finding::problem(HEALTH, format!("{} is not reached: {}", self.base, in_full(&error)), cure)
            }
        }
    }

    async fn ready(&self) -> Finding {
        match self.client.get(&format!("{}{READY}", self.base)).await {
            Ok(answer) => judge_ready(&answer),
            Err(error) => Finding::problem(READY, in_full(&error), "look whether the proxy passes it on"),
        }
    }

    async fn socket(&self) -> Finding {
        match self.upgrade(&self.origin).await {
            Ok(answer) => judge_socket(&answer, &self.origin),
            Err(error) => Finding::problem(SOCKET, in_full(&error), UPGRADES),
        }
    }

    async fn foreign(&self) -> Finding {
        match self.upgrade(FOREIGN).await.map(|answer| answer.status) {
            Ok(403) => Finding::ok(ORIGIN, "are refused"),
            Ok(101) => {
                let cure = "let the proxy pass the header Origin on as it is, and name no page in server.origins that is not \
                            yours";
                Finding::problem(ORIGIN, "may connect: any site could talk in a shopper's name", cure)
            }
            Ok(status) => {
                Finding::warning(ORIGIN, format!("are answered with {status} and not 403"), "look at the proxy")
            }
            Err(error) => Finding::warning(ORIGIN, in_full(&error), "look at the proxy"),
        }
    }

    // The first step of a socket and nothing more: no visitor comes of it.
    async fn upgrade(&self, origin: &str) -> Result<Answer, crate::outbound::Failure> {
        let headers = [
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            // Any 16 bytes in base64 will do; the answer is not used.
            ("sec-websocket-key", "Zm9yIHRoZSBkb2N0b3IhIQ=="),
            ("sec-websocket-protocol", "chat.v1"),
            ("origin", origin),
        ];
        self.client.get_with(&format!("{}/v1/ws", self.base), &headers).await
    }
}

const UPGRADES: &str = "let the proxy pass WebSocket upgrades on; nginx: proxy_http_version 1.1; proxy_set_header Upgrade \
                        $http_upgrade; proxy_set_header Connection \"upgrade\"";

fn judge_ready(answer: &Answer) -> Finding {
    let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let why = said["why"].as_str().unwrap_or("no reason given");
    match (answer.status, said["content_faults"].as_u64()) {
        (200, Some(0) | None) => Finding::ok(READY, why),
        // Errors and warnings in one number; the last good files serve, so it is no less ready.
        (200, Some(faults)) => Finding::ok(READY, format!("{why}; `frontdesk check` has {faults} things to say")),
        (status, _) => Finding::problem(READY, format!("answers {status}: {why}"), "look into the server's log"),
    }
}

fn judge_socket(answer: &Answer, origin: &str) -> Finding {
    match answer.status {
        101 => Finding::ok(SOCKET, format!("opens for {origin}")),
        403 => {
            let cure = format!("set server.public_url to {origin}, or name it in server.origins");
            Finding::problem(SOCKET, format!("is refused to pages of {origin}"), cure)
        }
        429 => Finding::warning(SOCKET, "too many are opened from this network just now", "try again in ten seconds"),
        status => Finding::problem(SOCKET, format!("answers {status} and not 101"), UPGRADES),
    }
}

// With its reasons: those of a failed call lie a few levels down.
fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let words = next.to_string();
        // Some levels repeat the one below.
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = next.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn readiness_is_judged() {
        let check = |status, body, expected| assert_eq!(judge_ready(&answer(status, body)).level, expected, "{body}");
        check(200, r#"{"ready":true,"why":"ready","content_faults":0}"#, Level::Ok);
        check(200, r#"{"ready":true,"why":"ready","content_faults":3}"#, Level::Ok);
        check(503, r#"{"ready":false,"why":"the store is read-only"}"#, Level::Problem);
        check(502, "<html>", Level::Problem);
    }

    #[test]
    fn sockets_are_judged() {
        let check = |status, expected, words: &str| {
            let finding = judge_socket(&answer(status, ""), "https://desk.example");
            assert_eq!(finding.level, expected, "{status}");
            assert!(format!("{} {:?}", finding.found, finding.cure).contains(words), "{finding:?}");
        };
        check(101, Level::Ok, "https://desk.example");
        check(403, Level::Problem, "server.public_url to https://desk.example");
        check(400, Level::Problem, "proxy_set_header Upgrade");
        check(429, Level::Warning, "ten seconds");
    }

    #[test]
    fn addresses_are_checked() {
        assert!(Door::to("desk.example").is_err());
        assert!(Door::to("ftp://desk.example").is_err());
        let door = Door::to("https://desk.example/").expect("a door");
        assert_eq!((door.base.as_str(), door.origin.as_str()), ("https://desk.example", "https://desk.example"));
        assert_eq!(Door::to("http://127.0.0.1:8080").expect("a door").origin, "http://127.0.0.1:8080");
    }
}
