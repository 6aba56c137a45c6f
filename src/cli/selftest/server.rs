//! A private server in a process of its own, so that it can be killed and weighed.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::cli::shop::Folders;

/// How long a server may take until it listens: on a slow machine it trains for some seconds at its first start.
const START_TIME: Duration = Duration::from_secs(30);

/// What a rate is set to so that it lets everything through.
const NO_LIMIT: &str = "10000000";

/// Clock ticks a second in `/proc`: fixed by the kernel for what programs see.
const TICKS: u64 = 100;

/// The time, for what is measured here.
#[expect(clippy::disallowed_methods, reason = "measures; nothing is decided by it")]
pub(in crate::cli) fn now() -> Instant {
    Instant::now()
}

/// A folder that is gone when this is.
pub(in crate::cli) struct Scratch(PathBuf);

impl Scratch {
    /// A new folder.
    pub(in crate::cli) fn new() -> anyhow::Result<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("frontdesk-{}-{number}", std::process::id()));
        std::fs::create_dir(&path).with_context(|| format!("cannot make the folder {}", path.display()))?;
        Ok(Self(path))
    }

    /// The log in it.
    pub(in crate::cli) fn data(&self) -> PathBuf {
        self.0.join("data")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed lies in the folder for such things, which the system empties.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A server, killed when this is dropped.
pub(in crate::cli) struct Server {
    child: Child,
    // Held, so that whatever the server prints later does not break its pipe.
    _lines: Lines<BufReader<ChildStdout>>,
    pid: u32,
    /// `host:port`.
    pub(in crate::cli) address: String,
    /// From the start of the process to the line that says where it listens.
    pub(in crate::cli) ready: Duration,
}

impl Server {
    /// Starts a frontdesk over `shop` with its log in `scratch`, and with no limits on how fast one may ask.
    pub(in crate::cli) async fn frontdesk(shop: &Folders, scratch: &Scratch) -> anyhow::Result<Self> {
        let mut command = this_program()?;
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(scratch.data());
        command.arg("--intents").arg(std::path::absolute(&shop.intents)?);
        command.arg("--knowledge-base").arg(std::path::absolute(&shop.knowledge_base)?);
        for limit in ["VISITOR_PER_10S", "VISITOR_BURST", "NETWORK_PER_10S", "NETWORK_BURST", "HANDSHAKES_PER_10S"] {
            command.env(format!("FRONTDESK__LIMITS__{limit}"), NO_LIMIT);
        }
        command.env("FRONTDESK__LOG__FILTER", "warn");
        // The promises are about the log; the encoder would only take the machine from them while it starts.
        command.env("FRONTDESK__UNDERSTANDING__ENCODER", "off");
        Self::start(command, scratch).await
    }

    /// Starts the bare echo server that everything is compared with.
    pub(in crate::cli) async fn echo(scratch: &Scratch) -> anyhow::Result<Self> {
        let mut command = this_program()?;
        command.args(["load", "--echo-server"]);
        Self::start(command, scratch).await
    }

    async fn start(mut command: Command, scratch: &Scratch) -> anyhow::Result<Self> {
        let log = scratch.0.join("stderr");
        let stderr = std::fs::File::options().create(true).append(true).open(&log)?;
        // Away from the folder of a real server and whatever settings lie there.
        command.current_dir(&scratch.0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr).kill_on_drop(true);
        let start = now();
        let mut child = command.spawn().context("cannot start a server")?;
        let pid = child.id().context("the server ended at once")?;
        let stdout = child.stdout.take().context("the server has no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let Ok(Some(address)) = tokio::time::timeout(START_TIME, address(&mut lines)).await else {
            bail!("the server did not start: {}", tail(&log));
        };
        Ok(Self { child, _lines: lines, pid, address, ready: start.elapsed() })
    }

    /// Ends it as a power cut would, and waits until it is gone.
    pub(in crate::cli) async fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill().await.context("the server cannot be killed")
    }

    /// Resident memory in KiB, where the system tells.
    pub(in crate::cli) fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches(" kB").trim().parse().ok()
    }

    /// Processor time used so far, where the system tells.
    pub(in crate::cli) fn cpu(&self) -> Option<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).ok()?;
        // The name in brackets may hold anything; after it come the state and then numbers.
        let (_, fields) = stat.rsplit_once(')')?;
        let mut fields = fields.split_whitespace().skip(11);
        let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        Some(Duration::from_millis((user + system) * 1000 / TICKS))
    }
}

fn this_program() -> anyhow::Result<Command> {
    let mut command = Command::new(std::env::current_exe().context("cannot find this program")?);
    // Settings of a real server are none of a private one's business.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("FRONTDESK__")) {
            command.env_remove(name);
        }
    }
    Ok(command)
}

async fn address(lines: &mut Lines<BufReader<ChildStdout>>) -> Option<String> {
    loop {
        let line = lines.next_line().await.ok()??;
        if let Some(address) = line.strip_prefix("listening on http://") {
            return Some(address.trim().to_owned());
        }
    }
}

// The last lines of a log, for an error message.
fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().rev().take(5).collect();
    if lines.is_empty() { "it said nothing".to_owned() } else { lines.into_iter().rev().collect::<Vec<_>>().join("; ") }
}
