//! `frontdesk selftest`: starts private servers on this machine and tries to break what is promised.

mod crash;
mod hostile;
mod order;
pub(super) mod server;
mod web;
mod wire;

use std::time::Duration;

use anyhow::bail;
use serde_json::json;

use super::progress::bar;
use super::shop::Folders;
use crate::domain::Chance;
use server::now;

/// Nothing here takes this long, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// Options of `selftest`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    shop: Folders,
    /// Repeat the random choices of an earlier run
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Only these parts: http, p1, p2, p3, p4, p5
    #[arg(long, value_name = "PART", value_delimiter = ',', ignore_case = true)]
    only: Vec<Part>,
    /// Also wait the 45 seconds after which a silent shopper is given up
    #[arg(long)]
    long: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Http,
    P1,
    P2,
    P3,
    P4,
    P5,
}

const PARTS: [Part; 6] = [Part::Http, Part::P1, Part::P2, Part::P3, Part::P4, Part::P5];

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Http => "HTTP",
            Self::P1 => "P1",
            Self::P2 => "P2",
            Self::P3 => "P3",
            Self::P4 => "P4",
            Self::P5 => "P5",
        }
    }
}

// What became of a part: figures, or what went wrong.
struct Verdict {
    part: Part,
    held: bool,
    what: String,
    seconds: f64,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<bool> {
    // Dropping the work ends its servers and removes its folders.
    tokio::select! {
        held = all(args) => held,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
    }
}

async fn all(args: &Args) -> anyhow::Result<bool> {
    let seed = args.seed.unwrap_or_else(|| Chance::secure().below(u64::from(u32::MAX)));
    let parts = PARTS.into_iter().filter(|part| args.only.is_empty() || args.only.contains(part));
    let parts: Vec<Part> = parts.collect();
    let progress = bar(parts.len() as u64, "trying to break the promises");
    let mut verdicts = Vec::new();
    for part in parts {
        progress.set_message(format!("trying to break {}", part.name()));
        let verdict = one(part, args, seed).await;
        if !args.json {
            progress.suspend(|| say!("{}", line(&verdict)));
        }
        verdicts.push(verdict);
        progress.inc(1);
    }
    progress.finish_and_clear();
    let held = verdicts.iter().all(|verdict| verdict.held);
    if args.json {
        let parts: Vec<_> = verdicts.iter().map(as_json).collect();
        say!("{}", serde_json::to_string_pretty(&json!({ "held": held, "seed": seed, "parts": parts }))?);
    }
    Ok(held)
}

async fn one(part: Part, args: &Args, seed: u64) -> Verdict {
    let start = now();
    let work = async {
        match part {
            Part::Http => web::run(&args.shop).await,
            Part::P1 => crash::run(&args.shop, seed).await,
            Part::P2 => order::same_message_many_times(&args.shop).await,
            Part::P3 => order::one_order(&args.shop).await,
            Part::P4 => order::nothing_missed(&args.shop).await,
            Part::P5 => hostile::run(&args.shop, args.long).await,
        }
    };
    let result = tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|_| bail_hanging());
    let (held, what) = match result {
        Ok(figures) => (true, figures),
        Err(error) => (false, format!("{error:#}")),
    };
    Verdict { part, held, what, seconds: start.elapsed().as_secs_f64() }
}

fn bail_hanging() -> anyhow::Result<String> {
    bail!("nothing came of it within {} s", PATIENCE.as_secs())
}

fn line(verdict: &Verdict) -> String {
    let Verdict { part, held, what, seconds } = verdict;
    let word = if *held { "held" } else { "FELL" };
    format!("{} {word}: {what}, {seconds:.1} s", part.name())
}

fn as_json(verdict: &Verdict) -> serde_json::Value {
    let Verdict { part, held, what, seconds } = verdict;
    json!({ "promise": part.name(), "held": held, "what": what, "seconds": seconds })
}
