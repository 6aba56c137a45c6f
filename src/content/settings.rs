//! `intents/_settings.yaml`: how the desk decides.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Deserialize;

use super::collect::Faults;
use super::desk_files::{self, BusinessHours, Handoff, WhenNobodyIsThere};
use super::env::{self, Variables};
use super::files::{ThresholdsFile, Version};
use super::words::language;
use crate::dialogue::{Fallback, Thresholds};
use crate::knowledge::{Format, Node, Place, is_locale};

/// The settings of the desk. What a shop's file does not say is taken from the program's own.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The version of the file format: 1.
    pub schema: Version,
    /// The shop.
    pub shop: Shop,
    /// The assistant.
    pub assistant: Assistant,
    /// The languages texts are written in.
    pub locales: Locales,
    /// How sure the assistant has to be.
    pub thresholds: ThresholdsFile,
    /// Where an answer is looked for, in this order.
    pub fallback: Vec<FallbackFile>,
    /// How often in a row a shopper is asked to put it another way.
    #[schemars(range(min = 0, max = 10))]
    pub rephrase_at_most: u32,
    /// After this many misses in a row a person is called.
    #[schemars(range(min = 1, max = 100))]
    pub handoff_after: u32,
    /// What an episode is.
    pub episode: Episode,
    /// When people are at the desk: `always`, or hours by day.
    pub business_hours: BusinessHours,
    /// Whom the assistant calls.
    pub handoff: Handoff,
    /// What holds when nobody is at the desk.
    pub when_nobody_is_there: WhenNobodyIsThere,
}

/// The shop, as texts name it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Shop {
    /// Its name: `{{ shop }}`.
    pub name: String,
    /// Its clock, as `Europe/Berlin`.
    pub timezone: String,
}

/// The assistant, as texts name it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Assistant {
    /// Its name: `{{ assistant }}`.
    pub name: String,
}

/// The languages texts are written in.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Locales {
    /// What is spoken when a shopper's language is not on the list.
    pub default: String,
    /// Every further language.
    pub others: Vec<String>,
}

/// Ways to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FallbackFile {
    /// The intents' own replies.
    Intent,
    /// The articles.
    KnowledgeBase,
    /// A language model.
    Llm,
    /// A person.
    Handoff,
}

/// What an episode is.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Episode {
    /// Minutes of silence after which an episode with the assistant is over.
    #[schemars(range(min = 1, max = 1440))]
    pub idle_close_minutes: u32,
    /// Whether details are remembered for the next episode.
    pub carry_slots: bool,
    /// Who comes back within this many hours was not really helped.
    #[schemars(range(min = 0, max = 8760))]
    pub recontact_hours: u32,
}

impl Locales {
    /// All of them, the default first.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.default).chain(&self.others).map(String::as_str)
    }

    /// Whether texts may be written in `locale`: it is listed, or its language is.
    #[must_use]
    pub fn knows(&self, locale: &str) -> bool {
        self.all().any(|known| known == locale || known == language(locale))
    }

    /// The listed locale that suits a shopper who asks for `wanted`: the same, else of the same language, else the default.
    #[must_use]
    pub fn best_for(&self, wanted: Option<&str>) -> &str {
        let Some(wanted) = wanted else { return &self.default };
        let same = self.all().find(|known| known.eq_ignore_ascii_case(wanted));
        let language_is = |known: &&str| language(known).eq_ignore_ascii_case(language(wanted));
        same.or_else(|| self.all().find(language_is)).unwrap_or(&self.default)
    }
}

impl Settings {
    /// The thresholds that hold where an intent has none of its own.
    #[must_use]
    pub fn thresholds(&self) -> Thresholds {
        let ThresholdsFile { answer, confirm, margin, in_scope } = self.thresholds;
        // The program's own settings name all four; a test holds them to it.
        let or = |value: Option<f32>| value.unwrap_or(0.5);
        Thresholds { answer: or(answer), confirm: or(confirm), margin: or(margin), in_scope: or(in_scope) }
    }

    /// Where an answer is looked for.
    #[must_use]
    pub fn fallback(&self) -> Vec<Fallback> {
        let ways = self.fallback.iter().map(|way| match way {
            FallbackFile::Intent => Fallback::Intent,
            FallbackFile::KnowledgeBase => Fallback::KnowledgeBase,
            FallbackFile::Llm => Fallback::Llm,
            FallbackFile::Handoff => Fallback::Handoff,
        });
        ways.collect()
    }
}

pub(super) static FORMAT: LazyLock<Format<Settings>> = LazyLock::new(Format::new);

const DEFAULTS: &str = include_str!("defaults/_settings.yaml");

static DEFAULT_TREE: LazyLock<Node> = LazyLock::new(|| match FORMAT.tree(DEFAULTS, 0) {
    Ok(tree) => tree,
    // A test reads the embedded file; it cannot change after the build.
    Err(troubles) => unreachable!("defaults/_settings.yaml: {troubles:?}"),
});

