//! Multinomial logistic regression, run to convergence.
//!
//! Minimises `½‖W‖² + C · Σ −ln p(class of line)` with `p = softmax(W·x + b)`, the bias free, by L-BFGS (Nocedal 1980;
//! two loops over the last ten steps) with a backtracking line search. It stops when no component of the gradient of the
//! mean loss exceeds [`TOLERANCE`]: a loose tolerance costs up to 14 points of accuracy.
//!
//! A line that is said not to be of a class has the loss `−ln (1 − p(class))`, and says nothing of the others.

use std::collections::VecDeque;

use rten::FloatOperators;
use rten_tensor::TensorView;

use super::svm::Label;

/// Largest component of the gradient, of the objective divided by `C` and the number of lines, that counts as none.
const TOLERANCE: f64 = 1e-5;
/// Text vectors take 40 to 200 steps; lines that contradict each other take more, and by then move nothing.
const MOST_STEPS: usize = 500;
/// Steps remembered.
const MEMORY: usize = 10;
/// Share of the promised gain a step must bring (Armijo).
const GAIN: f64 = 1e-4;
/// Probability at which a line that is not of a class is as wrong as it counts: the loss beyond has no end.
const MOST_WRONG: f64 = 0.999;
/// Halvings of one step before there is nothing left to gain within the precision of the sums.
const MOST_HALVINGS: usize = 20;

/// Vectors of one width, one after the other.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Rows {
    width: usize,
    values: Vec<f32>,
}

impl Rows {
    pub(crate) fn new(width: usize) -> Self {
        Self { width, values: Vec::new() }
    }

    pub(crate) fn push(&mut self, row: impl IntoIterator<Item = f32>) {
        let from = self.values.len();
        self.values.extend(row);
        debug_assert_eq!(self.values.len() - from, self.width);
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.width.max(1))
    }

    fn view(&self) -> TensorView<'_, f32> {
        TensorView::from_data(&[self.len(), self.width], self.values.as_slice())
    }
}

/// A trained regression: a row of weights a class, the bias last.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Regression {
    weights: Rows,
}

impl Regression {
    /// Trains on lines, each with what it is, a class below `classes`; `penalty` is C. Lines out of scope say nothing here:
    /// whoever wants them told gives them a class.
    ///
    /// The last value of each line is the one that goes with the bias.
    pub(crate) fn train(lines: &Rows, labels: &[Label], classes: usize, penalty: f64) -> Self {
        let problem = Problem { lines, labels, classes, penalty };
        let weights = problem.solve().into_iter().map(|weight| weight as f32).collect();
        Self { weights: Rows { width: lines.width, values: weights } }
    }

    /// The regression whose weights these are; nothing if they are not those of so many classes and lines so wide.
    pub(crate) fn of(weights: Vec<f32>, classes: usize, width: usize) -> Option<Self> {
        (weights.len() == classes * width).then_some(Self { weights: Rows { width, values: weights } })
    }

    /// All weights, class by class.
    pub(crate) fn weights(&self) -> &[f32] {
        &self.weights.values
    }

    /// The margin of every class for one line.
    pub(crate) fn margins(&self, line: &[f32]) -> Vec<f32> {
        self.weights.iter().map(|weights| dot(weights, line)).collect()
    }
}

/// The product of two vectors. Eight sums side by side: they fit vector registers, and a single one would wait for itself.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    const SIDE: usize = 8;
    let mut sums = [0.0f32; SIDE];
    let (a, b) = (a.chunks_exact(SIDE), b.chunks_exact(SIDE));
    let rest: f32 = a.remainder().iter().zip(b.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a.zip(b) {
        for side in 0..SIDE {
            sums[side] += a[side] * b[side];
        }
    }
    sums.iter().sum::<f32>() + rest
}

struct Problem<'a> {
    lines: &'a Rows,
    labels: &'a [Label],
    classes: usize,
    penalty: f64,
}

/// A point, the objective there and its slope.
struct Point {
    at: Vec<f64>,
    height: f64,
    slope: Vec<f64>,
}

/// A step that was taken: how far, how much the slope changed, and the reciprocal of their product.
struct Step {
    moved: Vec<f64>,
    turned: Vec<f64>,
    scale: f64,
}

