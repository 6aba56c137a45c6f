//! What answers over plain HTTP, and which pages may open a socket.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use tokio_tungstenite::tungstenite::Error;

use super::server::{Scratch, Server};
use super::wire::waiting_visitor;
use crate::cli::client::open;
use crate::cli::shop::Folders;
use crate::outbound::{Client, Policy};

pub(super) async fn run(shop: &Folders) -> anyhow::Result<String> {
    let scratch = Scratch::new()?;
    let server = Server::frontdesk(shop, &scratch).await?;
    // Somebody who said something, so that there is something to count.
    waiting_visitor(&server.address).await?;
    let client = local_client()?;
    let checks = [("/healthz", "ok"), ("/readyz", "\"ready\":true"), ("/metrics", "frontdesk_"), ("/", "<html")];
    for (path, expected) in checks {
        let answer = client.get(&format!("http://{}{path}", server.address)).await.with_context(|| path.to_owned())?;
        let body = String::from_utf8_lossy(&answer.body);
        ensure!(answer.status == 200, "{path} answers {}", answer.status);
        ensure!(body.contains(expected), "{path} answers without `{expected}`");
    }
    let foreign = ["https://shop.example.evil.test", "null", "http://127.0.0.1:1"];
    for origin in foreign.map(Some).into_iter().chain([None]) {
        refused(&server.address, origin).await?;
    }
    Ok(format!("{} pages answered, {} foreign origins refused with 403", checks.len(), foreign.len() + 1))
}

/// A client that may call this machine and nothing else that is private.
pub(super) fn local_client() -> anyhow::Result<Client> {
    let private_hosts = ["127.0.0.1".to_owned()].into();
    Ok(Client::new(Policy { private_hosts, timeout: Duration::from_secs(5), body_limit: 1 << 20 })?)
}

async fn refused(address: &str, origin: Option<&str>) -> anyhow::Result<()> {
    let named = origin.unwrap_or("no origin");
    match open(address, origin).await {
        Ok(_) => bail!("a page of {named} may open a socket"),
        Err(error) => match error.downcast_ref::<Error>() {
            Some(Error::Http(answer)) if answer.status() == 403 => Ok(()),
            _ => bail!("a page of {named} is not refused with 403: {error:#}"),
        },
    }
}
