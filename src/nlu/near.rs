//! Lines of different intents that say the same: by the direction of their vectors, else by their n-grams.

use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroUsize;

use super::encoder::Encoder;
use super::language;
use super::logistic::dot;
use super::material::Material;
use super::parallel::in_parallel;

/// The cosine from which on two sentence vectors say the same, and the one from which on they may: then it counts that a
/// model takes one line for the other's intent. Of two that differ in "on" and "off" alone the cosine is up to 0.93.
const SAME_MEANING: Border = Border { sure: 0.94, likely: 0.85 };
/// The same of n-grams, of which one word of many changes little.
const SAME_WORDS: Border = Border { sure: 0.92, likely: 0.75 };
/// Lines of one language that are compared, each with each: some seconds of work at most.
const MOST_COMPARED: usize = 6_000;

struct Border {
    sure: f32,
    likely: f32,
}

/// What two lines have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Similar {
    /// What they mean, as the encoder reads them.
    Meaning,
    /// Their n-grams.
    Words,
}

/// Two training lines, the first of them first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Near {
    pub(crate) lines: (usize, usize),
    pub(crate) similarity: f32,
    pub(crate) by: Similar,
}

/// What else is known of two lines.
pub(crate) trait Known: Sync {
    /// Whether their author has said that they differ.
    fn are_told_apart(&self, one: usize, other: usize) -> bool;
    /// Whether a model that had not seen one of them took it for the other's intent.
    fn are_confused(&self, one: usize, other: usize) -> bool;
}

/// Lines of an intent, each with the nearest line of another if the two say the same; nearest first. A line is told once:
/// one that stands in the wrong intent is near to many of the right one.
///
/// Lines are compared within a language, those `encoder` was trained to read by their vectors.
pub(crate) fn near(
    material: &Material,
    encoder: Option<&Encoder>,
    known: &impl Known,
    threads: NonZeroUsize,
) -> Vec<Near> {
    let mut groups: BTreeMap<(String, Similar), Vec<Compared<'_>>> = BTreeMap::new();
    for compared in compared(material, encoder) {
        let locale = &material.lines[compared.line].locale;
        groups.entry((language::primary(locale), compared.view.kind())).or_default().push(compared);
    }
    let mut found = Vec::new();
    for group in groups.into_values().map(evenly) {
        let nearest = |place: usize| nearest(&group[place], &group, known);
        found.extend(in_parallel(group.len(), threads, nearest).into_iter().flatten());
    }
    found.sort_by(|a, b| b.similarity.total_cmp(&a.similarity).then(a.lines.cmp(&b.lines)));
    let mut seen = HashSet::new();
    found.retain(|near| {
        let (one, other) = near.lines;
        // Both go in, or neither.
        !seen.contains(&one) && !seen.contains(&other) && seen.insert(one) && seen.insert(other)
    });
    found
}

/// A line, as it is compared with others.
struct Compared<'a> {
    line: usize,
    class: usize,
    view: View<'a>,
}

enum View<'a> {
    Direction(&'a [f32]),
    /// Ascending; divided by its length.
    Grams(Vec<(u32, f32)>),
}

impl View<'_> {
    fn kind(&self) -> Similar {
        match self {
            Self::Direction(_) => Similar::Meaning,
            Self::Grams(_) => Similar::Words,
        }
    }

    fn cosine(&self, other: &Self) -> f32 {
        match (self, other) {
            (Self::Direction(a), Self::Direction(b)) => dot(a, b),
            (Self::Grams(a), Self::Grams(b)) => product(a, b),
            _ => 0.0,
        }
    }
}

