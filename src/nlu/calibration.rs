//! From margins to probabilities that mean what they say.
//!
//! Two numbers come out of a cross-validation over the training lines:
//!
//! - the **sharpness** `s` of `p = softmax(4 · s · margins)`: temperature scaling (Guo et al., ICML 2017) with
//!   `s = 1 / temperature`, fitted to the held-out lines by maximum likelihood;
//! - the **scope**, a logistic curve over the largest margin. Its positives are held-out lines. Its negatives are lines
//!   known to be out of scope where there are at least [`ENOUGH_OUTSIDE`]; otherwise pseudo out-of-scope lines, made by
//!   leaving every fifth intent out of the training of a fold altogether. Both sides weigh the same, so 0.5 is the
//!   balanced threshold: it keeps as large a share of what is in scope as it turns away of what is not.
//!   Pseudo lines are nearer to the shop's business than what shoppers really ask beside it and would turn a quarter
//!   of good questions away, so with them 0.5 lies no higher than the [`SPARED`] quantile of rightly told lines.
//!
//! An intent's `not_examples` are no negatives of the scope: most of them are another intent's business, and which one
//! is not said.

use std::num::NonZeroUsize;

use super::chance::Chance;
use super::parallel::in_parallel;
use super::svm::{Label, Machines};
use super::vectors::Corpus;

/// Folds of the cross-validation: every line is held out once, 80 % remain to train on.
const FOLDS: usize = 5;
/// Lines that all folds together may train on. A large set needs fewer folds for two numbers than a small one, and
/// this keeps calibration from costing more than training: up to 3,000 lines run all five, 15,000 run one.
const MOST_LINES: usize = 15_000;
/// Out-of-scope lines from which on they speak for themselves.
const ENOUGH_OUTSIDE: usize = 20;
/// Share of rightly told held-out lines that pseudo out-of-scope lines may cost. On `CLINC150` the threshold found with
/// real ones lay at the 5 % quantile (100 lines an intent) to the 11 % quantile (5 lines an intent).
const SPARED: f64 = 0.07;
/// Steps of Newton's method; it needs about eight.
const MOST_STEPS: usize = 50;
/// The recipe's factor on margins before the softmax.
const BASE_SHARPNESS: f64 = 4.0;

/// Any two numbers: they must differ from each other and never change.
const LEAVING_SEED: u64 = 1;
const HOLDING_SEED: u64 = 2;

/// How margins become probabilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Calibration {
    sharpness: f64,
    scope: Logistic,
}

impl Calibration {
    /// For a model too small to hold anything out: about what the published five-shot sets calibrate to.
    const UNMEASURED: Self = Self { sharpness: 1.9, scope: Logistic { slope: 2.5, middle: -0.55 } };

    pub(crate) fn probabilities(&self, margins: &[f32]) -> Vec<f32> {
        softmax(margins, BASE_SHARPNESS * self.sharpness)
    }

    pub(crate) fn in_scope(&self, margins: &[f32]) -> f32 {
        self.scope.at(largest(margins)) as f32
    }

    /// Fits both numbers by cross-validation.
    pub(crate) fn fit(corpus: &Corpus, labels: &[Label], classes: usize, threads: NonZeroUsize) -> Self {
        let plan = Plan::new(labels, classes);
        let runs = (MOST_LINES / labels.len().max(1)).clamp(1, FOLDS);
        // A small set has one block of classes, so its folds run side by side; a single fold shares out its blocks.
        let (outer, inner) = if runs > 1 { (threads, NonZeroUsize::MIN) } else { (NonZeroUsize::MIN, threads) };
        let held: Vec<Held> = in_parallel(runs, outer, |fold| plan.run(fold, corpus, inner)).concat();
        Self {
            sharpness: fit_sharpness(&held).unwrap_or(Self::UNMEASURED.sharpness),
            scope: fit_scope(&held, plan.pseudo).unwrap_or(Self::UNMEASURED.scope),
        }
    }
}

/// A line that a fold's model had not seen.
#[derive(Clone)]
struct Held {
    margins: Vec<f32>,
    /// The place of its class among the margins; nothing when the fold's model could not know it.
    class: Option<usize>,
}

impl Held {
    fn is_told(&self) -> bool {
        self.class.is_some_and(|class| f64::from(self.margins[class]) >= largest(&self.margins))
    }
}

