//! What a model is trained on: the examples of the intents, and what is none of their business.

use std::collections::HashSet;

use super::ParsedExample;
use super::intent::Intent;
use crate::knowledge::Article;
use crate::nlu::{Encoder, Encoding, Example, IntentExamples, Nlu, Options, texts_to_encode};
use crate::retrieval;

/// The lines of a shop's files that teach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lessons {
    /// The intents with their examples, in the order of their files.
    pub intents: Vec<IntentExamples>,
    /// Lines that belong to no intent. What an article answers is none of the intents' business: its title and questions teach
    /// where their scope ends, so that the search gets to see them.
    pub elsewhere: Vec<Example>,
}

impl Lessons {
    pub(super) fn of(intents: &[Intent], articles: &[Article], today: &str) -> Self {
        Self { intents: intents.iter().map(examples_of).collect(), elsewhere: questions_of(articles, today) }
    }

    /// A model of them, in both tiers where there is an encoder.
    #[must_use]
    pub fn train(&self, encoding: Option<Encoding<'_>>) -> Nlu {
        Nlu::train_with(&self.intents, &Options { out_of_scope: &self.elsewhere, encoding, ..Options::default() })
    }

    /// The texts whose vectors training asks for.
    #[must_use]
    pub fn texts(&self, encoder: &Encoder) -> Vec<String> {
        texts_to_encode(&self.intents, &self.elsewhere, encoder)
    }

    /// The texts whose vectors are asked for, each once: those of training, and those of the search in `articles` and
    /// `products`.
    #[must_use]
    pub fn texts_with(&self, articles: &[Article], products: &[String], encoder: &Encoder) -> Vec<String> {
        let searched = retrieval::texts_to_encode(articles, encoder).into_iter().chain(products.iter().cloned());
        let mut seen = HashSet::new();
        self.texts(encoder).into_iter().chain(searched).filter(|text| seen.insert(text.clone())).collect()
    }
}

fn examples_of(intent: &Intent) -> IntentExamples {
    let plain = |examples: &[ParsedExample]| {
        examples.iter().map(|example| Example { text: example.text.clone(), locale: example.locale.clone() }).collect()
    };
    IntentExamples {
        name: intent.name.clone(),
        examples: plain(&intent.examples),
        not_examples: plain(&intent.not_examples),
    }
}

fn questions_of(articles: &[Article], today: &str) -> Vec<Example> {
    let live = articles.iter().filter(|article| article.is_live(today));
    let question = |article: &Article, text: &String| Example { text: text.clone(), locale: article.locale.clone() };
    live.flat_map(|article| {
        let asked = std::iter::once(&article.title).chain(&article.questions);
        asked.map(move |text| question(article, text))
    })
    .collect()
}
