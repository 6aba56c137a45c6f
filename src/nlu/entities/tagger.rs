//! Things that no rule can name: account types, names, places, learned from the marks in the examples.
//!
//! An averaged perceptron (Collins 2002, <https://aclanthology.org/W02-1001/>) gives each word of a text a tag: the first
//! word of a thing, a further one, or none. It goes from left to right and sees the words around, their endings and form,
//! and the tag before. The same examples in the same order give the same weights.

use std::collections::HashMap;

use super::context::{Request, rank};
use super::line::{Line, is_number};
use super::scores::LabelledEntity;
use super::{Found, MAX_PLACES};

/// Times all examples are gone through. Later rounds change next to nothing.
const ROUNDS: u32 = 8;
/// Examples that are learned from: training stays under a second or two.
const MOST_EXAMPLES: usize = 20_000;
/// Letters of a beginning or an ending.
const AFFIX: usize = 3;

/// What tells things from other words.
#[derive(Debug)]
pub(super) struct Tagger {
    // Tag 0 is none; of the name `n`, 2n+1 is the first word and 2n+2 each further one.
    names: Vec<String>,
    // Whether a sign in front, as the `#` of `#10042`, belongs to a thing of that name.
    is_signed: Vec<bool>,
    weights: HashMap<u64, Vec<f32>>,
}

// One example, read: the features of each word but for the tag before, and the tags.
struct Lesson {
    words: Vec<Vec<u64>>,
    tags: Vec<usize>,
}

#[derive(Debug, Default)]
struct Row {
    now: Vec<f32>,
    // The sum of what it has been, up to the step it was last changed at.
    sum: Vec<f64>,
    since: u32,
}

impl Tagger {
    /// Learns to find things of these names in texts with marks. Marks of other names count as no mark.
    pub(super) fn train(names: &[String], examples: &[(&str, Vec<LabelledEntity>)]) -> Self {
        let mut signs: Vec<(usize, usize)> = vec![(0, 0); names.len()];
        let examples = examples.iter().take(MOST_EXAMPLES);
        let lessons: Vec<Lesson> =
            examples.filter_map(|(text, marks)| lesson(&Line::new(text), marks, names, &mut signs)).collect();
        let is_signed = signs.into_iter().map(|(signed, all)| 2 * signed > all).collect();
        let (count, mut rows, mut step) = (2 * names.len() + 1, HashMap::new(), 0_u32);
        for round in 0..ROUNDS {
            for at in 0..lessons.len() {
                // Every second round goes the other way, so that no intent always has the last word.
                let at = if round % 2 == 0 { at } else { lessons.len() - 1 - at };
                let Some(lesson) = lessons.get(at) else { continue };
                let mut before = 0;
                for (features, right) in lesson.words.iter().zip(&lesson.tags) {
                    step = step.saturating_add(1);
                    let features: Vec<u64> = features.iter().copied().chain(tag_features(before, features)).collect();
                    let guess = best(count, before, &features, |feature| {
                        rows.get(&feature).map(|row: &Row| row.now.as_slice())
                    });
                    if guess != *right {
                        change(&mut rows, &features, count, step, *right, guess);
                    }
                    // What is right leads on, or one slip would be learned from to the end of the line.
                    before = *right;
                }
            }
        }
        let weights = rows.into_iter().map(|(feature, row)| (feature, row.average(step))).collect();
        Self { names: names.to_vec(), is_signed, weights }
    }

    /// What it finds, each with the index of its name.
    pub(super) fn find(&self, request: &Request<'_>) -> Vec<(usize, Found)> {
        let line = request.line;
        let (count, mut before, mut found) = (2 * self.names.len() + 1, 0, Vec::<(usize, usize, usize)>::new());
        for index in 0..line.len() {
            let words = features(line, index);
            let all: Vec<u64> = words.iter().copied().chain(tag_features(before, &words)).collect();
            let tag = best(count, before, &all, |feature| self.weights.get(&feature).map(Vec::as_slice));
            let is_full = found.len() >= MAX_PLACES;
            match (tag.checked_sub(1), found.last_mut()) {
                (Some(tag), Some(last)) if tag % 2 == 1 => last.2 = index,
                (Some(tag), _) if !is_full => found.push((tag / 2, index, index)),
                _ => {}
            }
            before = tag;
        }
        found.into_iter().filter_map(|(name, first, last)| Some((name, self.found(line, name, first, last)?))).collect()
    }

    pub(super) fn name(&self, index: usize) -> Option<&str> {
        self.names.get(index).map(String::as_str)
    }

