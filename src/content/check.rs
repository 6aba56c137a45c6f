//! All files together: what `frontdesk check` tells and what a save has to pass.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use super::articles;
use super::canned::{self, CannedReplyFile};
use super::case::{Names, TestCase};
use super::check_reply::{self, File, Known};
use super::collect::Faults;
use super::data::{self, Data, Entities, Lookups};
use super::desk_files;
use super::env;
use super::files::{RepliesFile, VariantFile};
use super::intent::{self, Intent, Read, cure_for};
use super::settings::{self, Settings};
use super::source::{Folders, SourceFile, Sources};
use super::synonyms;
use super::template::Templates;
use crate::knowledge::{Article, Fault, Format, Place, Step, nearest};
use crate::retrieval::Synonyms;

/// Examples of all intents together. Training is linear in them and has to be over within a second or two of a save.
const MAX_EXAMPLES: usize = 20_000;

const SETTINGS: &str = "_settings.yaml";
const REPLIES: &str = "_replies.yaml";
const ENTITIES: &str = "_entities.yaml";
const ACTIONS: &str = "_actions.yaml";
const CANNED: &str = "_canned.yaml";
const SYNONYMS: &str = "_synonyms.yaml";

pub(super) static REPLIES_FORMAT: LazyLock<Format<RepliesFile>> = LazyLock::new(Format::new);

const DEFAULT_REPLIES: &str = include_str!("defaults/_replies.yaml");

/// Files that passed the check.
#[derive(Debug)]
pub struct Loaded {
    pub(super) hash: String,
    pub(super) today: String,
    pub(super) settings: Settings,
    pub(super) intents: Vec<Intent>,
    pub(super) replies: BTreeMap<String, Vec<VariantFile>>,
    /// The names that the texts of a reply may use beside those of all, by the reply's key.
    pub(super) names: BTreeMap<String, Vec<String>>,
    pub(super) canned: Vec<(String, CannedReplyFile)>,
    pub(super) synonyms: Synonyms,
    pub(super) entities: Entities,
    pub(super) lookups: Lookups,
    pub(super) articles: Vec<Article>,
    pub(super) tests: Vec<TestCase>,
    pub(super) warnings: Vec<Fault>,
}

/// Checks the shop's files as of the day `today` (as `2026-11-22`): all faults at once, and what was loaded if none is an error.
#[must_use]
pub fn check_folder(intents: &Path, knowledge_base: &Path, today: &str) -> (Option<Loaded>, Vec<Fault>) {
    let folders = Folders { intents: intents.to_owned(), knowledge_base: knowledge_base.to_owned() };
    let mut faults = Faults::default();
    let sources = Sources::read(&folders, &mut faults);
    check(&sources, today, faults)
}

/// Checks `sources`; `faults` are those of reading them.
pub(super) fn check(sources: &Sources, today: &str, mut faults: Faults) -> (Option<Loaded>, Vec<Fault>) {
    let shared = |name: &str| sources.intents.iter().find(|file| file.path == name);
    let settings_file = shared(SETTINGS);
    let settings_name = settings_file.map_or(SETTINGS, |file| &file.name);
    let settings_text = settings_file.map(|file| file.text.as_str());
    let (settings, settings_node) = settings::read(settings_name, settings_text, &env::of_process, &mut faults);
    let settings_sure = !faults.has_errors();
    let data = Data(&sources.data);
    let entities = data::entities(shared(ENTITIES), data, &mut faults);
    let lookups = data::actions(shared(ACTIONS), &env::of_process, data, &mut faults);
    let files: Vec<&SourceFile> = sources.intents.iter().filter(|file| !file.path.starts_with('_')).collect();
    let names: BTreeSet<String> = files.iter().map(|file| file.stem().to_owned()).collect();
    let templates = Templates::new();
    let known = Known {
        locales: settings_sure.then_some(&settings.locales),
        intents: &names,
        templates: &templates,
        entities: entities.as_ref(),
        lookups: lookups.as_ref(),
    };
    if let Some(node) = &settings_node {
        let intents = names.iter().map(String::as_str);
        desk_files::check_names(settings_name, &settings, node, intents, &mut faults);
    }
    check_shared(&sources.intents, &mut faults);
    let replies = desk_replies(shared(REPLIES), &known, &mut faults);
    let canned = canned::read(shared(CANNED), &known, &mut faults);
    let synonyms = synonyms::read(shared(SYNONYMS), &mut faults);
    let intents: Vec<Read<'_>> = files.iter().filter_map(|file| intent::read(file, &known, &mut faults)).collect();
    let articles = articles::read(&sources.articles, &mut faults);
    // With a broken file missing, others would be told that what they name is not there.
    let whole = intents.len() == files.len() && articles.len() == sources.articles.len();
    intent::check_together(&intents, &mut faults);
    articles::check(&articles, known.locales, today, &mut faults);
    check_amount(&intents, &mut faults);
    if whole {
        check_names(&intents, &names, &replies, &articles, &mut faults);
    }
    let is_broken = faults.has_errors();
    let faults = faults.into_sorted();
    // A file that is not whole has told why, so both are there where nothing is broken.
    let (Some(entities), Some(lookups), false) = (entities, lookups, is_broken) else { return (None, faults) };
    let mut loaded = Loaded {
        hash: sources.hash(),
        today: today.to_owned(),
        settings,
        intents: Vec::new(),
        replies,
        names: BTreeMap::new(),
        canned,
        synonyms,
        entities,
        lookups,
        articles,
        tests: Vec::new(),
        warnings: faults.clone(),
    };
    intents.into_iter().for_each(|read| loaded.add(read));
    (Some(loaded), faults)
}

