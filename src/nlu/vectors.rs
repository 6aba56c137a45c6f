//! Texts as sparse vectors: sublinear term frequency times inverse document frequency, each block of length one.
//!
//! N-grams that stand in exactly the same training lines, equally often, are one feature in all but name: any linear
//! model gives them the same weight. They share a row, which halves the model and changes no result: a row of `n`
//! n-grams enters training `√n` times as long, and each n-gram of a new text brings `1/√n` of it.

use std::collections::HashMap;

use super::grams::{self, BLOCK};

/// The buckets training lines touched and the row each has.
#[derive(Debug, Clone)]
pub(crate) struct Vocabulary {
    touched: Touched,
    /// The row of each touched bucket, in bucket order.
    rows: Vec<u32>,
    /// How many n-grams share each row.
    sharing: Vec<f32>,
    /// Rows of the word block; the character block's rows follow.
    words: u32,
}

impl Vocabulary {
    pub(crate) fn rows(&self) -> usize {
        self.sharing.len()
    }

    /// What one n-gram of a new text brings of its row.
    pub(crate) fn share(&self, row: u32) -> f32 {
        1.0 / self.sharing[row as usize].sqrt()
    }

    fn row(&self, bucket: u32) -> Option<u32> {
        Some(self.rows[self.touched.rank(bucket)?])
    }
}

/// A set of buckets that knows how many lie below each. A bit a bucket and a count a word of bits is 96 KB, small
/// enough to stay in cache.
#[derive(Debug, Clone)]
struct Touched {
    bits: Vec<u64>,
    before: Vec<u32>,
}

impl Touched {
    fn of(buckets: impl Iterator<Item = u32>) -> Self {
        let mut bits = vec![0u64; 2 * BLOCK as usize / 64];
        for bucket in buckets {
            bits[bucket as usize / 64] |= 1 << (bucket % 64);
        }
        let running = |sum: &mut u32, word: &u64| {
            let before = *sum;
            *sum += word.count_ones();
            Some(before)
        };
        let before = bits.iter().scan(0, running).collect();
        Self { bits, before }
    }

    fn len(&self) -> usize {
        self.bits.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// How many buckets of the set lie below this one, if it is in the set itself.
    fn rank(&self, bucket: u32) -> Option<usize> {
        let word = bucket as usize / 64;
        let bit = 1u64 << (bucket % 64);
        let seen = self.bits[word] & bit != 0;
        seen.then(|| (self.before[word] + (self.bits[word] & (bit - 1)).count_ones()) as usize)
    }
}

/// Sparse lines, one after the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Matrix {
    ends: Vec<usize>,
    entries: Vec<(u32, f32)>,
}

impl Matrix {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Row and value of each entry of one line; word rows come before character rows.
    pub(crate) fn line(&self, index: usize) -> &[(u32, f32)] {
        let from = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.entries[from..self.ends[index]]
    }

    fn push(&mut self, entries: impl IntoIterator<Item = (u32, f32)>) {
        self.entries.extend(entries);
        self.ends.push(self.entries.len());
    }
}

/// Lines with their term frequencies, before any fold decides which of them weigh the rows.
#[derive(Debug)]
pub(crate) struct Corpus {
    pub(crate) vocabulary: Vocabulary,
    frequencies: Matrix,
}

impl Corpus {
    pub(crate) fn read<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut counted: Vec<_> = texts.map(grams::count).collect();
        let touched = Touched::of(counted.iter().flatten().map(|(bucket, _)| *bucket));
        for (bucket, _) in counted.iter_mut().flatten() {
            // Every bucket was just put in; a rank fits because there are 2^19 buckets.
            *bucket = touched.rank(*bucket).unwrap_or_default() as u32;
        }
        let shared = Shared::of(&counted, &touched);
        let mut frequencies = Matrix::default();
        for counts in &counted {
            frequencies.push(shared.entries(counts));
        }
        let Shared { rows, sharing, words, .. } = shared;
        Self { vocabulary: Vocabulary { touched, rows, sharing, words }, frequencies }
    }

    /// Smooth inverse document frequency over the chosen lines: `ln((1 + n) / (1 + df)) + 1`; 0 for a row none of them
    /// has, because a model trained on them does not know it.
    pub(crate) fn idf(&self, lines: &[usize]) -> Vec<f32> {
        let mut having = vec![0u32; self.vocabulary.rows()];
        for &line in lines {
            self.frequencies.line(line).iter().for_each(|(row, _)| having[*row as usize] += 1);
        }
        let all = 1.0 + lines.len() as f32;
        let weigh = |df: u32| if df == 0 { 0.0 } else { (all / (1.0 + df as f32)).ln() + 1.0 };
        having.into_iter().map(weigh).collect()
    }

    /// The chosen lines as vectors.
    pub(crate) fn weigh(&self, lines: &[usize], idf: &[f32]) -> Matrix {
        let mut out = Matrix::default();
        let mut entries = Vec::new();
        for &line in lines {
            entries.clear();
            entries.extend_from_slice(self.frequencies.line(line));
            scale(&mut entries, idf, self.vocabulary.words);
            out.push(entries.iter().copied().filter(|(_, value)| *value != 0.0));
        }
        out
    }
}

