//! Good snapshots on disk, by their hash: a broken file at start serves the last good one.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::collect::Faults;
use super::source::{Folders, INTENTS, KNOWLEDGE_BASE, SourceFile, Sources};

/// Snapshots kept: weeks of edits, and little disk.
const KEPT: usize = 20;

const CURRENT: &str = "current";

/// The folder of the snapshots.
#[derive(Debug)]
pub(super) struct Kept(PathBuf);

impl Kept {
    /// Those below the folder `cache`.
    pub(super) fn below(cache: &Path) -> Self {
        Self(cache.join("snapshots"))
    }

    /// The folder of the word index of the articles.
    pub(super) fn index(&self) -> PathBuf {
        self.0.with_file_name("index")
    }

    /// Keeps `sources` under `hash` as the current ones, and drops the oldest.
    pub(super) fn put(&self, hash: &str, sources: &Sources) -> io::Result<()> {
        let folder = self.0.join(hash);
        if !folder.is_dir() {
            // Written beside and renamed, so that a crash leaves a whole snapshot or none.
            let draft = self.0.join(format!(".{hash}"));
            let _ = fs::remove_dir_all(&draft);
            for (name, files) in
                [(INTENTS, &sources.intents), (INTENTS, &sources.data), (KNOWLEDGE_BASE, &sources.articles)]
            {
                write_all(&draft.join(name), files)?;
            }
            fs::rename(&draft, &folder)?;
        }
        let draft = self.0.join(".current");
        let mut file = fs::File::create(&draft)?;
        file.write_all(hash.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, self.0.join(CURRENT))?;
        self.drop_oldest(hash);
        Ok(())
    }

    /// The files of the current snapshot, if they are there and as they were.
    pub(super) fn current(&self) -> Option<Sources> {
        let hash = fs::read_to_string(self.0.join(CURRENT)).ok()?;
        // A name that is no hash could lead elsewhere.
        if hash.is_empty() || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let folder = self.0.join(&hash);
        let folders = Folders { intents: folder.join(INTENTS), knowledge_base: folder.join(KNOWLEDGE_BASE) };
        let mut faults = Faults::default();
        let sources = Sources::read(&folders, &mut faults);
        (!faults.has_errors() && sources.hash() == hash).then_some(sources)
    }

    fn drop_oldest(&self, current: &str) {
        let Ok(entries) = fs::read_dir(&self.0) else { return };
        let mut snapshots: Vec<_> = entries
            .flatten()
            .filter(|entry| entry.path().is_dir() && entry.file_name() != current)
            .map(|entry| (entry.metadata().and_then(|data| data.modified()).ok(), entry.path()))
            .collect();
        snapshots.sort();
        let surplus = (snapshots.len() + 1).saturating_sub(KEPT);
        for (_, path) in snapshots.into_iter().take(surplus) {
            // What cannot be removed now is tried again at the next save.
            let _ = fs::remove_dir_all(path);
        }
    }
}

fn write_all(folder: &Path, files: &[SourceFile]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for file in files {
        let path = folder.join(&file.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut written = fs::File::create(path)?;
        written.write_all(file.text.as_bytes())?;
        written.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::tests::TempFolder;

    fn sources(text: &str) -> Sources {
        let file = |name: &str, path: &str| SourceFile { name: name.into(), path: path.into(), text: text.into() };
        Sources {
            intents: vec![file("intents/a.yaml", "a.yaml")],
            data: vec![file("intents/shop/a.csv", "shop/a.csv")],
            articles: vec![file("knowledge-base/en/b.md", "en/b.md")],
        }
    }

    #[test]
    fn the_last_one_put_is_the_current_one_and_only_some_stay() {
        let folder = TempFolder::new();
        let kept = Kept::below(folder.path());
        assert!(kept.current().is_none());
        for number in 0..30 {
            let sources = sources(&number.to_string());
            kept.put(&sources.hash(), &sources).expect("a snapshot");
        }
        let current = kept.current().expect("a snapshot");
        assert_eq!((current.intents[0].text.as_str(), current.articles[0].path.as_str()), ("29", "en/b.md"));
        let folders = fs::read_dir(folder.path().join("snapshots")).expect("a folder").flatten();
        assert_eq!(folders.filter(|entry| entry.path().is_dir()).count(), KEPT);
    }

    #[test]
    fn a_snapshot_that_was_changed_is_not_used() {
        let folder = TempFolder::new();
        let kept = Kept::below(folder.path());
        let sources = sources("one");
        kept.put(&sources.hash(), &sources).expect("a snapshot");
        let file = folder.path().join("snapshots").join(sources.hash()).join("intents/a.yaml");
        fs::write(file, "two").expect("a change");
        assert!(kept.current().is_none());
    }
}
