//! `_entities.yaml` and `_actions.yaml`: what is picked out of messages, what is looked up, and the CSV files behind both.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use schemars::JsonSchema;
use serde::Deserialize;

use super::collect::Faults;
use super::env::{self, Variables};
use super::files::Version;
use super::source::SourceFile;
use super::words::Ordered;
use crate::knowledge::{Format, Node, Step, Trouble, write_instead};
use crate::nlu::{Builtin, EntityKind, EntityRule, Extractor, NamedProduct, Normalize};
use crate::shop::{Action, ActionFile, Actions, Catalog, Orders, Product, Remark, Source};

/// `intents/_entities.yaml`: what is picked out of a message.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EntitiesFile {
    /// The version of the file format: 1.
    #[expect(dead_code, reason = "there is one version: that it stands there is all that counts")]
    pub schema: Version,
    /// The entities, by name.
    #[serde(default)]
    pub entities: Ordered<EntityFile>,
}

/// One kind of thing that messages name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EntityFile {
    /// How it is found.
    pub kind: KindFile,
    /// `regex`: what it looks like.
    pub pattern: Option<String>,
    /// `list`: its values, each with other words for it.
    pub values: Option<ValuesFile>,
    /// `catalog` and `products`: the CSV file whose ids or names it is, as `shop/catalog.csv`.
    pub file: Option<String>,
    /// `builtin`: which.
    pub builtin: Option<Builtin>,
    /// How its value is written, step by step.
    #[serde(default)]
    pub normalize: Vec<Normalize>,
    /// Words near it that tell it from other things that look alike.
    #[serde(default)]
    pub context_words: Vec<String>,
    /// `list`, `catalog` and `products`: typing mistakes forgiven.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1))]
    pub fuzzy: u8,
    /// Whether it says who somebody is: then it is forgotten as soon as it has served.
    #[serde(default)]
    pub pii: bool,
}

/// How an entity is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum KindFile {
    /// By a pattern.
    Regex,
    /// By a list of values.
    List,
    /// By the ids of the catalogue.
    Catalog,
    /// By the names of the catalogue's products, with their colours and sizes.
    Products,
    /// As it is marked in the examples: learned from them.
    Examples,
    /// As one of the kinds every shop needs.
    Builtin,
}

/// The values of a list.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum ValuesFile {
    /// Each with other words for it.
    Map(Ordered<Vec<String>>),
    /// Just the values.
    List(Vec<String>),
}

/// `intents/_actions.yaml`: what is looked up, and where.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActionsFile {
    /// The version of the file format: 1.
    #[expect(dead_code, reason = "there is one version: that it stands there is all that counts")]
    pub schema: Version,
    /// The actions, by name.
    #[serde(default)]
    pub actions: Ordered<ActionFile>,
}

pub(super) static ENTITIES_FORMAT: LazyLock<Format<EntitiesFile>> = LazyLock::new(Format::new);
pub(super) static ACTIONS_FORMAT: LazyLock<Format<ActionsFile>> = LazyLock::new(Format::new);

/// The shop's CSV files.
#[derive(Debug, Clone, Copy)]
pub(super) struct Data<'a>(pub(super) &'a [SourceFile]);

/// What is picked out of messages.
#[derive(Debug, Clone)]
pub(super) struct Entities {
    pub(super) extractor: Arc<Extractor>,
    /// All names, and whether each says who somebody is.
    pub(super) names: BTreeMap<String, bool>,
    /// Whether there is such a file at all.
    pub(super) is_there: bool,
}

/// What is looked up.
#[derive(Debug, Default)]
pub(super) struct Lookups {
    pub(super) actions: Actions,
    /// What intents have to know of each.
    pub(super) known: BTreeMap<String, Lookup>,
}

/// What an intent has to know of an action.
#[derive(Debug, Clone)]
pub(super) struct Lookup {
    /// The names texts may use after it.
    pub(super) fields: BTreeSet<String>,
    /// Its outcomes.
    pub(super) outcomes: &'static [&'static str],
    /// Whether it may have others.
    pub(super) is_open_ended: bool,
    /// The outcomes an intent has to have words for.
    pub(super) needs: Vec<&'static str>,
}

impl Lookup {
    fn of(source: &Source) -> Self {
        let (outcomes, is_open_ended) = (source.outcomes(), source.is_open_ended());
        let (fields, needs) = match source {
            // A shop's own system may have outcomes of its own in place of these; but it can always fail.
            Source::Webhook(endpoint) if endpoint.reveal.only_if.is_empty() => {
                (endpoint.reveal.allow_fields.clone(), vec!["error"])
            }
            Source::Webhook(endpoint) => (endpoint.reveal.allow_fields.clone(), vec!["not_found", "mismatch", "error"]),
            // The desk has words for the limit itself.
            Source::File { reveal, .. } => {
                (reveal.allow_fields.clone(), outcomes.iter().copied().filter(|name| *name != "limited").collect())
            }
            Source::Catalog { .. } => (Catalog::fields().map(str::to_owned).collect(), outcomes.to_vec()),
        };
        Self { fields, outcomes, is_open_ended, needs }
    }
}

