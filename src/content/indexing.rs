//! The articles and products of a state of the files, indexed.

use std::path::Path;
use std::sync::Arc;

use super::check::Loaded;
use crate::nlu::{Encoder, Encoding};
use crate::retrieval::{Faq, Hit, Index, IndexError, Material};
use crate::shop::{Action, Actions, Catalog, Product};

impl Loaded {
    /// The texts whose vectors a model and a search of these files ask for, each once.
    #[must_use]
    pub fn texts_to_encode(&self, encoder: &Encoder) -> Vec<String> {
        let products = texts_of_products(&self.lookups.actions, &self.settings.locales.default, encoder);
        self.lessons().texts_with(&self.articles, &products, encoder)
    }

    /// The articles, indexed, with what they mean where there is an encoder.
    pub(super) fn index(
        &self,
        before: Option<&Index>,
        encoding: Option<Encoding<'_>>,
        place: Option<&Path>,
    ) -> Result<Index, IndexError> {
        let products: Vec<&str> = products(&self.lookups.actions).map(|product| product.name.as_str()).collect();
        let material = Material {
            articles: &self.articles,
            synonyms: &self.synonyms,
            products: &products,
            today: &self.today,
            default_locale: &self.settings.locales.default,
        };
        let index = Index::build(material, before, place)?;
        Ok(match encoding {
            Some(encoding) => deep(index, encoding),
            None => index,
        })
    }
}

/// The same with what the articles mean. Vectors that were not kept are made; a text the model fails at has none.
pub(super) fn deep(index: Index, encoding: Encoding<'_>) -> Index {
    let vector = |text: &str| encoding.vectors.get(text).cloned().or_else(|| encoding.encoder.encode(text));
    index.deepened(encoding.encoder, &vector)
}

/// Products of one catalogue that are indexed by their descriptions: each save does it anew, and this many take a third of a
/// second. A larger catalogue is searched by the words of its names.
const MOST_DESCRIBED: usize = 10_000;

/// Those among them whose meaning is looked at: the first start encodes each, which takes five milliseconds.
const MOST_MEANT: usize = 2_000;

/// Products found by what they are.
const FOUND: usize = 5;

/// From here on a product is near what was asked, by the cosine and by words.
const NEAR: f32 = 0.4;
const WORDS: f32 = 0.4;

/// Lets the catalogues be searched by what products are, beside the words of their names.
pub(super) fn describe_products(
    actions: &Actions,
    locale: &str,
    encoding: Option<Encoding<'_>>,
) -> Result<(), IndexError> {
    for catalog in catalogs(actions).filter(|catalog| catalog.products().count() <= MOST_DESCRIBED) {
        let described = described(catalog);
        let mut index = Index::of_faq(&described, locale)?;
        if let Some(encoding) = encoding.filter(|_| described.len() <= MOST_MEANT) {
            index = deep(index, encoding);
        }
        let locale = locale.to_owned();
        let is_near = |hit: &Hit| hit.near.is_some_and(|near| near >= NEAR) || hit.words >= WORDS;
        catalog.search_beside(Arc::new(move |text| {
            let hits = index.search(text, &locale, FOUND);
            hits.iter().filter(|hit| is_near(hit)).filter_map(|hit| hit.article.parse().ok()).collect()
        }));
    }
    Ok(())
}

/// The texts whose vectors [`describe_products`] asks for.
pub(super) fn texts_of_products(actions: &Actions, locale: &str, encoder: &Encoder) -> Vec<String> {
    if !encoder.reads(locale.split('-').next().unwrap_or_default()) {
        return Vec::new();
    }
    let small = catalogs(actions).map(described).filter(|described| described.len() <= MOST_MEANT);
    small.flatten().flat_map(|product| [product.question, product.answer]).filter(|text| !text.is_empty()).collect()
}

// A product as a question and its answer, under its place in the file.
fn described(catalog: &Catalog) -> Vec<Faq> {
    let described = |(at, product): (usize, &Product)| Faq {
        id: at.to_string(),
        question: product.name.clone(),
        answer: [&product.description, &product.brand, &product.color].map(String::as_str).join(" ").trim().to_owned(),
    };
    catalog.products().enumerate().map(described).collect()
}

fn catalogs(actions: &Actions) -> impl Iterator<Item = &Catalog> {
    actions.values().filter_map(|action| match action {
        Action::Catalog(catalog) => Some(catalog),
        _ => None,
    })
}

/// The products of all catalogues, in the order of their files.
pub(super) fn products(actions: &Actions) -> impl Iterator<Item = &Product> {
    catalogs(actions).flat_map(Catalog::products)
}