/// Which ranks share a row.
struct Shared {
    rows: Vec<u32>,
    sharing: Vec<f32>,
    words: u32,
    /// The rank that stands for each row in training lines.
    leaders: Vec<u32>,
}

impl Shared {
    fn of(counted: &[Vec<(u32, u32)>], touched: &Touched) -> Self {
        let word_ranks = touched.before[BLOCK as usize / 64];
        let patterns = patterns(counted, touched.len());
        let mut out =
            Self { rows: Vec::with_capacity(patterns.len()), sharing: Vec::new(), words: 0, leaders: Vec::new() };
        let mut known: HashMap<u64, u32> = HashMap::new();
        for (rank, pattern) in (0u32..).zip(patterns) {
            if rank == word_ranks {
                // A word and a character n-gram may not share: their blocks have lengths of their own.
                known.clear();
            }
            let row = *known.entry(pattern).or_insert_with(|| {
                out.leaders.push(rank);
                out.sharing.push(0.0);
                out.leaders.len() as u32 - 1
            });
            out.rows.push(row);
            out.sharing[row as usize] += 1.0;
        }
        out.words = out.leaders.partition_point(|leader| *leader < word_ranks) as u32;
        out
    }

    /// The entries of a training line: one for each row, standing for all that share it.
    fn entries<'a>(&'a self, counts: &'a [(u32, u32)]) -> impl Iterator<Item = (u32, f32)> + 'a {
        counts.iter().filter_map(|&(rank, count)| {
            let row = self.rows[rank as usize];
            let leads = self.leaders[row as usize] == rank;
            leads.then(|| (row, frequency(count) * self.sharing[row as usize].sqrt()))
        })
    }
}

