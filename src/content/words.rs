//! Texts in several languages, and maps that keep the order of the file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// A text: the same in all languages, or one for each.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Words {
    /// The same in all languages.
    Same(String),
    /// By locale.
    ByLocale(BTreeMap<String, String>),
}

impl Words {
    /// The text in `locale`, else in its language (`de` for `de-AT`), else in `default`, else in any.
    #[must_use]
    pub fn in_locale(&self, locale: &str, default: &str) -> &str {
        match self {
            Self::Same(text) => text,
            Self::ByLocale(texts) => chain(locale, default)
                .find_map(|name| texts.get(name))
                .or_else(|| texts.values().next())
                .map_or("", String::as_str),
        }
    }

    /// The locales it is written in, each with its text; none when it is the same in all.
    pub fn locales(&self) -> impl Iterator<Item = (&str, &str)> {
        let texts = match self {
            Self::Same(_) => None,
            Self::ByLocale(texts) => Some(texts),
        };
        texts.into_iter().flatten().map(|(locale, text)| (locale.as_str(), text.as_str()))
    }

    /// All its texts.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let (same, texts) = match self {
            Self::Same(text) => (Some(text), None),
            Self::ByLocale(texts) => (None, Some(texts)),
        };
        same.into_iter().chain(texts.into_iter().flat_map(BTreeMap::values)).map(String::as_str)
    }
}

/// Where a text in `locale` is looked for: `de-AT`, `de`, the default.
pub(super) fn chain<'a>(locale: &'a str, default: &'a str) -> impl Iterator<Item = &'a str> {
    [locale, language(locale), default].into_iter()
}

/// The language of a locale: `de` of `de-AT`.
pub(super) fn language(locale: &str) -> &str {
    locale.split(['-', '_']).next().unwrap_or_default()
}

/// A map in the order of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ordered<V>(pub(super) Vec<(String, V)>);

impl<V> Default for Ordered<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V> Ordered<V> {
    /// Keys and values.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }
}

impl<V: JsonSchema> JsonSchema for Ordered<V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Map_of_{}", V::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": generator.subschema_for::<V>() })
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Ordered<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for Entries<V> {
            type Value = Ordered<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("keys with values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered<V>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Ordered(entries))
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_falls_back_to_the_language_and_the_default() {
        let texts = [("de", "Ja"), ("en", "Yes"), ("de-AT", "Jo")].map(|(key, text)| (key.to_owned(), text.to_owned()));
        let words = Words::ByLocale(BTreeMap::from(texts));
        let check = |locale: &str, expected: &str| assert_eq!(words.in_locale(locale, "en"), expected, "{locale}");
        check("de-AT", "Jo");
        check("de-CH", "Ja");
        check("de", "Ja");
        check("fr", "Yes");
        check("", "Yes");
        assert_eq!(Words::Same("X".into()).in_locale("fr", "en"), "X");
    }
}
