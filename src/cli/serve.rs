//! `frontdesk serve`.

use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::{App, World};
use crate::config::Config;
use crate::domain::Clock;
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
    let public = config.server.public_url.clone();
    let app = App::bind(config, World::real()).await?;
    announce(app.address())?;
    offer_first_admin(&app, &public).await?;
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
    writeln!(out, "listening on http://{address}").context("cannot print")?;
    writeln!(out, "open http://{}/ in a browser to try it; Ctrl-C stops the server", reachable(address))
        .context("cannot print")?;
    out.flush().context("cannot print")
}

// Whoever sits at the terminal started the server, and so may be its first admin. What goes into a pipe ends up in logs,
// where this must never stand.
async fn offer_first_admin(app: &App, public: &str) -> anyhow::Result<()> {
    if !std::io::stdout().is_terminal() {
        return Ok(());
    }
    let Some(link) = app.desk().store().people().first_admin(Clock::system().now()).await? else { return Ok(()) };
    let base = if public.is_empty() { format!("http://{}", reachable(app.address())) } else { public.to_owned() };
    say!("there is no admin yet; whoever opens this link within an hour becomes the first one:");
    say!("{}{}", base.trim_end_matches('/'), link.path());
    Ok(())
}

// Every address of the machine is no address to open in a browser.
fn reachable(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() { SocketAddr::from(([127, 0, 0, 1], address.port())) } else { address }
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
