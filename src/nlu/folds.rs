//! Cross-validation over the training lines: every line read by a model that has not seen it.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::chance::Chance;
use super::dense::{Dense, DenseLine, DenseView};
use super::encoder::Vector;
use super::parallel::in_parallel;
use super::svm::{Label, Machines};
use super::vectors::Corpus;

/// Folds: every line is held out once, 80 % remain to train on.
const FOLDS: usize = 5;
/// Lines that all folds together may train on. A large set needs fewer folds for a few numbers than a small one, and
/// this keeps calibration from costing more than training: up to 3,000 lines run all five, 15,000 run one.
const MOST_LINES: usize = 15_000;
/// The same where every line that is read counts by itself: up to 6,000 lines run all five.
const MOST_LINES_TOLD: usize = 30_000;
/// Out-of-scope lines from which on they speak for themselves.
const ENOUGH_OUTSIDE: usize = 20;

/// Any two numbers: they must differ from each other and never change.
const LEAVING_SEED: u64 = 1;
const HOLDING_SEED: u64 = 2;

/// What is known of the training lines before a model is trained on some of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) corpus: &'a Corpus,
    pub(crate) labels: &'a [Label],
    pub(crate) classes: usize,
    /// Which lines are the names of intents: they always train, and are never read.
    pub(crate) are_names: &'a [bool],
    /// Vectors of lines, where there is an encoder.
    pub(crate) embedded: Option<&'a Embedded>,
}

/// The vectors of the lines that the encoder can read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Embedded {
    /// Numbers of a vector's direction.
    pub(crate) width: usize,
    pub(crate) lines: Vec<Option<Vector>>,
}

impl Embedded {
    /// The encoder tier, trained on the chosen lines, whose labels are places among `classes` classes.
    pub(crate) fn train(
        &self,
        lines: &[usize],
        labels: &[Label],
        (ground, classes): (&Ground<'_>, usize),
        learned: Option<Vec<f32>>,
    ) -> Option<Dense> {
        let line = |(at, label): (&usize, &Label)| {
            let is_name = ground.are_names.get(*at).copied().unwrap_or(false);
            Some(DenseLine { vector: self.lines.get(*at)?.clone()?, label: *label, is_name })
        };
        let all: Vec<DenseLine> = lines.iter().zip(labels).filter_map(line).collect();
        Dense::train(&all, self.width, classes, learned)
    }
}

/// All lines that were held out, and whether some of those out of scope are pseudo ones.
pub(crate) struct HeldOut {
    pub(crate) lines: Vec<Held>,
    pub(crate) pseudo: bool,
}

/// Holds lines out, fold by fold.
pub(crate) fn hold_out(ground: &Ground<'_>, threads: NonZeroUsize) -> HeldOut {
    let plan = Plan::new(ground);
    let runs = runs(MOST_LINES, ground);
    // A small set has one block of classes, so its folds run side by side; a single fold shares out its blocks.
    let (outer, inner) = if runs > 1 { (threads, NonZeroUsize::MIN) } else { (NonZeroUsize::MIN, threads) };
    let lines = in_parallel(runs, outer, |fold| plan.run(fold, ground, inner)).concat();
    HeldOut { lines, pseudo: plan.pseudo }
}

/// Holds lines out to see which are told wrongly: every fold's model knows all intents. `done` is called after each fold with
/// those done and their number.
pub(crate) fn read_unseen(
    ground: &Ground<'_>,
    threads: NonZeroUsize,
    done: &(dyn Fn(usize, usize) + Sync),
) -> Vec<Held> {
    let plan = Plan::with_all_classes(ground);
    let runs = runs(MOST_LINES_TOLD, ground);
    let count = AtomicUsize::new(0);
    let run = |fold: usize| {
        let held = plan.run(fold, ground, NonZeroUsize::MIN);
        done(count.fetch_add(1, Ordering::Relaxed) + 1, runs);
        held
    };
    in_parallel(runs, threads, run).concat()
}

fn runs(most_lines: usize, ground: &Ground<'_>) -> usize {
    (most_lines / ground.labels.len().max(1)).clamp(1, FOLDS)
}

/// A line that a fold's model had not seen.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    /// Its place among the training lines.
    pub(crate) line: usize,
    /// The margin of every class by the sparse tier.
    pub(crate) margins: Vec<f32>,
    /// What the encoder tier made of it, where the encoder can read it.
    pub(crate) dense: Option<DenseView>,
    /// The place of its class among the margins; nothing when the fold's model could not know it.
    pub(crate) class: Option<usize>,
}

