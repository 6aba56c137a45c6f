//! What is live, as the console shows it: intents, replies and articles with where they stand.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::examples::ParsedExample;
use super::files::VariantFile;
use super::intent::Intent;
use super::snapshot::Snapshot;
use super::words::Words;
use crate::dialogue::{FormRule, From};
use crate::knowledge::Article;

impl Snapshot {
    /// All intents and articles, a line each.
    #[must_use]
    pub fn describe(&self) -> Value {
        let intents: Vec<_> = self.intents().map(|intent| self.intent_line(intent)).collect();
        let articles: Vec<_> = self.articles().iter().map(article_line).collect();
        let locales: Vec<_> = self.settings().locales.all().collect();
        json!({
            "hash": self.hash(), "intents": intents, "articles": articles,
            "settings": {
                "shop": self.settings().shop.name, "assistant": self.settings().assistant.name, "locales": locales,
            },
        })
    }

    fn intent_line(&self, intent: &Intent) -> Value {
        let examples = by_locale(&intent.examples).into_iter().map(|(locale, lines)| (locale, lines.len()));
        json!({
            "name": intent.name, "title": self.title(&intent.name, &self.settings().locales.default),
            "category": intent.category, "file": intent.file, "examples": examples.collect::<BTreeMap<_, _>>(),
            "not_examples": intent.not_examples.len(), "form": intent.form.is_some(),
            "action": intent.act.as_ref().map(|act| &act.action), "hands_over": intent.hands_over,
            "thresholds": {
                "answer": intent.thresholds.answer, "confirm": intent.thresholds.confirm,
                "margin": intent.thresholds.margin, "in_scope": intent.thresholds.in_scope,
            },
        })
    }

    /// The intent `name` with its examples, its form and everything it says.
    #[must_use]
    pub fn describe_intent(&self, name: &str) -> Option<Value> {
        let intent = self.intent(name)?;
        let mut all = self.intent_line(intent);
        let replies: Vec<_> = intent.replies.iter().map(|key| self.reply_lines(key)).collect();
        let slots = intent.form.as_ref().map(slots).unwrap_or_default();
        let outcomes = intent.act.iter().flat_map(|act| &act.outcomes);
        let outcomes: BTreeMap<_, _> = outcomes
            .map(|(name, rule)| (name.clone(), json!({ "say": rule.say, "hands_over": rule.hands_over })))
            .collect();
        if let Some(line) = all.as_object_mut() {
            line.insert("examples".into(), json!(by_locale(&intent.examples)));
            line.insert("not_examples".into(), json!(by_locale(&intent.not_examples)));
            line.insert("replies".into(), replies.into());
            line.insert("slots".into(), slots.into());
            line.insert("outcomes".into(), json!(outcomes));
        }
        Some(all)
    }

    fn reply_lines(&self, key: &str) -> Value {
        let variants: Vec<_> = self.variants(key).iter().map(|variant| self.variant_line(variant)).collect();
        json!({ "name": key, "variants": variants })
    }

    fn variant_line(&self, variant: &VariantFile) -> Value {
        let default = &self.settings().locales.default;
        let titles = variant.quick_replies.iter().map(|button| button.title.in_locale(default, default));
        json!({
            "when": variant.when, "text": self.texts(&variant.text), "counts_as": variant.counts_as,
            "quick_replies": titles.collect::<Vec<_>>(), "card": variant.card.is_some(),
            "cards": variant.cards.is_some(),
        })
    }

    fn texts(&self, words: &Words) -> BTreeMap<String, String> {
        match words {
            Words::Same(text) => BTreeMap::from([(self.settings().locales.default.clone(), text.clone())]),
            Words::ByLocale(texts) => texts.clone(),
        }
    }

    /// The article `id`, in `locale` where it is written in it, with everything that stands in its file.
    #[must_use]
    pub fn describe_article(&self, id: &str, locale: Option<&str>) -> Option<Value> {
        let article = self.article(id, locale, |_| true)?;
        let mut all = json!(article);
        if let Some(line) = all.as_object_mut() {
            let passages = article.passages.iter();
            let passages = passages
                .map(|passage| json!({ "anchor": passage.anchor, "title": passage.heading, "text": passage.text }));
            line.insert("passages".into(), passages.collect());
            line.insert("article".into(), article.id.as_str().into());
            line.insert("file".into(), article.source.as_str().into());
        }
        Some(all)
    }
}

fn by_locale(examples: &[ParsedExample]) -> BTreeMap<&str, Vec<&str>> {
    let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for example in examples {
        all.entry(&example.locale).or_default().push(&example.text);
    }
    all
}

fn slots(form: &FormRule) -> Vec<Value> {
    let from = |from: &From| match from {
        From::Entity(entity) => entity.clone(),
        From::Text => "text".to_owned(),
    };
    form.slots
        .iter()
        .map(|slot| json!({ "slot": slot.slot, "from": from(&slot.from), "ask": slot.ask, "personal": slot.pii }))
        .collect()
}

fn article_line(article: &Article) -> Value {
    json!({
        "id": article.id, "title": article.title, "locale": article.locale, "category": article.category,
        "status": article.status, "audience": article.audience, "valid_until": article.valid_until,
        "review_by": article.review_by, "file": article.source, "questions": article.questions.len(),
        "passages": article.passages.len(), "url": article.url,
    })
}
