//! Products by words: an index in memory that forgives a slip of the keyboard.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use unicode_normalization::UnicodeNormalization as _;

/// Words of one question that are looked up; a pasted text has more, and none of them is a product's name.
const MOST_WORDS: usize = 16;
/// Characters of a text that are read: no title is longer, and no question about a product has to be.
const LONGEST_TEXT: usize = 2_000;
/// Words of at least this many letters may have one slip.
const SLIP_FROM: usize = 5;
/// And from here on two.
const TWO_SLIPS_FROM: usize = 9;
/// The end of a compound (`Leinendecke`) counts from this many letters on.
const TAIL_FROM: usize = 4;
/// The part of a question, weighed by how rare its words are, that a product has to cover. A third: "a unicorn mug" finds
/// mugs, "kitchen knife sharpener" does not find kitchen towels.
const COVERED: f32 = 0.34;
/// What covers less than this part of what the best one covers is not meant.
const OF_BEST: f32 = 0.75;

/// Words to products, each with the weight of the field it stands in.
#[derive(Debug, Default)]
pub(super) struct Index {
    postings: BTreeMap<String, Vec<(usize, f32)>>,
    products: usize,
}

impl Index {
    /// Adds a product's field.
    pub(super) fn add(&mut self, product: usize, field: &str, weight: f32) {
        self.products = self.products.max(product + 1);
        for word in words(field).iter().map(|word| stem(word)) {
            let list = self.postings.entry(word).or_default();
            match list.last_mut().filter(|(last, _)| *last == product) {
                Some((_, best)) => *best = best.max(weight),
                None => list.push((product, weight)),
            }
        }
    }

    /// Products that fit a question, best first.
    pub(super) fn find(&self, question: &str) -> Vec<usize> {
        let said = words(question).into_iter().filter(|word| !STOP_WORDS.contains(&word.as_str()));
        let wanted: BTreeSet<String> = said.take(MOST_WORDS).map(|word| stem(&word)).collect();
        let mut scores: HashMap<usize, Score> = HashMap::new();
        let mut whole = 0.0;
        for word in &wanted {
            let hits = self.hits(word);
            if hits.is_empty() && ANY_THING.iter().any(|any| stem(any) == *word) {
                continue;
            }
            let rare = self.rarity(hits.len());
            whole += rare;
            for (product, weight) in hits {
                let score = scores.entry(product).or_default();
                score.covered += rare;
                score.weight += rare * weight;
            }
        }
        ranked(scores, whole)
    }

    // Products with a word, each with its weight: as it is written, else as the end of a compound, else with slips.
    fn hits(&self, word: &str) -> BTreeMap<usize, f32> {
        let letters = word.chars().count();
        let compounds = letters >= TAIL_FROM && word.chars().all(char::is_alphabetic);
        let is_tail = |known: &&String| compounds && known.len() > word.len() && known.ends_with(word);
        let mut known: Vec<(&str, f32)> =
            self.postings.get_key_value(word).map(|(known, _)| (known.as_str(), 1.0)).into_iter().collect();
        known.extend(self.postings.keys().filter(is_tail).map(|known| (known.as_str(), 0.8)));
        if known.is_empty() {
            known = self.slips(word, letters);
        }
        let mut hits = BTreeMap::new();
        for (known, quality) in known {
            for (product, weight) in self.postings.get(known).into_iter().flatten() {
                let best: &mut f32 = hits.entry(*product).or_default();
                *best = best.max(weight * quality);
            }
        }
        hits
    }