impl<'a> Data<'a> {
    // `Err` is the cure where there is no such file.
    fn file(self, path: &str) -> Result<&'a SourceFile, String> {
        let found = self.0.iter().find(|file| file.path == path);
        found.ok_or_else(|| write_instead(path, self.0.iter().map(|file| file.path.as_str())))
    }
}

fn read<T>(file: &SourceFile, parse: fn(&str) -> Result<T, Vec<Trouble>>, faults: &mut Faults) -> Option<T> {
    parse(&file.text).map_err(|troubles| faults.errors_once(&file.name, troubles)).ok()
}

/// Reads `_entities.yaml`; nothing if it is broken.
pub(super) fn entities(file: Option<&SourceFile>, data: Data<'_>, faults: &mut Faults) -> Option<Entities> {
    let Some(file) = file else {
        let extractor = Extractor::new(&[]).ok()?;
        return Some(Entities { extractor: Arc::new(extractor), names: BTreeMap::new(), is_there: false });
    };
    let (written, node) = match ENTITIES_FORMAT.read(&file.text, 0) {
        Ok(written) => written,
        Err(troubles) => {
            faults.errors(&file.name, troubles);
            return None;
        }
    };
    let (mut rules, mut is_whole) = (Vec::new(), true);
    for (name, entity) in written.entities.iter() {
        let here = Here { file, node: &node, list: "entities", name };
        match entity.rule(&here, data, faults) {
            Some(rule) => rules.push(rule),
            None => is_whole = false,
        }
    }
    let extractor = match Extractor::new(&rules) {
        Ok(extractor) => Arc::new(extractor),
        Err((index, problem)) => {
            let name = rules.get(index).map_or("", |rule| rule.name.as_str());
            let key = if matches!(rules.get(index).map(|rule| &rule.kind), Some(EntityKind::Regex(_))) {
                "pattern"
            } else {
                "kind"
            };
            let here = Here { file, node: &node, list: "entities", name };
            here.tell(key, problem, "change it, and run `frontdesk understand` on an example", faults);
            return None;
        }
    };
    let names = rules.into_iter().map(|rule| (rule.name, rule.pii)).collect();
    is_whole.then_some(Entities { extractor, names, is_there: true })
}

// One entry of one of the two files.
struct Here<'a> {
    file: &'a SourceFile,
    node: &'a Node,
    list: &'static str,
    name: &'a str,
}

impl Here<'_> {
    fn tell(&self, key: &str, problem: impl Into<String>, cure: impl Into<String>, faults: &mut Faults) {
        let path: [Step<'_>; 3] = [self.list.into(), self.name.into(), key.into()];
        faults.error(&self.file.name, self.node.place_of(&path), problem, cure);
    }

    fn csv<'d>(&self, data: Data<'d>, path: &str, faults: &mut Faults) -> Option<&'d SourceFile> {
        let gone = |cure| self.tell("file", format!("there is no file `{path}` below the intents"), cure, faults);
        data.file(path).map_err(gone).ok()
    }

    fn missing(&self, key: &str, example: &str, faults: &mut Faults) {
        self.tell(key, format!("the key `{key}` is missing"), format!("add `{key}: {example}`"), faults);
    }
}

impl EntityFile {
    fn rule(&self, here: &Here<'_>, data: Data<'_>, faults: &mut Faults) -> Option<EntityRule> {
        self.check_keys(here, faults);
        let kind = match self.kind {
            KindFile::Regex => match &self.pattern {
                Some(pattern) => Some(EntityKind::Regex(pattern.clone())),
                None => {
                    here.missing("pattern", "'#?(\\d{5})'", faults);
                    None
                }
            },
            KindFile::List => match &self.values {
                Some(values) => Some(EntityKind::List(values.pairs())),
                None => {
                    here.missing("values", "{ blue: [navy] }", faults);
                    None
                }
            },
            KindFile::Examples => Some(EntityKind::Examples),
            KindFile::Builtin => match self.builtin {
                Some(builtin) => Some(EntityKind::Builtin(builtin)),
                None => {
                    here.missing("builtin", "email", faults);
                    None
                }
            },
            KindFile::Catalog => self.catalog(here, data, faults).map(|catalog| EntityKind::Catalog(ids(&catalog))),
            KindFile::Products => self.catalog(here, data, faults).map(|catalog| EntityKind::Products(named(&catalog))),
        };
        let (normalize, context_words) = (self.normalize.clone(), self.context_words.clone());
        Some(EntityRule {
            name: here.name.to_owned(),
            kind: kind?,
            normalize,
            context_words,
            fuzzy: self.fuzzy,
            pii: self.pii,
        })
    }

