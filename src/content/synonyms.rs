//! `intents/_synonyms.yaml`: what the shop and its shoppers call the same thing.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Deserialize;

use super::collect::Faults;
use super::files::Version;
use super::source::SourceFile;
use super::words::Ordered;
use crate::knowledge::{Format, Step, is_locale};
use crate::retrieval::Synonyms;

/// Groups in one language: far more than anybody keeps in order.
const MOST_GROUPS: usize = 2_000;

/// `intents/_synonyms.yaml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SynonymsFile {
    /// The version of the file format: 1.
    #[expect(dead_code, reason = "there is one version: that it stands there is all that counts")]
    pub schema: Version,
    /// By language: lists of words or short phrases that mean the same, such as `[parcel, package, shipment]`.
    #[serde(default)]
    pub synonyms: Ordered<Vec<Vec<String>>>,
}

pub(super) static FORMAT: LazyLock<Format<SynonymsFile>> = LazyLock::new(Format::new);

/// Reads and checks the file, where there is one.
pub(super) fn read(file: Option<&SourceFile>, faults: &mut Faults) -> Synonyms {
    let Some(file) = file else { return Synonyms::new() };
    let (written, node) = match FORMAT.read(&file.text, 0) {
        Ok(read) => read,
        Err(troubles) => {
            faults.errors(&file.name, troubles);
            return Synonyms::new();
        }
    };
    let mut synonyms = Synonyms::new();
    for (locale, groups) in written.synonyms.iter() {
        let place = |path: &[Step<'_>]| {
            let whole: Vec<Step<'_>> =
                ["synonyms".into(), locale.into()].into_iter().chain(path.iter().copied()).collect();
            node.place_of(&whole)
        };
        if !is_locale(locale) {
            faults.error(
                &file.name,
                place(&[]),
                format!("`{locale}` is not a language"),
                "write it as `en` or `de-AT`",
            );
        }
        if groups.len() > MOST_GROUPS {
            let problem = format!("there are more than {MOST_GROUPS} groups");
            faults.error(&file.name, place(&[]), problem, "keep those that shoppers use");
        }
        for (at, group) in groups.iter().enumerate() {
            if group.iter().filter(|name| !name.trim().is_empty()).count() < 2 {
                let problem = "a group needs two names for the same thing";
                faults.error(&file.name, place(&[at.into()]), problem, "write it as `[parcel, package]`");
            }
        }
        synonyms.insert(locale.to_owned(), groups.clone());
    }
    synonyms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(text: &str) -> (Synonyms, Vec<String>) {
        let mut faults = Faults::default();
        let name = "_synonyms.yaml".to_owned();
        let file = SourceFile { path: name.clone(), name, text: text.to_owned() };
        let synonyms = read(Some(&file), &mut faults);
        (
            synonyms,
            faults
                .into_sorted()
                .iter()
                .map(|fault| format!("{}:{} {}", fault.line, fault.column, fault.problem))
                .collect(),
        )
    }

    #[test]
    fn groups_are_read_and_checked() {
        let (synonyms, faults) =
            read_one("schema: 1\nsynonyms:\n  en:\n    - [gift card, voucher]\n    - [010, zero ten]\n");
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(synonyms["en"], [["gift card", "voucher"], ["010", "zero ten"]]);
        let (_, faults) = read_one("schema: 1\nsynonyms:\n  english:\n    - [parcel]\n  en: [[a, b]]\n");
        assert_eq!(faults, ["4:5 `english` is not a language", "4:7 a group needs two names for the same thing"]);
    }
}
