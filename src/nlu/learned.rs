//! What is kept of a model between two starts: vectors by text, and what took long to learn.
//!
//! Both are bytes here and files elsewhere. Whatever is not exactly what was written is taken for nothing: all of it can be
//! made again.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use super::encoder::{Encoder, Vector};

/// Begins every file of vectors; the digit is raised when their form changes.
const MAGIC: &[u8; 8] = b"fdvec001";
/// Bytes of a text's key: that two of 10^5 texts share one has a chance of 10^-29.
const KEY: usize = 16;
/// Bytes of a digest.
const DIGEST: usize = 32;
/// Vectors kept at most, 300 MB of them: more than any shop's files hold.
const MOST: usize = 100_000;

type Key = [u8; KEY];

/// Vectors that one encoder made, by text.
#[derive(Debug, Clone)]
pub struct Vectors {
    fingerprint: String,
    length: usize,
    of: HashMap<Key, Vector>,
}

impl Vectors {
    /// None yet.
    #[must_use]
    pub fn new(encoder: &Encoder) -> Self {
        Self { fingerprint: encoder.fingerprint().to_owned(), length: encoder.length(), of: HashMap::new() }
    }

    /// Those in `bytes`, if they are whole and this encoder's.
    #[must_use]
    pub fn read(bytes: &[u8], encoder: &Encoder) -> Option<Self> {
        let mut vectors = Self::new(encoder);
        let (body, digest) = bytes.split_at_checked(bytes.len().checked_sub(DIGEST)?)?;
        let records = body.strip_prefix(vectors.head().as_slice()).filter(|_| *digest == *Sha256::digest(body))?;
        for record in records.chunks_exact(KEY + 4 * vectors.length) {
            let (key, values) = record.split_at(KEY);
            let value = |bytes: &[u8]| bytes.try_into().map(f32::from_le_bytes).unwrap_or_default();
            vectors.of.insert(key.try_into().ok()?, values.chunks_exact(4).map(value).collect());
        }
        Some(vectors)
    }

    /// All of them, to be read again.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = self.head();
        let mut all: Vec<_> = self.of.iter().collect();
        // In order, so that equal vectors are equal bytes.
        all.sort_unstable_by_key(|(key, _)| **key);
        for (key, vector) in all.into_iter().take(MOST) {
            out.extend_from_slice(key);
            vector.iter().for_each(|x| out.extend_from_slice(&x.to_le_bytes()));
        }
        let digest = Sha256::digest(&out);
        out.extend_from_slice(&digest);
        out
    }

    fn head(&self) -> Vec<u8> {
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(self.fingerprint.as_bytes());
        head.extend_from_slice(&(self.length as u64).to_le_bytes());
        head
    }

    /// The vector of a text.
    #[must_use]
    pub fn get(&self, text: &str) -> Option<&Vector> {
        self.of.get(&key(text))
    }

    /// Adds the vector of a text.
    pub fn insert(&mut self, text: &str, vector: Vector) {
        if self.of.len() < MOST && vector.len() == self.length {
            self.of.insert(key(text), vector);
        }
    }

    /// Forgets the vectors of all other texts; whether there were any.
    pub fn keep(&mut self, texts: &[String]) -> bool {
        let wanted: HashSet<Key> = texts.iter().map(|text| key(text)).collect();
        let before = self.of.len();
        self.of.retain(|key, _| wanted.contains(key));
        self.of.len() < before
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.of.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }
}

fn key(text: &str) -> Key {
    let digest = Sha256::digest(text);
    std::array::from_fn(|place| digest[place])
}

/// Numbers, written one after the other and read in the same order.
#[derive(Debug, Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.count(text.len()).0.extend_from_slice(text.as_bytes());
        self
    }

    pub(crate) fn count(&mut self, count: usize) -> &mut Self {
        self.0.extend_from_slice(&(count as u64).to_le_bytes());
        self
    }

    pub(crate) fn numbers(&mut self, numbers: &[f64]) -> &mut Self {
        numbers.iter().for_each(|number| self.0.extend_from_slice(&number.to_le_bytes()));
        self
    }

    pub(crate) fn weights(&mut self, weights: &[f32]) -> &mut Self {
        self.count(weights.len());
        weights.iter().for_each(|weight| self.0.extend_from_slice(&weight.to_le_bytes()));
        self
    }

    /// Everything, with its digest at the end.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let digest = Sha256::digest(&self.0);
        self.0.extend_from_slice(&digest);
        self.0
    }
}

/// Reads what a [`Writer`] wrote.
#[derive(Debug)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Nothing if the bytes are not whole.
    pub(crate) fn new(bytes: &'a [u8]) -> Option<Self> {
        let (body, digest) = bytes.split_at_checked(bytes.len().checked_sub(DIGEST)?)?;
        (*digest == *Sha256::digest(body)).then_some(Self(body))
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn count(&mut self) -> Option<usize> {
        usize::try_from(u64::from_le_bytes(self.take(8)?.try_into().ok()?)).ok()
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    pub(crate) fn number(&mut self) -> Option<f64> {
        Some(f64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    pub(crate) fn weights(&mut self) -> Option<Vec<f32>> {
        let length = self.count()?.checked_mul(4)?;
        let bytes = self.take(length)?;
        Some(bytes.chunks_exact(4).map(|four| four.try_into().map(f32::from_le_bytes).unwrap_or_default()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_were_written() {
        let mut writer = Writer::default();
        writer.text("ä").numbers(&[0.1, f64::MIN_POSITIVE]).weights(&[0.1, -2.5]);
        let bytes = writer.finish();
        let mut reader = Reader::new(&bytes).unwrap();
        assert_eq!((reader.text(), reader.number(), reader.number()), (Some("ä"), Some(0.1), Some(f64::MIN_POSITIVE)));
        assert_eq!((reader.weights(), reader.number()), (Some(vec![0.1, -2.5]), None));
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert!(Reader::new(&changed).is_none(), "{place}");
            assert!(Reader::new(&bytes[..place]).is_none());
        }
    }
}
