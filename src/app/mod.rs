//! Builds all, wires all, drains all.

mod descriptors;
mod status;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::middleware::map_response;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::bus::Bus;
use crate::config::Config;
use crate::console::{self, Console};
use crate::content::Library;
use crate::desk::{Announcer, Desk};
use crate::dialogue::Fallback;
use crate::domain::{Chance, Clock, Names};
use crate::gateway::{self, Gateway};
use crate::http::{Limits, Origins, serve};
use crate::llm::Llm;
use crate::shop::Caller;
use crate::store::{Faults, People, Setup, Store};
use crate::{assets, desk, http, telemetry};

/// What sockets may take to end after the drain. With at most 20 s of drain and what follows, the server is gone within 30.
const SOCKETS_WITHIN: Duration = Duration::from_secs(5);

/// What turns and the last commits may take after that.
const REST_WITHIN: Duration = Duration::from_secs(4);

/// Bytes of a request's body: a form of the console at most.
const BODY_LIMIT: usize = 64 * 1024;

/// What the world is to a server: time, chance, and the faults a test injects.
#[derive(Debug, Clone)]
pub struct World {
    /// The clock.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
    /// Faults.
    pub faults: Faults,
}

impl World {
    /// The real one.
    #[must_use]
    pub fn real() -> Self {
        Self { clock: Clock::system(), chance: Chance::secure(), faults: Faults::none() }
    }
}

/// A server that listens and does not answer yet.
pub struct App {
    config: Config,
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    desk: Desk,
    writer: JoinHandle<()>,
    stop: Stop,
}

// A server ends in two steps: sockets are drained first, and when they are gone, everything else.
#[derive(Clone, Default)]
struct Stop {
    drain: CancellationToken,
    rest: CancellationToken,
    sockets: TaskTracker,
    tasks: TaskTracker,
}

impl App {
    /// Loads the shop's files, opens the log, and listens.
    ///
    /// # Errors
    /// What is in the way, in words.
    pub async fn bind(config: Config, world: World) -> anyhow::Result<Self> {
        descriptors::raise();
        // Metrics are recorded from the first commit on.
        let _ = telemetry::metrics();
        // Before anything else writes into it.
        crate::store::make_folder(&config.folders.data)?;
        let library = open_library(&config, &world.clock).await?;
        let announcer = Announcer::default();
        let (store, writer) = open_store(&config, &world, &library, &announcer).await?;
        let listener = TcpListener::bind(config.server.listen)
            .await
            .with_context(|| format!("cannot listen on {}", config.server.listen))?;
        let address = listener.local_addr()?;
        let stop = Stop::default();
        let desk = start_desk(&config, &world, store, library, &announcer, &stop)?;
        let gateway = open_gateway(&config, &world, &desk, address, &stop);
        let console = open_console(&config, &world, &desk, address, &stop)?;
        let router = router(&config, &gateway, &console, &desk, &stop);
        // On its own: it ends when the last handle of the store is gone, after everything that could still write.
        let writer = TaskTracker::new().spawn(writer.run());
        Ok(Self { config, listener, address, router, desk, writer, stop })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The desk, for those who look on from inside: tests and the self-test.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Serves until `shutdown`, then drains: sockets are told and closed over the configured time, commits are finished.
    ///
    /// # Errors
    /// When the last commits could not be finished in time.
    pub async fn run(self, shutdown: CancellationToken) -> anyhow::Result<()> {
        let Self { config, listener, router, desk, writer, stop, .. } = self;
        let connections = config.limits.connections;
        let accepting = CancellationToken::new();
        let accept = stop.sockets.spawn(serve(listener, router, connections, accepting.clone(), stop.sockets.clone()));
        shutdown.cancelled().await;
        tracing::info!("stopping: sockets are drained");
        stop.drain.cancel();
        // Readiness has to be seen as gone by the balancer while the listener still answers.
        tokio::time::sleep(Duration::from_secs(config.server.drain_seconds)).await;
        accepting.cancel();
        stop.sockets.close();
        let gone = tokio::time::timeout(SOCKETS_WITHIN, stop.sockets.wait()).await;
        if gone.is_err() {
            tracing::warn!("some connections did not end in time and are dropped");
        }
        stop.rest.cancel();
        stop.tasks.close();
        drop(accept);
        let ended = tokio::time::timeout(REST_WITHIN, async {
            stop.tasks.wait().await;
            desk.store().stop().await;
            writer.await
        });
        match ended.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(error).context("the writer failed"),
            Err(_) => anyhow::bail!("some work did not end in time; what was answered is on disk"),
        }
    }
}

async fn open_library(config: &Config, clock: &Clock) -> anyhow::Result<Arc<Library>> {
    let (folders, encoder, clock) = (config.folders.clone(), config.understanding.clone(), clock.clone());
    // Reads files and trains the classifier: work for a thread of its own.
    let opened = tokio::task::spawn_blocking(move || {
        let cache = folders.data.join("content");
        Library::open(&folders.intents, &folders.knowledge_base, &cache, encoder, clock)
    });
    Ok(Arc::new(opened.await??))
}

