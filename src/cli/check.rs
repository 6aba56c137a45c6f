//! `frontdesk check`.

use serde_json::json;

use super::shop::Folders;

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
}

pub(super) fn run(args: &Args) -> anyhow::Result<bool> {
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
