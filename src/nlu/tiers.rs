//! Two tiers, one answer: how the views of both are mixed, and when the sparse tier alone is enough.
//!
//! The mixture is a weighed mean of both tiers' probabilities, made sharper or flatter by calibration: with few lines an intent
//! the encoder counts for more. Its score of scope is `max p × (max cosine)² × (1 − p outside)`.
//!
//! The **cascade**: a line is not given to the encoder when the sparse tier is as sure of it as it was, in cross-validation,
//! of lines that the encoder did not tell better. The least sureness is chosen at which no held-out line would have been told
//! rightly, or turned away rightly, only with the encoder: to allow one in a thousand cost 0.2 to 0.3 points on other lines.

use super::calibration::{Calibration, Scored, largest};
use super::dense::{Dense, DenseView, softmax};
use super::encoder::Encoder;
use super::folds::{Held, HeldOut};

use std::sync::Arc;

/// The recipe's factor on margins before they are mixed.
const MIXED_SHARPNESS: f32 = 4.0;
/// The sparse tier's weight in the mixture with few lines an intent, and with many.
const SPARSE_WEIGHT: (f32, f32) = (0.3, 0.5);
/// Held-out lines below which no rule is learnt from them.
const ENOUGH_HELD: usize = 200;

/// The encoder tier beside the sparse one.
#[derive(Debug, Clone)]
pub(crate) struct Second {
    pub(crate) encoder: Arc<Encoder>,
    pub(crate) dense: Dense,
    pub(crate) calibration: Calibration,
    /// How sure the sparse tier has to be for the encoder not to be asked; nothing when it always is.
    pub(crate) sure: Option<f32>,
}

/// The value of every class and the score of scope by both tiers.
pub(crate) fn mix(margins: &[f32], view: &DenseView) -> (Vec<f32>, f64) {
    let sparse = softmax(margins.to_vec(), MIXED_SHARPNESS);
    let weight = if view.has_many { SPARSE_WEIGHT.1 } else { SPARSE_WEIGHT.0 };
    let parts = sparse.iter().zip(&view.probabilities);
    let mixed: Vec<f32> = parts.map(|(sparse, dense)| weight * sparse + (1.0 - weight) * dense).collect();
    let score = largest(&mixed) * f64::from(view.nearest).powi(2) * f64::from(1.0 - view.outside);
    // The least a probability of 32 bits can be keeps its logarithm finite.
    (mixed.into_iter().map(|p| p.max(f32::MIN_POSITIVE).ln()).collect(), score)
}

/// The class a line that was held out is taken for by both tiers, and how much likelier than its own.
pub(crate) fn taken_for(held: &Held) -> Option<(usize, f32)> {
    let probabilities = match &held.dense {
        // Logarithms of probabilities.
        Some(view) => softmax(mix(&held.margins, view).0, 1.0),
        None => softmax(held.margins.clone(), MIXED_SHARPNESS),
    };
    let (told, own) = (best(&probabilities)?, held.class?);
    Some((told, probabilities.get(told)? - probabilities.get(own)?))
}

/// The calibration of the sparse tier.
pub(crate) fn calibrate_sparse(held: &HeldOut) -> Calibration {
    let scored =
        |held: &Held| Scored { values: held.margins.clone(), score: largest(&held.margins), class: held.class };
    Calibration::MARGINS.fit(&held.lines.iter().map(scored).collect::<Vec<_>>(), held.pseudo)
}

/// The calibration of both tiers, and the sureness from which on the first is enough.
pub(crate) fn calibrate_both(held: &HeldOut, sparse: &Calibration) -> (Calibration, Option<f32>) {
    let pseudo = held.pseudo;
    let read: Vec<(&Held, Scored)> = held
        .lines
        .iter()
        .filter_map(|held| {
            let (values, score) = mix(&held.margins, held.dense.as_ref()?);
            Some((held, Scored { values, score, class: held.class }))
        })
        .collect();
    let scored: Vec<Scored> = read.iter().map(|(_, scored)| scored.clone()).collect();
    let both = Calibration::BOTH.fit(&scored, held.pseudo);
    // Pseudo lines out of scope are nearer to the shop's business than real ones: on them the first tier is no worse than it is.
    let counts = |held: &Held| held.class.is_some() || !pseudo;
    let counted = read.iter().filter(|(held, _)| counts(held));
    let tries: Vec<Try> = counted.map(|(held, scored)| Try::of(held, scored, sparse, &both)).collect();
    (both, sureness(tries))
}

