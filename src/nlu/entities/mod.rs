//! Things named in a text: order numbers, article numbers, e-mail addresses, days, amounts.
//!
//! Every rule of a shop reads the text by itself and hands in what it found; [`settle`] then decides all overlaps at
//! once, so that one stretch of text is one entity. A bare number says little: whether `10042` is an order, a price or a
//! postcode is told by the words around it, and `context` is the one place that weighs them.
//!
//! The work grows with the length of the text and not with its square: every rule looks at a bounded stretch from each
//! place, and at a bounded number of places.

mod builtin;
mod cards;
mod catalog;
mod colour;
mod context;
mod date;
mod email;
mod line;
mod list;
mod mirror;
mod money;
mod naming;
mod nearby;
#[cfg(test)]
mod noise;
mod normalize;
mod pattern;
mod phone;
mod postcode;
mod products;
#[cfg(test)]
mod properties;
mod relative;
mod scores;
mod size;
mod tagger;
#[cfg(test)]
mod tests;
mod tracking;
mod words;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::Date;

use self::catalog::Catalog;
use self::context::{Context, Request, rank};
use self::line::Line;
use self::list::List;
use self::pattern::Pattern;
use self::products::Products;
use self::tagger::Tagger;
use crate::domain::Entity;

pub use self::builtin::Builtin;
pub use self::cards::redact_cards;
pub use self::line::fold;
pub use self::normalize::Normalize;
pub use self::products::Product as NamedProduct;
pub use self::scores::{EntityScore, EntityScores, LabelledEntity, score_entities};

/// The English name of the colour that a word names, in English or German and whatever its ending: `blue` for "blaues".
#[must_use]
pub fn colour_of(word: &str) -> Option<String> {
    colour::canonical(&fold(word))
}

/// Places one rule may look at in one text. Who names more things of one kind has pasted a list, and its head will do.
const MAX_PLACES: usize = 256;

/// How one kind of thing is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityRule {
    /// What it is called, such as `order_number`. Rules of one name add up.
    pub name: String,
    /// What it looks like.
    pub kind: EntityKind,
    /// How the value is written, step by step. Lists and catalogues are not touched: their values are the shop's own.
    pub normalize: Vec<Normalize>,
    /// Words that stand near it. With any given, a bare number needs one of them, or little else around it; without,
    /// every match counts.
    pub context_words: Vec<String>,
    /// Typing mistakes forgiven, 0 or 1. Of use to lists and catalogues only.
    pub fuzzy: u8,
    /// Whether it is personal data. Finding it does not depend on that; keeping and showing it do.
    pub pii: bool,
}

/// What a thing looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntityKind {
    /// A regular expression, blind to upper and lower case. The value is its group `value`, or its first group, or all.
    Regex(String),
    /// Values, each with other words for it.
    List(Vec<(String, Vec<String>)>),
    /// The ids of a catalogue.
    Catalog(Vec<String>),
    /// The products of a catalogue by their names. The value is an id, or the words where [`Entity::choices`] has several.
    Products(Vec<NamedProduct>),
    /// What is marked in the examples, learned by [`Extractor::learn`].
    Examples,
    /// One of those that every shop needs.
    Builtin(Builtin),
}

/// Finds what a shop's rules name.
#[derive(Debug)]
pub struct Extractor {
    rules: Vec<Rule>,
    // Learned later than the rules are read, and once.
    tagger: OnceLock<Tagger>,
}

#[derive(Debug)]
struct Rule {
    name: String,
    finder: Finder,
    normalize: Vec<Normalize>,
    context: Context,
}

#[derive(Debug)]
enum Finder {
    Pattern(Pattern),
    List(List),
    Catalog(Catalog),
    Products(Box<Products>),
    Examples,
    Builtin(Builtin),
}

/// What one rule found: a stretch of the text in bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Found {
    start: usize,
    end: usize,
    value: String,
    // How plainly the text says so; the lower, the plainer. See `context`.
    rank: u32,
    reason: String,
    // What it may mean where that is several things.
    choices: Vec<String>,
}