impl Problem<'_> {
    fn solve(&self) -> Vec<f64> {
        let mut here = self.point(vec![0.0; self.classes * self.lines.width]);
        let enough = TOLERANCE * self.penalty * self.lines.len() as f64;
        let mut steps: VecDeque<Step> = VecDeque::with_capacity(MEMORY);
        for _ in 0..MOST_STEPS {
            if here.slope.iter().all(|slope| slope.abs() <= enough) {
                break;
            }
            let Some(next) = self.descend(&here, &steps) else { break };
            let moved = difference(&next.at, &here.at);
            let turned = difference(&next.slope, &here.slope);
            let product = product(&moved, &turned);
            if product > 0.0 {
                steps.truncate(MEMORY - 1);
                steps.push_front(Step { moved, turned, scale: 1.0 / product });
            }
            here = next;
        }
        here.at
    }

    /// The next point along the direction the steps so far suggest; nothing when no step brings a gain.
    fn descend(&self, here: &Point, steps: &VecDeque<Step>) -> Option<Point> {
        let direction = direction(&here.slope, steps);
        let promised = product(&direction, &here.slope);
        // The first step has no scale of its own: one unit of length.
        let mut length = if steps.is_empty() { 1.0 / product(&here.slope, &here.slope).sqrt() } else { 1.0 };
        for _ in 0..MOST_HALVINGS {
            let at = here.at.iter().zip(&direction).map(|(at, step)| at + length * step).collect();
            let there = self.point(at);
            if there.height <= here.height + GAIN * length * promised {
                return Some(there);
            }
            length *= 0.5;
        }
        None
    }

    fn point(&self, at: Vec<f64>) -> Point {
        let (count, width) = (self.lines.len(), self.lines.width);
        let weights: Vec<f32> = at.iter().map(|weight| *weight as f32).collect();
        let weights = TensorView::from_data(&[self.classes, width], weights.as_slice());
        let margins = self.lines.view().matmul(weights.transposed());
        // Shapes are those of this problem, so a product of them cannot fail.
        let mut errors = margins.map(|margins| margins.into_data()).unwrap_or_default();
        let mut height = 0.0;
        for (row, label) in errors.chunks_exact_mut(self.classes.max(1)).zip(self.labels) {
            height += loss(row, *label);
        }
        let errors = TensorView::from_data(&[count, self.classes], errors.as_slice());
        let slope = errors.transposed().matmul(self.lines.view());
        let mut slope: Vec<f64> = slope
            .map(|slope| slope.into_data())
            .unwrap_or_default()
            .into_iter()
            .map(|x| self.penalty * f64::from(x))
            .collect();
        let mut size = 0.0;
        for (slope, at) in slope.chunks_exact_mut(width).zip(at.chunks_exact(width)) {
            for (slope, at) in slope.iter_mut().zip(at).take(width - 1) {
                *slope += at;
                size += at * at;
            }
        }
        Point { at, height: 0.5 * size + self.penalty * height, slope }
    }
}

/// Turns the margins of a line into the slope of its loss by each; the loss.
fn loss(row: &mut [f32], label: Label) -> f64 {
    let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0f64;
    let margin = |class: usize, row: &[f32]| f64::from(row.get(class).copied().unwrap_or(most) - most);
    let own = match label {
        Label::Is(class) | Label::IsNot(class) => margin(class, row),
        Label::Outside => 0.0,
    };
    for margin in row.iter_mut() {
        *margin = (*margin - most).exp();
        sum += f64::from(*margin);
    }
    let scale = (1.0 / sum) as f32;
    row.iter_mut().for_each(|p| *p *= scale);
    match label {
        Label::Is(class) => {
            row[class] -= 1.0;
            sum.ln() - own
        }
        Label::IsNot(class) => {
            let p = f64::from(row[class]).min(MOST_WRONG);
            let share = (p / (1.0 - p)) as f32;
            row.iter_mut().for_each(|slope| *slope *= -share);
            row[class] = p as f32;
            -(1.0 - p).ln()
        }
        Label::Outside => {
            row.fill(0.0);
            0.0
        }
    }
}

