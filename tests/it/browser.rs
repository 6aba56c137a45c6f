//! A browser with the console open: it keeps its cookie, names its page, and reads the answers.

use std::sync::LazyLock;

use frontdesk::console::password;
use frontdesk::domain::{Chance, Role, User};
use frontdesk::store::People;
use frontdesk::store::people::{Actor, NewUser};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{PATIENCE, Server};

/// Everybody's password in the tests.
pub(crate) const PASSWORD: &str = "correct horse battery";

// Once for all: a digest is slow by design.
static DIGEST: LazyLock<String> = LazyLock::new(|| password::hash(PASSWORD, &Chance::secure()).expect("a digest"));

/// Adds somebody with [`PASSWORD`], `<name>@example.com`.
pub(crate) async fn hire(server: &Server, name: &str, role: Role) -> User {
    let people: &People = server.desk.store().people();
    let email = format!("{name}@example.com");
    let new = NewUser { email, name: name.to_owned(), role, teams: Vec::new(), password: Some(DIGEST.clone()) };
    people.add(new, &Actor::CommandLine, server.clock.now()).await.expect("added")
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

impl Reply {
    /// The message of a refusal.
    pub(crate) fn words(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let line = |line: &'_ str| line.split_once(": ").is_some_and(|(known, _)| known.eq_ignore_ascii_case(name));
        self.head.lines().find(|text| line(text)).and_then(|text| text.split_once(": ")).map(|(_, value)| value)
    }
}

/// A browser.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    pub(crate) address: String,
    /// Lines that go with every request.
    pub(crate) lines: Vec<(String, String)>,
    /// `name=secret`, as it goes into a request.
    pub(crate) cookie: Option<String>,
    pub(crate) csrf: Option<String>,
}

impl Browser {
    /// One on the server's own machine, with the console's page open.
    pub(crate) fn new(server: &Server) -> Self {
        let lines = vec![
            ("host".to_owned(), server.address.clone()),
            ("origin".to_owned(), format!("http://{}", server.address)),
            ("content-type".to_owned(), "application/json".to_owned()),
        ];
        Self { address: server.address.clone(), lines, cookie: None, csrf: None }
    }

    /// A browser in which a new person of this role is logged in.
    pub(crate) async fn of(server: &Server, name: &str, role: Role) -> (User, Self) {
        let user = hire(server, name, role).await;
        let mut browser = Self::new(server);
        let reply = browser.logs_in(name, PASSWORD).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        (user, browser)
    }

    /// The same browser with another line in its requests; an empty value takes it away.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        changed.lines.retain(|(known, _)| known != name);
        if !value.is_empty() {
            changed.lines.push((name.to_owned(), value.to_owned()));
        }
        changed
    }

    pub(crate) async fn logs_in(&mut self, name: &str, password: &str) -> Reply {
        self.post("/api/login", &json!({ "email": format!("{name}@example.com"), "password": password })).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.asks("GET", path, "").await
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Reply {
        self.asks("POST", path, &body.to_string()).await
    }

    pub(crate) async fn asks(&mut self, method: &str, path: &str, body: &str) -> Reply {
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
        let own = [("cookie", &self.cookie), ("x-csrf-token", &self.csrf)];
        let own = own.into_iter().filter_map(|(name, value)| value.as_ref().map(|value| (name, value.as_str())));
        for (name, value) in self.lines.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(own) {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        let reply = exchange(&self.address, &format!("{request}\r\n{body}")).await;
        if let Some(cookie) = reply.header("set-cookie") {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        if let Some(csrf) = reply.body["csrf"].as_str() {
            self.csrf = Some(csrf.to_owned());
        }
        reply
    }
}

async fn exchange(address: &str, request: &str) -> Reply {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("written");
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    read.expect("an answer in time").expect("an answer");
    let answer = String::from_utf8(answer).expect("text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let whole = if head.contains("transfer-encoding: chunked") { in_one(body) } else { body.to_owned() };
    let body = whole.as_str();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    Reply { status, head: head.replace("\r\n", "\n"), body: serde_json::from_str(body).unwrap_or(Value::Null) }
}

// What came piece by piece: the length of each stands before it in hexadecimal. One that breaks off has no last piece.
fn in_one(mut chunks: &str) -> String {
    let mut whole = String::new();
    loop {
        let (length, rest) = chunks.split_once("\r\n").expect("a length");
        let length = usize::from_str_radix(length, 16).expect("a number");
        if length == 0 {
            return whole;
        }
        whole.push_str(&rest[..length]);
        chunks = &rest[length + 2..];
    }
}
