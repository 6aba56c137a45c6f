//! The shop's files as a whole: what is told of broken ones, and how good ones come to serve.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

mod advice;
mod broken;
mod cards;
mod forms;
mod live;
mod snapshot;

pub(super) const TODAY: &str = "2026-11-22";

/// A folder that is gone after the test.
pub(super) struct TempFolder(PathBuf);

impl TempFolder {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("frontdesk-content-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A small shop: two intents, an article, English and German.
pub(super) struct ShopFiles(TempFolder);

pub(super) const SETTINGS: &str = "schema: 1
shop: { name: Harbour & Pine }
assistant: { name: Pine }
locales: { default: en, others: [de] }
";

pub(super) const GREET: &str = "schema: 1
intent: greet
title: { en: Hello, de: Hallo }
examples:
  en: |
    - hello
    - hi there
    - good morning
    - hey
    - good evening
  de: |
    - hallo
    - guten morgen
    - servus
    - moin
    - guten abend
responses:
  greet_back:
    - text: { en: \"Hello from {{ shop }}!\", de: \"Hallo von {{ shop }}!\" }
      counts_as: smalltalk
tests:
  - test_case: hello
    steps:
      - user: hello
      - intent: greet
      - utter: greet_back
";

pub(super) const HUMAN: &str = "schema: 1
intent: contact_human_agent
title: { en: Talk to a person, de: Mit einem Menschen sprechen }
examples:
  en: |
    - a person please
    - i want a human
    - talk to somebody
    - agent
    - real person now
  de: |
    - einen menschen bitte
    - ich will einen menschen
    - mit jemandem sprechen
    - mitarbeiter
    - echte person
do: handoff
responses:
  person_requested:
    - text: { en: Noted., de: Notiert. }
      counts_as: handoff_offer
";

pub(super) const REFUND: &str = "---
id: refund-time
title: How long does a refund take?
locale: en
answer: Five working days.
questions: [when do I get my money back]
facts: { refund_days: 5 }
---
## Card
We refund to the card.
";

impl ShopFiles {
    pub(super) fn new() -> Self {
        let files = Self(TempFolder::new());
        files.write("intents/_settings.yaml", SETTINGS);
        files.write("intents/greet.yaml", GREET);
        files.write("intents/contact_human_agent.yaml", HUMAN);
        files.write("knowledge-base/en/refund-time.md", REFUND);
        files.write("knowledge-base/de/refund-time.md", &REFUND.replace("locale: en", "locale: de"));
        files
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(super) fn remove(&self, path: &str) {
        fs::remove_file(self.0.path().join(path)).expect("a file to remove");
    }

    pub(super) fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    pub(super) fn check(&self) -> (Option<Loaded>, Vec<Fault>) {
        check_folder(&self.at("intents"), &self.at("knowledge-base"), TODAY)
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let (loaded, faults) = self.check();
        let loaded = loaded.unwrap_or_else(|| panic!("{faults:?}"));
        Snapshot::build(loaded, None, None, None).expect("a snapshot")
    }
}
