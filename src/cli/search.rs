//! `frontdesk search`.

use super::shop::Folders;
use crate::retrieval::FITS;

/// Options of `search`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What a shopper asks
    text: String,
    #[command(flatten)]
    folders: Folders,
    /// The shopper's language
    #[arg(long, default_value = "en")]
    locale: String,
    /// Articles to show
    #[arg(long, default_value_t = 5)]
    limit: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<bool> {
    let snapshot = args.folders.load()?;
    // More than anybody reads would only cost memory.
    let explanation = snapshot.index().explain(&args.text, &snapshot.locale(Some(&args.locale)), args.limit.min(100));
    if args.json {
        say!("{}", serde_json::to_string_pretty(&explanation)?);
        return Ok(true);
    }
    let unknown: Vec<&str> =
        explanation.terms.iter().filter(|term| term.counts.is_empty()).map(|term| term.term.as_str()).collect();
    for hit in &explanation.hits {
        let said = if hit.fit >= FITS { "fits" } else { "does not fit" };
        say!("{:.2} {said:<12} {:<28} {}", hit.fit, hit.article, hit.title);
        say!("     matched {}", hit.matched.join(", "));
    }
    if explanation.hits.is_empty() {
        say!("nothing was found");
    }
    if !unknown.is_empty() {
        say!("in no article: {}", unknown.join(", "));
    }
    say!("an article answers from a fit of {FITS:.2} on");
    Ok(true)
}
