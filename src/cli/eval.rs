//! `frontdesk eval`: how well texts are understood, and how well articles are found, on labelled lines.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::progress::bar;
use super::shop::Folders;
use crate::nlu::{self, Example, IntentExamples, Labelled, Nlu, Options, Report};
use crate::retrieval::{self, Faq, Index, Query};

/// Folds of a cross-validation.
const FOLDS: usize = 5;

/// Lines of a labelled file; a set larger than this is not one that a shop has.
const LINES: usize = 1_000_000;

/// Options of `eval`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Labelled lines to train on: a file of JSON lines, or a folder of intents
    #[arg(long, value_name = "FILE|DIR", conflicts_with = "retrieval")]
    train: Option<PathBuf>,
    /// Labelled lines to test on; without it the training lines are cross-validated
    #[arg(long, value_name = "FILE", conflicts_with = "retrieval")]
    test: Option<PathBuf>,
    /// Queries to search for, JSON lines {"query", "id"}
    #[arg(long, value_name = "FILE")]
    retrieval: Option<PathBuf>,
    /// Documents to search in, JSON lines {"id", "question", "answer"}, or a folder of articles; without it the shop's
    #[arg(long, value_name = "FILE|DIR", requires = "retrieval")]
    docs: Option<PathBuf>,
    /// Language of the documents and queries
    #[arg(long, default_value = "en")]
    locale: String,
    #[command(flatten)]
    folders: Folders,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<bool> {
    let figures = match (&args.retrieval, &args.test) {
        (Some(queries), _) => found(args, queries)?,
        (None, Some(test)) => tested(args, test)?,
        (None, None) => cross_validated(args)?,
    };
    if args.json {
        say!("{}", serde_json::to_string_pretty(&figures)?);
    } else {
        print_figures(&figures);
    }
    Ok(true)
}

fn found(args: &Args, queries: &Path) -> anyhow::Result<Value> {
    let queries: Vec<Query> = lines(queries)?;
    if queries.is_empty() {
        bail!("there are no queries to search for");
    }
    let figures = match &args.docs {
        Some(docs) if docs.is_file() => {
            let faq: Vec<Faq> = lines(docs)?;
            retrieval::evaluate(&Index::of_faq(&faq, &args.locale)?, &queries, &args.locale)
        }
        Some(docs) => {
            let folders = Folders { intents: args.folders.intents.clone(), knowledge_base: docs.clone() };
            retrieval::evaluate(folders.load()?.index(), &queries, &args.locale)
        }
        None => retrieval::evaluate(args.folders.load()?.index(), &queries, &args.locale),
    };
    Ok(serde_json::to_value(figures)?)
}

fn tested(args: &Args, test: &Path) -> anyhow::Result<Value> {
    let (intents, outside) = training(args)?;
    let test: Vec<Labelled> = lines(test)?;
    if test.is_empty() {
        bail!("there are no lines to test on");
    }
    let progress = bar(2, "training");
    let started = now();
    let nlu = Nlu::train_with(&intents, &Options { out_of_scope: &outside, ..Options::default() });
    let train_seconds = started.elapsed().as_secs_f64();
    progress.inc(1);
    progress.set_message("testing");
    let report = nlu::evaluate_model(&nlu, &test);
    let times = times(&nlu, &test);
    progress.finish_and_clear();
    let mut figures = serde_json::to_value(report)?;
    figures["train_seconds"] = train_seconds.into();
    // The encoder is not part of this version, so nothing is embedded.
    figures["embed_seconds"] = 0.0.into();
    figures["understand_us"] = times;
    Ok(figures)
}

fn cross_validated(args: &Args) -> anyhow::Result<Value> {
    let (intents, _) = training(args)?;
    let progress = bar(FOLDS as u64, "cross-validating");
    let report: Report = nlu::cross_validate(&intents, FOLDS, 0, &mut |done, total| {
        progress.set_length(total as u64);
        progress.set_position(done as u64);
    });
    progress.finish_and_clear();
    Ok(serde_json::to_value(report)?)
}

// The intents to train on, and the lines that belong to none.
fn training(args: &Args) -> anyhow::Result<(Vec<IntentExamples>, Vec<Example>)> {
    match &args.train {
        Some(file) if file.is_file() => Ok(grouped(lines(file)?)),
        Some(folder) => {
            let folders = Folders { intents: folder.clone(), knowledge_base: args.folders.knowledge_base.clone() };
            Ok((folders.load()?.examples(), Vec::new()))
        }
        None => Ok((args.folders.load()?.examples(), Vec::new())),
    }
}

fn grouped(lines: Vec<Labelled>) -> (Vec<IntentExamples>, Vec<Example>) {
    let mut intents = std::collections::BTreeMap::<String, Vec<Example>>::new();
    let mut outside = Vec::new();
    for Labelled { text, intent } in lines {
        let example = Example { text, locale: String::new() };
        match intent {
            Some(intent) => intents.entry(intent).or_default().push(example),
            None => outside.push(example),
        }
    }
    let intents =
        intents.into_iter().map(|(name, examples)| IntentExamples { name, examples, not_examples: Vec::new() });
    (intents.collect(), outside)
}

fn lines<T: DeserializeOwned>(file: &Path) -> anyhow::Result<Vec<T>> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut read = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        if read.len() >= LINES {
            bail!("{} has more than {LINES} lines", file.display());
        }
        let value = serde_json::from_str(line);
        read.push(value.with_context(|| format!("{}:{}: not a labelled line", file.display(), number + 1))?);
    }
    Ok(read)
}

// Microseconds a text takes: every line once, sorted.
fn times(nlu: &Nlu, lines: &[Labelled]) -> Value {
    let mut micros: Vec<f64> = lines
        .iter()
        .map(|line| {
            let started = now();
            std::hint::black_box(nlu.understand(&line.text));
            started.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    micros.sort_by(f64::total_cmp);
    let at = |share: usize| micros.get((micros.len() * share / 100).min(micros.len() - 1)).copied();
    json!({ "p50": at(50), "p99": at(99) })
}

#[expect(clippy::disallowed_methods, reason = "measures a duration to show; nothing is decided by it")]
fn now() -> Instant {
    Instant::now()
}

fn print_figures(figures: &Value) {
    let Some(fields) = figures.as_object() else { return };
    for (name, value) in fields {
        match value {
            Value::Number(number) => say!("{name:<24} {number:.4}", number = number.as_f64().unwrap_or_default()),
            Value::Null => say!("{name:<24} —"),
            Value::Object(inner) if name == "per_intent" => print_intents(inner),
            Value::Array(pairs) => print_confusions(pairs),
            other => say!("{name:<24} {other}"),
        }
    }
}

fn print_intents(intents: &serde_json::Map<String, Value>) {
    say!("{:<32} {:>9} {:>7} {:>7} {:>7}", "intent", "precision", "recall", "f1", "lines");
    for (name, scores) in intents {
        let share = |key: &str| scores[key].as_f64().unwrap_or_default();
        let (precision, recall, f1) = (share("precision"), share("recall"), share("f1"));
        say!("{name:<32} {precision:>9.3} {recall:>7.3} {f1:>7.3} {:>7}", scores["support"]);
    }
}

fn print_confusions(pairs: &[Value]) {
    for pair in pairs {
        let text = |key: &str| pair[key].as_str().unwrap_or_default().to_owned();
        say!("{} lines of {} taken for {}: {}", pair["count"], text("intent"), text("taken_for"), text("example"));
    }
}
