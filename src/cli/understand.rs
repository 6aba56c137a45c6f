//! `frontdesk understand`.

use serde_json::json;

use super::shop::Folders;
use crate::desk::read;
use crate::dialogue::Move;
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
    let started = now();
    let (understanding, step) = read(&snapshot, &args.text, Clock::system().now());
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let explanation = snapshot.nlu().explain(&args.text);
    if args.json {
        let does = describe(&step);
        let all = json!({
            "text": understanding.text, "language": understanding.language, "intents": understanding.intents,
            "in_scope": understanding.in_scope, "entities": understanding.entities, "does": does,
            "explanation": explanation, "understand_us": micros,
        });
        say!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(true);
    }
    say!("language  {}", understanding.language.as_deref().unwrap_or("not sure"));
    say!("in scope  {:.2}", understanding.in_scope);
    for ranked in understanding.intents.iter().take(5) {
        say!("  {:.3}  {}", ranked.probability, ranked.intent);
    }
    for entity in &understanding.entities {
        say!("  {}: {} ({})", entity.entity, entity.value, entity.reason);
    }
    say!("does      {}", describe(&step));
    say!("because of these examples:");
    for example in &explanation.examples {
        say!("  {:.2}  {} ({})", example.similarity, example.text, example.locale);
    }
    say!("in {micros} µs");
    Ok(true)
}

#[expect(clippy::disallowed_methods, reason = "measures a duration to show; nothing is decided by it")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

fn describe(step: &Move) -> String {
    match step {
        Move::Search(_) => "not sure of an intent: searches the articles".into(),
        Move::Act { action, .. } => format!("looks up `{action}`"),
        Move::Reply { key, because } => format!("says `{key}`: {because}"),
        Move::Ask { slot, key, .. } => format!("asks for `{slot}` with `{key}`"),
        Move::Then(first, second) => format!("{}, then {}", describe(first), describe(second)),
        Move::Article { .. } => "gives an article's answer".into(),
        Move::Choices(intents) => format!("asks which is meant: {}", intents.join(", ")),
        Move::HandOver { key, because, .. } => format!("says `{key}` and calls a person: {because}"),
    }
}
