//! A shop's files, ready to serve: immutable, and swapped whole.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use minijinja::value::Value as Templated;
use serde_json::Value;

use super::canned::CannedReplyFile;
use super::case::TestCase;
use super::check::Loaded;
use super::data::Entities;
use super::encodings::Encodings;
use super::files::{ThresholdsFile, VariantFile};
use super::fill::Fill;
use super::formats;
use super::hours::Hours;
use super::indexing;
use super::intent::Intent;
use super::lessons::Lessons;
use super::settings::Settings;
use super::template::{self, Templates, Vars};
use super::words::{self, Words};
use crate::dialogue::{From, IntentRule, Rules, Thresholds};
use crate::domain::{Card, CountsAs, Entity, QuickReply, Timestamp, Understanding};
use crate::knowledge::{Article, Fault};
use crate::nlu::{Encoder, Encoding, LabelledEntity, Nlu};
use crate::retrieval::{FITS, Hit, Index, IndexError, OFFERS, Search};
use crate::shop::{Actions, Product};

/// Everything a turn needs of the shop's files. A turn uses one from start to end.
#[derive(Debug, Clone)]
pub struct Snapshot {
    hash: String,
    settings: Settings,
    rules: Rules,
    intents: BTreeMap<String, Intent>,
    replies: BTreeMap<String, Vec<VariantFile>>,
    // The names a reply's texts may use beside those of all.
    names: BTreeMap<String, Vec<String>>,
    canned: Vec<(String, CannedReplyFile)>,
    entities: Arc<Entities>,
    actions: Arc<Actions>,
    hours: Hours,
    articles: Vec<Article>,
    tests: Vec<TestCase>,
    faults: Vec<Fault>,
    // Shared with the snapshot before this one when no example changed: training is what takes time.
    nlu: Arc<Nlu>,
    lessons: Lessons,
    // A part of it that did not change is shared, too.
    index: Arc<Index>,
    templates: Arc<Templates>,
}

/// A reply, filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// Its key.
    pub key: String,
    /// Its words.
    pub text: String,
    /// Buttons under it.
    pub quick_replies: Vec<QuickReply>,
    /// A card beside it.
    pub card: Option<Card>,
    /// A row of cards beside it.
    pub cards: Vec<Card>,
    /// What it counts as.
    pub counts_as: Option<CountsAs>,
}

impl Snapshot {
    /// Trains and indexes what was loaded, in both tiers where there is an encoder; takes the model of `before` when the
    /// examples are the same and it lacks no tier, and of its index what did not change. The word index is kept in the folder
    /// `place`, if there is one.
    ///
    /// # Errors
    /// Only if the index cannot be built.
    pub fn build(
        loaded: Loaded,
        before: Option<&Self>,
        encoding: Option<Encoding<'_>>,
        place: Option<&Path>,
    ) -> Result<Self, IndexError> {
        let index = Arc::new(loaded.index(before.map(|before| &*before.index), encoding, place)?);
        indexing::describe_products(&loaded.lookups.actions, &loaded.settings.locales.default, encoding)?;
        let Loaded { hash, today, settings, intents, replies, names, canned, .. } = loaded;
        let (entities, lookups, articles) = (Arc::new(loaded.entities), loaded.lookups, loaded.articles);
        let (tests, warnings) = (loaded.tests, loaded.warnings);
        let lessons = Lessons::of(&intents, &articles, &today);
        let is_same = |before: &&Self| before.lessons == lessons && (before.nlu.has_encoder() || encoding.is_none());
        teach(&entities, &intents);
        let nlu = match before.filter(is_same) {
            Some(before) => Arc::clone(&before.nlu),
            None => Arc::new(lessons.train(encoding)),
        };
        let rules = rules(&settings, &intents);
        let intents = intents.into_iter().map(|intent| (intent.name.clone(), intent)).collect();
        let (faults, templates) = (warnings, Arc::new(Templates::new()));
        let (actions, hours) = (Arc::new(lookups.actions), settings.hours());
        Ok(Self {
            hash,
            settings,
            rules,
            intents,
            replies,
            names,
            canned,
            entities,
            actions,
            hours,
            articles,
            tests,
            faults,
            nlu,
            lessons,
            index,
            templates,
        })
    }