/// Which fold holds out what.
struct Plan<'a> {
    labels: &'a [Label],
    /// The fold that holds each line out; nothing for lines that always train.
    folds: Vec<Option<usize>>,
    /// The fold that leaves each class out.
    leaves: Vec<Option<usize>>,
    /// Whether classes are left out because too few lines are known to be out of scope.
    pseudo: bool,
}

/// What one fold trains on and tests with.
#[derive(Default)]
struct Split {
    lines: Vec<usize>,
    labels: Vec<Label>,
    held: Vec<usize>,
    held_classes: Vec<Option<usize>>,
}

impl Split {
    fn train(&mut self, line: usize, label: Label) {
        self.lines.push(line);
        self.labels.push(label);
    }

    fn hold(&mut self, line: usize, class: Option<usize>) {
        self.held.push(line);
        self.held_classes.push(class);
    }
}

impl<'a> Plan<'a> {
    fn new(labels: &'a [Label], classes: usize) -> Self {
        let outside = labels.iter().filter(|label| **label == Label::Outside).count();
        // With fewer than three intents, leaving one out leaves nothing to tell apart.
        let pseudo = outside < ENOUGH_OUTSIDE && classes >= 3;
        let mut order: Vec<usize> = (0..classes).collect();
        Chance::new(LEAVING_SEED).shuffle(&mut order);
        let mut leaves = vec![None; classes];
        for (place, class) in order.into_iter().enumerate().filter(|_| pseudo) {
            leaves[class] = Some(place % FOLDS);
        }
        let key = |label: &Label| match label {
            Label::Is(class) => Some(*class),
            Label::Outside => Some(classes),
            Label::IsNot(_) => None,
        };
        let keys: Vec<Option<usize>> = labels.iter().map(key).collect();
        Self { labels, folds: stratified(&keys, FOLDS, HOLDING_SEED), leaves, pseudo }
    }

    /// Trains the model of one fold; the margins of what it has not seen.
    fn run(&self, fold: usize, corpus: &Corpus, threads: NonZeroUsize) -> Vec<Held> {
        let kept: Vec<usize> = (0..self.leaves.len()).filter(|class| self.leaves[*class] != Some(fold)).collect();
        let split = self.split(fold, &kept);
        let idf = corpus.idf(&split.lines);
        let vectors = corpus.weigh(&split.lines, &idf);
        let machines = Machines::train(&vectors, &split.labels, kept.len(), corpus.vocabulary.rows(), threads);
        let tests = corpus.weigh(&split.held, &idf);
        let margins = |(test, class)| Held { margins: machines.margins(tests.line(test)), class };
        split.held_classes.into_iter().enumerate().map(margins).collect()
    }

    fn split(&self, fold: usize, kept: &[usize]) -> Split {
        let mut split = Split::default();
        let place = |class: usize| kept.binary_search(&class).ok();
        for (line, label) in self.labels.iter().enumerate() {
            let held = self.folds[line] == Some(fold);
            match *label {
                Label::Is(class) => match place(class) {
                    Some(place) if !held => split.train(line, Label::Is(place)),
                    place => split.hold(line, place),
                },
                Label::IsNot(class) => {
                    if let Some(place) = place(class) {
                        split.train(line, Label::IsNot(place));
                    }
                }
                Label::Outside if held => split.hold(line, None),
                Label::Outside => split.train(line, Label::Outside),
            }
        }
        split
    }
}

/// Deals lines of equal key evenly over folds, in random order. Lines without a key, and lines alone with theirs, are
/// in no fold: held out, they would leave nothing to learn from.
pub(crate) fn stratified(keys: &[Option<usize>], folds: usize, seed: u64) -> Vec<Option<usize>> {
    let classes = keys.iter().flatten().max().map_or(0, |most| most + 1);
    let mut lines = vec![Vec::new(); classes];
    for (line, key) in keys.iter().enumerate() {
        if let Some(key) = key {
            lines[*key].push(line);
        }
    }
    let mut out = vec![None; keys.len()];
    let mut chance = Chance::new(seed);
    let mut next = 0;
    for mut lines in lines.into_iter().filter(|lines| lines.len() > 1) {
        chance.shuffle(&mut lines);
        for line in lines {
            out[line] = Some(next % folds);
            next += 1;
        }
    }
    out
}

fn largest(margins: &[f32]) -> f64 {
    f64::from(margins.iter().copied().fold(f32::NEG_INFINITY, f32::max))
}

