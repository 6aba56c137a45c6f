//! What the author of examples should look at: lines of two intents that say the same, and intents taken for one another.
//!
//! Which intents are taken for one another shows cross-validation: every line is told by a model that has not seen it.
//! What an author has settled, by a line under `not_examples` of the other intent, is not told again.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::folds::{self, Held};
use super::material::{self, Line, Material};
use super::model::Options;
use super::near::{self, Similar};
use super::tiers;
use super::{IntentExamples, text};

/// Pairs of lines told, nearest first: who has more has something else to settle first.
const MOST_NEAR: usize = 100;
/// Lines of an intent taken for one other that are no accident.
const FEWEST_CONFUSED: usize = 3;
/// Lines of an intent from which on they tell something: of fewer a line left out is often wrong because nothing like it is
/// left, not because two intents are alike.
const ENOUGH_READ: usize = 15;
/// Lines of every hundred of an intent that have to be taken for one other: with fewer, people would differ over them, too.
const PERCENT_CONFUSED: usize = 10;

/// Where an example stands among those that were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExampleAt {
    /// The place of its intent.
    pub intent: usize,
    /// Its place among the examples of that intent.
    pub example: usize,
}

/// Examples of two intents that say the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearPair {
    /// The first of them.
    pub one: ExampleAt,
    /// The other.
    pub other: ExampleAt,
    /// Cosine of the two, at most 1.
    pub similarity: f32,
    /// What they have in common.
    pub by: Similar,
}

/// Lines of one intent that are taken for another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mistaken {
    /// The lines, surest mistake first.
    pub lines: Vec<ExampleAt>,
    /// How many lines of the intent were read.
    pub of: usize,
}

/// Two intents of which one at least is taken for the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfusedPair {
    /// The place of the intent of which the larger share is mistaken.
    pub intent: usize,
    /// The place of the other.
    pub other: usize,
    /// Lines of `intent` taken for `other`.
    pub there: Mistaken,
    /// Lines of `other` taken for `intent`.
    pub back: Mistaken,
}

impl ConfusedPair {
    /// Whether it goes both ways, the lesser share at least half as large as the other.
    #[must_use]
    pub fn is_mutual(&self) -> bool {
        let (there, back) = (self.there.lines.len() * self.back.of, self.back.lines.len() * self.there.of);
        self.back.lines.len() >= FEWEST_CONFUSED && 2 * back >= there
    }
}

/// All that there is to look at.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Advice {
    /// Examples of two intents that say the same, nearest first, at most a hundred.
    pub near: Vec<NearPair>,
    /// Intents that are taken for one another, those with the most such lines first.
    pub confused: Vec<ConfusedPair>,
}

impl Mistaken {
    /// Whether there are so many that there is something to do about them.
    #[must_use]
    pub fn are_many(&self) -> bool {
        let count = self.lines.len();
        self.of >= ENOUGH_READ && count >= FEWEST_CONFUSED && 100 * count >= PERCENT_CONFUSED * self.of
    }
}

/// Looks for what the author of `intents` should look at. `progress` is told of the folds done and all, from any thread.
#[must_use]
pub fn advise(intents: &[IntentExamples], options: &Options<'_>, progress: &(dyn Fn(usize, usize) + Sync)) -> Advice {
    let threads = material::threads(options);
    let material = Material::read(intents, options, threads);
    let held = folds::read_unseen(&material.ground(), threads, progress);
    let told: Vec<Told> = held.iter().filter_map(Told::of).collect();
    let places = Places::of(intents, &material, &told);
    let encoder = options.encoding.map(|encoding| encoding.encoder.as_ref());
    let near = near::near(&material, encoder, &places, threads);
    Advice {
        near: near.into_iter().filter_map(|near| places.pair(near)).take(MOST_NEAR).collect(),
        confused: confused(&told, &places),
    }
}

/// Where training lines stand among the examples.
struct Places<'a> {
    lines: &'a [Line],
    /// Of each class and text the first example.
    examples: HashMap<(usize, &'a str), ExampleAt>,
    /// Of each class the first intent.
    intents: Vec<usize>,
    /// What is said to be none of a class.
    not: HashSet<(usize, String)>,
    /// The class that each line was taken for, if it was wrong.
    taken_for: HashMap<usize, usize>,
}