    /// The fingerprint of the files it was made of: 16 hex digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What the dialogue decides by.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The trained model.
    #[must_use]
    pub fn nlu(&self) -> &Nlu {
        &self.nlu
    }

    /// The same with the second tier of its model; nothing where there is no encoder or `stop` said so. Encodes what has not been
    /// encoded before, telling `progress` of lines done and all: to be called where blocking is allowed.
    pub fn deepened(
        &self,
        encodings: &Encodings,
        stop: &(dyn Fn() -> bool + Sync),
        progress: &mut dyn FnMut(usize, usize),
    ) -> Option<Self> {
        let texts = |encoder: &Encoder| self.texts_to_encode(encoder);
        if !encodings.prepare(texts, stop, progress) || stop() {
            return None;
        }
        let (nlu, index) = encodings.with(|encoding| {
            // What the encoder made of the examples may be there already, and only an article be new.
            let nlu =
                if self.nlu.has_encoder() { Arc::clone(&self.nlu) } else { Arc::new(self.lessons.train(encoding)) };
            let index = encoding.map(|encoding| Arc::new(indexing::deep((*self.index).clone(), encoding)));
            // Without it they are found by words, as before.
            let locale = &self.settings.locales.default;
            if let Err(error) = indexing::describe_products(&self.actions, locale, encoding) {
                tracing::warn!(%error, "the products' descriptions could not be indexed");
            }
            (nlu, index)
        });
        encodings.keep(&nlu, texts);
        Some(Self { nlu, index: index.unwrap_or_else(|| Arc::clone(&self.index)), ..self.clone() })
    }

    /// The texts whose vectors the model and the search ask for.
    #[must_use]
    pub fn texts_to_encode(&self, encoder: &Encoder) -> Vec<String> {
        let products = indexing::texts_of_products(&self.actions, &self.settings.locales.default, encoder);
        self.lessons.texts_with(&self.articles, &products, encoder)
    }

    /// Whether both the model and the search have all that the encoder tells.
    #[must_use]
    pub fn is_deep(&self) -> bool {
        self.nlu.has_encoder() && self.index.is_deep()
    }

    /// What `text` means and names, written at `now` in a conversation `spoken` in some language, if that is known; with `asked`,
    /// an answer to the question for that entity.
    #[must_use]
    pub fn understand(&self, text: &str, asked: Option<&str>, spoken: Option<&str>, now: Timestamp) -> Understanding {
        let today = self.hours.day(now);
        let mut understanding = self.nlu.read(text, spoken);
        // "Hello, where is my order" asks one thing.
        let is_small_talk = |part: &Understanding| part.top().is_some_and(|top| self.is_small_talk(&top.intent));
        if understanding.parts.iter().any(is_small_talk) {
            understanding.parts.clear();
        }
        understanding.entities = self.entities_in(text, now);
        let is_there = |entity: &Entity| asked == Some(entity.entity.as_str());
        if let Some(asked) = asked.filter(|_| !understanding.entities.iter().any(is_there))
            && let Some(found) = self.entities.extractor.find(asked, text, today)
        {
            understanding.entities.retain(|other| other.end <= found.start || found.end <= other.start);
            understanding.entities.push(found);
            understanding.entities.sort_by_key(|entity| entity.start);
        }
        understanding
    }

    // Whether all that an intent says counts as small talk.
    fn is_small_talk(&self, intent: &str) -> bool {
        let said = self.intents.get(intent).map(|intent| self.variants(&intent.reply)).unwrap_or_default();
        !said.is_empty() && said.iter().all(|variant| variant.counts_as == CountsAs::Smalltalk)
    }

    /// What `text`, written at `now`, names.
    #[must_use]
    pub fn entities_in(&self, text: &str, now: Timestamp) -> Vec<Entity> {
        self.entities.extractor.extract(text, self.hours.day(now))
    }

    /// Whether the slots of an intent's form that are called `slot`, or the entity of that name, say who somebody is.
    #[must_use]
    pub fn is_personal(&self, intent: Option<&str>, slot: &str) -> bool {
        let form = intent.and_then(|intent| self.rules.intents.get(intent)).and_then(|rule| rule.form.as_ref());
        let own = form.and_then(|form| form.slots.iter().find(|known| known.slot == slot));
        // What a shopper wrote in words of their own may say anything.
        let own = own.map(|slot| slot.pii || slot.from == From::Text);
        own.or_else(|| self.entities.names.get(slot).copied()).unwrap_or(true)
    }