/// One number for each rank that is equal for ranks in the same lines, equally often. That two different ones among
/// 10^5 meet in 64 bits has a chance of 3 in 10^10, and would cost one shared weight.
fn patterns(counted: &[Vec<(u32, u32)>], ranks: usize) -> Vec<u64> {
    let mut patterns = vec![0u64; ranks];
    for (line, counts) in (1u64..).zip(counted) {
        for &(rank, count) in counts {
            let pattern = &mut patterns[rank as usize];
            let mixed = (*pattern ^ line ^ (u64::from(count) << 40)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            *pattern = mixed ^ (mixed >> 29);
        }
    }
    patterns
}

/// The vector of a new text, rows in no order and repeated where n-grams share one. Empty when training knew none.
pub(crate) fn vector(text: &str, vocabulary: &Vocabulary, idf: &[f32]) -> Vec<(u32, f32)> {
    let features = features(text, vocabulary, idf).into_iter();
    features.map(|(_, (row, value))| (row, value * vocabulary.share(row))).collect()
}

/// The known n-grams of a new text by bucket, each with its row and its own value, not yet shared.
pub(crate) fn features(text: &str, vocabulary: &Vocabulary, idf: &[f32]) -> Vec<(u32, (u32, f32))> {
    let known = |(bucket, count): (u32, u32)| Some((bucket, (vocabulary.row(bucket)?, frequency(count))));
    let mut features: Vec<_> = grams::count(text).into_iter().filter_map(known).collect();
    let mut entries: Vec<_> = features.iter().map(|(_, entry)| *entry).collect();
    scale(&mut entries, idf, vocabulary.words);
    features.iter_mut().zip(entries).for_each(|(feature, entry)| feature.1 = entry);
    features
}

fn frequency(count: u32) -> f32 {
    if count == 1 { 1.0 } else { 1.0 + (count as f32).ln() }
}

fn scale(entries: &mut [(u32, f32)], idf: &[f32], words: u32) {
    for (row, value) in entries.iter_mut() {
        *value *= idf[*row as usize];
    }
    let (words, chars) = entries.split_at_mut(entries.partition_point(|(row, _)| *row < words));
    for block in [words, chars] {
        let length = block.iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
        if length > 0.0 {
            block.iter_mut().for_each(|(_, value)| *value /= length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_follow_buckets() {
        let touched = Touched::of([3, 64, 70, BLOCK, 2 * BLOCK - 1].into_iter());
        let check = |bucket: u32, expected: Option<usize>| assert_eq!(touched.rank(bucket), expected);
        check(3, Some(0));
        check(64, Some(1));
        check(65, None);
        check(70, Some(2));
        check(BLOCK, Some(3));
        check(2 * BLOCK - 1, Some(4));
        assert_eq!(touched.len(), 5);
    }

    fn squares(vector: &[(u32, f32)]) -> f32 {
        vector.iter().map(|(_, value)| value * value).sum()
    }

    #[test]
    fn each_block_has_length_one() {
        let corpus = Corpus::read(["where is my order", "cancel my order"].into_iter());
        let idf = corpus.idf(&[0, 1]);
        let lines = corpus.weigh(&[0, 1], &idf);
        assert!((squares(lines.line(0)) - 2.0).abs() < 1e-5);
        assert!((squares(lines.line(1)) - 2.0).abs() < 1e-5);
    }

    /// Sharing rows must not change what any linear model sees: the product of a text with a training line.
    #[test]
    fn sharing_rows_changes_no_product() {
        let check = |text: &str, line: &str, others: &[&str]| {
            let corpus = Corpus::read(std::iter::once(line).chain(others.iter().copied()));
            let all: Vec<usize> = (0..=others.len()).collect();
            let idf = corpus.idf(&all);
            let lines = corpus.weigh(&all, &idf);
            let of_line = |row: u32| lines.line(0).iter().find(|entry| entry.0 == row).map_or(0.0, |entry| entry.1);
            let product: f32 =
                vector(text, &corpus.vocabulary, &idf).iter().map(|(row, value)| value * of_line(*row)).sum();
            assert!((product - plain_product(text, line, others)).abs() < 1e-5, "{text} | {line}: {product}");
        };
        check("where is my order", "where is my order", &["cancel"]);
        check("order order where", "where is my order", &["cancel my order", "hello"]);
        check("wherever", "where is my order where", &["cancel my order", "hello there"]);
        check("zzz", "where", &[]);
    }

    /// The same product from the definition, without rows.
    fn plain_product(text: &str, line: &str, others: &[&str]) -> f32 {
        let lines: Vec<_> = std::iter::once(line).chain(others.iter().copied()).map(grams::count).collect();
        let weigh = |text: &str| -> HashMap<u32, f32> {
            let having = |bucket| lines.iter().filter(|counts| counts.iter().any(|(b, _)| *b == bucket)).count();
            let known = grams::count(text).into_iter().filter(|(bucket, _)| having(*bucket) > 0);
            let idf = |bucket| ((1.0 + lines.len() as f32) / (1.0 + having(bucket) as f32)).ln() + 1.0;
            known.map(|(bucket, count)| (bucket, frequency(count) * idf(bucket))).collect()
        };
        let (a, b) = (weigh(text), weigh(line));
        let block = |words: bool| {
            let length = |v: &HashMap<u32, f32>| {
                v.iter().filter(|(k, _)| (**k < BLOCK) == words).map(|(_, x)| x * x).sum::<f32>().sqrt().max(1e-9)
            };
            let shared = a.iter().filter(|(k, _)| (**k < BLOCK) == words);
            shared.map(|(k, x)| x * b.get(k).unwrap_or(&0.0)).sum::<f32>() / length(&a) / length(&b)
        };
        block(true) + block(false)
    }

    #[test]
    fn a_row_outside_the_chosen_lines_weighs_nothing() {
        let corpus = Corpus::read(["aa", "bb"].into_iter());
        let idf = corpus.idf(&[0]);
        assert!(corpus.weigh(&[1], &idf).line(0).iter().all(|(_, value)| *value == 0.0));
        assert!(!corpus.weigh(&[0], &idf).line(0).is_empty());
    }

    #[test]
    fn unknown_words_make_an_empty_vector() {
        let corpus = Corpus::read(["aa", ""].into_iter());
        assert!(vector("zzz", &corpus.vocabulary, &corpus.idf(&[0, 1])).is_empty());
    }
}
