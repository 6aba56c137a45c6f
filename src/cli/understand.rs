//! `frontdesk understand`.

use super::shop::Folders;
use crate::desk::Understood;
use crate::domain::Clock;

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
    let snapshot = args.folders.load()?;
    let understood = Understood::of(&snapshot, &args.text, Clock::system().now());
    if args.json {
        say!("{}", serde_json::to_string_pretty(&understood)?);
        return Ok(true);
    }
    let Understood { understanding, does, explanation, understand_us } = understood;
    say!("language  {}", understanding.language.as_deref().unwrap_or("not sure"));
    say!("in scope  {:.2}", understanding.in_scope);
    for ranked in understanding.intents.iter().take(5) {
        say!("  {:.3}  {}", ranked.probability, ranked.intent);
    }
    for entity in &understanding.entities {
        say!("  {}: {} ({})", entity.entity, entity.value, entity.reason);
    }
    say!("does      {does}");
    say!("because of these examples:");
    for example in &explanation.examples {
        say!("  {:.2}  {} ({})", example.similarity, example.text, example.locale);
    }
    say!("in {understand_us} µs");
    Ok(true)
}
