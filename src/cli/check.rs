//! `frontdesk check`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::json;

use super::shop::Folders;
use crate::content::schemas;

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
    /// Write the JSON Schemas of all files into this folder, for editors, and stop
    #[arg(long, value_name = "DIR")]
    write_schemas: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<bool> {
    if let Some(folder) = &args.write_schemas {
        return write_schemas(folder);
    }
    let (_, faults) = args.folders.check()?;
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
