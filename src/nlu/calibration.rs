//! From scores to probabilities that mean what they say.
//!
//! Two numbers come out of a cross-validation over the training lines, for each tier by itself:
//!
//! - the **sharpness** `s` of `p = softmax(s · base · values)`: temperature scaling (Guo et al., ICML 2017) with
//!   `s = 1 / temperature`, fitted to the held-out lines by maximum likelihood. The values are margins, or the logarithms of
//!   probabilities;
//! - the **scope**, a logistic curve over one score of a line, such as its largest margin. Its positives are held-out lines.
//!   Its negatives are lines known to be out of scope where there are enough; otherwise pseudo out-of-scope lines, made by
//!   leaving every fifth intent out of the training of a fold altogether. Both sides weigh the same, so 0.5 is the
//!   balanced threshold: it keeps as large a share of what is in scope as it turns away of what is not.
//!   Pseudo lines are nearer to the shop's business than what shoppers really ask beside it and would turn a quarter
//!   of good questions away, so with them 0.5 lies no higher than the [`SPARED`] quantile of rightly told lines.
//!
//! An intent's `not_examples` are no negatives of the scope: most of them are another intent's business, and which one
//! is not said.

/// Share of rightly told held-out lines that pseudo out-of-scope lines may cost. On `CLINC150` the threshold found with
/// real ones lay at the 5 % quantile (100 lines an intent) to the 11 % quantile (5 lines an intent).
const SPARED: f64 = 0.07;
/// Steps of Newton's method; it needs about eight.
const MOST_STEPS: usize = 50;

/// A line held out, as one tier sees it.
#[derive(Debug, Clone)]
pub(crate) struct Scored {
    /// A value of every class, the largest the best.
    pub(crate) values: Vec<f32>,
    /// What its scope is told by.
    pub(crate) score: f64,
    /// The place of its class among the values; nothing when it has none.
    pub(crate) class: Option<usize>,
}

impl Scored {
    fn is_told(&self) -> bool {
        self.class.is_some_and(|class| f64::from(self.values[class]) >= largest(&self.values))
    }
}

/// How the values of one tier become probabilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Calibration {
    base: f64,
    sharpness: f64,
    scope: Logistic,
}

impl Calibration {
    /// Of the sparse tier's margins, for a model too small to hold anything out: about what the published five-shot sets
    /// calibrate to.
    pub(crate) const MARGINS: Self = Self { base: 4.0, sharpness: 1.9, scope: Logistic { slope: 2.5, middle: -0.55 } };
    /// The same of the logarithms of both tiers' probabilities.
    pub(crate) const BOTH: Self = Self { base: 1.0, sharpness: 1.3, scope: Logistic { slope: 12.0, middle: 0.2 } };

    /// The four numbers of it, for [`Calibration::of`].
    pub(crate) fn numbers(&self) -> [f64; 4] {
        [self.base, self.sharpness, self.scope.slope, self.scope.middle]
    }

    pub(crate) fn of([base, sharpness, slope, middle]: [f64; 4]) -> Self {
        Self { base, sharpness, scope: Logistic { slope, middle } }
    }

    pub(crate) fn probabilities(&self, values: &[f32]) -> Vec<f32> {
        softmax(values, self.base * self.sharpness)
    }

    pub(crate) fn in_scope(&self, score: f64) -> f32 {
        self.scope.at(score) as f32
    }

    /// Fits both numbers to lines held out; what these cannot tell stays as it was.
    pub(crate) fn fit(self, held: &[Scored], pseudo: bool) -> Self {
        Self {
            base: self.base,
            sharpness: fit_sharpness(held, self.base).unwrap_or(self.sharpness),
            scope: fit_scope(held, pseudo).unwrap_or(self.scope),
        }
    }
}

pub(crate) fn largest(values: &[f32]) -> f64 {
    f64::from(values.iter().copied().fold(f32::NEG_INFINITY, f32::max))
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
fn fit_sharpness(held: &[Scored], base: f64) -> Option<f64> {
    let told: Vec<(&[f32], usize)> =
        held.iter().filter_map(|held| Some((held.values.as_slice(), held.class?))).collect();
    if told.is_empty() {
        return None;
    }
    let mut sharpness = 1.0;
    for _ in 0..MOST_STEPS {
        let step = sharpness_step(&told, sharpness, base).clamp(-0.5 * sharpness, sharpness);
        sharpness = (sharpness + step).clamp(0.1, 10.0);
        if step.abs() < 1e-4 {
            break;
        }
    }
    Some(sharpness)
}

/// Newton's step: the slope of the log-likelihood over its curvature, both in units of the sharpness.
fn sharpness_step(told: &[(&[f32], usize)], sharpness: f64, base: f64) -> f64 {
    let (mut slope, mut curvature) = (0.0, 1e-9);
    for (margins, class) in told {
        let p = softmax(margins, base * sharpness);
        let pairs = || p.iter().zip(*margins).map(|(p, margin)| (f64::from(*p), f64::from(*margin)));
        let mean: f64 = pairs().map(|(p, margin)| p * margin).sum();
        slope += f64::from(margins[*class]) - mean;
        curvature += pairs().map(|(p, margin)| p * (margin - mean).powi(2)).sum::<f64>();
    }
    slope / curvature / base
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

fn fit_scope(held: &[Scored], pseudo: bool) -> Option<Logistic> {
    let of = |inside: bool| held.iter().filter(move |held| held.class.is_some() == inside);
    let inside: Vec<f64> = of(true).map(|held| held.score).collect();
    let outside: Vec<f64> = of(false).map(|held| held.score).collect();
    if inside.is_empty() || outside.is_empty() {
        return None;
    }
    let mut scope = fit_logistic(&inside, &outside)?;
    let mut told: Vec<f64> = held.iter().filter(|held| held.is_told()).map(|held| held.score).collect();
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

    const BASE: f64 = 4.0;

    fn held(margins: &[f32], class: Option<usize>) -> Scored {
        Scored { values: margins.to_vec(), score: largest(margins), class }
    }

    #[test]
    fn sharpness_answers_to_how_often_the_top_is_right() {
        let fit = |right: usize| {
            let lines: Vec<Scored> =
                (0..100).map(|line| held(&[0.0, -0.5], Some(usize::from(line >= right)))).collect();
            fit_sharpness(&lines, BASE).unwrap()
        };
        // ln(odds) = 4 · s · 0.5 at the maximum.
        let check =
            |right: usize, expected: f64| assert!((fit(right) - expected).abs() < 1e-3, "{right}: {}", fit(right));
        check(75, 3f64.ln() / 2.0);
        check(90, 9f64.ln() / 2.0);
        check(100, 10.0);
        check(30, 0.1);
        assert_eq!(fit_sharpness(&[], BASE), None);
        assert_eq!(fit_sharpness(&[held(&[0.0], None)], BASE), None);
    }

    #[test]
    fn scope_is_one_half_between_the_sides() {
        let lines: Vec<Scored> = (0..50)
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
        let lines: Vec<Scored> =
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
        let calibration = Calibration::MARGINS;
        for margins in [vec![], vec![0.0], vec![1e30, -1e30], vec![-1.0; 150]] {
            let sum: f32 = calibration.probabilities(&margins).iter().sum();
            assert!(margins.is_empty() || (sum - 1.0).abs() < 1e-3);
            assert!((0.0..=1.0).contains(&calibration.in_scope(largest(&margins))));
        }
    }
}
