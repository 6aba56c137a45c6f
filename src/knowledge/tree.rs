//! YAML as a tree that knows where each part stands.
//!
//! Files are read in two steps: text to tree here, tree to Rust types in [`super::decode`]. So every fault of a file can be
//! told at once, each with its place, and scalars stay as they were written: `010` keeps its zero, `no` is a word.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, NonFiniteFloatPolicy, Spanned};

use super::fault::{Place, Trouble};
use super::syntax;

/// Nested deeper than any file of ours has a reason to be, and far below what the stack takes.
const MAX_DEPTH: usize = 40;

/// A part of a YAML file.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it begins.
    pub place: Place,
    /// What it is.
    pub kind: Kind,
}

/// What a part of a YAML file is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Nothing: `key:` and no more, `~` or `null`.
    Empty,
    /// A word, text or number, as written.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys with values, in the order of the file; a key may stand there twice.
    Map(Vec<(Key, Node)>),
}

/// A key of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Its text.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// One step into a tree.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// The value of a key.
    Key(&'a str),
    /// The entry of a list, from 0.
    Entry(usize),
}

impl<'a> From<&'a str> for Step<'a> {
    fn from(key: &'a str) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for Step<'_> {
    fn from(entry: usize) -> Self {
        Self::Entry(entry)
    }
}

impl Node {
    /// Reads `text`.
    ///
    /// # Errors
    /// What is wrong with the YAML, at the first place where it cannot be read on.
    pub fn read(text: &str) -> Result<Self, Trouble> {
        let options = serde_saphyr::options! {
            budget: serde_saphyr::budget! { max_depth: MAX_DEPTH },
            duplicate_keys: DuplicateKeyPolicy::PassThrough,
            strict_booleans: true,
            non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
            with_snippet: false,
        };
        serde_saphyr::from_str_with_options::<Raw>(text, options)
            .map(|raw| raw.place_in(text))
            .map_err(|error| syntax::trouble(text, &error))
    }

    /// The value of `key`, if this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name.text == key).map(|(_, value)| value)
    }

    /// Keys and values, if this is a map.
    #[must_use]
    pub fn entries(&self) -> &[(Key, Self)] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The text, if this is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Where the part at `path` begins, or the last part on the way to it that is there.
    #[must_use]
    pub fn place_of(&self, path: &[Step<'_>]) -> Place {
        self.walk(path).0.place
    }

    // The last part on the way that is there, and whether it is the end of the way.
    fn walk(&self, path: &[Step<'_>]) -> (&Self, bool) {
        let mut node = self;
        for step in path {
            let next = match (step, &node.kind) {
                (Step::Key(key), _) => node.get(key),
                (Step::Entry(entry), Kind::List(list)) => list.get(*entry),
                _ => None,
            };
            let Some(next) = next else { return (node, false) };
            node = next;
        }
        (node, true)
    }

    /// Where the key at the end of `path` stands, or the last part on the way to it that is there.
    #[must_use]
    pub fn key_place(&self, path: &[Step<'_>], key: &str) -> Place {
        let (node, arrived) = self.walk(path);
        let name = node.entries().iter().find(|(name, _)| arrived && name.text == key);
        name.map_or(node.place, |(name, _)| name.place)
    }

    /// This tree with `over` laid on it: maps are joined key by key, everything else is replaced.
    #[must_use]
    pub fn overlaid(self, over: &Self) -> Self {
        match (self.kind, &over.kind) {
            (Kind::Map(mut entries), Kind::Map(upper)) => {
                for (key, value) in upper {
                    match entries.iter_mut().find(|(name, _)| name.text == key.text) {
                        Some((_, below)) => *below = std::mem::replace(below, Self::nothing()).overlaid(value),
                        None => entries.push((key.clone(), value.clone())),
                    }
                }
                Self { place: over.place, kind: Kind::Map(entries) }
            }
            (below, Kind::Empty) => Self { place: self.place, kind: below },
            _ => over.clone(),
        }
    }

    fn nothing() -> Self {
        Self { place: Place::START, kind: Kind::Empty }
    }

    /// Moves every place `lines` further down.
    pub fn move_down(&mut self, lines: u32) {
        self.place = self.place.down(lines);
        match &mut self.kind {
            Kind::Empty | Kind::Text(_) => {}
            Kind::List(list) => list.iter_mut().for_each(|node| node.move_down(lines)),
            Kind::Map(entries) => {
                for (key, value) in entries {
                    key.place = key.place.down(lines);
                    value.move_down(lines);
                }
            }
        }
    }
}

struct Raw(Spanned<RawKind>);

enum RawKind {
    Empty,
    Text(String),
    // What looks like a number or a truth value: its text is cut out of the file, so that it stays as written.
    AsWritten,
    List(Vec<Raw>),
    Map(Vec<(Spanned<String>, Raw)>),
}

impl Raw {
    fn place_in(self, source: &str) -> Node {
        let Spanned { value, referenced, defined } = self.0;
        let kind = match value {
            RawKind::Empty => Kind::Empty,
            RawKind::Text(text) => Kind::Text(text),
            RawKind::AsWritten => Kind::Text(cut(source, defined)),
            RawKind::List(list) => Kind::List(list.into_iter().map(|raw| raw.place_in(source)).collect()),
            RawKind::Map(map) => Kind::Map(
                map.into_iter()
                    .map(|(key, raw)| (Key { text: key.value, place: place(key.referenced) }, raw.place_in(source)))
                    .collect(),
            ),
        };
        Node { place: place(referenced), kind }
    }
}

/// The place of a location; the beginning for one that is not known.
pub(super) fn place(location: serde_saphyr::Location) -> Place {
    let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX).max(1);
    Place { line: number(location.line()), column: number(location.column()) }
}

fn cut(source: &str, location: serde_saphyr::Location) -> String {
    let span = location.span();
    let (offset, len) = match (span.byte_offset(), span.byte_len()) {
        (Some(offset), Some(len)) => (offset, len),
        _ => return String::new(),
    };
    let index = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let end = index(offset.saturating_add(len));
    source.get(index(offset)..end).unwrap_or_default().trim().to_owned()
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for RawKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawKind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a list or keys with values")
    }

    fn visit_bool<E>(self, _: bool) -> Result<RawKind, E> {
        Ok(RawKind::AsWritten)
    }

    fn visit_i64<E>(self, _: i64) -> Result<RawKind, E> {
        Ok(RawKind::AsWritten)
    }

    fn visit_u64<E>(self, _: u64) -> Result<RawKind, E> {
        Ok(RawKind::AsWritten)
    }

    fn visit_f64<E>(self, _: f64) -> Result<RawKind, E> {
        Ok(RawKind::AsWritten)
    }

    fn visit_str<E>(self, text: &str) -> Result<RawKind, E> {
        Ok(RawKind::Text(text.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<RawKind, E> {
        Ok(RawKind::Empty)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RawKind, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = seq.next_element()? {
            list.push(entry);
        }
        Ok(RawKind::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawKind, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key()? {
            entries.push((key, map.next_value()?));
        }
        Ok(RawKind::Map(entries))
    }
}