fn direction(slope: &[f64], steps: &VecDeque<Step>) -> Vec<f64> {
    let mut way: Vec<f64> = slope.iter().map(|slope| -slope).collect();
    let mut shares = Vec::with_capacity(steps.len());
    for step in steps {
        let share = step.scale * product(&step.moved, &way);
        add(&mut way, &step.turned, -share);
        shares.push(share);
    }
    if let Some(last) = steps.front() {
        let scale = 1.0 / (last.scale * product(&last.turned, &last.turned));
        way.iter_mut().for_each(|x| *x *= scale);
    }
    for (step, share) in steps.iter().rev().zip(shares.into_iter().rev()) {
        let back = step.scale * product(&step.turned, &way);
        add(&mut way, &step.moved, share - back);
    }
    way
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

fn add(sum: &mut [f64], other: &[f64], times: f64) {
    sum.iter_mut().zip(other).for_each(|(sum, other)| *sum += times * other);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &[&[f32]]) -> Rows {
        let mut rows = Rows::new(lines[0].len());
        lines.iter().for_each(|line| rows.push(line.iter().copied()));
        rows
    }

    #[test]
    fn the_slope_vanishes_at_the_end() {
        let lines = rows(&[&[1.0, 0.2, 1.0], &[0.9, -0.1, 1.0], &[-1.0, 0.3, 1.0], &[0.1, 1.0, 1.0], &[0.2, 0.8, 1.0]]);
        let classes = [0, 0, 1, 2, 2];
        let labels = classes.map(Label::Is);
        let problem = Problem { lines: &lines, labels: &labels, classes: 3, penalty: 10.0 };
        let end = problem.point(problem.solve());
        // Within what products of 32 bits can tell.
        assert!(end.slope.iter().all(|slope| slope.abs() <= 2e-5 * 10.0 * 5.0), "{:?}", end.slope);
        let regression = Regression::train(&lines, &labels, 3, 10.0);
        for (line, label) in lines.iter().zip(classes) {
            let margins = regression.margins(line);
            let best = (0..3).max_by(|a, b| margins[*a].total_cmp(&margins[*b])).unwrap();
            assert_eq!(best, label);
        }
    }

    #[test]
    fn the_slope_is_that_of_the_height() {
        let lines = rows(&[&[0.5, -1.0, 1.0], &[1.5, 0.5, 1.0], &[-0.5, 0.25, 1.0]]);
        let problem =
            Problem { lines: &lines, labels: &[Label::Is(0), Label::Is(1), Label::IsNot(0)], classes: 2, penalty: 3.0 };
        let at = vec![0.3, -0.2, 0.1, 0.0, 0.4, -0.3];
        let here = problem.point(at.clone());
        for (place, slope) in here.slope.iter().enumerate() {
            let height = |by: f64| {
                let mut at = at.clone();
                at[place] += by;
                problem.point(at).height
            };
            // Products are of 32 bits, so the step must not be too small.
            let measured = (height(1e-2) - height(-1e-2)) / 2e-2;
            assert!((measured - slope).abs() < 1e-2, "{place}: {measured} and {slope}");
        }
    }

    #[test]
    fn a_line_that_is_not_of_a_class_pushes_away() {
        let lines = rows(&[&[1.0, 0.0, 1.0], &[0.0, 1.0, 1.0], &[0.8, 0.6, 1.0]]);
        let margin = |last: Label| {
            let margins =
                Regression::train(&lines, &[Label::Is(0), Label::Is(1), last], 2, 5.0).margins(&[0.8, 0.6, 1.0]);
            margins[0] - margins[1]
        };
        assert!(margin(Label::IsNot(0)) < margin(Label::Outside), "it is like the first class, and is said not to be");
    }

    #[test]
    fn two_sides_alike_are_told_by_the_bias_alone() {
        let lines = rows(&[&[0.0, 1.0], &[0.0, 1.0], &[0.0, 1.0], &[0.0, 1.0]]);
        let margins = Regression::train(&lines, &[0, 0, 0, 1].map(Label::Is), 2, 1.0).margins(&[0.0, 1.0]);
        // The bias is free, so it fits the shares: ln 3.
        assert!((margins[0] - margins[1] - 3f32.ln()).abs() < 1e-2, "{margins:?}");
    }

    #[test]
    fn sums_side_by_side_are_the_sum() {
        let a: Vec<f32> = (0..19).map(|n| n as f32).collect();
        assert_eq!(dot(&a, &a), a.iter().map(|x| x * x).sum::<f32>());
        assert_eq!(dot(&[], &[]), 0.0);
    }
}
