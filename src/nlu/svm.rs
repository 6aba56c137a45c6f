//! One-vs-rest linear support vector machines by dual coordinate descent.
//!
//! Hsieh, Chang, Lin, Keerthi, Sundararajan: "A Dual Coordinate Descent Method for Large-scale Linear SVM", ICML 2008;
//! the algorithm of liblinear's solver 1: L2 regularisation, squared hinge, a regularised bias.
//!
//! Sixteen classes are solved side by side: they visit the lines in the same random order and need the same sparse
//! products, so one read of a line and of a weight row serves all of them in vector registers. This takes the place of
//! liblinear's shrinking and gains more (`CLINC150`: a third of liblinear's processor time). No class sees another's
//! numbers, so the result does not depend on how classes are grouped or on the number of threads.

use std::num::NonZeroUsize;

use super::chance::Chance;
use super::parallel::in_parallel;
use super::vectors::Matrix;

/// Classes solved side by side: their weights for one row fill one cache line.
pub(crate) const LANES: usize = 16;

/// One number for each of sixteen classes.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(64))]
struct Lanes([f32; LANES]);

impl Lanes {
    const fn all(value: f32) -> Self {
        Self([value; LANES])
    }

    fn add(&mut self, other: &Self, times: f32) {
        for (sum, value) in self.0.iter_mut().zip(&other.0) {
            *sum += value * times;
        }
    }

    /// Sets the lane of a class, if it is among the sixteen from `first` on.
    fn set(&mut self, class: usize, first: usize, value: f32) {
        if let Some(lane) = class.checked_sub(first).and_then(|lane| self.0.get_mut(lane)) {
            *lane = value;
        }
    }
}

/// The penalty C of the recipe.
const PENALTY: f32 = 1.0;
/// Diagonal that the squared hinge adds to the dual: 1 / 2C.
const DIAGONAL: f32 = 0.5 / PENALTY;
/// liblinear's default tolerance on the spread of projected gradients.
const TOLERANCE: f32 = 0.1;
/// Text data converges in 10 to 30 rounds; contradictory lines may take more, and by 200 move the weights no further
/// than the tolerance would.
const MOST_ROUNDS: u64 = 200;

/// What a training line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Label {
    /// It belongs to this class and to no other.
    Is(usize),
    /// It does not belong to this class; of the others it says nothing.
    IsNot(usize),
    /// It belongs to none.
    Outside,
}

/// Weights of all classes: `row * width + block` holds the weights of sixteen classes for one row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Machines {
    classes: usize,
    width: usize,
    weights: Vec<Lanes>,
    bias: Vec<Lanes>,
}

impl Machines {
    /// Trains `classes` machines on lines and their labels.
    pub(crate) fn train(lines: &Matrix, labels: &[Label], classes: usize, rows: usize, threads: NonZeroUsize) -> Self {
        let width = classes.div_ceil(LANES);
        let blocks = in_parallel(width, threads, |block| Solver::new(lines, labels, block * LANES, rows).solve());
        let mut weights = vec![Lanes::all(0.0); rows * width];
        for (block, solved) in blocks.iter().enumerate() {
            for (row, lanes) in solved.weights.iter().enumerate() {
                weights[row * width + block] = *lanes;
            }
        }
        let bias = blocks.iter().map(|solved| solved.bias).collect();
        Self { classes, width, weights, bias }
    }

    /// The margin of every class for a vector: above 1 surely in, below -1 surely not.
    pub(crate) fn margins(&self, vector: &[(u32, f32)]) -> Vec<f32> {
        let mut sums = self.bias.clone();
        for &(row, value) in vector {
            let from = row as usize * self.width;
            for (sum, weights) in sums.iter_mut().zip(&self.weights[from..from + self.width]) {
                sum.add(weights, value);
            }
        }
        sums.iter().flat_map(|lanes| lanes.0).take(self.classes).collect()
    }

    /// Bytes of all weights.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(self.weights.as_slice())
    }

    /// The weight of one row for one class.
    pub(crate) fn weight(&self, row: u32, class: usize) -> f32 {
        self.weights[row as usize * self.width + class / LANES].0[class % LANES]
    }
}

