//! The encoder tier: what sentence vectors say of a text's intent.
//!
//! A text is `x = [c, ½ · d]`: its direction `c`, and the direction `d` of its middle layer as seen from the mean of all
//! training lines. Multinomial logistic regression on `x` ranks the intents (see [`Regression`]); the name of an intent is
//! one more example of it. Beside it stands the cosine to the nearest training line: a text that is near none is about
//! nothing the shop knows, however surely it would be told.
//!
//! Lines out of scope are a class of their own here: what is likely to be one of them is not likely to be in scope.

use std::sync::Arc;

use super::encoder::Vector;
use super::logistic::{Regression, Rows, dot};
use super::svm::Label;

/// How long the direction of the middle layer is beside the other.
const MIDDLE: f32 = 0.5;
/// The regression's C with few lines an intent, and with many.
const PENALTY: (f64, f64) = (160.0, 80.0);
/// Lines an intent from which on they are many: measured with 5, with 10, and with 100 and more.
pub(crate) const MANY: usize = 20;

/// A line to train on.
#[derive(Debug, Clone)]
pub(crate) struct DenseLine {
    pub(crate) vector: Vector,
    pub(crate) label: Label,
    /// Whether it is the name of an intent: it teaches, but no shopper is near to a name.
    pub(crate) is_name: bool,
}

/// The trained tier.
#[derive(Debug, Clone)]
pub(crate) struct Dense {
    /// The places of its classes among all classes of the model.
    places: Vec<usize>,
    classes: usize,
    has_outside: bool,
    has_many: bool,
    /// Numbers of a direction.
    width: usize,
    /// The mean of the middle layer; empty where vectors have none.
    middle: Vec<f32>,
    regression: Regression,
    /// Lines of its classes, for the nearest.
    lines: Vec<Vector>,
}

/// What one vector says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DenseView {
    /// Probabilities of all classes of the model; 0 for classes it has no line of.
    pub(crate) probabilities: Vec<f32>,
    /// Probability that it is like the lines out of scope.
    pub(crate) outside: f32,
    /// Cosine to the nearest line of any class, at least 0.
    pub(crate) nearest: f32,
    /// Whether it learned from many lines an intent.
    pub(crate) has_many: bool,
}

impl Dense {
    /// Trains on lines whose directions are `width` wide and whose labels are places among `classes` classes; nothing if fewer
    /// than two of these have a line. With the weights of the regression learnt before, only what is quick is done again.
    pub(crate) fn train(lines: &[DenseLine], width: usize, classes: usize, learned: Option<Vec<f32>>) -> Option<Self> {
        let mut has = vec![false; classes];
        for line in lines {
            if let Label::Is(class) = line.label {
                has[class] = true;
            }
        }
        let places: Vec<usize> = (0..classes).filter(|class| has[*class]).collect();
        let length = lines.first().map(|line| line.vector.len()).filter(|_| places.len() > 1)?;
        let has_outside = lines.iter().any(|line| line.label == Label::Outside);
        let middle = mean(lines, width, length);
        let own = lines.iter().filter(|line| matches!(line.label, Label::Is(_)) && !line.is_name);
        let nearest: Vec<Vector> = own.map(|line| Arc::clone(&line.vector)).collect();
        let has_many = nearest.len() >= MANY * places.len();
        let told = places.len() + usize::from(has_outside);
        let learned = learned.and_then(|weights| Regression::of(weights, told, length + 1));
        let regression = learned.unwrap_or_else(|| {
            let mut rows = Rows::new(length + 1);
            let mut labels = Vec::with_capacity(lines.len());
            for line in lines {
                if let Some(label) = local(line.label, &places) {
                    labels.push(label);
                    rows.push(features(&line.vector, width, &middle));
                }
            }
            Regression::train(&rows, &labels, told, if has_many { PENALTY.1 } else { PENALTY.0 })
        });
        Some(Self { regression, lines: nearest, width, middle, has_many, has_outside, classes, places })
    }

    /// The weights of the regression.
    pub(crate) fn learned(&self) -> &[f32] {
        self.regression.weights()
    }

    /// Reads a vector.
    pub(crate) fn read(&self, vector: &[f32]) -> DenseView {
        let mut own = softmax(self.regression.margins(&features(vector, self.width, &self.middle)), 1.0);
        let outside = if self.has_outside { own.pop().unwrap_or(0.0) } else { 0.0 };
        let inside = (1.0 - outside).max(f32::EPSILON);
        let mut probabilities = vec![0.0; self.classes];
        self.places.iter().zip(&own).for_each(|(place, p)| probabilities[*place] = p / inside);
        let direction = &vector[..self.width];
        let nearest = self.lines.iter().map(|line| dot(&line[..self.width], direction)).fold(0.0, f32::max);
        DenseView { probabilities, outside, nearest, has_many: self.has_many }
    }
}