async fn open_store(
    config: &Config,
    world: &World,
    library: &Arc<Library>,
    announcer: &Announcer,
) -> anyhow::Result<(Store, crate::store::Writer)> {
    let library = Arc::clone(library);
    Store::open(Setup {
        data: config.folders.data.clone(),
        config: config.store.clone(),
        idle: Box::new(move || desk::idle(&library.current())),
        clock: world.clock.clone(),
        chance: world.chance.clone(),
        faults: world.faults.clone(),
        committed: announcer.hook(),
    })
    .await
}

fn start_desk(
    config: &Config,
    world: &World,
    store: Store,
    library: Arc<Library>,
    announcer: &Announcer,
    stop: &Stop,
) -> anyhow::Result<Desk> {
    stop.tasks.spawn(Arc::clone(&library).watch(stop.rest.clone()));
    let llm = Llm::new(&config.llm, &config.outbound, world.clock.clone())?;
    if llm.is_some() && !library.current().rules().fallback.contains(&Fallback::Llm) {
        tracing::warn!(
            "the settings name a language model, and `fallback` in _settings.yaml does not: it is never asked"
        );
    }
    let parts = desk::Parts {
        store,
        bus: Bus::in_process(),
        library,
        names: Names::default(),
        clock: world.clock.clone(),
        caller: Caller::new(&config.outbound, world.clock.clone())?,
        llm,
        orders: config.orders.clone(),
        privacy: config.privacy.clone(),
        config: config.desk.clone(),
        shutdown: stop.rest.clone(),
        tasks: stop.tasks.clone(),
    };
    Ok(Desk::start(parts, announcer))
}

fn open_gateway(config: &Config, world: &World, desk: &Desk, address: SocketAddr, stop: &Stop) -> Gateway {
    Gateway::new(gateway::Parts {
        desk: desk.clone(),
        limits: Arc::new(Limits::new(config.limits.clone())),
        origins: origins(config, address, &config.server.origins),
        trusted_proxies: config.server.trusted_proxies.clone(),
        clock: world.clock.clone(),
        chance: world.chance.clone(),
        drain: stop.drain.clone(),
        drain_within: Duration::from_secs(config.server.drain_seconds),
        tasks: stop.sockets.clone(),
    })
}

// The shop's pages may connect as shoppers only: a page whose scripts are not ours must not act for an admin. So the console
// takes the server's own address and nothing that `server.origins` names.
fn open_console(
    config: &Config,
    world: &World,
    desk: &Desk,
    address: SocketAddr,
    stop: &Stop,
) -> anyhow::Result<Console> {
    let people = desk.store().people().clone();
    stop.tasks.spawn(people.clone().watch(stop.rest.clone()));
    stop.tasks.spawn(keep_names(people.clone(), desk.names().clone(), stop.rest.clone()));
    Console::new(console::Parts {
        people,
        origins: origins(config, address, &[]),
        trusted_proxies: config.server.trusted_proxies.clone(),
        clock: world.clock.clone(),
        chance: world.chance.clone(),
        desk: desk.clone(),
        drain: stop.drain.clone(),
        drain_within: Duration::from_secs(config.server.drain_seconds),
        sockets: stop.sockets.clone(),
    })
}

// Keeps the names of the people at the desk up to date: events hold ids, the edges show names.
async fn keep_names(people: People, names: Names, stop: CancellationToken) {
    let mut changed = people.changed();
    loop {
        match people.all().await {
            Ok(all) => names.set(all.into_iter().map(|known| (known.user.id, known.user.name)).collect()),
            Err(error) => tracing::warn!(%error, "the names of the people at the desk could not be read"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            Ok(()) = changed.changed() => {}
        }
    }
}

fn origins(config: &Config, address: SocketAddr, named: &[String]) -> Origins {
    let public = Some(config.server.public_url.as_str()).filter(|url| !url.is_empty());
    Origins::new(address, public, named)
}

fn web_files(server: &http::Config) -> assets::Parts {
    let public = Some(&server.public_url).filter(|url| !url.is_empty());
    assets::Parts {
        folder: Some(server.web_files.clone()).filter(|folder| !folder.as_os_str().is_empty()),
        framed_by: public.into_iter().chain(&server.origins).cloned().collect(),
        images: server.images.clone(),
        demo: server.demo,
    }
}

fn router(config: &Config, gateway: &Gateway, console: &Console, desk: &Desk, stop: &Stop) -> Router {
    // Pages are compressed; a socket's upgrade is not theirs to touch.
    let pages = assets::routes(web_files(&config.server)).layer(CompressionLayer::new().gzip(true));
    Router::new()
        .merge(gateway.routes())
        .merge(console.routes())
        .merge(status::routes(desk.clone(), stop.drain.clone()))
        .merge(pages)
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(map_response(http::in_words))
        .layer(CatchPanicLayer::new())
}