impl<'a> Places<'a> {
    fn of(intents: &'a [IntentExamples], material: &'a Material, told: &[Told]) -> Self {
        let names = material.names.iter().map(String::as_str);
        let classes: HashMap<&str, usize> = names.zip(0..).collect();
        let (mut examples, mut not) = (HashMap::new(), HashSet::new());
        let mut first = vec![None; classes.len()];
        for (intent, one) in intents.iter().enumerate() {
            let Some(class) = classes.get(one.name.as_str()).copied() else { continue };
            first[class].get_or_insert(intent);
            for (example, line) in one.examples.iter().enumerate() {
                examples.entry((class, line.text.as_str())).or_insert(ExampleAt { intent, example });
            }
            not.extend(one.not_examples.iter().map(|line| (class, text::normal(&line.text))));
        }
        let taken_for = told.iter().filter(|told| told.is_wrong()).map(|told| (told.line, told.taken_for)).collect();
        let intents = first.into_iter().flatten().collect();
        Self { lines: &material.lines, examples, intents, not, taken_for }
    }

    fn of_line(&self, line: usize) -> Option<ExampleAt> {
        let line = self.lines.get(line)?;
        self.examples.get(&(line.class()?, line.text.as_str())).copied()
    }

    fn pair(&self, near: near::Near) -> Option<NearPair> {
        let (one, other) = (self.of_line(near.lines.0)?, self.of_line(near.lines.1)?);
        Some(NearPair { one, other, similarity: near.similarity, by: near.by })
    }
}

impl near::Known for Places<'_> {
    fn are_told_apart(&self, one: usize, other: usize) -> bool {
        let is_not = |line: usize, of: usize| {
            let class = self.lines[of].class();
            class.is_some_and(|class| self.not.contains(&(class, text::normal(&self.lines[line].text))))
        };
        is_not(one, other) || is_not(other, one)
    }

    fn are_confused(&self, one: usize, other: usize) -> bool {
        let is_taken = |line: usize, of: usize| {
            self.taken_for.get(&line).is_some_and(|class| self.lines[of].class() == Some(*class))
        };
        is_taken(one, other) || is_taken(other, one)
    }
}

/// What a model that had not seen it makes of a line.
struct Told {
    line: usize,
    own: usize,
    taken_for: usize,
    /// How much likelier than its own intent the other is.
    lead: f32,
}

impl Told {
    fn of(held: &Held) -> Option<Self> {
        let (taken_for, lead) = tiers::taken_for(held)?;
        Some(Self { line: held.line, own: held.class?, taken_for, lead })
    }

    fn is_wrong(&self) -> bool {
        self.taken_for != self.own
    }
}