fn local(label: Label, places: &[usize]) -> Option<Label> {
    let place = |class: usize| places.binary_search(&class).ok();
    Some(match label {
        Label::Is(class) => Label::Is(place(class)?),
        Label::IsNot(class) => Label::IsNot(place(class)?),
        Label::Outside => Label::Is(places.len()),
    })
}

/// The mean of what stands behind the directions.
fn mean(lines: &[DenseLine], width: usize, length: usize) -> Vec<f32> {
    let mut sum = vec![0.0f32; length - width];
    for line in lines {
        sum.iter_mut().zip(&line.vector[width..]).for_each(|(sum, x)| *sum += x / lines.len() as f32);
    }
    sum
}

/// What the regression sees of a vector. The last value goes with the bias.
fn features(vector: &[f32], width: usize, middle: &[f32]) -> Vec<f32> {
    let mut out = vector.to_vec();
    let behind = &mut out[width..];
    behind.iter_mut().zip(middle).for_each(|(x, mean)| *x -= mean);
    let length = dot(behind, behind).sqrt().max(f32::EPSILON);
    behind.iter_mut().for_each(|x| *x *= MIDDLE / length);
    out.push(1.0);
    out
}

/// Probabilities of margins times a factor.
pub(crate) fn softmax(mut margins: Vec<f32>, factor: f32) -> Vec<f32> {
    let most = margins.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    margins.iter_mut().for_each(|margin| *margin = (factor * (*margin - most)).exp());
    let sum: f32 = margins.iter().sum();
    margins.iter_mut().for_each(|p| *p /= sum);
    margins
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(values: [f32; 4], label: Label) -> DenseLine {
        DenseLine { vector: values.into(), label, is_name: false }
    }

    fn lines() -> Vec<DenseLine> {
        vec![
            line([1.0, 0.0, 0.3, 0.1], Label::Is(0)),
            line([0.9, 0.1, 0.2, 0.2], Label::Is(0)),
            line([0.0, 1.0, 0.1, 0.4], Label::Is(2)),
            line([0.1, 0.9, 0.3, 0.4], Label::Is(2)),
        ]
    }

    #[test]
    fn a_class_without_a_line_is_never_told() {
        let view = Dense::train(&lines(), 2, 3, None).unwrap().read(&[1.0, 0.0, 0.3, 0.1]);
        assert!(view.probabilities[0] > 0.9 && view.probabilities[1] == 0.0, "{view:?}");
        assert!((view.nearest - 1.0).abs() < 1e-6 && view.outside == 0.0 && !view.has_many);
        assert!(Dense::train(&lines()[..2], 2, 3, None).is_none(), "one class alone tells nothing");
        assert!(Dense::train(&[], 2, 3, None).is_none());
    }

    #[test]
    fn what_is_like_the_lines_outside_is_told_as_such() {
        let mut lines = lines();
        lines.extend([line([-1.0, 0.0, 0.9, 0.9], Label::Outside), line([-0.9, -0.1, 0.9, 0.8], Label::Outside)]);
        let dense = Dense::train(&lines, 2, 3, None).unwrap();
        let (outside, inside) = (dense.read(&[-1.0, 0.0, 0.9, 0.9]), dense.read(&[0.0, 1.0, 0.1, 0.4]));
        assert!(outside.outside > 0.8 && inside.outside < 0.2, "{outside:?} {inside:?}");
        assert!(outside.nearest < 0.1, "a line outside is nobody's neighbour");
        assert!((inside.probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }

    #[test]
    fn what_was_learnt_is_not_learnt_again() {
        let dense = Dense::train(&lines(), 2, 3, None).unwrap();
        let again = Dense::train(&lines(), 2, 3, Some(dense.learned().to_vec())).unwrap();
        assert_eq!(again.regression, dense.regression);
        let other = Dense::train(&lines(), 2, 3, Some(vec![0.0; 9])).unwrap();
        assert_eq!(other.regression, dense.regression, "two classes of five numbers are no nine");
        assert_eq!(Dense::train(&lines(), 4, 3, None).unwrap().middle, Vec::<f32>::new());
    }
}
