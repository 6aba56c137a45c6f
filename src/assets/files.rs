//! Where the bytes come from: the binary, or a folder for those who work on the web files.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use axum::body::Bytes;
use axum::http::HeaderValue;
use rust_embed::RustEmbed;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/web-widget/dist"]
struct Embedded;

/// What Vite wrote down about its build: each entry's file.
const MANIFEST: &str = ".vite/manifest.json";

/// A file as it is sent.
pub(super) struct File {
    pub(super) bytes: Bytes,
    pub(super) tag: HeaderValue,
}

/// All files.
pub(super) enum Files {
    InBinary,
    InFolder(PathBuf),
}

impl Files {
    pub(super) fn new(folder: Option<PathBuf>) -> Self {
        // In full, so that a link which leads out of it is known as such.
        folder.map_or(Self::InBinary, |folder| Self::InFolder(folder.canonicalize().unwrap_or(folder)))
    }

    /// The file at `path` below the build's root.
    pub(super) fn get(&self, path: &str) -> Option<File> {
        match self {
            Self::InBinary => {
                let file = Embedded::get(path)?;
                let tag = tag(&file.metadata.sha256_hash());
                let bytes = match file.data {
                    Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                    Cow::Owned(bytes) => bytes.into(),
                };
                Some(File { bytes, tag })
            }
            Self::InFolder(folder) => {
                let file = folder.join(inside(path)?).canonicalize().ok().filter(|file| file.starts_with(folder))?;
                let bytes = std::fs::read(file).ok()?;
                Some(File { tag: tag(&Sha256::digest(&bytes)), bytes: bytes.into() })
            }
        }
    }

    /// The built file of the entry `source`, by the manifest.
    pub(super) fn entry(&self, source: &str) -> Option<String> {
        let manifest: Value = serde_json::from_slice(&self.get(MANIFEST)?.bytes).ok()?;
        manifest.get(source)?.get("file")?.as_str().map(str::to_owned)
    }
}

// A path that leads out of the folder leads nowhere.
fn inside(path: &str) -> Option<&Path> {
    let path = Path::new(path);
    path.components().all(|part| matches!(part, Component::Normal(_))).then_some(path)
}

fn tag(digest: &[u8]) -> HeaderValue {
    let digest: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    // Hex digits in quotes are a valid header.
    HeaderValue::from_str(&format!("\"{digest}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        for path in ["../Cargo.toml", "/etc/passwd", "a/../../b", "./../x"] {
            assert!(inside(path).is_none(), "{path}");
        }
        assert!(inside("assets/a.js").is_some());
    }

    #[test]
    fn every_page_is_there_and_so_is_the_script() {
        let files = Files::new(None);
        for page in ["index.html", "widget.html", "console.html"] {
            assert!(files.get(page).is_some(), "{page}");
        }
        let loader = files.entry(super::super::LOADER).expect("an entry");
        assert!(files.get(&loader).is_some_and(|file| !file.bytes.is_empty()), "{loader}");
    }
}