/// The products of one line with the weights of sixteen classes. By value throughout: the sums must stay in registers,
/// a sum in memory makes training three times as slow.
fn product(line: &[(u32, f32)], weights: &[Lanes], bias: Lanes) -> Lanes {
    let mut sums = bias.0;
    for &(row, value) in line {
        let weights = &weights[row as usize].0;
        for lane in 0..LANES {
            sums[lane] += weights[lane] * value;
        }
    }
    Lanes(sums)
}

/// The state of sixteen classes while they are solved.
struct Solver<'a> {
    lines: &'a Matrix,
    labels: &'a [Label],
    /// The first of the sixteen classes.
    first: usize,
    weights: Vec<Lanes>,
    bias: Lanes,
    /// Dual variables, one a line and class.
    duals: Vec<Lanes>,
    /// Diagonal of the dual, one a line: squared length, bias and penalty.
    diagonals: Vec<f32>,
    /// 1 for a class still moving, 0 for one that has converged.
    moving: Lanes,
}

struct Solved {
    weights: Vec<Lanes>,
    bias: Lanes,
}

/// Least and greatest projected gradient of a round.
struct Spread {
    least: Lanes,
    most: Lanes,
}

impl<'a> Solver<'a> {
    fn new(lines: &'a Matrix, labels: &'a [Label], first: usize, rows: usize) -> Self {
        let diagonal = |line| lines.line(line).iter().map(|(_, value)| value * value).sum::<f32>() + 1.0 + DIAGONAL;
        Self {
            lines,
            labels,
            first,
            weights: vec![Lanes::all(0.0); rows],
            bias: Lanes::all(0.0),
            duals: vec![Lanes::all(0.0); lines.len()],
            diagonals: (0..lines.len()).map(diagonal).collect(),
            moving: Lanes::all(1.0),
        }
    }

    fn solve(mut self) -> Solved {
        let mut order: Vec<usize> = (0..self.lines.len()).filter(|&line| self.concerns(line)).collect();
        for round in 0..MOST_ROUNDS {
            Chance::new(round).shuffle(&mut order);
            let spread = self.round(&order);
            for lane in 0..LANES {
                if spread.most.0[lane] - spread.least.0[lane] <= TOLERANCE {
                    self.moving.0[lane] = 0.0;
                }
            }
            if self.moving == Lanes::all(0.0) {
                break;
            }
        }
        Solved { weights: self.weights, bias: self.bias }
    }

    fn concerns(&self, line: usize) -> bool {
        match self.labels[line] {
            Label::Is(_) | Label::Outside => true,
            Label::IsNot(class) => (self.first..self.first + LANES).contains(&class),
        }
    }

    fn round(&mut self, order: &[usize]) -> Spread {
        let mut spread = Spread { least: Lanes::all(0.0), most: Lanes::all(0.0) };
        for &line in order {
            let entries = self.lines.line(line);
            let products = product(entries, &self.weights, self.bias);
            let steps = self.step(line, products, &mut spread);
            if steps == Lanes::all(0.0) {
                continue;
            }
            for &(row, value) in entries {
                self.weights[row as usize].add(&steps, value);
            }
            self.bias.add(&steps, 1.0);
        }
        spread
    }

    /// Moves the duals of one line; returns how far the weights of each class follow.
    fn step(&mut self, line: usize, products: Lanes, spread: &mut Spread) -> Lanes {
        let (signs, in_play) = self.signs(line);
        let duals = &mut self.duals[line];
        let mut steps = Lanes::all(0.0);
        for lane in 0..LANES {
            let dual = duals.0[lane];
            let active = in_play.0[lane] * self.moving.0[lane];
            let gradient = active * (signs.0[lane] * products.0[lane] - 1.0 + DIAGONAL * dual);
            // A dual at its bound of zero can only rise, so a gradient that pushes it down is no distance to go.
            let projected = if dual == 0.0 { gradient.min(0.0) } else { gradient };
            spread.least.0[lane] = spread.least.0[lane].min(projected);
            spread.most.0[lane] = spread.most.0[lane].max(projected);
            duals.0[lane] = (dual - gradient / self.diagonals[line]).max(0.0);
            steps.0[lane] = (duals.0[lane] - dual) * signs.0[lane];
        }
        steps
    }

