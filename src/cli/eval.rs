//! `frontdesk eval`: how well texts are understood, and how well articles are found, on labelled lines.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, bail};
use jiff::civil::{Date, date};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::progress::bar;
use super::shop::{self, Folders};
use crate::config::Config;
use crate::content::{self, Encodings, Lessons, Snapshot};
use crate::domain::Timestamp;
use crate::nlu::{self, Encoder, Encoding, Labelled, Options, Report, Stage};
use crate::retrieval::{self, Faq, Index, Query};

/// Folds of a cross-validation.
const FOLDS: usize = 5;

/// Lines of a labelled file; a set larger than this is not one that a shop has.
const LINES: usize = 1_000_000;

/// The day all lines of a test are written on, so that "yesterday" is the same day in every run, and noon of it in UTC.
const DAY: Date = date(2026, 11, 22);
const MOMENT: Timestamp = Timestamp(1_795_348_800_000);

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
    /// Read by the n-grams alone, without the sentence encoder
    #[arg(long)]
    sparse: bool,
    /// Keep vectors of --train FILE or --docs FILE in this folder, so that the next run encodes nothing
    #[arg(long, value_name = "DIR")]
    vectors: Option<PathBuf>,
    /// Of --retrieval, tell what was found first for each query, and how well it fits
    #[arg(long, requires = "retrieval")]
    each: bool,
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
    let index = match &args.docs {
        Some(docs) if docs.is_file() => of_documents(args, docs)?,
        docs => {
            let knowledge_base = docs.clone().unwrap_or_else(|| args.folders.knowledge_base.clone());
            let folders = Folders { intents: args.folders.intents.clone(), knowledge_base };
            let shop = if args.sparse { folders.load()? } else { folders.load_deep()? };
            shop.index().clone()
        }
    };
    let progress = bar(queries.len() as u64, "searching");
    let mut figures = retrieval::evaluate(&index, &queries, &args.locale, &|| progress.inc(1));
    if !args.each {
        figures.each.clear();
    }
    progress.finish_and_clear();
    Ok(serde_json::to_value(figures)?)
}

fn of_documents(args: &Args, docs: &Path) -> anyhow::Result<Index> {
    let faq: Vec<Faq> = lines(docs)?;
    let index = Index::of_faq(&faq, &args.locale)?;
    let encodings = encodings(args)?;
    let texts = |encoder: &Encoder| index.texts(encoder);
    shop::encode(&encodings, texts);
    let deep = encodings.with(|encoding| {
        let Encoding { encoder, vectors, .. } = encoding?;
        Some(index.clone().deepened(encoder, &|text| vectors.get(text).cloned()))
    });
    Ok(deep.unwrap_or(index))
}

fn tested(args: &Args, test: &Path) -> anyhow::Result<Value> {
    let training = training(args)?;
    let Training { lessons, teacher } = &training;
    let test: Vec<Labelled> = lines(test)?;
    if test.is_empty() {
        bail!("there are no lines to test on");
    }
    let encodings = encodings(args)?;
    let embed_seconds = encode(&encodings, &training);
    let progress = bar(test.len() as u64, "training");
    let started = now();
    let nlu = encodings.with(|encoding| lessons.train(encoding));
    let train_seconds = started.elapsed().as_secs_f64();
    encodings.keep(&nlu, |encoder| training.texts(encoder));
    progress.set_message("testing");
    let mut watch = Watch::default();
    let report = nlu::evaluate_model(&nlu, &test, &mut |stage| {
        watch.lap(stage);
        if stage == Stage::Done {
            progress.inc(1);
        }
    });
    progress.finish_and_clear();
    let mut figures = serde_json::to_value(report)?;
    if let (Some(figures), Some(Value::Object(scores))) = (figures.as_object_mut(), named(teacher, &test)?) {
        figures.extend(scores);
    }
    figures["train_seconds"] = train_seconds.into();
    figures["embed_seconds"] = embed_seconds.into();
    figures["understand_us"] = quantiles(&mut watch.as_asked);
    if nlu.has_encoder() {
        figures["understand_us_always_encoded"] = quantiles(&mut watch.always);
        figures["sure_from"] = json!(nlu.sure_from());
    }
    Ok(figures)
}

// How well things are found, if any line names one.
fn named(teacher: &Teacher, test: &[Labelled]) -> anyhow::Result<Option<Value>> {
    let scores = match teacher {
        Teacher::Shop(shop) => nlu::evaluate_entities(test, &|text| shop.entities_in(text, MOMENT)),
        Teacher::Marks(lines) => {
            let extractor = nlu::extractor_of(lines).map_err(anyhow::Error::msg)?;
            nlu::evaluate_entities(test, &|text| extractor.extract(text, DAY))
        }
    };
    Ok(scores.map(serde_json::to_value).transpose()?)
}

fn cross_validated(args: &Args) -> anyhow::Result<Value> {
    let training = training(args)?;
    let lessons = &training.lessons;
    let encodings = encodings(args)?;
    let embed_seconds = encode(&encodings, &training);
    let progress = bar(FOLDS as u64, "cross-validating");
    let report: Report = encodings.with(|encoding| {
        let options = Options { out_of_scope: &lessons.elsewhere, encoding, ..Options::default() };
        nlu::cross_validate(&lessons.intents, &options, (FOLDS, 0), &mut |done, total| {
            progress.set_length(total as u64);
            progress.set_position(done as u64);
        })
    });
    progress.finish_and_clear();
    let mut figures = serde_json::to_value(report)?;
    figures["embed_seconds"] = embed_seconds.into();
    Ok(figures)
}