    fn found(&self, line: &Line<'_>, name: usize, first: usize, last: usize) -> Option<Found> {
        let sign = line.before(line.start(first)).filter(|c| is_sign(*c)).map_or(0, char::len_utf8);
        let is_signed = self.is_signed.get(name).copied().unwrap_or(false);
        let (start, end) = (line.start(first) - if is_signed { sign } else { 0 }, line.end(last));
        // A piece of `10042.50` or `10042-7` is never what was meant.
        let joins = |gap: &str, word: &str| matches!(gap, "." | "," | "-" | "/" | "'") && is_number(word);
        let is_cut = (is_number(line.raw(first)) && first > 0 && joins(line.gap_before(first), line.raw(first - 1)))
            || (is_number(line.raw(last)) && joins(line.gap_after(last), line.raw(last + 1)));
        let value = line.text.get(start..end).filter(|_| !is_cut)?.to_owned();
        let reason = "learned from the marks in the examples".to_owned();
        Some(Found { start, end, value, rank: rank::RULE, reason, ..Found::default() })
    }
}

impl Row {
    fn settle(&mut self, step: u32) {
        let steps = f64::from(step - self.since);
        self.sum.iter_mut().zip(&self.now).for_each(|(sum, now)| *sum += f64::from(*now) * steps);
        self.since = step;
    }

    #[expect(clippy::cast_possible_truncation, reason = "a weight needs no more than seven digits")]
    fn average(mut self, step: u32) -> Vec<f32> {
        self.settle(step);
        self.sum.iter().map(|sum| (sum / f64::from(step.max(1))) as f32).collect()
    }
}

fn change(rows: &mut HashMap<u64, Row>, features: &[u64], tags: usize, step: u32, right: usize, wrong: usize) {
    for feature in features {
        let fresh = || Row { now: vec![0.0; tags], sum: vec![0.0; tags], since: step };
        let row = rows.entry(*feature).or_insert_with(fresh);
        row.settle(step);
        for (tag, by) in [(right, 1.0), (wrong, -1.0)] {
            if let Some(weight) = row.now.get_mut(tag) {
                *weight += by;
            }
        }
    }
}

// The tag with the most weight; of equals the first. A further word of a thing stands behind a word of the same thing only.
fn best<'w>(tags: usize, before: usize, features: &[u64], weights: impl Fn(u64) -> Option<&'w [f32]>) -> usize {
    let mut sums = vec![0.0_f32; tags];
    for row in features.iter().filter_map(|feature| weights(*feature)) {
        sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight);
    }
    let may_stand = |tag: usize| tag == 0 || tag % 2 == 1 || before == tag || before + 1 == tag;
    let mut best = (0, f32::NEG_INFINITY);
    for (tag, sum) in sums.into_iter().enumerate().filter(|(tag, _)| may_stand(*tag)) {
        if sum > best.1 {
            best = (tag, sum);
        }
    }
    best.0
}

// Nothing of a text whose marks cut words in two.
fn lesson(line: &Line<'_>, marks: &[LabelledEntity], names: &[String], signs: &mut [(usize, usize)]) -> Option<Lesson> {
    let mut tags = vec![0; line.len()];
    let byte = |at: usize| line.text.char_indices().nth(at).map_or(line.text.len(), |(byte, _)| byte);
    for mark in marks {
        let Some(name) = names.iter().position(|name| *name == mark.entity) else { continue };
        let (start, end) = (byte(mark.start), byte(mark.end));
        let words = line.words_in(start, end);
        let last = words.clone().next_back()?;
        if line.start(words.start) < start || line.end(last) > end {
            return None;
        }
        let sign = signs.get_mut(name)?;
        sign.0 += usize::from(start < line.start(words.start));
        sign.1 += 1;
        for index in words.clone() {
            *tags.get_mut(index)? = 2 * name + if index == words.start { 1 } else { 2 };
        }
    }
    Some(Lesson { words: (0..line.len()).map(|index| features(line, index)).collect(), tags })
}

fn is_sign(c: char) -> bool {
    matches!(c, '#' | '$' | '€' | '£' | '№')
}

