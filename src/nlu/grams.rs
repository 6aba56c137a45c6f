//! N-grams of a text and the hash buckets they fall in.
//!
//! Two blocks: word 1–2-grams and within-word character 2–5-grams (each word padded with a space on both sides, as
//! scikit-learn's `char_wb` does). Each block has its own 2^18 buckets. The hash is our own and fixed, because a
//! model's meaning must not change with the standard library or the platform.

use std::fmt;

use super::text;

/// Buckets of one block. Hashing into this many cost no accuracy on any set measured.
pub(crate) const BLOCK: u32 = 1 << BLOCK_BITS;
const BLOCK_BITS: u32 = 18;
const SHORTEST: usize = 2;
const LONGEST: usize = 5;

/// One n-gram, borrowed from the text it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gram<'a> {
    Word(&'a str),
    Pair(&'a str, &'a str),
    Chars(&'a str),
}

impl fmt::Display for Gram<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Gram::Word(word) => f.write_str(word),
            Gram::Pair(first, second) => write!(f, "{first} {second}"),
            // A space shows as the word border it stands for.
            Gram::Chars(chars) => write!(f, "·{}·", chars.replace(' ', "_")),
        }
    }
}

/// Calls `each` with every n-gram of a normal text and its bucket.
pub(crate) fn walk<'a>(normal: &'a str, mut each: impl FnMut(Gram<'a>, u32)) {
    walk_words(normal, &mut each);
    for word in padded(normal) {
        walk_chars(word, &mut each);
    }
}

fn walk_words<'a>(normal: &'a str, each: &mut impl FnMut(Gram<'a>, u32)) {
    let mut before: Option<(&str, Hash)> = None;
    for word in text::words(normal) {
        let hash = Hash::new().bytes(word.as_bytes());
        each(Gram::Word(word), hash.bucket());
        if let Some((first, started)) = before {
            let pair = started.bytes(b" ").bytes(word.as_bytes());
            each(Gram::Pair(first, word), pair.bucket());
        }
        before = Some((word, hash));
    }
}

/// The words of a normal text, each with the space before and after it.
fn padded(normal: &str) -> impl Iterator<Item = &str> {
    let spaces = normal.match_indices(' ').map(|(at, _)| at);
    spaces.clone().zip(spaces.skip(1)).map(|(from, to)| &normal[from..=to])
}

/// The n-grams that start at one character share their beginnings, so one hash grows through all of them.
fn walk_chars<'a>(word: &'a str, each: &mut impl FnMut(Gram<'a>, u32)) {
    for (from, _) in word.char_indices() {
        let mut hash = Hash::new();
        let mut to = from;
        for (length, c) in word[from..].chars().take(LONGEST).enumerate() {
            let next = to + c.len_utf8();
            hash = hash.bytes(&word.as_bytes()[to..next]);
            to = next;
            if length + 1 >= SHORTEST {
                each(Gram::Chars(&word[from..to]), BLOCK + hash.bucket());
            }
        }
    }
}

/// FNV-1a, 64 bits, with a last mix because its low bits alone spread short strings badly.
#[derive(Clone, Copy)]
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn bytes(self, bytes: &[u8]) -> Self {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Self(bytes.iter().fold(self.0, step))
    }

    fn bucket(self) -> u32 {
        let mixed = (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        u32::try_from(mixed >> (64 - BLOCK_BITS)).unwrap_or(0)
    }
}

/// The buckets a text touches, ascending, each with how often.
pub(crate) fn count(text: &str) -> Vec<(u32, u32)> {
    let mut buckets = Vec::with_capacity(8 * text.len().min(text::MAX_CHARS));
    walk(&text::normal(text), |_, bucket| buckets.push(bucket));
    buckets.sort_unstable();
    let runs = buckets.chunk_by(|a, b| a == b);
    runs.map(|run| (run[0], u32::try_from(run.len()).unwrap_or(u32::MAX))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        walk(text, |gram, _| all.push(gram.to_string()));
        all
    }

    #[test]
    fn walks_words_pairs_and_characters() {
        let check = |input: &str, expected: &[&str]| assert_eq!(shown(&text::normal(input)), expected);
        check("", &[]);
        check("a", &["a", "·_a·", "·_a_·", "·a_·"]);
        check(
            "Ok no",
            &[
                "ok", "no", "ok no", "·_o·", "·_ok·", "·_ok_·", "·ok·", "·ok_·", "·k_·", "·_n·", "·_no·", "·_no_·",
                "·no·", "·no_·", "·o_·",
            ],
        );
    }

    #[test]
    fn buckets_never_change() {
        let mut buckets = Vec::new();
        walk(" ok ", |_, bucket| buckets.push(bucket));
        assert_eq!(buckets, FROZEN, "a changed hash changes every model: raise nlu::VERSION with it");
    }

    const FROZEN: [u32; 7] = [235_659, 465_447, 458_517, 397_919, 497_803, 486_068, 446_090];

    #[test]
    fn counts_are_sorted_and_summed() {
        let counts = count("no no no");
        assert!(counts.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(counts.iter().filter(|(bucket, _)| *bucket < BLOCK).map(|(_, n)| n).sum::<u32>(), 5);
    }
}