    fn catalog(&self, here: &Here<'_>, data: Data<'_>, faults: &mut Faults) -> Option<Catalog> {
        let Some(path) = &self.file else {
            here.missing("file", "shop/catalog.csv", faults);
            return None;
        };
        read(here.csv(data, path, faults)?, Catalog::read_csv, faults)
    }

    // Keys of another kind would be passed over in silence.
    fn check_keys(&self, here: &Here<'_>, faults: &mut Faults) {
        let of_file = if self.kind == KindFile::Products { KindFile::Products } else { KindFile::Catalog };
        let given = [
            ("pattern", self.pattern.is_some(), KindFile::Regex),
            ("values", self.values.is_some(), KindFile::List),
            ("file", self.file.is_some(), of_file),
            ("builtin", self.builtin.is_some(), KindFile::Builtin),
        ];
        for (key, _, _) in given.into_iter().filter(|(_, is_given, kind)| *is_given && *kind != self.kind) {
            here.tell(key, format!("`{key}` does not belong to this kind"), "remove it", faults);
        }
    }
}

fn ids(catalog: &Catalog) -> Vec<String> {
    catalog.ids().map(|(id, _)| id.to_owned()).collect()
}

fn named(catalog: &Catalog) -> Vec<NamedProduct> {
    let product = |product: &Product| NamedProduct {
        id: product.sku.clone(),
        title: product.name.clone(),
        colour: product.color.clone(),
        size: product.size.clone(),
        group: product.group.clone(),
    };
    catalog.products().map(product).collect()
}

impl ValuesFile {
    fn pairs(&self) -> Vec<(String, Vec<String>)> {
        match self {
            Self::Map(values) => values.iter().map(|(value, words)| (value.to_owned(), words.clone())).collect(),
            Self::List(values) => values.iter().map(|value| (value.clone(), Vec::new())).collect(),
        }
    }
}

/// Reads `_actions.yaml`; nothing if it is broken.
pub(super) fn actions(
    file: Option<&SourceFile>,
    variables: Variables<'_>,
    data: Data<'_>,
    faults: &mut Faults,
) -> Option<Lookups> {
    let Some(file) = file else { return Some(Lookups::default()) };
    let mut unset = Vec::new();
    let written = ACTIONS_FORMAT.read_after(&file.text, |node| env::fill_in(node, variables, &mut unset));
    let (mut is_whole, mut lookups) = (unset.is_empty(), Lookups::default());
    faults.errors(&file.name, unset);
    let (written, node) = match written {
        Ok(written) => written,
        Err(troubles) => {
            faults.errors(&file.name, troubles);
            return None;
        }
    };
    for (name, action) in written.actions.iter() {
        let here = Here { file, node: &node, list: "actions", name };
        for Remark { key, problem, cure, .. } in action.warnings() {
            let path: [Step<'_>; 3] = ["actions".into(), name.into(), key.into()];
            faults.warning(&file.name, node.place_of(&path), problem, cure);
        }
        match ready(action, &here, data, faults) {
            Some((lookup, action)) => {
                lookups.known.insert(name.to_owned(), lookup);
                lookups.actions.insert(name.to_owned(), action);
            }
            None => is_whole = false,
        }
    }
    is_whole.then_some(lookups)
}

fn ready(action: &ActionFile, here: &Here<'_>, data: Data<'_>, faults: &mut Faults) -> Option<(Lookup, Action)> {
    let source = match action.source() {
        Ok(source) => source,
        Err(remarks) => {
            for Remark { key, problem, cure, .. } in remarks {
                here.tell(key, problem, cure, faults);
            }
            return None;
        }
    };
    let lookup = Lookup::of(&source);
    let action = match source {
        Source::File { file, reveal } => {
            let orders = read(here.csv(data, &file, faults)?, Orders::read_csv, faults)?;
            for (field, cure) in orders.unknown_fields(&reveal) {
                here.tell("allow_fields", format!("the file has no column `{field}`"), cure, faults);
            }
            Action::Orders { orders, reveal }
        }
        Source::Catalog { file } => Action::Catalog(read(here.csv(data, &file, faults)?, Catalog::read_csv, faults)?),
        Source::Webhook(endpoint) => Action::Webhook(endpoint),
    };
    Some((lookup, action))
}
