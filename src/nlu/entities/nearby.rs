//! Words one typing mistake away, without comparing with every word.
//!
//! Two words are one mistake apart only if they are the same after taking at most one letter from each (the idea of
//! SymSpell, <https://github.com/wolfgarbe/SymSpell>). So every word is kept under the hashes of all its shortenings,
//! and a lookup hashes the shortenings of what was written. Eight bytes a shortening: a catalogue of 100,000 ids of 12
//! characters takes 10 MB.

/// Letters of a word that is indexed. Ids are shorter; a longer text would cost its square.
const MAX_LETTERS: usize = 32;

/// An index of words by their shortenings.
#[derive(Debug)]
pub(super) struct Nearby {
    // Sorted by hash. Hashes that meet by chance cost a comparison, never a wrong word.
    entries: Vec<(u32, u32)>,
}

impl Nearby {
    /// Indexes `words`, which must differ from one another.
    pub(super) fn new(words: &[String]) -> Self {
        let mut entries = Vec::new();
        for (index, word) in (0_u32..).zip(words) {
            each_shortening(word, |hash| entries.push((hash, index)));
        }
        entries.sort_unstable();
        entries.dedup();
        entries.shrink_to_fit();
        Self { entries }
    }

    /// The one word at most one mistake from `written`: a letter too many, too few, wrong, or two in each other's place.
    /// Nothing if there are several. `words` are those the index was made of.
    pub(super) fn only(&self, written: &str, words: &[String]) -> Option<usize> {
        let (mut only, mut is_ambiguous) = (None, false);
        each_shortening(written, |hash| {
            let from = self.entries.partition_point(|entry| entry.0 < hash);
            let same = self.entries.iter().skip(from).take_while(|entry| entry.0 == hash);
            for index in same.filter_map(|entry| usize::try_from(entry.1).ok()) {
                if is_ambiguous || only == Some(index) {
                    continue;
                }
                if words.get(index).is_some_and(|word| strsim::osa_distance(word, written) <= 1) {
                    is_ambiguous = only.replace(index).is_some();
                }
            }
        });
        if is_ambiguous { None } else { only }
    }
}

// The hashes of a word and of the word without each of its letters: FNV-1a over scalars.
fn each_shortening(word: &str, mut take: impl FnMut(u32)) {
    let letters = word.chars().count();
    if letters > MAX_LETTERS {
        return;
    }
    let without = |skipped: usize| {
        let kept = word.chars().enumerate().filter(|(at, _)| *at != skipped);
        kept.fold(0x811c_9dc5_u32, |hash, (_, c)| (hash ^ u32::from(c)).wrapping_mul(0x0100_0193))
    };
    (0..=letters).for_each(|skipped| take(without(skipped)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mistake_is_forgiven_if_one_word_is_meant() {
        let words = ["MUG1042", "MUG1043", "PLATE7", "ÄÖÜ123"].map(str::to_owned);
        let nearby = Nearby::new(&words);
        let check =
            |written: &str, expected: Option<usize>| assert_eq!(nearby.only(written, &words), expected, "{written}");
        check("PLATE7", Some(2));
        check("PLAT7", Some(2));
        check("PLAATE7", Some(2));
        check("PLUTE7", Some(2));
        check("PALTE7", Some(2));
        check("PLATE77", Some(2));
        check("ÖÄÜ123", Some(3));
        check("PLT7", None);
        check("MUG1044", None);
        check("MUG104", None);
        check("MGU1042", Some(0));
        check("", None);
        check(&"P".repeat(1_000), None);
    }
}
