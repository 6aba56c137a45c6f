//! The files as they are on disk, read once and in one go, with their fingerprint.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::collect::Faults;
use crate::knowledge::Place;

/// The largest file: hundreds of pages. What is larger was put there by mistake.
const MAX_FILE: u64 = 2 * 1024 * 1024;
/// The most files of one kind.
const MAX_FILES: usize = 5_000;
/// The deepest folder of articles.
const MAX_DEPTH: usize = 8;
/// The deepest folder of the shop's data below the intents.
const DATA_DEPTH: usize = 2;
/// The largest file of the shop's data: a hundred thousand orders.
const MAX_DATA: u64 = 32 * 1024 * 1024;

/// A file, under the name faults give it: `intents/greet.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SourceFile {
    /// Its folder and its path there.
    pub(super) name: String,
    /// Its path below its folder: `greet.yaml`, `en/returns.md`.
    pub(super) path: String,
    /// Its text.
    pub(super) text: String,
}

impl SourceFile {
    /// Its name without folders and ending.
    pub(super) fn stem(&self) -> &str {
        let file = self.path.rsplit('/').next().unwrap_or(&self.path);
        file.rsplit_once('.').map_or(file, |(stem, _)| stem)
    }
}

/// All files of a shop.
#[derive(Debug, Clone, Default)]
pub(super) struct Sources {
    /// `intents/`.
    pub(super) intents: Vec<SourceFile>,
    /// The shop's data below `intents/`, such as `shop/orders.csv`.
    pub(super) data: Vec<SourceFile>,
    /// `knowledge-base/`.
    pub(super) articles: Vec<SourceFile>,
}

/// The two folders of a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folders {
    /// The intents and the files shared by them.
    pub intents: PathBuf,
    /// The articles.
    pub knowledge_base: PathBuf,
}

/// The name of the folder of intents in a snapshot, and in faults where the real one has none.
pub(super) const INTENTS: &str = "intents";
/// The same for articles.
pub(super) const KNOWLEDGE_BASE: &str = "knowledge-base";

impl Sources {
    /// Reads both folders; what cannot be read is a fault.
    pub(super) fn read(folders: &Folders, faults: &mut Faults) -> Self {
        let intents = Folder::new(&folders.intents, INTENTS);
        if !folders.intents.is_dir() {
            let cure = "make it and put a file for each intent into it";
            faults.error(
                &intents.name,
                Place::START,
                format!("there is no folder `{}`", folders.intents.display()),
                cure,
            );
        }
        let articles = Folder::new(&folders.knowledge_base, KNOWLEDGE_BASE);
        if !folders.knowledge_base.is_dir() {
            let problem = format!("there is no folder `{}`", folders.knowledge_base.display());
            faults.warning(&articles.name, Place::START, problem, "make it and put an article into it");
        }
        Self {
            intents: intents.files("yaml", 0, MAX_FILE, faults),
            data: intents.files("csv", DATA_DEPTH, MAX_DATA, faults),
            articles: articles.files("md", MAX_DEPTH, MAX_FILE, faults),
        }
    }

    /// A fingerprint of all names and texts: 16 hex digits.
    pub(super) fn hash(&self) -> String {
        let mut hash = Sha256::new();
        for (folder, files) in [(INTENTS, &self.intents), (INTENTS, &self.data), (KNOWLEDGE_BASE, &self.articles)] {
            for file in files {
                // Each part with its length, so that no two sets of files look the same.
                for part in [folder, &file.path, &file.text] {
                    hash.update((part.len() as u64).to_le_bytes());
                    hash.update(part.as_bytes());
                }
            }
        }
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

struct Folder<'a> {
    path: &'a Path,
    name: String,
}

impl<'a> Folder<'a> {
    fn new(path: &'a Path, otherwise: &str) -> Self {
        let name = path.file_name().map_or_else(|| otherwise.to_owned(), |name| name.to_string_lossy().into_owned());
        Self { path, name }
    }

    fn files(&self, ending: &str, depth: usize, largest: u64, faults: &mut Faults) -> Vec<SourceFile> {
        let mut paths = Vec::new();
        walk(self.path, "", depth, &mut paths);
        paths.sort_unstable();
        let mut files = Vec::new();
        for path in paths {
            let name = format!("{}/{path}", self.name);
            if files.len() >= MAX_FILES {
                let problem = format!("there are more than {MAX_FILES} files");
                faults.error(&self.name, Place::START, problem, "put fewer files into the folder");
                break;
            }
            match path.rsplit_once('.').map(|(_, ending)| ending) {
                Some(found) if found == ending => {}
                Some("yml") if ending == "yaml" => {
                    faults.error(&name, Place::START, "files that end in `.yml` are not read", "rename it to `.yaml`");
                    continue;
                }
                _ => continue,
            }
            match read_file(&self.path.join(&path), largest) {
                Ok(text) => files.push(SourceFile { name, path, text }),
                Err((problem, cure)) => faults.error(&name, Place::START, problem, cure),
            }
        }
        files
    }
}

fn read_file(path: &Path, largest: u64) -> Result<String, (String, String)> {
    let unreadable = |error: std::io::Error| {
        let problem = format!("the file cannot be read ({})", error.kind());
        (problem, String::from("make sure that the server may read it"))
    };
    let size = fs::metadata(path).map_err(unreadable)?.len();
    if size > largest {
        let problem = format!("the file is larger than {} MiB", largest / 1024 / 1024);
        return Err((problem, String::from("split it into several files")));
    }
    let bytes = fs::read(path).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..good].iter().filter(|byte| **byte == b'\n').count() + 1;
        (format!("line {line} has signs that are no UTF-8"), String::from("save the file as UTF-8"))
    })
}

// The files below `folder` as paths with `/`, without those a program hides: `.git`, an editor's swap files.
fn walk(folder: &Path, prefix: &str, depth: usize, paths: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || paths.len() > 4 * MAX_FILES {
            continue;
        }
        let path = format!("{prefix}{name}");
        // Follows links: a mounted configuration is made of them.
        if entry.path().is_dir() {
            if depth > 0 {
                walk(&entry.path(), &format!("{path}/"), depth - 1, paths);
            }
        } else {
            paths.push(path);
        }
    }
}

/// What a quick look at the folders shows: names, sizes and times of change. Two looks differ when a save lies between them.
pub(super) fn glance(folders: &Folders) -> String {
    let mut hash = Sha256::new();
    for (folder, depth) in [(&folders.intents, DATA_DEPTH), (&folders.knowledge_base, MAX_DEPTH)] {
        let mut paths = Vec::new();
        walk(folder, "", depth, &mut paths);
        paths.sort_unstable();
        for path in paths {
            let seen = fs::metadata(folder.join(&path)).ok().map(|data| (data.len(), data.modified().ok()));
            hash.update(format!("{path}\0{seen:?}\0"));
        }
        hash.update([0xff]);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
