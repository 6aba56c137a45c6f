//! Which article answers best, and whether it answers at all.
//!
//! Meaning decides, words add to it, and what stands exactly so in an article (a number, a SKU, a name) adds some more. Fusing
//! ranks instead of scores is worse: it forgets by how much one was better.
//!
//! The numbers below were fitted to 300 questions the starter shop's articles answer and 260 they do not, most of these about
//! things the articles do mention; `docs/answers.md` tells what they come to on questions they were not fitted to.

/// From this [`super::Hit::fit`] on, an article is given as the answer. High, because a shopper believes an answer: of 318
/// questions no article answers, most of them near misses, ten come so far.
pub const FITS: f32 = 0.85;

/// From here on it is worth showing, with the question whether it is meant: nine of ten questions an article
/// answers come at least this far, and it costs a shopper one look where it is not the one.
pub const OFFERS: f32 = 0.3;

/// What counts beside the largest cosine, which counts one: the mean of all cosines of an article (a question that is near
/// one line by chance is far from the others), the words, and exact words.
const MEAN: f32 = 0.77;
const WORDS: f32 = 0.79;
const EXACT: f32 = 0.2;

/// What speaks for an article.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence {
    /// The largest cosine of the query to one of its texts, and the mean over all; nothing without an encoder.
    pub(super) near: Option<(f32, f32)>,
    /// How well its words fit, 0 to 1.
    pub(super) words: f32,
    /// The share of the query's exact words that it has.
    pub(super) exact: f32,
}

impl Evidence {
    /// What articles are put in order by.
    pub(super) fn score(self) -> f32 {
        let Self { near, words, exact } = self;
        let meaning = near.map_or(0.0, |(near, mean)| near + MEAN * mean);
        meaning + WORDS * words + EXACT * exact
    }
}

/// A logistic curve over score and lead.
struct Curve {
    score: f32,
    lead: f32,
    rest: f32,
}

/// What a score is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// Meaning and words.
    Meaning,
    /// Words, and meaning that was read in rough translation.
    Glosses,
    /// Words alone.
    Words,
}

/// With an encoder.
const BOTH: Curve = Curve { score: 4.95, lead: 1.06, rest: -5.17 };

/// With an encoder that read glosses, which are all somewhat alike: a score says less. Fitted to 160 German questions with an
/// answer and 120 without.
const GLOSSES: Curve = Curve { score: 2.97, lead: 0.64, rest: -3.37 };

/// By words alone.
const WORDS_ALONE: Curve = Curve { score: 9.93 / WORDS, lead: 0.0, rest: -4.42 };

impl Curve {
    fn fit(&self, score: f32, lead: f32) -> f32 {
        let x = self.score * score + self.lead * lead + self.rest;
        1.0 / (1.0 + (-x).exp())
    }
}

/// How likely each of the candidates in order is the answer, by its score and what that is made of; none more than one
/// before it. The lead is over the next best other one.
pub(super) fn judge(found: impl Iterator<Item = (f32, Basis)> + Clone) -> Vec<f32> {
    let mut scores = found.clone().map(|(score, _)| score);
    let (best, second) = (scores.next().unwrap_or(0.0), scores.next().unwrap_or(0.0));
    let mut most = 1.0_f32;
    let fit = |(place, (score, basis)): (usize, (f32, Basis))| {
        let lead = if place == 0 { score - second } else { score - best };
        let curve = match basis {
            Basis::Meaning => &BOTH,
            Basis::Glosses => &GLOSSES,
            Basis::Words => &WORDS_ALONE,
        };
        most = most.min(curve.fit(score, lead.clamp(-MOST_LEAD, MOST_LEAD)));
        most
    };
    found.enumerate().map(fit).collect()
}

/// More lead than this says no more: a shop with one article has nothing to compare with.
const MOST_LEAD: f32 = 0.5;
