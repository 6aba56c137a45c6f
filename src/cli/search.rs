//! `frontdesk search`.

use super::shop::Folders;
use crate::knowledge::Audience;
use crate::retrieval::{Explanation, FITS, Hit, OFFERS, Search};

/// Articles shown at most: more than anybody reads would only cost memory.
const MOST: usize = 100;

/// Options of `search`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What a shopper asks
    text: String,
    #[command(flatten)]
    folders: Folders,
    /// The shopper's language; without it, the one the words are in
    #[arg(long)]
    locale: Option<String>,
    /// Articles to show
    #[arg(long, default_value_t = 5)]
    limit: usize,
    /// What the conversation is about, as a follow-up such as "and for Norway?" is searched
    #[arg(long, value_name = "TEXT")]
    about: Option<String>,
    /// Who asks: public, signed-in or agents
    #[arg(long, value_enum, default_value_t = Asker::Public)]
    audience: Asker,
    /// Search by words alone, without the sentence encoder
    #[arg(long)]
    sparse: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Asker {
    Public,
    // As articles write it, too.
    #[value(alias = "signed_in")]
    SignedIn,
    Agents,
}

pub(super) fn run(args: &Args) -> anyhow::Result<bool> {
    let snapshot = if args.sparse { args.folders.load()? } else { args.folders.load_deep()? };
    let audience = match args.audience {
        Asker::Public => Audience::Public,
        Asker::SignedIn => Audience::SignedIn,
        Asker::Agents => Audience::Agents,
    };
    anyhow::ensure!(!args.text.trim().is_empty(), "there is nothing to search for; write what a shopper asks");
    let told = || snapshot.nlu().read(&args.text, None).language;
    let locale = snapshot.locale(args.locale.clone().or_else(told).as_deref());
    let about = args.about.as_deref();
    let public = Search::public(&args.text, &locale, args.limit.min(MOST));
    let explanation = snapshot.index().explain(&Search { about, audience, ..public });
    if args.json {
        say!("{}", serde_json::to_string_pretty(&explanation)?);
    } else {
        say!("searched in `{locale}`");
        print(&explanation);
    }
    Ok(true)
}

fn print(explanation: &Explanation) {
    if let Some(about) = &explanation.about {
        say!("goes on with what was said: searched with \"{about}\" before it");
    }
    explanation.hits.iter().for_each(print_hit);
    if explanation.hits.is_empty() {
        say!("nothing was found");
    }
    let unknown: Vec<&str> =
        explanation.terms.iter().filter(|term| term.counts.is_empty()).map(|term| term.term.as_str()).collect();
    if !unknown.is_empty() {
        say!("in no article: {}", unknown.join(", "));
    }
    say!("an article answers from a fit of {FITS:.2} on, and is offered from {OFFERS:.2} on");
}

fn print_hit(hit: &Hit) {
    let does = match hit.fit {
        fit if fit >= FITS => "answers",
        fit if fit >= OFFERS => "is offered",
        _ => "does not fit",
    };
    let near = hit.near.map_or_else(|| "-".to_owned(), |near| format!("{near:.2}"));
    say!("{:.2} {does:<12} {:<28} {}", hit.fit, hit.article, hit.title);
    say!("     meaning {near}, words {:.2}, BM25 {:.1}; passage #{}", hit.words, hit.score, hit.anchor);
    if !hit.matched.is_empty() {
        say!("     matched {}", hit.matched.join(", "));
    }
    if !hit.exact.is_empty() {
        say!("     exactly {}", hit.exact.join(", "));
    }
}