fn compared<'m>(material: &'m Material, encoder: Option<&Encoder>) -> Vec<Compared<'m>> {
    let all: Vec<usize> = (0..material.lines.len()).collect();
    let grams = material.corpus.weigh(&all, &material.corpus.idf(&all));
    let direction = |line: usize| {
        let line = &material.lines[line];
        let encoder = encoder.filter(|encoder| encoder.is_native(&language::primary(&line.locale)))?;
        line.vector.as_deref()?.get(..encoder.width())
    };
    let view = |line: usize| match direction(line) {
        Some(direction) => View::Direction(direction),
        None => View::Grams(of_length_one(grams.line(line))),
    };
    let of_line = |line: usize| Some(Compared { line, class: material.lines[line].class()?, view: view(line) });
    all.iter().filter_map(|line| of_line(*line)).collect()
}

fn of_length_one(entries: &[(u32, f32)]) -> Vec<(u32, f32)> {
    let length = entries.iter().map(|(_, value)| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    let mut entries: Vec<(u32, f32)> = entries.iter().map(|(row, value)| (*row, value / length)).collect();
    entries.sort_unstable_by_key(|(row, _)| *row);
    entries
}

fn product(mut a: &[(u32, f32)], mut b: &[(u32, f32)]) -> f32 {
    let mut sum = 0.0;
    while let ([(row, x), rest_of_a @ ..], [(other, y), rest_of_b @ ..]) = (a, b) {
        if row == other {
            sum += x * y;
        }
        // Both, where they are equal.
        a = if row <= other { rest_of_a } else { a };
        b = if other <= row { rest_of_b } else { b };
    }
    sum
}

/// The first lines of every class, as many of each, where there are too many of all.
fn evenly(mut group: Vec<Compared<'_>>) -> Vec<Compared<'_>> {
    if group.len() > MOST_COMPARED {
        let mut of_class: BTreeMap<usize, usize> = BTreeMap::new();
        group.iter().for_each(|compared| *of_class.entry(compared.class).or_default() = 0);
        let most = MOST_COMPARED / of_class.len().max(1);
        group.retain(|compared| {
            let count = of_class.entry(compared.class).or_default();
            *count += 1;
            *count <= most
        });
    }
    group
}

fn nearest(one: &Compared<'_>, group: &[Compared<'_>], known: &impl Known) -> Option<Near> {
    let by = one.view.kind();
    let border = match by {
        Similar::Meaning => SAME_MEANING,
        Similar::Words => SAME_WORDS,
    };
    let mut found: Option<Near> = None;
    for other in group.iter().filter(|other| other.class != one.class) {
        let similarity = one.view.cosine(&other.view).min(1.0);
        let is_nearer = found.as_ref().map_or(similarity >= border.likely, |found| similarity > found.similarity);
        if is_nearer
            && (similarity >= border.sure || known.are_confused(one.line, other.line))
            && !known.are_told_apart(one.line, other.line)
        {
            let lines = (one.line.min(other.line), one.line.max(other.line));
            found = Some(Near { lines, similarity, by });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_sparse_lines() {
        let check = |a: &[(u32, f32)], b: &[(u32, f32)], expected: f32| {
            assert!((product(a, b) - expected).abs() < 1e-6 && (product(b, a) - expected).abs() < 1e-6);
        };
        check(&[], &[(1, 1.0)], 0.0);
        check(&[(1, 2.0), (3, 1.0), (7, 0.5)], &[(1, 0.5), (2, 9.0), (7, 4.0)], 3.0);
        let one = of_length_one(&[(9, 3.0), (2, 4.0)]);
        assert_eq!(one, [(2, 0.8), (9, 0.6)]);
        check(&one, &one, 1.0);
        assert_eq!(of_length_one(&[]), []);
    }

    #[test]
    fn of_too_many_lines_every_class_keeps_as_many() {
        let group = |count: usize| -> Vec<Compared<'_>> {
            (0..count).map(|line| Compared { line, class: line % 3 % 2, view: View::Grams(Vec::new()) }).collect()
        };
        assert_eq!(evenly(group(MOST_COMPARED)).len(), MOST_COMPARED);
        let kept = evenly(group(4 * MOST_COMPARED));
        assert_eq!(kept.len(), MOST_COMPARED);
        assert_eq!(kept.iter().filter(|compared| compared.class == 1).count(), MOST_COMPARED / 2);
    }
}
