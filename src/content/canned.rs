//! `intents/_canned.yaml`: what people at the desk say again and again, under a short name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check_reply::{File, Known, check_words};
use super::collect::Faults;
use super::files::Version;
use super::snapshot::Snapshot;
use super::source::SourceFile;
use super::words::{Ordered, Words};
use crate::knowledge::{Format, Step};

/// Names its texts may use.
const NAMES: [&str; 3] = ["agent", "assistant", "shop"];

/// `intents/_canned.yaml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CannedFile {
    /// The version of the file format: 1.
    #[expect(dead_code, reason = "there is one version: that it stands there is all that counts")]
    pub schema: Version,
    /// The replies, by the name that is typed after `/`.
    #[serde(default)]
    pub replies: Ordered<CannedReplyFile>,
}

/// Something people at the desk say again and again.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CannedReplyFile {
    /// What it is, in a few words, for the list.
    pub title: Words,
    /// The words, by locale; `{{ agent }}`, `{{ shop }}` and `{{ assistant }}` are filled in.
    pub text: Words,
}

pub(super) static FORMAT: LazyLock<Format<CannedFile>> = LazyLock::new(Format::new);

/// A canned reply in one language, filled in for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Canned {
    /// What is typed after `/`.
    pub name: String,
    /// What it is.
    pub title: String,
    /// Its words.
    pub text: String,
}

/// Reads and checks the file, where there is one.
pub(super) fn read(
    file: Option<&SourceFile>,
    known: &Known<'_>,
    faults: &mut Faults,
) -> Vec<(String, CannedReplyFile)> {
    let Some(file) = file else { return Vec::new() };
    let (written, node) = match FORMAT.read(&file.text, 0) {
        Ok(read) => read,
        Err(troubles) => {
            faults.errors(&file.name, troubles);
            return Vec::new();
        }
    };
    let here = File { name: &file.name, source: &file.text, node: &node, names: Some(&[]) };
    for (name, reply) in written.replies.iter() {
        let path: [Step<'_>; 2] = ["replies".into(), name.into()];
        if !is_name(name) {
            let cure = "write it in small letters, digits, `_` and `-`, such as `sorry`";
            faults.error(&file.name, here.place(&path), format!("`{name}` cannot be typed after `/`"), cure);
        }
        let at = |key: &'static str| [path[0], path[1], key.into()];
        check_words(&here, &at("title"), &reply.title, Some(&NAMES), known, faults);
        check_words(&here, &at("text"), &reply.text, Some(&NAMES), known, faults);
    }
    written.replies.0
}

fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    !name.is_empty() && name.len() <= 40 && name.chars().all(plain)
}

impl Snapshot {
    /// The canned replies in `locale`, as `agent` says them, in the order of their file.
    #[must_use]
    pub fn canned(&self, locale: &str, agent: &str) -> Vec<Canned> {
        let vars = BTreeMap::from([("agent".to_owned(), serde_json::Value::from(agent))]);
        let fill = |words: &Words| self.fill(words, locale, &vars);
        let canned = |(name, reply): &(String, CannedReplyFile)| {
            Some(Canned { name: name.clone(), title: fill(&reply.title)?, text: fill(&reply.text)? })
        };
        self.canned_files().iter().filter_map(canned).collect()
    }
}