    /// Of each class: is the line an example (1) or a counter-example (-1), and does it count at all (1 or 0)?
    fn signs(&self, line: usize) -> (Lanes, Lanes) {
        let mut signs = Lanes::all(-1.0);
        let mut in_play = Lanes::all(1.0);
        match self.labels[line] {
            Label::Is(class) => signs.set(class, self.first, 1.0),
            Label::IsNot(class) => {
                in_play = Lanes::all(0.0);
                in_play.set(class, self.first, 1.0);
            }
            Label::Outside => {}
        }
        (signs, in_play)
    }
}

#[cfg(test)]
mod tests {
    use super::super::vectors::Corpus;
    use super::*;

    const LINES: [(&str, Label); 7] = [
        ("where is my order", Label::Is(0)),
        ("track my parcel", Label::Is(0)),
        ("cancel it please", Label::Is(1)),
        ("i want to cancel", Label::Is(1)),
        ("good morning", Label::Is(17)),
        ("cancel my parcel tracking", Label::IsNot(0)),
        ("will it rain", Label::Outside),
    ];

    fn train(lines: &[(&str, Label)], threads: usize) -> (Machines, Matrix) {
        let corpus = Corpus::read(lines.iter().map(|(text, _)| *text));
        let all: Vec<usize> = (0..lines.len()).collect();
        let matrix = corpus.weigh(&all, &corpus.idf(&all));
        let labels: Vec<Label> = lines.iter().map(|(_, label)| *label).collect();
        let threads = NonZeroUsize::new(threads).unwrap();
        (Machines::train(&matrix, &labels, 18, corpus.vocabulary.rows(), threads), matrix)
    }

    #[test]
    fn every_line_finds_its_class() {
        let (machines, matrix) = train(&LINES, 1);
        for (line, (text, label)) in LINES.iter().enumerate() {
            let margins = machines.margins(matrix.line(line));
            let above: Vec<usize> = (0..18).filter(|class| margins[*class] > 0.0).collect();
            match label {
                Label::Is(class) => assert_eq!(above, [*class], "{text}"),
                Label::IsNot(class) => assert!(margins[*class] < 0.0, "{text}"),
                Label::Outside => assert_eq!(above, [0usize; 0], "{text}"),
            }
        }
    }

    #[test]
    fn threads_change_nothing() {
        assert_eq!(train(&LINES, 1).0, train(&LINES, 4).0);
    }

    #[test]
    fn a_counter_example_speaks_of_its_class_only() {
        let (with, _) = train(&LINES, 1);
        let without: Vec<_> = LINES.into_iter().filter(|(_, label)| *label != Label::IsNot(0)).collect();
        let (without, _) = train(&without, 1);
        let bias = |machines: &Machines, class: usize| machines.bias[class / LANES].0[class % LANES];
        assert_ne!(bias(&with, 0).to_bits(), bias(&without, 0).to_bits());
        // Its words weigh the other classes' lines differently, but as a line it is not there for them.
        assert!((bias(&with, 17) - bias(&without, 17)).abs() < 0.1);
    }

    /// The solution must satisfy the optimality conditions of the primal: `w = Σ 2C · max(0, 1 - y m) · y x`.
    #[test]
    fn weights_are_optimal() {
        let (machines, matrix) = train(&LINES, 1);
        let mut bias = 0.0;
        for (line, (_, label)) in LINES.iter().enumerate() {
            let sign = if *label == Label::Is(1) { 1.0 } else { -1.0 };
            let counts = if matches!(label, Label::IsNot(_)) { 0.0 } else { 1.0 };
            let margin = machines.margins(matrix.line(line))[1];
            bias += counts * 2.0 * PENALTY * (1.0 - sign * margin).max(0.0) * sign;
        }
        assert!((bias - machines.bias[0].0[1]).abs() < TOLERANCE * LINES.len() as f32, "{bias}");
    }
}