fn softmax(margins: &[f32], factor: f64) -> Vec<f32> {
    let most = largest(margins);
    let mut out: Vec<f32> = margins.iter().map(|margin| (factor * (f64::from(*margin) - most)).exp() as f32).collect();
    let sum: f32 = out.iter().sum();
    out.iter_mut().for_each(|p| *p /= sum);
    out
}

/// The sharpness that makes the held-out classes likeliest. The log-likelihood is concave in it, so Newton's method
/// finds the one maximum; a cap on each step and on the range keeps perfectly told sets finite.
fn fit_sharpness(held: &[Held]) -> Option<f64> {
    let told: Vec<(&[f32], usize)> =
        held.iter().filter_map(|held| Some((held.margins.as_slice(), held.class?))).collect();
    if told.is_empty() {
        return None;
    }
    let mut sharpness = 1.0;
    for _ in 0..MOST_STEPS {
        let step = sharpness_step(&told, sharpness).clamp(-0.5 * sharpness, sharpness);
        sharpness = (sharpness + step).clamp(0.1, 10.0);
        if step.abs() < 1e-4 {
            break;
        }
    }
    Some(sharpness)
}

/// Newton's step: the slope of the log-likelihood over its curvature, both in units of the sharpness.
fn sharpness_step(told: &[(&[f32], usize)], sharpness: f64) -> f64 {
    let (mut slope, mut curvature) = (0.0, 1e-9);
    for (margins, class) in told {
        let p = softmax(margins, BASE_SHARPNESS * sharpness);
        let pairs = || p.iter().zip(*margins).map(|(p, margin)| (f64::from(*p), f64::from(*margin)));
        let mean: f64 = pairs().map(|(p, margin)| p * margin).sum();
        slope += f64::from(margins[*class]) - mean;
        curvature += pairs().map(|(p, margin)| p * (margin - mean).powi(2)).sum::<f64>();
    }
    slope / curvature / BASE_SHARPNESS
}

/// A logistic curve: one half at `middle`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Logistic {
    slope: f64,
    middle: f64,
}

impl Logistic {
    fn at(&self, x: f64) -> f64 {
        1.0 / (1.0 + (-self.slope * (x - self.middle)).exp())
    }
}

fn fit_scope(held: &[Held], pseudo: bool) -> Option<Logistic> {
    let of = |inside: bool| held.iter().filter(move |held| held.class.is_some() == inside);
    let inside: Vec<f64> = of(true).map(|held| largest(&held.margins)).collect();
    let outside: Vec<f64> = of(false).map(|held| largest(&held.margins)).collect();
    if inside.is_empty() || outside.is_empty() {
        return None;
    }
    let mut scope = fit_logistic(&inside, &outside)?;
    let mut told: Vec<f64> = held.iter().filter(|held| held.is_told()).map(|held| largest(&held.margins)).collect();
    told.sort_unstable_by(f64::total_cmp);
    if let Some(spared) = told.get((SPARED * told.len() as f64) as usize).filter(|_| pseudo) {
        scope.middle = scope.middle.min(*spared);
    }
    Some(scope)
}

/// Maximum likelihood with equal weight on both sides and Platt's smoothed targets, which keep it finite when the
/// sides do not overlap (Platt 1999; Newton's method as in Lin, Lin, Weng 2007).
fn fit_logistic(inside: &[f64], outside: &[f64]) -> Option<Logistic> {
    let points: Vec<Target> = targets(inside, true).chain(targets(outside, false)).collect();
    let (mut slope, mut offset) = (1.0, 0.0);
    for _ in 0..MOST_STEPS {
        let (by_slope, by_offset) = logistic_step(&points, slope, offset);
        let longest = by_slope.abs().max(by_offset.abs());
        // A full Newton step may overshoot where the curve is flat.
        let cap = (5.0 / longest).min(1.0);
        slope += cap * by_slope;
        offset += cap * by_offset;
        if longest < 1e-6 {
            break;
        }
    }
    // A falling curve would call the best-known lines the strangest: there was nothing to learn.
    (slope > 0.0 && slope.is_finite() && offset.is_finite()).then(|| Logistic { slope, middle: -offset / slope })
}

struct Target {
    x: f64,
    wanted: f64,
    weight: f64,
}

