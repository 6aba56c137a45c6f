//! `frontdesk import`: a shop made of another system's files.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::json;

use super::shop::Folders;
use crate::content::{Fault, Imported, NewFile, System, import};
use crate::knowledge::is_locale;

/// Options of `import`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  frontdesk import --from rasa my-bot --into my-shop --dry-run   see what would become of it
  frontdesk import --from rasa my-bot --into my-shop             write it
  frontdesk import --from rasa bot/domain.yml bot/data --into my-shop --locale de
  frontdesk import --from csv lines.csv --into my-shop           columns: text,intent and, if you like, locale")]
pub(super) struct Args {
    /// The system the files are of: rasa or csv
    #[arg(long, value_name = "SYSTEM")]
    from: String,
    /// Its files, or folders with them
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<PathBuf>,
    /// The folder of the shop; it is made if it is not there
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// Language of the texts
    #[arg(long, default_value = "en")]
    locale: String,
    /// Write over files that are there already
    #[arg(long)]
    force: bool,
    /// Only tell what would be written
    #[arg(long)]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<bool> {
    let system = system(&args.from)?;
    if !is_locale(&args.locale) {
        bail!("`{}` is not the name of a language; write it as `en` or `de-AT`", args.locale);
    }
    let imported = match import(system, &args.sources, &args.locale) {
        Ok(imported) => imported,
        Err(faults) => return refused(args, &faults),
    };
    let files: Vec<&NewFile> =
        imported.files.iter().filter(|file| !file.keeps_old || !args.into.join(&file.path).exists()).collect();
    let in_the_way: Vec<&str> =
        files.iter().map(|file| file.path.as_str()).filter(|path| args.into.join(path).exists()).collect();
    if !in_the_way.is_empty() && !args.force {
        let cure = "name another folder with `--into`, or add `--force` to write over these files";
        bail!(
            "{} has files already, so nothing was written; {cure}:\n  {}",
            args.into.display(),
            in_the_way.join("\n  ")
        );
    }
    let mut checked = None;
    if !args.dry_run {
        write(&args.into, &files)?;
        let folders = Folders { intents: args.into.join("intents"), knowledge_base: args.into.join("knowledge-base") };
        checked = Some(folders.check()?.1);
    }
    if args.json {
        print_json(args, &imported, &files, checked.as_deref())?;
    } else {
        print(args, &imported, &files, checked.as_deref());
    }
    Ok(!checked.iter().flatten().any(Fault::is_error))
}

fn system(name: &str) -> anyhow::Result<System> {
    let found = System::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, system)| system);
    let known: Vec<String> = System::ALL.iter().map(|(known, _)| format!("`--from {known}`")).collect();
    found.with_context(|| {
        format!(
            "files of `{name}` cannot be read; write {}, and from other systems export the lines as a table",
            known.join(" or ")
        )
    })
}

// Nothing was written: everything that could not be read.
fn refused(args: &Args, faults: &[Fault]) -> anyhow::Result<bool> {
    if args.json {
        let told = json!({ "errors": faults.len(), "faults": faults, "written": [] });
        say!("{}", serde_json::to_string_pretty(&told)?);
        return Ok(false);
    }
    for fault in faults {
        say!("{fault}");
    }
    say!("{} errors; nothing was written", faults.len());
    Ok(false)
}

// All files are written beside their places first, so that a full disk leaves the shop as it was.
fn write(folder: &Path, files: &[&NewFile]) -> anyhow::Result<()> {
    let cannot_make = |folder: &Path| format!("cannot make the folder {}", folder.display());
    for folder in [folder.join("intents"), folder.join("knowledge-base")] {
        fs::create_dir_all(&folder).with_context(|| cannot_make(&folder))?;
    }
    let paths: Vec<(PathBuf, PathBuf)> = files
        .iter()
        .map(|file| {
            let path = folder.join(&file.path);
            (path.with_extension("yaml.new"), path)
        })
        .collect();
    let put = |(file, (beside, _)): (&&NewFile, &(PathBuf, PathBuf))| -> std::io::Result<()> {
        let mut target = File::create(beside)?;
        target.write_all(file.text.as_bytes())?;
        target.sync_all()
    };
    let written = files
        .iter()
        .zip(&paths)
        .try_for_each(put)
        .and_then(|()| paths.iter().try_for_each(|(beside, path)| fs::rename(beside, path)));
    if written.is_err() {
        // What cannot be removed either is left.
        paths.iter().for_each(|(beside, _)| drop(fs::remove_file(beside)));
    }
    written.with_context(|| format!("cannot write into {}", folder.display()))
}

fn print_json(args: &Args, imported: &Imported, files: &[&NewFile], checked: Option<&[Fault]>) -> anyhow::Result<()> {
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let count = |errors: bool| checked.map(|faults| faults.iter().filter(|fault| fault.is_error() == errors).count());
    let told = json!({
        "folder": args.into,
        "dry_run": args.dry_run,
        "written": paths,
        "counts": imported.counts,
        "renamed": imported.renamed,
        "left_out": imported.left_out,
        "check": { "errors": count(true), "warnings": count(false) },
    });
    say!("{}", serde_json::to_string_pretty(&told)?);
    Ok(())
}

fn print(args: &Args, imported: &Imported, files: &[&NewFile], checked: Option<&[Fault]>) {
    let counts = &imported.counts;
    say!(
        "{}: {}, {}, {}, {}, {}",
        args.into.display(),
        many(counts.intents, "intent"),
        many(counts.examples, "example"),
        many(counts.replies, "reply"),
        many(counts.entities, "entity"),
        many(counts.forms, "form"),
    );
    if counts.doubles > 0 {
        say!("{} left out that stood there twice", many(counts.doubles, "example"));
    }
    say!("\n{}:", if args.dry_run { "would be written" } else { "written" });
    for file in files {
        say!("  {}", file.path);
    }
    if !imported.renamed.is_empty() {
        say!("\nintents with another name:");
    }
    for renamed in &imported.renamed {
        say!("  {} is now {}", renamed.from, renamed.to);
    }
    if imported.left_out.is_empty() {
        say!("\neverything was carried over");
    } else {
        say!("\nnot carried over, or only in part ({}):", imported.left_out.len());
    }
    for Fault { file, line, problem, cure, .. } in &imported.left_out {
        say!("  {file}:{line}: {problem}; {cure}");
    }
    let Some(faults) = checked else { return };
    let errors = faults.iter().filter(|fault| fault.is_error()).count();
    say!("\nthe shop has {errors} errors and {} warnings now", faults.len() - errors);
    say!("\nnext:\n  cd {}\n  frontdesk check\n  frontdesk eval", args.into.display());
}

// `1 entity`, `2 entities`.
fn many(count: usize, what: &str) -> String {
    match (count, what.strip_suffix('y')) {
        (1, _) => format!("1 {what}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        _ => format!("{count} {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_systems_are_told_which_are_known() {
        assert_eq!(system("rasa").ok(), Some(System::Rasa));
        let error = format!("{:#}", system("dialogflow").expect_err("unknown"));
        assert!(error.contains("`dialogflow`") && error.contains("`--from rasa` or `--from csv`"), "{error}");
    }

    #[test]
    fn counts_read_well() {
        let check = |count, what: &str, expected: &str| assert_eq!(many(count, what), expected);
        check(1, "entity", "1 entity");
        check(2, "reply", "2 replies");
        check(0, "form", "0 forms");
    }
}
