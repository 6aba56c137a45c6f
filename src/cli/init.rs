//! `frontdesk init`: a shop to begin with, from the binary alone.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use rust_embed::RustEmbed;
use serde_json::json;

use crate::config;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/intents"]
struct Intents;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/knowledge-base"]
struct Articles;

/// Options of `init`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  frontdesk init my-shop       make the folder my-shop and fill it
  frontdesk init .             fill the folder one is in, which has to be empty
  frontdesk init my-shop --json")]
pub(super) struct Args {
    /// The folder to make; when it exists, it has to be empty
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What one does next, in the new folder.
const NEXT: [(&str, &str); 3] = [
    ("frontdesk check", "finds what is wrong in the files, with line and cure"),
    ("frontdesk test", "runs the conversations the files describe"),
    ("frontdesk serve --config frontdesk.toml", "serves http://127.0.0.1:8080; a saved file is live within a second"),
];

const SETTINGS_HEAD: &str = "\
# The settings of this desk, for `frontdesk serve --config frontdesk.toml`. Every setting is here with its default, behind
# a `#` without a space: take that away and change the value. Variables of the environment such as
# FRONTDESK__LIMITS__TEXT=4000 beat this file; a name that is not here stops the start.
";

const IGNORED: &str =
    "# What shoppers write, and the key their tokens are signed with: never in version control.\n/data/\n";

pub(super) fn run(args: &Args) -> anyhow::Result<bool> {
    let files = files();
    write(&args.folder, &files)?;
    if args.json {
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        let next = NEXT.map(|(command, _)| command);
        let made = json!({ "folder": args.folder, "files": names, "next": next });
        say!("{}", serde_json::to_string_pretty(&made)?);
        return Ok(true);
    }
    say!("{} has {} files: a shop that works, to change into yours", args.folder.display(), files.len());
    say!("\nnext:");
    if args.folder != Path::new(".") {
        say!("  cd {}", args.folder.display());
    }
    for (command, what) in NEXT {
        say!("  {command:<40} {what}");
    }
    Ok(true)
}

struct Starter {
    name: String,
    bytes: Vec<u8>,
}

fn files() -> Vec<Starter> {
    let text = |name: &str, text: String| Starter { name: name.to_owned(), bytes: text.into_bytes() };
    let mut files = vec![
        text("README.md", readme()),
        text("frontdesk.toml", settings(config::DEFAULTS)),
        text(".gitignore", IGNORED.to_owned()),
    ];
    files.extend(embedded::<Intents>("intents"));
    files.extend(embedded::<Articles>("knowledge-base"));
    files
}

// What editors leave beside the files is no part of a shop.
fn embedded<Files: RustEmbed>(folder: &str) -> Vec<Starter> {
    let own = |name: &str| !name.split('/').any(|part| part.starts_with('.') || part.ends_with('~'));
    let names = Files::iter().filter(|name| own(name));
    names
        .filter_map(|name| {
            Files::get(&name).map(|file| Starter { name: format!("{folder}/{name}"), bytes: file.data.into_owned() })
        })
        .collect()
}

// The defaults as comments, so that a later version's better default is not held back by a copy of the old one.
fn settings(defaults: &str) -> String {
    // The first lines speak of the embedded file.
    let body = defaults.find("\n[").map_or(defaults, |at| &defaults[at..]);
    let mut text = SETTINGS_HEAD.to_owned();
    for line in body.lines() {
        let is_setting = !line.is_empty() && !line.starts_with(['#', '[']);
        text.push_str(if is_setting { "#" } else { "" });
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn readme() -> String {
    let mut text = String::from(
        "# Our support desk\n\n`intents/` says what shoppers may want and what the assistant replies, `knowledge-base/` holds the \
         articles it\nanswers from, `frontdesk.toml` the settings of the server. What shoppers write is kept in `data/`.\n",
    );
    for (command, what) in NEXT {
        text.push_str(&format!("\n```sh\n{command}\n```\n\n{what}.\n"));
    }
    text
}

fn write(folder: &Path, files: &[Starter]) -> anyhow::Result<()> {
    let made_folder = !folder.exists();
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let cannot_read = || format!("cannot read the folder {}", folder.display());
    if let Some(first) = fs::read_dir(folder).with_context(cannot_read)?.next() {
        let first = first.with_context(cannot_read)?.file_name();
        bail!("{} is not empty: {} is in it; name a new folder", folder.display(), first.display());
    }
    let mut made = Vec::new();
    let written = files.iter().try_for_each(|file| write_one(folder, file, &mut made));
    if written.is_err() {
        // Half a shop would be in the way of the next try. What cannot be removed either is left.
        made.iter().rev().for_each(|path: &PathBuf| drop(fs::remove_file(path).or_else(|_| fs::remove_dir(path))));
        if made_folder {
            drop(fs::remove_dir(folder));
        }
    }
    written
}

fn write_one(folder: &Path, file: &Starter, made: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let path = folder.join(&file.name);
    let context = || format!("cannot write {}", path.display());
    let missing: Vec<&Path> = path.ancestors().skip(1).take_while(|parent| !parent.exists()).collect();
    for parent in missing.into_iter().rev() {
        fs::create_dir(parent).with_context(context)?;
        made.push(parent.to_owned());
    }
    // Never over a file that has come into being since the folder was looked at.
    let mut target = File::options().write(true).create_new(true).open(&path).with_context(context)?;
    made.push(path.clone());
    target.write_all(&file.bytes).with_context(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_there_and_none_is_set() {
        let text = settings(config::DEFAULTS);
        assert!(text.contains("\n[server]\n"), "{text}");
        assert!(text.contains("\n#listen = \"127.0.0.1:8080\"\n"), "{text}");
        assert!(text.contains("\n# Address and port"), "{text}");
        let set = text.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '[']));
        assert_eq!(set.count(), 0, "{text}");
        let settings = |text: &str| text.lines().filter(|line| line.contains(" = ") && !line.starts_with("# ")).count();
        assert_eq!(settings(&text), settings(config::DEFAULTS));
    }

    #[test]
    fn a_shop_has_all_its_parts() {
        let files = files();
        let has = |name: &str| files.iter().any(|file| file.name == name && !file.bytes.is_empty());
        for name in ["README.md", "frontdesk.toml", ".gitignore", "intents/_settings.yaml", "intents/greet.yaml"] {
            assert!(has(name), "{name}");
        }
        assert!(files.iter().any(|file| file.name.starts_with("knowledge-base/en/")));
        assert!(NEXT.iter().all(|(command, _)| readme().contains(command)));
    }

    #[test]
    fn what_cannot_be_finished_leaves_nothing() {
        let folder = std::env::temp_dir().join(format!("frontdesk-init-{}", std::process::id()));
        let file = |name: &str| Starter { name: name.to_owned(), bytes: vec![b'a'] };
        // The second cannot be written: a file is where its folder should be.
        let error = write(&folder, &[file("a/b"), file("a/b/c")]).expect_err("a fault");
        assert!(format!("{error:#}").contains("cannot write"), "{error:#}");
        assert!(!folder.exists());
    }
}
