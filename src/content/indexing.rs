//! The articles of a state of the files as an index.

use std::path::Path;

use super::check::Loaded;
use crate::nlu::Encoding;
use crate::retrieval::{Index, IndexError, Material};
use crate::shop::{Action, Actions, Catalog, Product};

impl Loaded {
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

/// The products of all catalogues, in the order of their files.
pub(super) fn products(actions: &Actions) -> impl Iterator<Item = &Product> {
    let catalogs = actions.values().filter_map(|action| match action {
        Action::Catalog(catalog) => Some(catalog),
        _ => None,
    });
    catalogs.flat_map(Catalog::products)
}