/// A held-out line, by the sparse tier alone and by both.
struct Try {
    sureness: f32,
    is_worse: bool,
}

impl Try {
    fn of(held: &Held, scored: &Scored, sparse: &Calibration, both: &Calibration) -> Self {
        let alone = decide(&held.margins, sparse.in_scope(largest(&held.margins)));
        let together = decide(&scored.values, both.in_scope(scored.score));
        let is_right = |decision: (usize, bool)| match held.class {
            Some(class) => decision == (class, true),
            None => !decision.1,
        };
        Self { sureness: surest(sparse, &held.margins), is_worse: is_right(together) && !is_right(alone) }
    }
}

/// How sure the sparse tier is of its best class and of its being in scope, for the cascade.
pub(crate) fn surest(sparse: &Calibration, margins: &[f32]) -> f32 {
    largest(&sparse.probabilities(margins)) as f32 * sparse.in_scope(largest(margins))
}

fn decide(values: &[f32], in_scope: f32) -> (usize, bool) {
    (best(values).unwrap_or(0), in_scope >= 0.5)
}

// Of equals the first.
fn best(values: &[f32]) -> Option<usize> {
    (0..values.len()).max_by(|a, b| values[*a].total_cmp(&values[*b]).then(b.cmp(a)))
}

fn sureness(mut tries: Vec<Try>) -> Option<f32> {
    if tries.len() < ENOUGH_HELD {
        return None;
    }
    tries.sort_by(|a, b| b.sureness.total_cmp(&a.sureness));
    let equals = tries.chunk_by(|a, b| a.sureness.total_cmp(&b.sureness).is_eq());
    let good = equals.take_while(|equal| !equal.iter().any(|line| line.is_worse));
    good.last().and_then(|equal| equal.first()).map(|line| line.sureness)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(probabilities: &[f32], nearest: f32, outside: f32, has_many: bool) -> DenseView {
        DenseView { probabilities: probabilities.to_vec(), outside, nearest, has_many }
    }

    #[test]
    fn the_mixture_is_a_weighed_mean() {
        let (values, score) = mix(&[1.0, 1.0], &view(&[0.8, 0.2], 0.5, 0.2, true));
        assert!((values[0].exp() - 0.65).abs() < 1e-6 && (values[1].exp() - 0.35).abs() < 1e-6, "{values:?}");
        assert!((score - 0.65 * 0.25 * 0.8).abs() < 1e-6);
        let (values, _) = mix(&[1.0, 1.0], &view(&[0.8, 0.2], 0.5, 0.2, false));
        assert!((values[0].exp() - 0.71).abs() < 1e-6, "{values:?}");
        assert!(mix(&[1e9, -1e9], &view(&[1.0, 0.0], 0.0, 0.0, true)).0[1].is_finite());
    }

    #[test]
    fn the_encoder_is_skipped_only_where_it_tells_nothing_better() {
        let tries = |worse_at: &[usize]| {
            let line =
                |place: usize| Try { sureness: 1.0 - place as f32 / 4096.0, is_worse: worse_at.contains(&place) };
            sureness((0..3000).map(line).collect())
        };
        let at = |place: usize| Some(1.0 - place as f32 / 4096.0);
        assert_eq!(tries(&[]), at(2999));
        assert_eq!(tries(&[100, 2000]), at(99));
        assert_eq!(tries(&[0]), None);
        assert_eq!(sureness((0..100).map(|_| Try { sureness: 0.9, is_worse: false }).collect()), None);
    }
}