fn confused(told: &[Told], places: &Places<'_>) -> Vec<ConfusedPair> {
    let intents = &places.intents;
    let mut read = vec![0usize; intents.len()];
    let mut mistaken: BTreeMap<(usize, usize), Vec<(f32, ExampleAt)>> = BTreeMap::new();
    for told in told {
        read[told.own] += 1;
        if let Some(at) = places.of_line(told.line).filter(|_| told.is_wrong()) {
            mistaken.entry((told.own, told.taken_for)).or_default().push((told.lead, at));
        }
    }
    let of = |own: usize, taken_for: usize| {
        let mut lines = mistaken.get(&(own, taken_for)).cloned().unwrap_or_default();
        lines.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        Mistaken { lines: lines.into_iter().map(|(_, at)| at).collect(), of: read[own] }
    };
    let larger_first = |one: usize, other: usize| {
        let (there, back) = (of(one, other), of(other, one));
        // Shares compared without a division.
        let is_first = there.lines.len() * back.of.max(1) >= back.lines.len() * there.of.max(1);
        let (intent, other, there, back) = if is_first { (one, other, there, back) } else { (other, one, back, there) };
        ConfusedPair { intent: intents[intent], other: intents[other], there, back }
    };
    let pairs: BTreeSet<(usize, usize)> = mistaken.keys().map(|(a, b)| (*a.min(b), *a.max(b))).collect();
    let pairs = pairs.into_iter().map(|(one, other)| larger_first(one, other));
    let mut pairs: Vec<ConfusedPair> = pairs.filter(|pair| pair.there.are_many() || pair.back.are_many()).collect();
    pairs.sort_by_key(|pair| Reverse(pair.there.lines.len() + pair.back.lines.len()));
    pairs
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::super::Example;
    use super::*;

    fn intent(name: &str, locale: &str, examples: &[&str]) -> IntentExamples {
        let example = |text: &&str| Example { text: (*text).to_owned(), locale: locale.to_owned() };
        IntentExamples {
            name: name.to_owned(),
            examples: examples.iter().map(example).collect(),
            not_examples: Vec::new(),
        }
    }

    fn shop() -> Vec<IntentExamples> {
        let track =
            ["where is my order", "track my parcel", "has it shipped yet", "is my parcel on its way", "tracking"];
        let cancel = ["cancel my order", "i want to cancel it", "please stop the order", "cancel it", "cancellation"];
        let greet = ["hello", "good morning", "hi there", "hello you", "good morning to you"];
        vec![intent("track", "en", &track), intent("cancel", "en", &cancel), intent("greet", "en", &greet)]
    }

    fn advice(intents: &[IntentExamples]) -> Advice {
        advise(intents, &Options::default(), &|_, _| ())
    }

    fn texts<'a>(intents: &'a [IntentExamples], pair: &NearPair) -> [&'a str; 2] {
        [pair.one, pair.other].map(|at| intents[at.intent].examples[at.example].text.as_str())
    }

    #[test]
    fn good_examples_need_no_advice() {
        assert_eq!(advice(&shop()), Advice::default());
        assert_eq!(advice(&[]), Advice::default());
        assert_eq!(advice(&shop()[..1]), Advice::default());
        assert_eq!(
            advice(&[intent("blank", "en", &["", " "]), intent("one", "", &["where is it"])]),
            Advice::default()
        );
    }

    #[test]
    fn lines_of_two_intents_that_say_the_same_are_found_once() {
        let mut intents = shop();
        intents[2].examples.push(Example { text: "Where is MY order??".to_owned(), locale: "en-GB".to_owned() });
        let found = advice(&intents).near;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(texts(&intents, &found[0]), ["where is my order", "Where is MY order??"]);
        assert_eq!((found[0].by, found[0].similarity > 0.75), (Similar::Words, true));
        assert_eq!((found[0].one.intent, found[0].other), (0, ExampleAt { intent: 2, example: 5 }));
    }

    #[test]
    fn lines_of_two_languages_are_not_compared() {
        let mut intents = shop();
        intents[2].examples.push(Example { text: "where is my order".to_owned(), locale: "de".to_owned() });
        assert_eq!(advice(&intents).near, []);
    }

    #[test]
    fn what_the_author_has_told_apart_is_not_told_again() {
        let mut intents = shop();
        let line = Example { text: "where is my order!".to_owned(), locale: "en".to_owned() };
        intents[2].examples.push(line.clone());
        intents[0].not_examples.push(line);
        assert_eq!(advice(&intents).near, []);
    }

    #[test]
    fn entries_of_one_name_are_one_intent() {
        let mut intents = shop();
        intents.push(intent("track", "en", &["where is my order please", "where is my order"]));
        assert_eq!(advice(&intents).near, []);
    }

    fn told(line: usize, own: usize, taken_for: usize, lead: f32) -> Told {
        Told { line, own, taken_for, lead }
    }

    // Of a class as many lines as are wanted, each taken for what `taken` says.
    fn pairs(taken: &[(usize, usize, usize)]) -> Vec<(usize, usize, usize, usize)> {
        let intents: Vec<IntentExamples> = (0..3)
            .map(|class| {
                let lines: Vec<String> = (0..60).map(|line| format!("{class} and {line}")).collect();
                intent(&format!("i{class}"), "en", &lines.iter().map(String::as_str).collect::<Vec<_>>())
            })
            .collect();
        let material = Material::read(&intents, &Options::default(), material::threads(&Options::default()));
        let mut all = Vec::new();
        for (own, taken_for, count) in taken {
            let from = own * 60 + all.iter().filter(|told: &&Told| told.own == *own).count();
            all.extend((from..from + count).map(|line| told(line, *own, *taken_for, line as f32 / 1000.0)));
        }
        let found = confused(&all, &Places::of(&intents, &material, &all));
        for pair in &found {
            let places: Vec<usize> = pair.there.lines.iter().map(|at| at.example).collect();
            assert!(places.is_sorted_by(|a, b| a > b), "the surest first: {places:?}");
        }
        found.iter().map(|pair| (pair.intent, pair.other, pair.there.lines.len(), pair.back.lines.len())).collect()
    }

    #[test]
    fn intents_are_confused_if_many_lines_are() {
        assert_eq!(pairs(&[(0, 0, 30), (1, 1, 30)]), []);
        assert_eq!(pairs(&[(0, 0, 27), (0, 1, 3), (1, 1, 30)]), [(0, 1, 3, 0)]);
        assert_eq!(pairs(&[(0, 0, 28), (0, 1, 2), (1, 1, 30)]), [], "two are an accident");
        assert_eq!(pairs(&[(0, 0, 6), (0, 1, 8), (1, 1, 30)]), [], "so few say nothing");
        assert_eq!(pairs(&[(0, 0, 55), (0, 1, 5), (1, 1, 30)]), [], "a small share");
        assert_eq!(pairs(&[(0, 0, 40), (0, 1, 5), (1, 1, 12), (1, 0, 4)]), [(1, 0, 4, 5)], "the larger share first");
        let two = [(0, 0, 20), (0, 1, 3), (1, 1, 20), (2, 1, 4), (2, 2, 20)];
        assert_eq!(pairs(&two), [(2, 1, 4, 0), (0, 1, 3, 0)], "the most lines first");
    }

    #[test]
    fn both_are_meant_where_neither_share_is_far_the_larger() {
        let mistaken =
            |lines: usize, of: usize| Mistaken { lines: vec![ExampleAt { intent: 0, example: 0 }; lines], of };
        let is_mutual = |there: (usize, usize), back: (usize, usize)| {
            let (there, back) = (mistaken(there.0, there.1), mistaken(back.0, back.1));
            ConfusedPair { intent: 0, other: 1, there, back }.is_mutual()
        };
        assert!(is_mutual((10, 100), (8, 82)) && is_mutual((10, 100), (5, 100)));
        assert!(!is_mutual((10, 100), (4, 100)) && !is_mutual((3, 5), (2, 5)) && !is_mutual((3, 5), (0, 0)));
    }

    #[test]
    fn both_ways_are_told() {
        let mut intents = shop();
        let same = |text: &str| Example { text: text.to_owned(), locale: "en".to_owned() };
        for line in 0..24 {
            intents[line % 2].examples.push(same(&format!("about my card {line}{line}{line}")));
        }
        let found = advice(&intents).confused;
        assert_eq!(found.len(), 1, "{found:?}");
        let pair = &found[0];
        assert_eq!((pair.intent.min(pair.other), pair.intent.max(pair.other)), (0, 1));
        assert!(pair.there.lines.len() >= 3 && pair.there.of == 17 && pair.there.are_many(), "{pair:?}");
        assert!(pair.there.lines.iter().all(|at| at.intent == pair.intent));
        assert!(pair.back.lines.iter().all(|at| at.intent == pair.other));
        assert_eq!(advice(&intents).confused, found, "the same in every run");
    }

    #[test]
    fn progress_is_told() {
        let calls = Mutex::new(Vec::new());
        let _ = advise(&shop(), &Options::default(), &|done, total| calls.lock().unwrap().push((done, total)));
        let mut calls = calls.into_inner().unwrap();
        calls.sort_unstable();
        assert_eq!(calls, [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]);
    }

    #[test]
    #[cfg(feature = "encoder")]
    fn the_encoder_finds_what_says_the_same_in_other_words() {
        use super::super::{Encoder, Encoding, Vectors};
        use std::sync::Arc;

        let encoder = Arc::new(Encoder::embedded("en").unwrap());
        let vectors = Vectors::new(&encoder);
        let mut intents = shop();
        intents[2].examples.push(Example { text: "how do i get my money back".to_owned(), locale: "en".to_owned() });
        intents.push(intent("refund", "en", &["how can i get my money back", "refund me", "i want a refund"]));
        intents.push(intent("german", "de", &["wo ist mein paket", "wo ist meine bestellung"]));
        let encoding = Encoding { encoder: &encoder, vectors: &vectors, learned: None };
        let options = Options { encoding: Some(encoding), ..Options::default() };
        let found = advise(&intents, &options, &|_, _| ()).near;
        assert_eq!(
            found.iter().map(|pair| texts(&intents, pair)).collect::<Vec<_>>(),
            [["how do i get my money back", "how can i get my money back"]]
        );
        assert_eq!(found[0].by, Similar::Meaning);
    }
}
