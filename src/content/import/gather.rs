//! Reads the files that are named, and those below the folders that are named.

use std::fs;
use std::path::{Path, PathBuf};

use super::{At, Notes, Source};

/// The largest file: training data of a hundred thousand lines.
const MAX_FILE: u64 = 16 * 1024 * 1024;
/// The most files.
const MAX_FILES: usize = 5_000;
/// The deepest folder.
const MAX_DEPTH: usize = 12;

/// Folders beside a project's own files: trained models, libraries, what tools have written.
const NOT_OURS: [&str; 6] = ["models", "node_modules", "venv", "env", "results", "__pycache__"];

/// All files with one of the `endings`, in the order of their names. A file that is named itself is read whatever its ending.
pub(super) fn gather(paths: &[PathBuf], endings: &[&str], notes: &mut Notes) -> Vec<Source> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, endings, MAX_DEPTH, &mut found);
        } else if path.exists() {
            found.push(path.clone());
        } else {
            let cure = "write the path of a folder or of files";
            notes.error(&At::file(&shown(path)), "there is no such file or folder", cure);
        }
    }
    found.sort();
    found.dedup();
    if found.len() > MAX_FILES {
        let problem = format!("there are more than {MAX_FILES} files");
        notes.error(&At::file(&shown(&found[0])), problem, "name the folder of the project itself");
        return Vec::new();
    }
    found.iter().filter_map(|path| read(path, notes)).collect()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn walk(folder: &Path, endings: &[&str], depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with('.') || found.len() > MAX_FILES {
            continue;
        }
        if path.is_dir() {
            if depth > 0 && !NOT_OURS.contains(&name.as_str()) {
                walk(&path, endings, depth - 1, found);
            }
        } else if path.extension().is_some_and(|ending| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
        {
            found.push(path);
        }
    }
}

fn read(path: &Path, notes: &mut Notes) -> Option<Source> {
    let name = shown(path);
    let unreadable = |notes: &mut Notes, error: std::io::Error| {
        let problem = format!("the file cannot be read ({})", error.kind());
        notes.error(&At::file(&name), problem, "make sure that you may read it");
    };
    match fs::metadata(path) {
        Ok(data) if data.len() > MAX_FILE => {
            let problem = format!("the file is larger than {} MiB", MAX_FILE / 1024 / 1024);
            notes.error(&At::file(&name), problem, "split it into several files");
            return None;
        }
        Ok(_) => {}
        Err(error) => {
            unreadable(notes, error);
            return None;
        }
    }
    let bytes = fs::read(path).map_err(|error| unreadable(notes, error)).ok()?;
    match String::from_utf8(bytes) {
        // Editors on Windows put a mark before the first line.
        Ok(text) => Some(Source { name, text: text.trim_start_matches('\u{feff}').to_owned() }),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..good].iter().filter(|byte| **byte == b'\n').count() + 1;
            notes.error(&At::line(&name, line), "this line has signs that are no UTF-8", "save the file as UTF-8");
            None
        }
    }
}
