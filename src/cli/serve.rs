//! `frontdesk serve`.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::{App, World};
use crate::config::Config;
use crate::telemetry;

/// Options of `serve`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Folder of the log [default: data]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Folder of the intents [default: intents]
    #[arg(long, value_name = "DIR")]
    intents: Option<PathBuf>,
    /// Folder of the articles [default: knowledge-base]
    #[arg(long, value_name = "DIR")]
    knowledge_base: Option<PathBuf>,
    /// A file of settings (TOML); see docs/operate.md
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<bool> {
    let config = settings(args)?;
    telemetry::log(&config.log);
    let app = App::bind(config, World::real()).await?;
    announce(app.address())?;
    let shutdown = CancellationToken::new();
    let signals = TaskTracker::new();
    signals.spawn(wait_for_signal(shutdown.clone()));
    app.run(shutdown).await?;
    Ok(true)
}

fn settings(args: &Args) -> anyhow::Result<Config> {
    let mut config = Config::load(args.config.as_deref())?;
    if let Some(listen) = args.listen {
        config.server.listen = listen;
    }
    let folders = [
        (&args.data, &mut config.folders.data),
        (&args.intents, &mut config.folders.intents),
        (&args.knowledge_base, &mut config.folders.knowledge_base),
    ];
    for (given, folder) in folders {
        if let Some(given) = given {
            folder.clone_from(given);
        }
    }
    Ok(config)
}

// The first line is for scripts and stays as it is; the second is for people.
fn announce(address: SocketAddr) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let shown =
        if address.ip().is_unspecified() { SocketAddr::from(([127, 0, 0, 1], address.port())) } else { address };
    writeln!(out, "listening on http://{address}").context("cannot print")?;
    writeln!(out, "open http://{shown}/ in a browser to try it; Ctrl-C stops the server").context("cannot print")?;
    out.flush().context("cannot print")
}

async fn wait_for_signal(shutdown: CancellationToken) {
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be listened for; only Ctrl-C stops the server");
            // An error here means that no signal can be listened for at all; then only a kill ends the process.
            let _ = tokio::signal::ctrl_c().await;
            return shutdown.cancel();
        }
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    shutdown.cancel();
}
