//! What an evaluation adds up to.

use std::collections::BTreeMap;

use serde::Serialize;

/// Bins of the calibration error, as in Guo et al., 2017.
const BINS: usize = 15;
/// Pairs of confused intents told: beyond these they are single lines.
const MOST_CONFUSIONS: usize = 20;
/// Share of answers that must be right for the suggested answer threshold.
const ANSWERS_RIGHT: f64 = 0.95;
/// Share of rightly told lines that may fall below the suggested confirm threshold.
const CONFIRM_SPARED: f64 = 0.07;

/// How well a model reads lines it was not trained on. Shares are 0 to 1; a share of nothing is `null`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Share of in-scope lines whose best intent is right, whatever its score.
    pub top1: Option<f64>,
    /// Share of in-scope lines whose best intent is right and that the model takes for in scope.
    pub in_scope_accuracy: Option<f64>,
    /// Share of out-of-scope lines that the model turns away (`in_scope` below one half).
    pub out_of_scope_recall: Option<f64>,
    /// Share of the lines turned away that are out of scope; `null` without out-of-scope lines.
    pub out_of_scope_precision: Option<f64>,
    /// Chance that an in-scope line scores above an out-of-scope line, without any threshold.
    pub out_of_scope_auroc: Option<f64>,
    /// Expected calibration error of the best probability over in-scope lines, 15 equal bins.
    pub calibration_error: Option<f64>,
    /// Scores by the best intent of in-scope lines, without a threshold.
    pub per_intent: BTreeMap<String, IntentScores>,
    /// Intents taken for one another most often, at most twenty pairs.
    pub confusions: Vec<Confusion>,
    /// Thresholds on the best probability that these lines suggest; `null` when no line was told rightly.
    pub thresholds: Option<Thresholds>,
    /// Both tiers beside each other; nothing without an encoder.
    pub tiers: Option<Tiers>,
    /// Test lines, in scope and out of it.
    pub lines: usize,
    /// Those of them that are out of scope.
    pub out_of_scope_lines: usize,
}

/// What each tier would have told, and how often the cascade spared the encoder. `top1` less `both_top1` is what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Tiers {
    /// `top1` of the sparse tier alone.
    pub sparse_top1: Option<f64>,
    /// `top1` with the encoder asked about every line it can read.
    pub both_top1: Option<f64>,
    /// Share of lines the encoder was not asked about.
    pub encoder_skipped: Option<f64>,
}

/// How one intent fared. With no line of it, or none taken for it, the score is 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct IntentScores {
    /// Share of the lines taken for it that are its own.
    pub precision: f64,
    /// Share of its lines taken for it.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
    /// Its test lines.
    pub support: usize,
}

/// Lines of one intent taken for another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Confusion {
    /// The intent the lines belong to.
    pub intent: String,
    /// What they were taken for.
    pub taken_for: String,
    /// How many.
    pub count: usize,
    /// The first of them.
    pub example: String,
}

/// Suggested thresholds on the best intent's probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Thresholds {
    /// From here on answer: 95 % of the test lines at or above it are told rightly. 1 when no threshold gives that.
    pub answer: f64,
    /// From here on ask whether it is meant: 93 % of rightly told lines lie at or above it. At most `answer`.
    pub confirm: f64,
}

/// What a model made of one test line.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) text: String,
    /// What it is; nothing for out of scope.
    pub(crate) intent: Option<String>,
    /// What it was taken for; nothing when the model has no intents.
    pub(crate) told: Option<String>,
    pub(crate) probability: f32,
    pub(crate) in_scope: f32,
}

impl Outcome {
    fn is_right(&self) -> bool {
        self.intent.is_some() && self.intent == self.told
    }

    fn is_taken_in(&self) -> bool {
        self.in_scope >= 0.5
    }
}