    /// What can be looked up.
    #[must_use]
    pub fn actions(&self) -> &Arc<Actions> {
        &self.actions
    }

    /// When people are at the desk.
    #[must_use]
    pub fn hours(&self) -> &Hours {
        &self.hours
    }

    /// The moment `at` for a text in `locale`, by the clock of the shop: `24 November, 18:00`.
    #[must_use]
    pub fn moment(&self, at: Timestamp, locale: &str) -> String {
        let (day, time) = self.hours.on_the_clock(at);
        format!("{}, {time}", formats::day(day, locale))
    }

    /// A wait for a text in `locale`: `3 minutes`.
    #[must_use]
    pub fn wait(&self, wait: Duration, locale: &str) -> String {
        formats::wait(wait.as_secs(), locale)
    }

    /// The index of the articles.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// All articles, those that are not in use too.
    #[must_use]
    pub fn articles(&self) -> &[Article] {
        &self.articles
    }

    /// The article `id` that `fits`: in `locale`, else in its language, else in the shop's own, else in any.
    pub fn article(&self, id: &str, locale: Option<&str>, fits: impl Fn(&&Article) -> bool) -> Option<&Article> {
        let all: Vec<&Article> = self.articles.iter().filter(|article| article.id == id).filter(fits).collect();
        let default = &self.settings.locales.default;
        let mut wanted = words::chain(locale.unwrap_or(default), default);
        let found = wanted.find_map(|locale| all.iter().find(|article| article.locale.eq_ignore_ascii_case(locale)));
        found.or_else(|| all.first()).copied()
    }

    /// The day `now` is in, by the clock of the shop, as `2026-11-22`.
    #[must_use]
    pub fn today(&self, now: Timestamp) -> String {
        self.hours.day(now).to_string()
    }

    /// The products of the catalogues, in the order of their files.
    pub fn products(&self) -> impl Iterator<Item = &Product> {
        indexing::products(&self.actions)
    }

    /// The conversation tests of all files.
    #[must_use]
    pub fn tests(&self) -> &[TestCase] {
        &self.tests
    }

    /// What the author should look at: warnings, for a snapshot has no errors.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The intent `name`.
    #[must_use]
    pub fn intent(&self, name: &str) -> Option<&Intent> {
        self.intents.get(name)
    }

    /// All intents, by name.
    pub fn intents(&self) -> impl Iterator<Item = &Intent> {
        self.intents.values()
    }

    /// What the model was trained on.
    #[must_use]
    pub fn lessons(&self) -> &Lessons {
        &self.lessons
    }

    /// The articles that fit `text` of somebody nobody knows, best first.
    #[must_use]
    pub fn search(&self, text: &str, locale: &str, limit: usize) -> Vec<Hit> {
        self.index.search(text, locale, limit)
    }

    /// The articles that fit, best first, and what a follow-up was searched with besides.
    #[must_use]
    pub fn find_about(&self, search: &Search<'_>) -> (Option<String>, Vec<Hit>) {
        self.index.find_about(search)
    }

    /// The shop's locale that suits a shopper who speaks `wanted`.
    #[must_use]
    pub fn locale(&self, wanted: Option<&str>) -> String {
        self.settings.locales.best_for(wanted).to_owned()
    }

    /// The words of the reply `key`; empty if there is none.
    #[must_use]
    pub fn text(&self, key: &str, locale: &str) -> String {
        self.reply(key, locale, &[], 0).map(|reply| reply.text).unwrap_or_default()
    }

    /// What a shopper reads where `intent` is one of several that may be meant.
    #[must_use]
    pub fn title(&self, intent: &str, locale: &str) -> String {
        let title = self.intents.get(intent).and_then(|intent| intent.title.as_ref());
        title.map_or_else(|| intent.replace('_', " "), |title| self.words(title, locale).to_owned())
    }

    /// The reply `key` in `locale`, with `vars` filled in: see [`Snapshot::reply_with`].
    #[must_use]
    pub fn reply(&self, key: &str, locale: &str, vars: &[(&str, &str)], pick: u64) -> Option<Reply> {
        let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
        self.reply_with(key, locale, &vars, pick)
    }