fn targets(xs: &[f64], high: bool) -> impl Iterator<Item = Target> + '_ {
    let n = xs.len() as f64;
    let smoothed = (n + 1.0) / (n + 2.0);
    let wanted = if high { smoothed } else { 1.0 - smoothed };
    xs.iter().map(move |x| Target { x: *x, wanted, weight: 0.5 / n })
}

fn logistic_step(points: &[Target], slope: f64, offset: f64) -> (f64, f64) {
    // Gradient and Hessian; a touch on the diagonal keeps points on one spot from dividing by zero.
    let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
    for &Target { x, wanted, weight } in points {
        let p = 1.0 / (1.0 + (-(slope * x + offset)).exp());
        let (error, variance) = (weight * (wanted - p), weight * p * (1.0 - p));
        ga += error * x;
        gb += error;
        haa += variance * x * x;
        hab += variance * x;
        hbb += variance;
    }
    let determinant = haa * hbb - hab * hab;
    ((hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_are_stratified() {
        let keys: Vec<Option<usize>> =
            (0..60).map(|line| (line % 7 != 0).then_some(line % 3)).chain([Some(9)]).collect();
        let folds = stratified(&keys, 5, 3);
        for key in 0..3 {
            let of_key = (0..60).filter(|line| keys[*line] == Some(key));
            let mut sizes = [0usize; 5];
            of_key.for_each(|line| sizes[folds[line].unwrap()] += 1);
            assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1, "{sizes:?}");
        }
        assert_eq!((folds[0], folds[60]), (None, None), "no key, or alone with it: never held out");
        assert_eq!(stratified(&keys, 5, 3), folds);
        assert_ne!(stratified(&keys, 5, 4), folds);
    }

    fn held(margins: &[f32], class: Option<usize>) -> Held {
        Held { margins: margins.to_vec(), class }
    }

    #[test]
    fn sharpness_answers_to_how_often_the_top_is_right() {
        let fit = |right: usize| {
            let lines: Vec<Held> = (0..100).map(|line| held(&[0.0, -0.5], Some(usize::from(line >= right)))).collect();
            fit_sharpness(&lines).unwrap()
        };
        // ln(odds) = 4 · s · 0.5 at the maximum.
        let check =
            |right: usize, expected: f64| assert!((fit(right) - expected).abs() < 1e-3, "{right}: {}", fit(right));
        check(75, 3f64.ln() / 2.0);
        check(90, 9f64.ln() / 2.0);
        check(100, 10.0);
        check(30, 0.1);
        assert_eq!(fit_sharpness(&[]), None);
        assert_eq!(fit_sharpness(&[held(&[0.0], None)]), None);
    }

    #[test]
    fn scope_is_one_half_between_the_sides() {
        let lines: Vec<Held> = (0..50)
            .flat_map(|i| {
                let x = i as f32 / 50.0;
                [held(&[x], Some(0)), held(&[x - 1.0], None)]
            })
            .collect();
        let scope = fit_scope(&lines, false).unwrap();
        assert!((scope.at(-0.01) - 0.5).abs() < 0.05, "{scope:?}");
        assert!(scope.at(0.9) > 0.95 && scope.at(-0.9) < 0.05);
    }

    #[test]
    fn pseudo_lines_may_cost_few_good_ones() {
        let inside = (0..100).map(|i| held(&[i as f32 / 100.0], Some(0)));
        let lines: Vec<Held> =
            inside.chain((0..100).map(|_| held(&[0.9], None))).chain([held(&[-3.0], None)]).collect();
        let middle = |pseudo| fit_scope(&lines, pseudo).map(|scope| scope.middle);
        assert!(middle(true).is_none_or(|middle| middle <= SPARED + 1e-6));
        assert_eq!(fit_scope(&lines[..100], true), None);
    }

    #[test]
    fn scope_that_falls_is_not_learnt() {
        let lines = [held(&[-1.0], Some(0)), held(&[-0.9], Some(0)), held(&[1.0], None), held(&[0.9], None)];
        assert_eq!(fit_scope(&lines, false), None);
    }

    #[test]
    fn probabilities_sum_to_one_whatever_the_margins() {
        let calibration = Calibration::UNMEASURED;
        for margins in [vec![], vec![0.0], vec![1e30, -1e30], vec![-1.0; 150]] {
            let sum: f32 = calibration.probabilities(&margins).iter().sum();
            assert!(margins.is_empty() || (sum - 1.0).abs() < 1e-3);
            assert!((0.0..=1.0).contains(&calibration.in_scope(&margins)));
        }
    }
}