/// The settings of the file `name` with the text `text`, or the program's own where there is no file or it is broken; and the
/// tree of the file.
pub(super) fn read(
    name: &str,
    text: Option<&str>,
    variables: Variables<'_>,
    faults: &mut Faults,
) -> (Settings, Option<Node>) {
    let Some(text) = text else { return (resolved(name, &DEFAULT_TREE, faults), None) };
    let mut unset = Vec::new();
    let tree = FORMAT.tree_after(text, 0, |node| env::fill_in(node, variables, &mut unset));
    faults.errors(name, unset);
    match tree {
        Ok(node) => {
            if node.get("schema").is_none() {
                faults.error(name, node.place, "the key `schema` is missing", "add `schema: 1`");
            }
            let settings = resolved(name, &DEFAULT_TREE.clone().overlaid(&node), faults);
            check(name, &settings, &node, faults);
            (settings, Some(node))
        }
        Err(troubles) => {
            faults.errors(name, troubles);
            (resolved(name, &DEFAULT_TREE, faults), None)
        }
    }
}

fn resolved(name: &str, tree: &Node, faults: &mut Faults) -> Settings {
    FORMAT.decode(tree).unwrap_or_else(|trouble| {
        faults.errors(name, vec![trouble]);
        Settings::default()
    })
}

fn check(name: &str, settings: &Settings, node: &Node, faults: &mut Faults) {
    let default = node.place_of(&["locales".into(), "default".into()]);
    let others = |entry: usize| node.place_of(&["locales".into(), "others".into(), entry.into()]);
    let places = std::iter::once(default).chain((0..).map(others));
    for (locale, place) in settings.locales.all().zip(places) {
        if !is_locale(locale) {
            faults.error(name, place, format!("`{locale}` is not a language"), "write it as `en` or `de-AT`");
        }
    }
    let ThresholdsFile { answer, confirm, .. } = settings.thresholds;
    if confirm > answer {
        let place = node.place_of(&["thresholds".into(), "confirm".into()]);
        faults.error(
            name,
            place,
            "`confirm` is larger than `answer`",
            "write a value that is not larger than `answer`",
        );
    }
    desk_files::check(name, settings, node, faults);
    check_fallback(name, settings, node, faults);
}

fn check_fallback(name: &str, settings: &Settings, node: &Node, faults: &mut Faults) {
    let place = |entry: usize| -> Place { node.place_of(&["fallback".into(), entry.into()]) };
    for (entry, way) in settings.fallback.iter().enumerate() {
        if settings.fallback[..entry].contains(way) {
            faults.error(name, place(entry), "this stands here a second time", "keep one of them");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(text: Option<&str>) -> (Settings, Vec<String>) {
        let mut faults = Faults::default();
        let (settings, _) = read("intents/_settings.yaml", text, &|_| None, &mut faults);
        (settings, faults.into_sorted().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_programs_own_settings_are_whole() {
        let (settings, faults) = read_one(None);
        assert!(faults.is_empty(), "{faults:?}");
        let thresholds = settings.thresholds;
        let all = [thresholds.answer, thresholds.confirm, thresholds.margin, thresholds.in_scope];
        assert!(all.iter().all(Option::is_some), "{all:?}");
        assert_eq!((settings.rephrase_at_most, settings.handoff_after), (1, 3));
        assert_eq!((settings.episode.idle_close_minutes, settings.episode.recontact_hours), (30, 72));
        assert_eq!(settings.fallback().len(), 4);
        assert_eq!(settings.locales.default, "en");
        assert!(!settings.shop.name.is_empty() && !settings.assistant.name.is_empty());
    }

    #[test]
    fn a_shops_settings_lie_on_the_programs_own() {
        let text = "schema: 1\nshop: { name: 010 }\nthresholds: { answer: 0.7 }\nlocales: { others: [de, fr-CH] }\n";
        let (settings, faults) = read_one(Some(text));
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(settings.shop.name, "010");
        assert_eq!((settings.thresholds.answer, settings.thresholds.confirm), (Some(0.7), Some(0.25)));
        let best = |wanted: Option<&str>| settings.locales.best_for(wanted).to_owned();
        assert_eq!(best(Some("de-AT")), "de");
        assert_eq!(best(Some("FR-ch")), "fr-CH");
        assert_eq!(best(Some("fr")), "fr-CH");
        assert_eq!(best(Some("it")), "en");
        assert_eq!(best(None), "en");
    }

    #[test]
    fn wrong_settings_are_told() {
        let text = "shop: { timezone: \"+01:00\" }\nthresholds: { answer: 0.2 }\nlocales: { default: english }\n";
        let (_, faults) = read_one(Some(text));
        assert_eq!(
            faults,
            [
                "intents/_settings.yaml:1:1: error: the key `schema` is missing; add `schema: 1`",
                "intents/_settings.yaml:1:19: error: `+01:00` is not the name of a clock; write a name such as `Europe/Berlin`",
                "intents/_settings.yaml:2:13: error: `confirm` is larger than `answer`; write a value that is not larger than `answer`",
                "intents/_settings.yaml:3:21: error: `english` is not a language; write it as `en` or `de-AT`",
            ]
        );
    }
}