    // Known words that `word` may have been meant to be.
    fn slips<'i>(&'i self, word: &str, letters: usize) -> Vec<(&'i str, f32)> {
        let allowed = match letters {
            0..SLIP_FROM => return Vec::new(),
            SLIP_FROM..TWO_SLIPS_FROM => 1,
            _ => 2,
        };
        // Digits are not slips: 40 cm is not 45 cm.
        if word.chars().any(|c| c.is_ascii_digit()) {
            return Vec::new();
        }
        let near = |known: &&String| known.chars().count().abs_diff(letters) <= allowed;
        let distance = |known: &String| strsim::osa_distance(known, word);
        let slips = self.postings.keys().filter(near).map(|known| (known.as_str(), distance(known)));
        slips
            .filter(|(_, slips)| *slips <= allowed)
            .map(|(known, slips)| (known, if slips == 1 { 0.7 } else { 0.5 }))
            .collect()
    }

    // The inverse document frequency; a word no product has is the rarest of all.
    #[expect(clippy::cast_precision_loss, reason = "counts are at most 100,000, and a weight need not be exact")]
    fn rarity(&self, with_it: usize) -> f32 {
        (1.0 + self.products as f32 / (with_it as f32 + 1.0)).ln()
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Score {
    covered: f32,
    weight: f32,
}

fn ranked(scores: HashMap<usize, Score>, whole: f32) -> Vec<usize> {
    let best = scores.values().map(|score| score.covered).fold(0.0, f32::max);
    let enough = (whole * COVERED).max(best * OF_BEST);
    let mut found: Vec<_> = scores.into_iter().filter(|(_, score)| score.covered >= enough).collect();
    // The file's order settles what is equally good, so that a question always has the same answer.
    found.sort_by(|(a, one), (b, other)| other.weight.total_cmp(&one.weight).then(a.cmp(b)));
    found.into_iter().map(|(product, _)| product).collect()
}

/// Whether a question has no word that could name a product.
pub(super) fn says_nothing(question: &str) -> bool {
    words(question).iter().all(|word| STOP_WORDS.contains(&word.as_str()) || ANY_THING.contains(&word.as_str()))
}

/// The words of a text, in small letters and without accents. Apostrophes join: the `s` of `what's` is not a size.
pub(super) fn words(text: &str) -> Vec<String> {
    let joined = text.nfkd().filter(|c| !is_accent(*c) && !matches!(c, '\'' | '\u{2019}'));
    let plain: String = joined.flat_map(char::to_lowercase).take(LONGEST_TEXT).collect();
    plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// A word without its ending: `mugs` is `mug`, `Tassen` is `Tasse`. Cutting too much is no harm, as long as both
/// sides are cut alike.
pub(super) fn stem(word: &str) -> String {
    let word = word.replace('ß', "ss");
    if !word.chars().all(char::is_alphabetic) {
        return word;
    }
    let ending = ["en", "es", "er", "e", "n", "s"].into_iter().find(|ending| {
        word.strip_suffix(ending)
            .is_some_and(|stem| stem.chars().count() >= 3 && !(*ending == "s" && stem.ends_with('s')))
    });
    ending.and_then(|ending| word.strip_suffix(ending)).map_or_else(|| word.clone(), str::to_owned)
}

/// Words for whatever there is. A shop may sell one of them by that name, so they are searched for like others first.
const ANY_THING: [&str; 15] = [
    "article",
    "articles",
    "gift",
    "gifts",
    "item",
    "items",
    "present",
    "presents",
    "products",
    "stuff",
    "thing",
    "things",
    "geschenk",
    "geschenke",
    "produkte",
];

/// Words of questions about products that say nothing about which one, without accents: English, then German.
const STOP_WORDS: [&str; 167] = [
    "a",
    "about",
    "all",
    "also",
    "am",
    "an",
    "and",
    "any",
    "anything",
    "are",
    "as",
    "at",
    "available",
    "be",
    "buy",
    "by",
    "can",
    "come",
    "comes",
    "cost",
    "costing",
    "costs",
    "could",
    "do",
    "does",
    "everything",
    "find",
    "for",
    "from",
    "get",
    "got",
    "has",
    "have",
    "hello",
    "hey",
    "hi",
    "how",
    "i",
    "id",
    "if",
    "im",
    "in",
    "is",
    "it",
    "its",
    "like",
    "looking",
    "me",
    "much",
    "my",
    "need",
    "of",
    "offer",
    "on",
    "one",
    "or",
    "order",
    "please",
    "price",
    "priced",
    "prices",
    "product",
    "sell",
    "shop",
    "show",
    "some",
    "something",
    "still",
    "stock",
    "than",
    "that",
    "the",
    "there",
    "these",
    "this",
    "to",
    "want",
    "was",
    "we",
    "what",
    "whats",
    "when",
    "which",
    "will",
    "with",
    "would",
    "you",
    "your",
    "aber",
    "alle",
    "alles",
    "am",
    "an",
    "artikel",
    "auch",
    "auf",
    "aus",
    "bei",
    "bestellen",
    "bitte",
    "da",
    "das",
    "dem",
    "den",
    "der",
    "des",
    "die",
    "ein",
    "eine",
    "einen",
    "einer",
    "eines",
    "er",
    "es",
    "etwas",
    "euch",
    "fur",
    "gibt",
    "habe",
    "haben",
    "habt",
    "hallo",
    "hatte",
    "ich",
    "ihr",
    "ihre",
    "im",
    "ist",
    "kann",
    "kaufen",
    "kosten",
    "kostet",
    "lager",
    "lieferbar",
    "mein",
    "mir",
    "mit",
    "nach",
    "noch",
    "oder",
    "preis",
    "preise",
    "produkt",
    "sie",
    "sind",
    "so",
    "suche",
    "um",
    "und",
    "uns",
    "verfugbar",
    "viel",
    "von",
    "was",
    "welche",
    "welchen",
    "wie",
    "wieviel",
    "will",
    "wir",
    "wo",
    "zeig",
    "zeige",
    "zeigt",
    "zu",
    "zum",
    "zur",
];

#[cfg(test)]
mod tests {
    use super::*;

    const TITLES: [&str; 9] = [
        "Stoneware mug Fjord blue",
        "Stoneware mug Fjord sand",
        "Linen tea towel blue",
        "Linen blanket large",
        "Leinendecke groß grau",
        "Wool throw grey",
        "Kitchen towel striped",
        "Beeswax candle tall",
        "T-Shirt organic S",
    ];

    fn find(question: &str) -> Vec<usize> {
        let mut index = Index::default();
        TITLES.iter().enumerate().for_each(|(at, title)| index.add(at, title, 1.0));
        index.find(question)
    }

    #[test]
    fn products_are_found_by_the_words_that_name_them() {
        let check = |question: &str, expected: &[usize]| assert_eq!(find(question), expected, "{question}");
        check("do you have the blue mug in stock?", &[0]);
        check("how much are your mugs", &[0, 1]);
        check("stonewear mug", &[0, 1]);
        check("habt ihr graue Decken", &[4]);
        check("gibt es die große Decke noch", &[4]);
        check("What's a candel", &[7]);
        check("organic shirt in S", &[8]);
        check("a unicorn mug", &[0, 1]);
        check("kitchen knife sharpener", &[]);
        check("winter tyres", &[]);
        check("do you have it in stock", &[]);
        check("", &[]);
    }

    #[test]
    fn small_words_and_numbers_allow_no_slips() {
        assert_eq!(find("mag"), [0usize; 0]);
        let mut index = Index::default();
        index.add(0, "cushion 40x40", 1.0);
        assert_eq!(index.find("40x45"), [0usize; 0]);
        assert_eq!(index.find("40x40"), [0]);
    }
}
