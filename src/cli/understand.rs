//! `frontdesk understand`.

use super::shop::Folders;
use crate::desk::Understood;
use crate::domain::{Clock, RankedIntent};

/// Options of `understand`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What a shopper writes
    text: String,
    #[command(flatten)]
    folders: Folders,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<bool> {
    let snapshot = args.folders.load_deep()?;
    let understood = Understood::of(&snapshot, &args.text, Clock::system().now());
    if args.json {
        say!("{}", serde_json::to_string_pretty(&understood)?);
        return Ok(true);
    }
    print(&understood);
    Ok(true)
}

fn print(understood: &Understood) {
    let Understood { understanding, does, explanation, understand_us, stages_us } = understood;
    say!("language  {}", understanding.language.as_deref().unwrap_or("not sure"));
    say!("in scope  {:.2}", understanding.in_scope);
    for ranked in understanding.intents.iter().take(5) {
        say!("  {:.3}  {}", ranked.probability, ranked.intent);
    }
    for entity in &understanding.entities {
        say!("  {}: {} ({})", entity.entity, entity.value, entity.reason);
        if !entity.choices.is_empty() {
            say!("    one of {}", entity.choices.join(", "));
        }
    }
    say!("does      {does}");
    say!("because of these examples:");
    for example in &explanation.examples {
        say!("  {:.2}  {} ({})", example.similarity, example.text, example.locale);
    }
    let best = |ranked: &[RankedIntent]| {
        let told = ranked.iter().map(|ranked| format!("{} {:.2}", ranked.intent, ranked.probability));
        told.collect::<Vec<_>>().join(", ")
    };
    say!("n-grams   {}", best(&explanation.views.sparse));
    match &explanation.views.encoder {
        Some(view) => {
            let asked = if explanation.views.encoder_asked { "" } else { "; not asked, the n-grams are sure" };
            say!("encoder   {} (nearest example {:.2}{asked})", best(&view.intents), view.nearest);
        }
        None => say!("encoder   none for this text"),
    }
    let stages = stages_us.iter().map(|(stage, us)| format!("{stage} {us}"));
    say!("in {understand_us} µs: {}", stages.collect::<Vec<_>>().join(", "));
}
