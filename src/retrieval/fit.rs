//! How well the words of a query and of an article fit: a number from 0 to 1.

use super::index::FoundIn;

/// A stretch of an article that is compared with the query as a whole.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) found_in: FoundIn,
    /// Its terms, sorted, each once.
    pub(super) terms: Vec<u32>,
}

impl Unit {
    /// Whether a term is in it.
    pub(super) fn has(&self, term: u32) -> bool {
        self.terms.binary_search(&term).is_ok()
    }
}

/// A term of the query: what it weighs, and the known terms that count for it.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) weight: f32,
    pub(super) counts: Vec<(u32, f32)>,
}

/// How much of what was asked a unit has.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cover {
    /// The share of the query's weight that the unit has.
    pub(super) asked: f32,
    /// The share of the unit's weight that the query has.
    pub(super) own: f32,
}

/// How well an article fits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    pub(super) fit: f32,
    pub(super) found_in: FoundIn,
}

/// What of `asked` stands in `unit`; `weight_of` gives the weight of a known term.
pub(super) fn cover(asked: &[Asked], unit: &Unit, weight_of: impl Fn(u32) -> f32) -> Cover {
    let total: f32 = asked.iter().map(|term| term.weight).sum();
    let weight: f32 = unit.terms.iter().map(|number| weight_of(*number)).sum();
    if total <= 0.0 || weight <= 0.0 {
        return Cover::default();
    }
    let mut matched = 0.0;
    let mut own: Vec<(u32, f32)> = Vec::new();
    for term in asked {
        let here = term.counts.iter().filter(|(number, _)| unit.has(*number));
        let best = here.clone().map(|(_, counts)| *counts).reduce(f32::max).unwrap_or(0.0);
        matched += term.weight * best;
        own.extend(here);
    }
    own.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    own.dedup_by_key(|(number, _)| *number);
    let own: f32 = own.iter().map(|(number, counts)| weight_of(*number) * counts).sum();
    Cover { asked: matched / total, own: (own / weight).min(1.0) }
}

/// How well the article of these units fits what was asked.
///
/// A question or title should be about the same and no more, so both shares count. Longer stretches have many words by chance:
/// only what they cover counts, and less. The parts are added up, for an answer shows in several of them.
pub(super) fn fit<'a>(asked: &[Asked], units: impl Iterator<Item = &'a Unit>, weight_of: impl Fn(u32) -> f32) -> Match {
    let (mut short, mut long, mut whole) = ((0.0_f32, FoundIn::Title), (0.0_f32, FoundIn::Passage), 0.0_f32);
    for unit in units {
        let Cover { asked: covered, own } = cover(asked, unit, &weight_of);
        match unit.found_in {
            FoundIn::Question | FoundIn::Title => {
                let like = covered * (OWN_LEAST + (1.0 - OWN_LEAST) * own);
                if like > short.0 {
                    short = (like, unit.found_in);
                }
            }
            FoundIn::Answer | FoundIn::Passage => {
                if covered > long.0 {
                    long = (covered, unit.found_in);
                }
            }
            FoundIn::Article => whole = covered,
        }
    }
    let together = SHORT * short.0 + LONG * long.0 + WHOLE * whole;
    let found_in = if short.0 >= long.0 * OWN_LEAST { short.1 } else { long.1 };
    // One faint word that happens to be all of a question is no evidence, however much of the question it covers.
    let total: f32 = asked.iter().map(|term| term.weight).sum();
    // But who asks in the very words of a question means it.
    let evidence = if short.0 > SAME { 1.0 } else { (whole * total / ENOUGH).min(1.0) };
    Match { fit: (short.0.max(together) * evidence).clamp(0.0, 1.0), found_in }
}

// All of the query is in the question, all of the question in the query; less than 1 for the rounding.
const SAME: f32 = 0.999;

// The weight of a word that one article in a few has.
const ENOUGH: f32 = 2.0;

// The parts of the sum, tried in steps of 0.1 on the same questions.
const SHORT: f32 = 0.5;
const LONG: f32 = 0.3;
const WHOLE: f32 = 0.2;

/// What a question counts that has all that was asked, and all else besides.
const OWN_LEAST: f32 = 0.6;