#[derive(Debug)]
struct Candidate {
    rule: usize,
    tier: u8,
    found: Found,
}

impl Extractor {
    /// Makes rules ready; an error is the index of the rule and what is wrong with it.
    ///
    /// # Errors
    ///
    /// A pattern that is not one or matches nothing at all, a name or value without a word, one synonym of two values,
    /// `fuzzy` above 1.
    pub fn new(rules: &[EntityRule]) -> Result<Self, (usize, String)> {
        let ready = |(index, rule)| Rule::new(rule).map_err(|wrong| (index, wrong));
        Ok(Self { rules: rules.iter().enumerate().map(ready).collect::<Result<_, _>>()?, tagger: OnceLock::new() })
    }

    /// Learns what [`EntityKind::Examples`] names from texts and their marks, those without any among them.
    ///
    /// Once only: what comes later is not learned from. Without such a rule nothing is done.
    pub fn learn(&self, examples: &[(&str, Vec<LabelledEntity>)]) {
        let learned = self.rules.iter().filter(|rule| matches!(rule.finder, Finder::Examples));
        let names: Vec<String> = learned.map(|rule| rule.name.clone()).collect();
        if !names.is_empty() {
            self.tagger.get_or_init(|| Tagger::train(&names, examples));
        }
    }

    /// What `text` names, in order of position, never overlapping. Days such as "yesterday" are counted from `today`.
    ///
    /// A thing named twice is there twice, once for each place.
    #[must_use]
    pub fn extract(&self, text: &str, today: Date) -> Vec<Entity> {
        let mut settled = settle(self.candidates(text, today, None));
        settled.sort_by_key(|candidate| candidate.found.start);
        self.entities(text, settled)
    }

    /// The thing called `entity` in the answer to a question for it, where "10042" alone says enough.
    ///
    /// All other rules read the text too: a phone number is no order number, though one was asked for. Of several the
    /// one the text says most plainly is taken.
    #[must_use]
    pub fn find(&self, entity: &str, text: &str, today: Date) -> Option<Entity> {
        let mut settled = settle(self.candidates(text, today, Some(entity)));
        settled.retain(|candidate| self.rules.get(candidate.rule).is_some_and(|rule| rule.name == entity));
        let plainest = settled.into_iter().min_by_key(|candidate| (candidate.found.rank, candidate.found.start))?;
        self.entities(text, vec![plainest]).pop()
    }

    fn candidates(&self, text: &str, today: Date, asked: Option<&str>) -> Vec<Candidate> {
        let line = Line::new(text);
        let mut candidates = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            let is_asked = asked == Some(rule.name.as_str());
            let mut found = Vec::new();
            rule.find(&Request { line: &line, context: &rule.context, today, is_asked }, &mut found);
            let tier = rule.tier();
            // "55310" answers the question that was asked, though it might be something else.
            found.retain(|found| is_asked || asked.is_none() || found.rank <= rank::ASKED);
            candidates.extend(found.into_iter().map(|found| Candidate { rule: index, tier, found }));
        }
        self.learned(&line, today, &mut candidates);
        candidates
    }

    fn learned(&self, line: &Line<'_>, today: Date, candidates: &mut Vec<Candidate>) {
        let Some(tagger) = self.tagger.get() else { return };
        let request = Request { line, context: &Context::default(), today, is_asked: false };
        for (name, found) in tagger.find(&request) {
            let is_it = |rule: &Rule| matches!(rule.finder, Finder::Examples) && tagger.name(name) == Some(&rule.name);
            let Some((at, rule)) = self.rules.iter().enumerate().find(|(_, rule)| is_it(rule)) else { continue };
            let value = normalize::apply(&rule.normalize, found.value);
            if !value.is_empty() {
                candidates.push(Candidate { rule: at, tier: rule.tier(), found: Found { value, ..found } });
            }
        }
    }

    // In order of position: the text is walked once.
    fn entities(&self, text: &str, settled: Vec<Candidate>) -> Vec<Entity> {
        let (mut byte, mut position) = (0, 0);
        let mut scalars = |to: usize| {
            position += text.get(byte..to).map_or(0, |stretch| stretch.chars().count());
            byte = to;
            position
        };
        let named =
            settled.into_iter().filter_map(|candidate| Some((self.rules.get(candidate.rule)?, candidate.found)));
        named
            .map(|(rule, found)| Entity {
                entity: rule.name.clone(),
                start: scalars(found.start),
                end: scalars(found.end),
                value: found.value,
                choices: found.choices,
                reason: found.reason,
            })
            .collect()
    }
}

