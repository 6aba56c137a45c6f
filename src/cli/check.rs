//! `frontdesk check`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::json;

use super::progress::bar;
use super::shop::{Folders, encode};
use crate::content::{Fault, Loaded, schemas};

/// Options of `check`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    folders: Folders,
    /// Print JSON, for editors
    #[arg(long)]
    json: bool,
    /// Warnings count as faults too
    #[arg(long)]
    strict: bool,
    /// Leave out what takes seconds: examples of two intents that say the same, intents that are taken for one another,
    /// questions of articles that do not find them
    #[arg(long)]
    fast: bool,
    /// Write the JSON Schemas of all files into this folder, for editors, and stop
    #[arg(long, value_name = "DIR")]
    write_schemas: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<bool> {
    if let Some(folder) = &args.write_schemas {
        return write_schemas(folder);
    }
    let (loaded, faults) = args.folders.read();
    let faults = match loaded.filter(|_| !args.fast) {
        Some(loaded) => advice(args, &loaded)?,
        None => faults,
    };
    let errors = faults.iter().filter(|fault| fault.is_error()).count();
    let warnings = faults.len() - errors;
    if args.json {
        say!("{}", serde_json::to_string_pretty(&json!({ "errors": errors, "warnings": warnings, "faults": faults }))?);
    } else {
        for fault in &faults {
            say!("{fault}");
        }
        say!("{errors} errors, {warnings} warnings");
    }
    Ok(errors == 0 && (warnings == 0 || !args.strict))
}

// What is told beside the faults that stop a save; those of articles that are not found are errors here, though they stop none.
fn advice(args: &Args, loaded: &Loaded) -> anyhow::Result<Vec<Fault>> {
    let encodings = args.folders.encodings()?;
    encode(&encodings, |encoder| loaded.texts_to_encode(encoder));
    let progress = bar(1, "comparing intents");
    let show = |done: usize, total: usize| {
        progress.set_length(total as u64);
        progress.set_position(done as u64);
    };
    let mut faults = loaded.advice(&encodings, &show);
    progress.set_message("asking the articles' questions");
    faults.extend(loaded.unfound(&encodings, &show)?);
    progress.finish_and_clear();
    faults.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    Ok(faults)
}

fn write_schemas(folder: &Path) -> anyhow::Result<bool> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    for (name, schema) in schemas() {
        let path = folder.join(format!("{name}.schema.json"));
        fs::write(&path, serde_json::to_string_pretty(&schema)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
        say!("{}", path.display());
    }
    Ok(true)
}
