//! `frontdesk doctor`: what an operator asks first, looked at in order. It changes nothing; a file it makes to time the disk
//! is removed again, and the only network addresses it calls are those of `--url` and of the language model, if one is set.

mod disk;
mod log;
mod model;
mod reach;
mod set_up;

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use serde::Serialize;
use serde_json::json;
use tokio::sync::oneshot;

use crate::domain::Clock;
use crate::store::{Holder, SCHEMA};

/// The time one check may take: a disk or a network that hangs must not keep the others from being told.
const LIMIT: Duration = Duration::from_secs(5);

/// Options of `doctor`. They are those of `serve`: give the same ones.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  frontdesk doctor
  frontdesk doctor --config frontdesk.toml --data /var/lib/frontdesk
  frontdesk doctor --data /var/lib/frontdesk --url https://desk.example      the whole way, through the proxy
  frontdesk doctor --json

Exit code 0: no problems, perhaps warnings. 1: problems.")]
pub(super) struct Args {
    /// Folder of the log [default: data]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Folder of the intents [default: intents]
    #[arg(long, value_name = "DIR")]
    intents: Option<PathBuf>,
    /// Folder of the articles [default: knowledge-base]
    #[arg(long, value_name = "DIR")]
    knowledge_base: Option<PathBuf>,
    /// The file of settings the server is started with
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where shoppers reach the running server, such as https://desk.example
    #[arg(long)]
    url: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Ok,
    Warning,
    Problem,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    check: &'static str,
    level: Level,
    found: String,
    #[serde(rename = "do", skip_serializing_if = "Option::is_none")]
    cure: Option<String>,
}

impl Finding {
    fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, level: Level::Ok, found: found.into(), cure: None }
    }

    fn warning(check: &'static str, found: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { check, level: Level::Warning, found: found.into(), cure: Some(cure.into()) }
    }

    fn problem(check: &'static str, found: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { check, level: Level::Problem, found: found.into(), cure: Some(cure.into()) }
    }
}

pub(super) async fn run(args: &Args) -> anyhow::Result<bool> {
    let findings = look(args).await;
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    let (well, warnings, problems) = (count(Level::Ok), count(Level::Warning), count(Level::Problem));
    if args.json {
        let report = json!({
            "version": env!("CARGO_PKG_VERSION"), "ok": well, "warnings": warnings, "problems": problems, "checks": findings,
        });
        say!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(problems == 0);
    }
    for finding in &findings {
        show(finding);
    }
    say!("{well} ok, {warnings} warnings, {problems} problems");
    Ok(problems == 0)
}

fn show(finding: &Finding) {
    let level = match finding.level {
        Level::Ok => "ok",
        Level::Warning => "warning",
        Level::Problem => "PROBLEM",
    };
    say!("{level:<8} {:<16} {}", finding.check, finding.found);
    if let Some(cure) = &finding.cure {
        say!("{:<8} {:<16} do: {cure}", "", "");
    }
}

async fn look(args: &Args) -> Vec<Finding> {
    let program = format!("frontdesk {}, reads logs of schema {SCHEMA}", env!("CARGO_PKG_VERSION"));
    let mut findings = vec![Finding::ok("version", program)];
    let (config, settings) = set_up::settings(args);
    findings.extend(settings);
    findings.extend(model::look(&config).await);
    let folders = config.folders;
    let data = folders.data;
    findings.extend(disk::look(&data).await);
    let (server, holder) = log::server(&data).await;
    findings.push(server);
    let now = Clock::system().now();
    findings.extend(log::database(&data, now, holder).await);
    let today = now.to_rfc3339()[..10].to_owned();
    findings.push(set_up::content(folders.intents, folders.knowledge_base, today).await);
    let pid = if let Holder::Process(pid) = holder { pid } else { None };
    findings.push(set_up::open_files(config.limits.connections, pid));
    if let Some(url) = &args.url {
        findings.extend(reach::look(url).await);
    }
    findings
}

// Waits for a check, but no longer than one may take; `slow` is what to do then.
async fn within(check: &'static str, slow: &str, look: impl Future<Output = Finding>) -> Finding {
    in_time(LIMIT, check, slow, look).await
}

async fn in_time(limit: Duration, check: &'static str, slow: &str, look: impl Future<Output = Finding>) -> Finding {
    let late = |_| Finding::warning(check, format!("no answer within {limit:?}"), slow);
    tokio::time::timeout(limit, look).await.unwrap_or_else(late)
}

// Runs a check that waits for the disk. On a thread that nobody waits for: one that hangs must not hold up the end.
async fn apart(check: &'static str, slow: &str, look: impl FnOnce() -> Finding + Send + 'static) -> Finding {
    let (send, answer) = oneshot::channel();
    drop(thread::spawn(move || send.send(look())));
    let failed = |_| Finding::problem(check, "the check itself failed", "report it, with what stands above");
    within(check, slow, async { answer.await.unwrap_or_else(failed) }).await
}

// A number of bytes for people.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let (mut tenths, mut unit) = (bytes.saturating_mul(10) / 1024, 0);
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_for_people() {
        let check = |bytes, expected: &str| assert_eq!(size(bytes), expected);
        check(0, "0.0 KiB");
        check(1536, "1.5 KiB");
        check(78 * (1 << 30), "78.0 GiB");
        check(5 * (1 << 40), "5.0 TiB");
    }

    #[tokio::test]
    async fn a_check_that_hangs_is_told_and_left() {
        let hangs = std::future::pending::<Finding>();
        let finding = in_time(Duration::from_millis(5), "disk", "look at the disk", hangs).await;
        assert_eq!((finding.level, finding.found.as_str()), (Level::Warning, "no answer within 5ms"));
        assert_eq!(finding.cure.as_deref(), Some("look at the disk"));
    }

    #[tokio::test]
    async fn a_check_that_panics_is_a_problem() {
        let finding = apart("disk", "wait", || panic!("a test's panic")).await;
        assert_eq!(finding.level, Level::Problem);
    }
}