impl Rule {
    fn new(rule: &EntityRule) -> Result<Self, String> {
        if rule.name.trim().is_empty() {
            return Err("the entity has no name".to_owned());
        }
        if rule.fuzzy > 1 {
            return Err("`fuzzy` is 0 or 1: at two mistakes one id is as near as the next".to_owned());
        }
        let finder = match &rule.kind {
            EntityKind::Regex(pattern) => Finder::Pattern(Pattern::new(pattern)?),
            EntityKind::List(values) => Finder::List(List::new(values, rule.fuzzy > 0)?),
            EntityKind::Catalog(ids) => Finder::Catalog(Catalog::new(ids, rule.fuzzy > 0)),
            EntityKind::Products(products) => Finder::Products(Box::new(Products::new(products, rule.fuzzy > 0))),
            EntityKind::Examples => Finder::Examples,
            EntityKind::Builtin(builtin) => Finder::Builtin(*builtin),
        };
        let own = match &finder {
            Finder::Builtin(builtin) => builtin.context_words(),
            Finder::Catalog(_) => catalog::CONTEXT_WORDS,
            Finder::Pattern(_) | Finder::List(_) | Finder::Products(_) | Finder::Examples => &[],
        };
        let context = Context::new(rule.context_words.iter().map(String::as_str).chain(own.iter().copied()));
        Ok(Self { name: rule.name.clone(), finder, normalize: rule.normalize.clone(), context })
    }

    // A pattern is an admin's word; a catalogue knows its ids but not what else looks like them; and a number is only
    // what is left when it is part of nothing else.
    fn tier(&self) -> u8 {
        match self.finder {
            Finder::Builtin(Builtin::Number) => 3,
            Finder::Examples => 2,
            // "the blue mug" is a product and no colour, for it is longer.
            Finder::Builtin(Builtin::Colour | Builtin::Size) => 1,
            Finder::Pattern(_) | Finder::Builtin(_) => 0,
            Finder::List(_) | Finder::Catalog(_) | Finder::Products(_) => 1,
        }
    }

    fn find(&self, request: &Request<'_>, out: &mut Vec<Found>) {
        match &self.finder {
            Finder::List(list) => return list.find(request, out),
            Finder::Catalog(catalog) => return catalog.find(request, out),
            Finder::Products(products) => return products.find(request, out),
            Finder::Pattern(pattern) => pattern.find(request, out),
            Finder::Builtin(builtin) => builtin.find(request, out),
            // All of them at once: see `Extractor::learned`.
            Finder::Examples => return,
        }
        for found in out.iter_mut() {
            found.value = normalize::apply(&self.normalize, std::mem::take(&mut found.value));
        }
        out.retain(|found| !found.value.is_empty());
    }
}

/// Settles all overlaps: rule over list and catalogue over what was learned, plain numbers last, then the longest, then the first; of one
/// stretch claimed twice, the claim the text says more plainly, then the rule that stands first.
fn settle(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by_key(|candidate| {
        let found = &candidate.found;
        (candidate.tier, Reverse(found.end - found.start), found.start, found.rank, candidate.rule)
    });
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    candidates.retain(|candidate| {
        let Found { start, end, .. } = candidate.found;
        // What is taken does not overlap, so the last stretch that begins before `end` is the only one to ask.
        let is_free = start < end && taken.range(..end).next_back().is_none_or(|(_, taken_end)| *taken_end <= start);
        if is_free {
            taken.insert(start, end);
        }
        is_free
    });
    candidates
}
