//! What is served over plain HTTP.

use serde_json::{Value, json};

use crate::support::{PATIENCE, Server};

#[tokio::test(flavor = "multi_thread")]
async fn operators_are_answered() {
    let server = Server::start().await;
    assert_eq!(server.get("/healthz").await, (200, "ok".into()));
    let (status, body) = server.get("/readyz").await;
    let ready: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((status, &ready["ready"]), (200, &json!(true)));
    let mut shopper = server.shopper().await;
    shopper.says("when are you open").await;
    shopper.hears("around the clock").await;
    let (status, metrics) = server.get("/metrics").await;
    assert_eq!(status, 200);
    for name in [
        "frontdesk_sockets",
        "frontdesk_messages_total{author=\"shopper\"}",
        "frontdesk_messages_total{author=\"bot\"}",
        "frontdesk_turn_seconds_bucket{stage=\"understand\"",
        "frontdesk_commit_seconds_bucket",
        "frontdesk_commit_rows_bucket",
    ] {
        assert!(metrics.contains(name), "{name} is missing in\n{metrics}");
    }
    assert!(!metrics.contains("when are you open"), "no text of a message in the metrics");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_served_and_protected() {
    let server = Server::start().await;
    let (status, page) = server.get("/").await;
    assert_eq!(status, 200);
    let script = page.split('"').find(|part| part.starts_with("/assets/") && part.ends_with(".js")).expect("a script");
    assert_eq!(server.get(script).await.0, 200);
    assert_eq!(server.get("/no-such-thing").await.0, 404);
    assert_eq!(server.get("/.vite/manifest.json").await.0, 404, "the manifest is not for visitors");
    assert_eq!(server.get("/assets/../../Cargo.toml").await.0, 404);
    assert!(!page.contains("<script>"), "no inline script, the policy forbids it");
    let head = head_of(&server, "/").await;
    assert!(head.contains("content-security-policy: default-src 'none'; script-src 'self'"), "{head}");
    assert!(head.contains("x-content-type-options: nosniff"));
    let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).expect("an etag").to_owned();
    let again =
        raw(&server, &format!("GET / HTTP/1.1\r\nhost: a\r\nif-none-match: {tag}\r\nconnection: close\r\n\r\n")).await;
    assert!(again.starts_with("HTTP/1.1 304"), "{again}");
}

async fn head_of(server: &Server, path: &str) -> String {
    let answer = raw(server, &format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")).await;
    answer.split("\r\n\r\n").next().expect("a head").to_lowercase().replace("\r\n", "\n")
}

async fn raw(server: &Server, request: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(&server.address).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("written");
    let mut answer = String::new();
    // The head and whatever of the body came with it: a connection may stay open after a refusal.
    while !answer.contains("\r\n\r\n") {
        let mut part = [0; 4096];
        let read =
            tokio::time::timeout(PATIENCE, stream.read(&mut part)).await.expect("an answer in time").expect("read");
        assert!(read > 0, "the connection ended after {answer:?}");
        answer.push_str(&String::from_utf8_lossy(&part[..read]));
    }
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn only_pages_on_the_list_may_connect() {
    let mut plan = crate::support::Plan::new();
    plan.config.server.origins = vec!["https://shop.example".into()];
    let server = plan.start().await;
    let port = server.address.rsplit(':').next().expect("a port").to_owned();
    let upgrade = |origin: &str| {
        format!(
            "GET /v1/ws HTTP/1.1\r\nhost: {}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: chat.v1\r\n{origin}\r\n",
            server.address
        )
    };
    let bad = [
        String::new(),
        "origin: null\r\n".into(),
        "origin: \r\n".into(),
        "origin: https://evil.example\r\n".into(),
        "origin: http://shop.example\r\n".into(),
        "origin: https://shop.example:8443\r\n".into(),
        "origin: https://shop.example.evil.example\r\n".into(),
        "origin: https://evilshop.example\r\n".into(),
        "origin: HTTPS://SHOP.EXAMPLE\r\n".into(),
        "origin: https://shop.example/\r\n".into(),
        format!("origin: http://127.0.0.1:1{port}\r\n"),
        "origin: https://shop.example\r\norigin: https://evil.example\r\n".into(),
        "origin: https://shop.example, https://evil.example\r\n".into(),
    ];
    for origin in &bad {
        let answer = raw(&server, &upgrade(origin)).await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{origin} got {answer}");
    }
    for good in [format!("http://127.0.0.1:{port}"), format!("http://localhost:{port}"), "https://shop.example".into()]
    {
        assert!(frontdesk::cli::client::open(&server.address, Some(&good)).await.is_ok(), "{good}");
    }
}