impl Report {
    pub(crate) fn of(outcomes: &[Outcome]) -> Self {
        let (inside, outside): (Vec<&Outcome>, Vec<&Outcome>) = outcomes.iter().partition(|o| o.intent.is_some());
        let turned_away = outcomes.iter().filter(|o| !o.is_taken_in()).count();
        let rightly = outside.iter().filter(|o| !o.is_taken_in()).count();
        Self {
            top1: share(inside.iter().filter(|o| o.is_right()).count(), inside.len()),
            in_scope_accuracy: share(inside.iter().filter(|o| o.is_right() && o.is_taken_in()).count(), inside.len()),
            out_of_scope_recall: share(rightly, outside.len()),
            out_of_scope_precision: share(rightly, turned_away).filter(|_| !outside.is_empty()),
            out_of_scope_auroc: auroc(&inside, &outside),
            calibration_error: calibration_error(&inside),
            per_intent: per_intent(&inside),
            confusions: confusions(&inside),
            thresholds: thresholds(&inside),
            tiers: None,
            lines: outcomes.len(),
            out_of_scope_lines: outside.len(),
        }
    }
}

pub(crate) fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The area under the curve by ranks (Mann–Whitney): equal scores count one half.
fn auroc(inside: &[&Outcome], outside: &[&Outcome]) -> Option<f64> {
    let mut low: Vec<f32> = outside.iter().map(|o| o.in_scope).collect();
    low.sort_unstable_by(f32::total_cmp);
    let wins = |score: f32| {
        let below = low.partition_point(|other| *other < score);
        let level = low.partition_point(|other| *other <= score) - below;
        below as f64 + 0.5 * level as f64
    };
    let pairs = inside.len() as f64 * outside.len() as f64;
    (pairs > 0.0).then(|| inside.iter().map(|o| wins(o.in_scope)).sum::<f64>() / pairs)
}

fn calibration_error(inside: &[&Outcome]) -> Option<f64> {
    let mut gaps = [0.0; BINS];
    for outcome in inside {
        let probability = f64::from(outcome.probability);
        let bin = ((probability * BINS as f64) as usize).min(BINS - 1);
        gaps[bin] += probability - f64::from(u8::from(outcome.is_right()));
    }
    (!inside.is_empty()).then(|| gaps.iter().map(|gap| gap.abs()).sum::<f64>() / inside.len() as f64)
}

#[derive(Default)]
struct Tally {
    right: usize,
    lines: usize,
    taken: usize,
}

fn per_intent(inside: &[&Outcome]) -> BTreeMap<String, IntentScores> {
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for outcome in inside {
        if let Some(intent) = &outcome.intent {
            let tally = tallies.entry(intent).or_default();
            tally.lines += 1;
            tally.right += usize::from(outcome.is_right());
        }
        if let Some(told) = &outcome.told {
            tallies.entry(told).or_default().taken += 1;
        }
    }
    tallies.into_iter().map(|(intent, tally)| (intent.to_owned(), tally.scores())).collect()
}

impl Tally {
    fn scores(&self) -> IntentScores {
        let precision = share(self.right, self.taken).unwrap_or(0.0);
        let recall = share(self.right, self.lines).unwrap_or(0.0);
        // The harmonic mean without its division by zero.
        let f1 = share(2 * self.right, self.taken + self.lines).unwrap_or(0.0);
        IntentScores { precision, recall, f1, support: self.lines }
    }
}

fn confusions(inside: &[&Outcome]) -> Vec<Confusion> {
    let mut pairs: BTreeMap<(&str, &str), (usize, &str)> = BTreeMap::new();
    for outcome in inside.iter().filter(|o| !o.is_right()) {
        if let (Some(intent), Some(told)) = (&outcome.intent, &outcome.told) {
            pairs.entry((intent, told)).or_insert((0, &outcome.text)).0 += 1;
        }
    }
    let confusion = |((intent, told), (count, example)): ((&str, &str), (usize, &str))| Confusion {
        intent: intent.to_owned(),
        taken_for: told.to_owned(),
        count,
        example: example.to_owned(),
    };
    let mut all: Vec<Confusion> = pairs.into_iter().map(confusion).collect();
    // Stable, so that equal counts stay in the order of the alphabet.
    all.sort_by_key(|confusion| std::cmp::Reverse(confusion.count));
    all.truncate(MOST_CONFUSIONS);
    all
}