/// Which fold holds out what.
struct Plan<'a> {
    labels: &'a [Label],
    are_names: &'a [bool],
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
    fn new(ground: &Ground<'a>) -> Self {
        let Ground { labels, classes, .. } = *ground;
        let outside = labels.iter().filter(|label| **label == Label::Outside).count();
        // With fewer than three intents, leaving one out leaves nothing to tell apart.
        let pseudo = outside < ENOUGH_OUTSIDE && classes >= 3;
        let mut order: Vec<usize> = (0..classes).collect();
        Chance::new(LEAVING_SEED).shuffle(&mut order);
        let mut leaves = vec![None; classes];
        for (place, class) in order.into_iter().enumerate().filter(|_| pseudo) {
            leaves[class] = Some(place % FOLDS);
        }
        Self { leaves, pseudo, ..Self::with_all_classes(ground) }
    }

    /// No fold leaves a class out.
    fn with_all_classes(ground: &Ground<'a>) -> Self {
        let Ground { labels, classes, are_names, .. } = *ground;
        let key = |(label, is_name): (&Label, &bool)| match label {
            Label::Is(class) => Some(*class).filter(|_| !is_name),
            Label::Outside => Some(classes),
            Label::IsNot(_) => None,
        };
        let keys: Vec<Option<usize>> = labels.iter().zip(are_names).map(key).collect();
        let folds = stratified(&keys, FOLDS, HOLDING_SEED);
        Self { labels, are_names, folds, leaves: vec![None; classes], pseudo: false }
    }

    /// Trains the model of one fold; what it makes of the lines it has not seen.
    fn run(&self, fold: usize, ground: &Ground<'_>, threads: NonZeroUsize) -> Vec<Held> {
        let corpus = ground.corpus;
        let kept: Vec<usize> = (0..self.leaves.len()).filter(|class| self.leaves[*class] != Some(fold)).collect();
        let split = self.split(fold, &kept);
        let idf = corpus.idf(&split.lines);
        let vectors = corpus.weigh(&split.lines, &idf);
        let machines = Machines::train(&vectors, &split.labels, kept.len(), corpus.vocabulary.rows(), threads);
        let tests = corpus.weigh(&split.held, &idf);
        let dense = ground.embedded.and_then(|embedded| {
            Some((embedded, embedded.train(&split.lines, &split.labels, (ground, kept.len()), None)?))
        });
        let held = split.held.iter().zip(split.held_classes).enumerate();
        held.map(|(test, (line, class))| Held {
            line: *line,
            margins: machines.margins(tests.line(test)),
            dense: dense.as_ref().and_then(|(embedded, dense)| Some(dense.read(embedded.lines.get(*line)?.as_ref()?))),
            class,
        })
        .collect()
    }

    fn split(&self, fold: usize, kept: &[usize]) -> Split {
        let mut split = Split::default();
        let place = |class: usize| kept.binary_search(&class).ok();
        for (line, label) in self.labels.iter().enumerate() {
            let held = self.folds[line] == Some(fold);
            match *label {
                Label::Is(class) => match place(class) {
                    Some(place) if !held => split.train(line, Label::Is(place)),
                    place if !self.are_names[line] => split.hold(line, place),
                    _ => {}
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
}