// What a word is and what stands around it, hashed.
fn features(line: &Line<'_>, index: usize) -> Vec<u64> {
    let word = |steps: isize| index.checked_add_signed(steps).map_or("", |index| line.word(index));
    let own = word(0);
    let form = form(line.raw(index));
    // A number is known by its length: its digits say nothing about the next one.
    let known = if is_number(own) { form.as_str() } else { own };
    let edge = |end: bool| {
        let skipped = if end { own.chars().count().saturating_sub(AFFIX) } else { 0 };
        own.chars().skip(skipped).take(AFFIX).collect::<String>()
    };
    let sign = line.before(line.start(index)).filter(|c| !c.is_alphanumeric()).map_or(String::new(), String::from);
    let mut features = vec![
        hash(0, &["always"]),
        hash(1, &[known]),
        hash(2, &[&form]),
        hash(3, &[&edge(false)]),
        hash(4, &[&edge(true)]),
        hash(5, &[&sign]),
        hash(6, &[word(-1)]),
        hash(7, &[word(1)]),
        hash(8, &[word(-2), word(-1)]),
        hash(9, &[word(1), word(2)]),
        hash(10, &[word(-1), known]),
        hash(11, &[known, word(1)]),
        hash(12, &[word(-1), &form]),
        hash(13, &[&form, word(1)]),
        hash(14, &[word(-2)]),
    ];
    features.dedup();
    features
}

// The tag before, alone and with the word itself (the second of a word's features).
fn tag_features(before: usize, features: &[u64]) -> [u64; 2] {
    let tag = before.to_string();
    let own = features.get(1).copied().unwrap_or_default().to_string();
    [hash(20, &[&tag]), hash(21, &[&tag, &own])]
}

// `Mr` is `Aa`, `ABC` is `A`, `10042` is `9` five times.
fn form(word: &str) -> String {
    let mut form = String::new();
    for c in word.chars().take(32) {
        let kind = if c.is_numeric() {
            '9'
        } else if c.is_uppercase() {
            'A'
        } else {
            'a'
        };
        if kind == '9' || !form.ends_with(kind) {
            form.push(kind);
        }
    }
    form
}

// FNV-1a over the kind of feature and its words.
fn hash(kind: u8, words: &[&str]) -> u64 {
    let bytes = words.iter().flat_map(|word| word.bytes().chain([0xff]));
    std::iter::once(kind)
        .chain(bytes)
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{TODAY, rule};
    use super::super::{EntityKind, Extractor};
    use super::*;

    // Text with one marked stretch: `close my [gold](plan) account`.
    fn marked(text: &'static str, words: &str, entity: &str) -> (&'static str, Vec<LabelledEntity>) {
        let Some(at) = text.find(words).filter(|_| !words.is_empty()) else { return (text, vec![]) };
        let start = text.get(..at).unwrap_or_default().chars().count();
        (
            text,
            vec![LabelledEntity { entity: entity.to_owned(), start, end: start + words.chars().count(), value: None }],
        )
    }

    fn taught() -> Extractor {
        let extractor = Extractor::new(&[
            rule("plan", EntityKind::Examples),
            rule("who", EntityKind::Examples),
            rule("order_number", EntityKind::Regex(r"\d{5}".to_owned())),
        ])
        .expect("rules");
        extractor.learn(&[
            marked("close my gold account", "gold", "plan"),
            marked("open a platinum account for me", "platinum", "plan"),
            marked("change the pro account please", "pro", "plan"),
            marked("i want a premium account", "premium", "plan"),
            marked("a record from Mr. Jones", "Mr. Jones", "who"),
            marked("find a song from Anna Freeman", "Anna Freeman", "who"),
            marked("the album from Ms. Hawkings", "Ms. Hawkings", "who"),
            marked("where is my parcel", "", ""),
            marked("what is this account for", "", ""),
            marked("my order has not come from you", "", ""),
            marked("a discount for 10042", "10042", "plan"),
        ]);
        extractor
    }

    #[test]
    fn what_is_marked_is_found_in_other_sentences() {
        let shop = taught();
        let check = |text: &str, expected: &[(&str, &str)]| {
            let found: Vec<_> =
                shop.extract(text, TODAY).into_iter().map(|found| (found.entity, found.value)).collect();
            let found: Vec<_> = found.iter().map(|(entity, value)| (entity.as_str(), value.as_str())).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("please close the gold account", &[("plan", "gold")]);
        check("a song from Mr. Miller", &[("who", "Mr. Miller")]);
        check("where is my order", &[]);
        // What a rule finds is never the model's.
        check("a discount for 10042", &[("order_number", "10042")]);
        check("", &[]);
    }

    #[test]
    fn the_same_examples_teach_the_same() {
        let text = "i want to close the platinum account from Mr. Brown";
        assert_eq!(taught().extract(text, TODAY), taught().extract(text, TODAY));
        let empty = Extractor::new(&[rule("plan", EntityKind::Examples)]).expect("rules");
        assert_eq!(empty.extract(text, TODAY), []);
        empty.learn(&[]);
        assert_eq!(empty.extract(text, TODAY), []);
    }
}