fn thresholds(inside: &[&Outcome]) -> Option<Thresholds> {
    let mut by_score: Vec<(f64, bool)> = inside.iter().map(|o| (f64::from(o.probability), o.is_right())).collect();
    by_score.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let right: Vec<f64> = by_score.iter().filter(|(_, right)| *right).map(|(score, _)| *score).collect();
    let spared = right.len() - (CONFIRM_SPARED * right.len() as f64) as usize;
    let confirm = *right.get(spared.checked_sub(1)?)?;
    let mut answer = 1.0;
    let (mut taken, mut told) = (0usize, 0usize);
    for group in by_score.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        taken += group.len();
        told += group.iter().filter(|(_, right)| *right).count();
        if told as f64 >= ANSWERS_RIGHT * taken as f64 {
            answer = group[0].0;
        }
    }
    Some(Thresholds { answer, confirm: confirm.min(answer) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(intent: &str, told: &str, probability: f32, in_scope: f32) -> Outcome {
        let some = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        Outcome { text: format!("a {intent} line"), intent: some(intent), told: some(told), probability, in_scope }
    }

    fn close(a: Option<f64>, b: f64) -> bool {
        a.is_some_and(|a| (a - b).abs() < 1e-6)
    }

    #[test]
    fn shares_are_counted() {
        let report = Report::of(&[
            outcome("a", "a", 0.9, 0.9),
            outcome("a", "a", 0.8, 0.4),
            outcome("a", "b", 0.7, 0.8),
            outcome("b", "b", 0.6, 0.7),
            outcome("", "a", 0.5, 0.1),
            outcome("", "b", 0.5, 0.75),
        ]);
        assert!(close(report.top1, 0.75) && close(report.in_scope_accuracy, 0.5));
        assert!(close(report.out_of_scope_recall, 0.5) && close(report.out_of_scope_precision, 0.5));
        // 0.9 and 0.8 beat both, 0.4 and 0.7 beat one: 6 of 8.
        assert!(close(report.out_of_scope_auroc, 0.75), "{report:?}");
        assert_eq!((report.lines, report.out_of_scope_lines), (6, 2));
        let a = report.per_intent["a"];
        assert!((a.recall - 2.0 / 3.0).abs() < 1e-9 && (a.precision - 1.0).abs() < 1e-9 && (a.f1 - 0.8).abs() < 1e-9);
        assert_eq!(a.support, 3);
        let expected = Confusion { intent: "a".into(), taken_for: "b".into(), count: 1, example: "a a line".into() };
        assert_eq!(report.confusions, [expected]);
    }

    #[test]
    fn calibration_error_is_the_mean_gap() {
        let check = |lines: &[Outcome], expected: f64| {
            assert!(close(Report::of(lines).calibration_error, expected), "{lines:?}");
        };
        check(&[outcome("a", "a", 1.0, 1.0)], 0.0);
        check(&[outcome("a", "a", 0.5, 1.0), outcome("a", "b", 0.5, 1.0)], 0.0);
        check(&[outcome("a", "b", 1.0, 1.0), outcome("a", "a", 0.25, 1.0)], 0.875);
    }

    #[test]
    fn thresholds_keep_their_promise() {
        let sure = (0..95).map(|i| outcome("a", "a", 0.5 + i as f32 / 200.0, 1.0));
        let wrong = (0..20).map(|i| outcome("a", "b", 0.3 + i as f32 / 1000.0, 1.0));
        let lines: Vec<Outcome> = sure.chain(wrong).collect();
        let thresholds = Report::of(&lines).thresholds.unwrap();
        assert!(thresholds.confirm <= thresholds.answer);
        let above: Vec<_> = lines.iter().filter(|o| f64::from(o.probability) >= thresholds.answer).collect();
        assert!(above.iter().filter(|o| o.is_right()).count() as f64 >= 0.95 * above.len() as f64);
        assert_eq!(Report::of(&[outcome("a", "b", 0.9, 1.0)]).thresholds, None);
    }

    #[test]
    fn a_share_of_nothing_is_null() {
        let json = serde_json::to_value(Report::of(&[])).unwrap();
        for field in
            ["top1", "in_scope_accuracy", "out_of_scope_recall", "out_of_scope_precision", "out_of_scope_auroc"]
        {
            assert!(json[field].is_null(), "{field}");
        }
        let inside = Report::of(&[outcome("a", "a", 0.9, 0.1)]);
        assert_eq!((inside.out_of_scope_auroc, inside.out_of_scope_precision), (None, None));
    }
}
