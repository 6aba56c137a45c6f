//! How well things are found: what was found against what is labelled.
//!
//! A find counts if a label of the same name covers the same stretch, no more and no less. Values are compared on their
//! own: `value_accuracy` is the share of the right finds whose normal form is the label's, too.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::domain::Entity;

/// A thing that is said to be in a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LabelledEntity {
    /// What it is called.
    pub entity: String,
    /// First position, in Unicode scalars.
    pub start: usize,
    /// Position after the last one, in Unicode scalars.
    pub end: usize,
    /// What it stands for; without, values are not compared.
    #[serde(default)]
    pub value: Option<String>,
}

/// Counts of one kind of thing, and what follows from them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct EntityScore {
    /// How many are labelled.
    pub labelled: usize,
    /// How many were found.
    pub found: usize,
    /// How many of both are the same.
    pub right: usize,
    /// The share of finds that are right; 0 where nothing was found.
    pub precision: f64,
    /// The share of labels that were found; 0 where there are none.
    pub recall: f64,
    /// The harmonic mean of both.
    pub f1: f64,
    /// The share of right finds whose value is the label's; `None` where no label has one.
    pub value_accuracy: Option<f64>,
    #[serde(skip)]
    values: usize,
    #[serde(skip)]
    values_right: usize,
}

/// How well all things are found, over all texts.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct EntityScores {
    /// The share of all finds that are right.
    pub entity_precision: f64,
    /// The share of all labels that were found.
    pub entity_recall: f64,
    /// The harmonic mean of both.
    pub entity_f1: f64,
    /// The same by name, with counts. Names that are only found, or only labelled, are there too.
    pub entities_by_type: BTreeMap<String, EntityScore>,
}

/// Scores what was found in texts: of each text its labels, and what was found in it.
///
/// Every label serves one find at most, so that a thing found twice is once right and once wrong.
#[must_use]
pub fn score_entities<'t>(texts: impl IntoIterator<Item = (&'t [LabelledEntity], &'t [Entity])>) -> EntityScores {
    let mut scores = EntityScores::default();
    for (labels, found) in texts {
        scores.add(labels, found);
    }
    let mut all = EntityScore::default();
    for score in scores.entities_by_type.values_mut() {
        score.conclude();
        all.labelled += score.labelled;
        all.found += score.found;
        all.right += score.right;
    }
    all.conclude();
    EntityScores { entity_precision: all.precision, entity_recall: all.recall, entity_f1: all.f1, ..scores }
}

impl EntityScores {
    fn add(&mut self, labels: &[LabelledEntity], found: &[Entity]) {
        let mut open: HashMap<(&str, usize, usize), Vec<&LabelledEntity>> = HashMap::new();
        for label in labels {
            open.entry((label.entity.as_str(), label.start, label.end)).or_default().push(label);
            self.of(&label.entity).labelled += 1;
        }
        for entity in found {
            let label = open.get_mut(&(entity.entity.as_str(), entity.start, entity.end)).and_then(Vec::pop);
            let score = self.of(&entity.entity);
            score.found += 1;
            let Some(label) = label else { continue };
            score.right += 1;
            if let Some(value) = &label.value {
                score.values += 1;
                score.values_right += usize::from(*value == entity.value);
            }
        }
    }

    fn of(&mut self, name: &str) -> &mut EntityScore {
        self.entities_by_type.entry(name.to_owned()).or_default()
    }
}

impl EntityScore {
    fn conclude(&mut self) {
        self.precision = share(self.right, self.found);
        self.recall = share(self.right, self.labelled);
        let sum = self.found + self.labelled;
        self.f1 = share(2 * self.right, sum);
        self.value_accuracy = (self.values > 0).then(|| share(self.values_right, self.values));
    }
}

fn share(part: usize, whole: usize) -> f64 {
    let exact = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { exact(part) / exact(whole) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(entity: &str, start: usize, end: usize, value: &str) -> LabelledEntity {
        LabelledEntity { entity: entity.to_owned(), start, end, value: Some(value.to_owned()) }
    }

    fn found(entity: &str, start: usize, end: usize, value: &str) -> Entity {
        let (entity, value) = (entity.to_owned(), value.to_owned());
        Entity { entity, start, end, value, ..Entity::default() }
    }

    #[test]
    fn only_the_same_name_over_the_same_stretch_is_right() {
        let labels = [label("order", 0, 5, "10042"), label("email", 9, 12, "a@b"), label("order", 20, 25, "10043")];
        let finds = [
            found("order", 0, 5, "10042"),
            found("phone", 9, 12, "a@b"),
            found("order", 20, 24, "1004"),
            found("order", 0, 5, "10042"),
        ];
        let scores = score_entities([(labels.as_slice(), finds.as_slice())]);
        let order = &scores.entities_by_type["order"];
        assert_eq!((order.labelled, order.found, order.right, order.value_accuracy), (2, 3, 1, Some(1.0)));
        assert_eq!((order.precision, order.recall, order.f1), (1.0 / 3.0, 0.5, 0.4));
        assert_eq!((scores.entity_precision, scores.entity_recall), (0.25, 1.0 / 3.0));
        assert_eq!(scores.entities_by_type.keys().collect::<Vec<_>>(), ["email", "order", "phone"]);
    }

    #[test]
    fn values_are_counted_on_their_own_and_nothing_is_divided_by_nothing() {
        let without = LabelledEntity { value: None, ..label("b", 0, 1, "") };
        let finds = [found("a", 0, 1, "other"), found("b", 0, 1, "x")];
        let scores = score_entities([([label("a", 0, 1, "x"), without].as_slice(), finds.as_slice())]);
        assert_eq!(scores.entity_f1, 1.0);
        assert_eq!(scores.entities_by_type["a"].value_accuracy, Some(0.0));
        assert_eq!(scores.entities_by_type["b"].value_accuracy, None);
        let json = serde_json::to_value(score_entities([])).unwrap();
        assert_eq!(json["entity_f1"], 0.0);
        let line = r#"{"entity": "order_number", "start": 1, "end": 6, "value": "10042"}"#;
        assert_eq!(serde_json::from_str::<LabelledEntity>(line).unwrap(), label("order_number", 1, 6, "10042"));
    }
}