impl Loaded {
    fn add(&mut self, read: Read<'_>) {
        self.names.extend(read.intent.replies.iter().map(|key| (key.clone(), read.names.clone())));
        self.replies.extend(read.responses.0);
        self.tests.extend(read.tests);
        self.intents.push(read.intent);
    }
}

fn check_shared(files: &[SourceFile], faults: &mut Faults) {
    for file in files.iter().filter(|file| file.path.starts_with('_')) {
        let all = [SETTINGS, REPLIES, ENTITIES, ACTIONS, CANNED, SYNONYMS];
        if !all.contains(&file.path.as_str()) {
            let cure = nearest(&file.path, all).map_or_else(
                || String::from("rename it without the `_` if it is an intent"),
                |name| format!("rename it to `{name}`"),
            );
            faults.warning(&file.name, Place::START, "this shared file is not known and not read", cure);
        }
    }
}

// What the desk says: the shop's words, and the program's own where the shop has none.
fn desk_replies(
    file: Option<&SourceFile>,
    known: &Known<'_>,
    faults: &mut Faults,
) -> BTreeMap<String, Vec<VariantFile>> {
    let mut replies: BTreeMap<String, Vec<VariantFile>> = match REPLIES_FORMAT.read(DEFAULT_REPLIES, 0) {
        Ok((defaults, _)) => {
            defaults.replies.into_entries().map(|(key, variants)| (key.to_owned(), variants)).collect()
        }
        // A test reads the embedded file; it cannot change after the build.
        Err(troubles) => unreachable!("defaults/_replies.yaml: {troubles:?}"),
    };
    let Some(file) = file else { return replies };
    let (written, node) = match REPLIES_FORMAT.read(&file.text, 0) {
        Ok(read) => read,
        Err(troubles) => {
            faults.errors(&file.name, troubles);
            return replies;
        }
    };
    let here = File { name: &file.name, source: &file.text, node: &node, names: Some(&[]) };
    for (key, variants) in written.replies.into_entries() {
        let path: [Step<'_>; 2] = ["replies".into(), key.into()];
        let stands_there = node.get("replies").is_some_and(|replies| replies.get(key).is_some());
        if stands_there {
            check_reply::check(&here, &path, key, &variants, known, faults);
            replies.insert(key.to_owned(), variants);
        }
    }
    replies
}

fn check_amount(intents: &[Read<'_>], faults: &mut Faults) {
    let Some(first) = intents.first() else {
        if !faults.has_errors() {
            let problem = "there is no intent";
            faults.error("intents", Place::START, problem, "write the first, such as `greet.yaml`");
        }
        return;
    };
    let count: usize = intents.iter().map(|read| read.intent.examples.len() + read.intent.not_examples.len()).sum();
    if count > MAX_EXAMPLES {
        let problem = format!("there are {count} examples in all intents together, more than {MAX_EXAMPLES}");
        faults.error(&first.source.name, Place::START, problem, "remove examples that say the same in other words");
    }
}

fn check_names(
    intents: &[Read<'_>],
    names: &BTreeSet<String>,
    desk: &BTreeMap<String, Vec<VariantFile>>,
    articles: &[Article],
    faults: &mut Faults,
) {
    let own = intents.iter().flat_map(|read| &read.intent.replies);
    let replies: BTreeSet<&str> = desk.keys().chain(own).map(String::as_str).collect();
    let ids: BTreeSet<&str> = articles.iter().map(|article| article.id.as_str()).collect();
    let checks = Names {
        intents: &|name| cure_for(name, names.iter().map(String::as_str)),
        replies: &|name| cure_for(name, replies.iter().copied()),
        articles: &|name| cure_for(name, ids.iter().copied()),
    };
    intents.iter().flat_map(|read| &read.tests).for_each(|case| checks.check(case, faults));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_own_replies_are_whole() {
        let (defaults, _) = REPLIES_FORMAT.read(DEFAULT_REPLIES, 0).expect("the defaults");
        for (key, variants) in defaults.replies.into_entries() {
            let languages: Vec<_> =
                variants.iter().flat_map(|variant| variant.text.locales()).map(|(locale, _)| locale).collect();
            assert!(languages.contains(&"en") && languages.contains(&"de"), "{key}");
        }
    }
}