    /// The reply `key` in `locale`, with `vars` and the names of shop and assistant filled in: the first variant whose `when`
    /// holds, else one of those without, by `pick`. A slot or field that has no value is empty. `None` when there is no such
    /// reply or it lacks one of its names.
    #[must_use]
    pub fn reply_with(&self, key: &str, locale: &str, vars: &BTreeMap<String, Value>, pick: u64) -> Option<Reply> {
        let vars = self.vars(key, vars);
        let variant = self.variant(self.replies.get(key)?, &vars, pick)?;
        Fill { snapshot: self, locale, vars: &vars }.reply(key, variant)
    }

    // A look-up need not give every field. What the desk itself has to give is missed.
    fn vars(&self, key: &str, given: &BTreeMap<String, Value>) -> Vars {
        let own = self.names.get(key).into_iter().flatten();
        let mut vars: Vars = own.map(|name| (name.clone(), template::nothing(name))).collect();
        vars.extend(given.iter().map(|(name, value)| (name.clone(), Templated::from_serialize(value))));
        vars.insert("assistant".to_owned(), self.settings.assistant.name.as_str().into());
        vars.insert("shop".to_owned(), self.settings.shop.name.as_str().into());
        vars
    }

    fn variant<'s>(&'s self, variants: &'s [VariantFile], vars: &Vars, pick: u64) -> Option<&'s VariantFile> {
        let holds =
            |variant: &&VariantFile| variant.when.as_deref().is_some_and(|when| self.templates.holds(when, vars));
        if let Some(variant) = variants.iter().find(holds) {
            return Some(variant);
        }
        let any: Vec<&VariantFile> = variants.iter().filter(|variant| variant.when.is_none()).collect();
        let index = pick.checked_rem(any.len() as u64)?;
        any.get(usize::try_from(index).ok()?).copied()
    }

    pub(super) fn templates(&self) -> &Templates {
        &self.templates
    }

    pub(super) fn variants(&self, key: &str) -> &[VariantFile] {
        self.replies.get(key).map_or(&[], Vec::as_slice)
    }

    pub(super) fn canned_files(&self) -> &[(String, CannedReplyFile)] {
        &self.canned
    }

    /// `words` in `locale` with `given` and the names of shop and assistant filled in; nothing if one of its names is missing.
    pub(super) fn fill(&self, words: &Words, locale: &str, given: &BTreeMap<String, Value>) -> Option<String> {
        Fill { snapshot: self, locale, vars: &self.vars("", given) }.words(words)
    }

    pub(super) fn words<'s>(&'s self, words: &'s Words, locale: &'s str) -> &'s str {
        words.in_locale(locale, &self.settings.locales.default)
    }
}

// What no rule can name is learned from the marks of all examples, and from those without.
fn teach(entities: &Entities, intents: &[Intent]) {
    let mark = |named: &super::NamedThing| LabelledEntity {
        entity: named.entity.clone(),
        start: named.start,
        end: named.end,
        value: Some(named.value.clone()),
    };
    let examples = intents.iter().flat_map(|intent| intent.examples.iter().chain(&intent.not_examples));
    let marked: Vec<(&str, Vec<LabelledEntity>)> =
        examples.map(|example| (example.text.as_str(), example.entities.iter().map(mark).collect())).collect();
    entities.extractor.learn(&marked);
}

fn rules(settings: &Settings, intents: &[Intent]) -> Rules {
    let general = settings.thresholds();
    let rule = |intent: &Intent| {
        let rule = IntentRule {
            thresholds: own(intent.thresholds, general),
            reply: intent.reply.clone(),
            hands_over: intent.hands_over,
            form: intent.form.clone(),
            act: intent.act.clone(),
        };
        (intent.name.clone(), rule)
    };
    Rules {
        thresholds: general,
        intents: intents.iter().map(rule).collect(),
        fallback: settings.fallback(),
        rephrase_at_most: settings.rephrase_at_most,
        handoff_after: settings.handoff_after,
        article_fits: FITS,
        article_offers: OFFERS,
        handoff: settings.handoff_rules(),
        carry_slots: settings.episode.carry_slots,
    }
}

fn own(own: ThresholdsFile, general: Thresholds) -> Thresholds {
    Thresholds {
        answer: own.answer.unwrap_or(general.answer),
        confirm: own.confirm.unwrap_or(general.confirm),
        margin: own.margin.unwrap_or(general.margin),
        in_scope: own.in_scope.unwrap_or(general.in_scope),
    }
}
