//! `frontdesk load`: round trips beside a bare echo server, in one run on one machine, so that the ratio says something.

mod drive;
mod echo;
mod line;
mod report;

use std::time::Duration;

use anyhow::bail;

use super::progress::bar;
use super::selftest::server::{Scratch, Server};
use super::shop::Folders;
use drive::{Plan, closed_loop, open_loop};
use line::{Line, Talk, open_all};
use report::{Idle, Memory, Report, Row};

/// Connections of each series.
const CONNECTIONS: [usize; 3] = [1, 100, 1_000];

/// Connections of the open loop, and messages a second of all of them together.
const OPEN_CONNECTIONS: usize = 100;
const OPEN_RATE: usize = 200;

/// Sockets whose memory is weighed.
const IDLE: usize = 1_000;

/// The time in which what is left of one cell goes away before the next.
const SETTLE: Duration = Duration::from_millis(300);

/// Options of `load`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    shop: Folders,
    /// Seconds each number is measured for
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// A second series with so many messages in flight on each connection (at most 8, as in the protocol)
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=8))]
    in_flight: u64,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Be the echo server that everything is compared with
    #[arg(long, hide = true)]
    echo_server: bool,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<bool> {
    if args.echo_server {
        return echo::serve().await.map(|()| true);
    }
    // Each connection is a descriptor here and one over there.
    drop(rlimit::increase_nofile_limit(u64::MAX));
    // Dropping the work ends its servers and removes its folders.
    let report = tokio::select! {
        report = measure(args) => report?,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
    };
    if args.json {
        say!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        say!("{}", report.table().trim_end());
    }
    Ok(true)
}

async fn measure(args: &Args) -> anyhow::Result<Report> {
    let scratch = Scratch::new()?;
    let mut windows = vec![1];
    windows.extend((args.in_flight > 1).then_some(usize::try_from(args.in_flight)?));
    let cells = windows.len() * CONNECTIONS.len() * Talk::ALL.len();
    let progress = bar(cells as u64 + 2, "measuring");
    let (idle, first_start) = idle(&args.shop, &scratch).await?;
    progress.inc(1);
    // The log of the idle sockets, so that the start is one with a trained model.
    let desk = Server::frontdesk(&args.shop, &scratch).await?;
    let echo = Server::echo(&scratch).await?;
    let at_start = desk.memory();
    let mut rows = Vec::new();
    for in_flight in windows {
        for connections in CONNECTIONS {
            for talk in Talk::ALL {
                progress.set_message(format!("{connections} × {}", talk.name()));
                let plan = Plan { talk, connections, in_flight, time: Duration::from_secs(args.seconds) };
                rows.push(cell(if talk == Talk::Echo { &echo } else { &desk }, plan).await?);
                progress.inc(1);
            }
        }
    }
    progress.set_message("200 messages a second");
    let steady = steady(&desk, Duration::from_secs(args.seconds * 2)).await?;
    progress.finish_and_clear();
    let memory = Memory { at_start_kib: at_start, at_end_kib: desk.memory() };
    let ready = [first_start, desk.ready].map(|time| time.as_secs_f64() * 1000.0);
    Ok(Report::new(rows, steady, idle, memory, ready))
}

async fn cell(server: &Server, plan: Plan) -> anyhow::Result<Row> {
    let lines = open_all(&server.address, plan.talk, plan.connections).await?;
    tokio::time::sleep(SETTLE).await;
    let before = server.cpu();
    let measured = closed_loop(lines, plan).await?;
    let cpu = server.cpu().zip(before).map(|(after, before)| after.saturating_sub(before));
    tokio::time::sleep(SETTLE).await;
    Ok(Row::new(plan, measured, cpu))
}

// A steady stream that does not wait for its answers: what a shopper feels of a server that others use too.
async fn steady(server: &Server, time: Duration) -> anyhow::Result<Row> {
    let lines = open_all(&server.address, Talk::Reply, OPEN_CONNECTIONS).await?;
    tokio::time::sleep(SETTLE).await;
    let plan = Plan { talk: Talk::Reply, connections: OPEN_CONNECTIONS, in_flight: 1, time };
    let before = server.cpu();
    let measured = open_loop(lines, OPEN_RATE, time).await?;
    let cpu = server.cpu().zip(before).map(|(after, before)| after.saturating_sub(before));
    Ok(Row::new(plan, measured, cpu))
}

// What 1,000 sockets cost that do nothing, on servers that have done nothing else; and how long a first start takes.
async fn idle(shop: &Folders, scratch: &Scratch) -> anyhow::Result<(Idle, Duration)> {
    let desk = Server::frontdesk(shop, scratch).await?;
    let echo = Server::echo(scratch).await?;
    let idle = Idle { frontdesk_kib: weigh(&desk, Talk::Greeted).await?, echo_kib: weigh(&echo, Talk::Echo).await? };
    let ready = desk.ready;
    desk.kill().await?;
    Ok((idle, ready))
}

async fn weigh(server: &Server, talk: Talk) -> anyhow::Result<Option<f64>> {
    // A few come and go first: what the first socket ever costs is not what a socket costs.
    drop(open_all(&server.address, talk, 16).await?);
    tokio::time::sleep(SETTLE).await;
    let before = server.memory();
    let lines: Vec<Line> = open_all(&server.address, talk, IDLE).await?;
    tokio::time::sleep(SETTLE * 3).await;
    let after = server.memory();
    drop(lines);
    Ok(after.zip(before).map(|(after, before)| after.saturating_sub(before) as f64 / IDLE as f64))
}