struct Training {
    // The intents to train on, and the lines that belong to none.
    lessons: Lessons,
    teacher: Teacher,
}

impl Training {
    // What is worth keeping the vectors of: a shop's search has texts of its own.
    fn texts(&self, encoder: &Encoder) -> Vec<String> {
        match &self.teacher {
            Teacher::Shop(shop) => shop.texts_to_encode(encoder),
            Teacher::Marks(_) => self.lessons.texts(encoder),
        }
    }
}

// What says what texts name.
enum Teacher {
    Shop(Arc<Snapshot>),
    Marks(Vec<Labelled>),
}

fn training(args: &Args) -> anyhow::Result<Training> {
    let shop = match &args.train {
        Some(file) if file.is_file() => {
            let lines: Vec<Labelled> = lines(file)?;
            let (intents, elsewhere) = nlu::grouped(&lines);
            return Ok(Training { lessons: Lessons { intents, elsewhere }, teacher: Teacher::Marks(lines) });
        }
        Some(folder) => {
            Folders { intents: folder.clone(), knowledge_base: args.folders.knowledge_base.clone() }.load()?
        }
        None => args.folders.load()?,
    };
    Ok(Training { lessons: shop.lessons().clone(), teacher: Teacher::Shop(shop) })
}

// The vectors of a shop are kept in the user's cache, those of a labelled file where they are told to be.
fn encodings(args: &Args) -> anyhow::Result<Encodings> {
    let is_file = args.train.as_ref().or(args.docs.as_ref()).is_some_and(|source| source.is_file());
    if args.sparse {
        return Ok(Encodings::new(content::Config::off(), None));
    }
    if is_file || args.vectors.is_some() {
        return Ok(Encodings::new(Config::load(None)?.understanding, args.vectors.clone()));
    }
    let intents = args.train.clone().unwrap_or_else(|| args.folders.intents.clone());
    Folders { intents, knowledge_base: args.folders.knowledge_base.clone() }.encodings()
}

// Seconds it took to encode what was not encoded before.
fn encode(encodings: &Encodings, training: &Training) -> f64 {
    let started = now();
    shop::encode(encodings, |encoder| training.lessons.texts(encoder));
    started.elapsed().as_secs_f64()
}

// Microseconds of every line: as a shopper's is read, and with the encoder always asked.
#[derive(Default)]
struct Watch {
    last: Option<Instant>,
    line: f64,
    encoding: f64,
    is_asked: bool,
    as_asked: Vec<f64>,
    always: Vec<f64>,
}

impl Watch {
    fn lap(&mut self, stage: Stage) {
        let here = now();
        let took = self.last.map_or(0.0, |last| (here - last).as_secs_f64() * 1e6);
        match stage {
            Stage::Begun => self.line = 0.0,
            Stage::Sparse => self.line += took,
            Stage::Encoded(is_asked) => (self.encoding, self.is_asked) = (took, is_asked),
            Stage::Done => {
                self.line += took;
                self.as_asked.push(self.line + if self.is_asked { self.encoding } else { 0.0 });
                self.always.push(self.line + self.encoding);
            }
        }
        self.last = Some(now());
    }
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

fn quantiles(micros: &mut [f64]) -> Value {
    micros.sort_by(f64::total_cmp);
    let at = |share: usize| micros.get((micros.len() * share / 100).min(micros.len().saturating_sub(1))).copied();
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
            Value::Object(inner) if name == "per_intent" => print_scores(inner, ("intent", "lines"), "support"),
            Value::Object(inner) if name == "entities_by_type" => {
                print_scores(inner, ("entity", "labelled"), "labelled");
            }
            Value::Array(points) if name == "abstention" => print_abstention(points),
            Value::Array(missed) if name == "missed" || name == "each" => print_found(missed),
            Value::Array(pairs) => print_confusions(pairs),
            other => say!("{name:<24} {other}"),
        }
    }
}

fn print_scores(all: &serde_json::Map<String, Value>, (what, counted): (&str, &str), count: &str) {
    say!("{what:<32} {:>9} {:>7} {:>7} {counted:>8}", "precision", "recall", "f1");
    for (name, scores) in all {
        let share = |key: &str| scores[key].as_f64().unwrap_or_default();
        let (precision, recall, f1) = (share("precision"), share("recall"), share("f1"));
        say!("{name:<32} {precision:>9.3} {recall:>7.3} {f1:>7.3} {:>8}", scores[count]);
    }
}

fn print_abstention(points: &[Value]) {
    say!("{:<24} {:>7} {:>7} {:>9}", "answered from a fit of", "right", "wrong", "made up");
    for point in points {
        let share = |key: &str| point[key].as_f64().unwrap_or_default();
        let (fit, right, wrong, made_up) = (share("fit"), share("right"), share("wrong"), share("made_up"));
        say!("{fit:<24.2} {right:>7.3} {wrong:>7.3} {made_up:>9.3}");
    }
}

fn print_found(queries: &[Value]) {
    for found in queries {
        let text = |key: &str| found[key].as_str().unwrap_or("nothing").to_owned();
        let fit = found["fit"].as_f64().map_or(String::new(), |fit| format!(" at {fit:.2}"));
        say!("{} belongs to {}, found {}{fit}", text("query"), text("id"), text("found"));
    }
}

fn print_confusions(pairs: &[Value]) {
    for pair in pairs {
        let text = |key: &str| pair[key].as_str().unwrap_or_default().to_owned();
        say!("{} lines of {} taken for {}: {}", pair["count"], text("intent"), text("taken_for"), text("example"));
    }
}
