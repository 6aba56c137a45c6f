//! Measuring a model on lines it was not trained on. Pure: who wants times, takes them around these calls.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::value::{Error as Unknown, StrDeserializer};

use super::folds::stratified;
use super::model::{Nlu, Options};
use super::report::{Outcome, Report, Tiers, share};
use super::{
    Builtin, EntityKind, EntityRule, EntityScores, Example, Extractor, IntentExamples, LabelledEntity, score_entities,
};
use crate::domain::{Entity, Understanding};

/// A line of a labelled set, as its JSON has it; an intent left out is out of scope, other keys are passed over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Labelled {
    /// What was written.
    pub text: String,
    /// The intent it belongs to; nothing when it is out of scope.
    pub intent: Option<String>,
    /// What it names.
    #[serde(default)]
    pub entities: Vec<LabelledEntity>,
}

/// A moment in the reading of one line, for who takes times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nothing is read yet.
    Begun,
    /// The sparse tier has read it.
    Sparse,
    /// It has its vector; whether the cascade asked for one.
    Encoded(bool),
    /// It is understood.
    Done,
}

/// Measures a model that is trained already; `lap` is called at every [`Stage`] of every line.
#[must_use]
pub fn evaluate_model(nlu: &Nlu, test: &[Labelled], lap: &mut dyn FnMut(Stage)) -> Report {
    let lines: Vec<Trial> = test.iter().map(|line| trial(nlu, &line.text, line.intent.as_deref(), lap)).collect();
    report(nlu, &lines)
}

/// Measures the intent files by themselves: each line is read by a model trained without its fold. Lines are dealt to
/// the folds by intent and `seed`; an intent's only line always trains, and `not_examples` do too.
///
/// `progress` is called with the folds done and their number, first with none done. Fewer than two folds count as two.
#[must_use]
pub fn cross_validate(
    intents: &[IntentExamples],
    options: &Options<'_>,
    (folds, seed): (usize, u64),
    progress: &mut dyn FnMut(usize, usize),
) -> Report {
    let folds = folds.max(2);
    let keys: Vec<Option<usize>> =
        intents.iter().enumerate().flat_map(|(at, intent)| intent.examples.iter().map(move |_| Some(at))).collect();
    let dealt = stratified(&keys, folds, seed);
    let mut lines = Vec::with_capacity(keys.len());
    let mut last = None;
    progress(0, folds);
    for fold in 0..folds {
        let (train, test) = split(intents, &dealt, fold);
        let nlu = Nlu::train_with(&train, options);
        lines.extend(test.iter().map(|(intent, text)| trial(&nlu, text, Some(intent), &mut |_| ())));
        last = Some(nlu);
        progress(fold + 1, folds);
    }
    last.map_or_else(|| Report::of(&[]), |nlu| report(&nlu, &lines))
}

// A line, read as it is when a shopper writes it and by each tier whatever the cascade says.
struct Trial {
    outcome: Outcome,
    sparse: Option<String>,
    both: Option<String>,
    is_asked: bool,
}

fn trial(nlu: &Nlu, text: &str, intent: Option<&str>, lap: &mut dyn FnMut(Stage)) -> Trial {
    lap(Stage::Begun);
    let view = nlu.view(text);
    lap(Stage::Sparse);
    let is_asked = nlu.encoder_for(&view, None).is_some();
    // Encoded in any case, to see what the cascade costs and saves.
    let vector = nlu.encoder_of(&view, None).and_then(|encoder| encoder.encode(text));
    lap(Stage::Encoded(is_asked));
    let read = nlu.amend(nlu.conclude(text, view.clone(), vector.as_deref().filter(|_| is_asked)), None);
    lap(Stage::Done);
    let best = |vector: Option<&[f32]>| nlu.conclude(text, view.clone(), vector).top().map(|top| top.intent.clone());
    Trial { sparse: best(None), both: best(vector.as_deref()), is_asked, outcome: outcome(read, intent) }
}

fn report(nlu: &Nlu, lines: &[Trial]) -> Report {
    let outcomes: Vec<Outcome> = lines.iter().map(|line| line.outcome.clone()).collect();
    let mut report = Report::of(&outcomes);
    let inside: Vec<&Trial> = lines.iter().filter(|line| line.outcome.intent.is_some()).collect();
    let right = |told: &dyn Fn(&Trial) -> &Option<String>| {
        share(inside.iter().filter(|line| *told(line) == line.outcome.intent).count(), inside.len())
    };
    report.tiers = nlu.has_encoder().then(|| Tiers {
        sparse_top1: right(&|line| &line.sparse),
        both_top1: right(&|line| &line.both),
        encoder_skipped: share(lines.iter().filter(|line| !line.is_asked).count(), lines.len()),
    });
    report
}

/// The intents without one fold's lines, and these lines with their intents' names.
fn split<'a>(
    intents: &'a [IntentExamples],
    dealt: &[Option<usize>],
    fold: usize,
) -> (Vec<IntentExamples>, Vec<(&'a str, &'a str)>) {
    let mut train = Vec::with_capacity(intents.len());
    let mut test = Vec::new();
    let mut folds = dealt.iter();
    for intent in intents {
        let with_folds = intent.examples.iter().zip(folds.by_ref());
        let (held, kept): (Vec<_>, Vec<_>) = with_folds.partition(|(_, of)| **of == Some(fold));
        test.extend(held.into_iter().map(|(example, _)| (intent.name.as_str(), example.text.as_str())));
        let examples = kept.into_iter().map(|(example, _)| example.clone()).collect();
        train.push(IntentExamples { examples, ..intent.clone() });
    }
    (train, test)
}

fn outcome(read: Understanding, intent: Option<&str>) -> Outcome {
    Outcome {
        probability: read.top().map_or(0.0, |top| top.probability),
        told: read.top().map(|top| top.intent.clone()),
        in_scope: read.in_scope,
        intent: intent.map(str::to_owned),
        text: read.text,
    }
}

/// Measures how well `extract` finds what the lines name; nothing if none of them names anything.
#[must_use]
pub fn evaluate_entities(test: &[Labelled], extract: &dyn Fn(&str) -> Vec<Entity>) -> Option<EntityScores> {
    test.iter().find(|line| !line.entities.is_empty())?;
    let found: Vec<Vec<Entity>> = test.iter().map(|line| extract(&line.text)).collect();
    let pairs = test.iter().zip(&found).map(|(line, found)| (line.entities.as_slice(), found.as_slice()));
    Some(score_entities(pairs))
}

/// Finds what the lines have marks of: as it has learned from them and, where a kind of thing has the name of a
/// [`Builtin`], as that finds it, too.
///
/// # Errors
/// In words, if a name cannot be one.
pub fn extractor_of(lines: &[Labelled]) -> Result<Extractor, String> {
    let names: BTreeSet<&str> =
        lines.iter().flat_map(|line| &line.entities).map(|marked| marked.entity.as_str()).collect();
    let rules: Vec<EntityRule> = names.into_iter().flat_map(rules_of).collect();
    let extractor = Extractor::new(&rules).map_err(|(_, wrong)| wrong)?;
    let marked: Vec<_> = lines.iter().map(|line| (line.text.as_str(), line.entities.clone())).collect();
    extractor.learn(&marked);
    Ok(extractor)
}

fn rules_of(name: &str) -> impl Iterator<Item = EntityRule> {
    let rule = |kind| EntityRule {
        name: name.to_owned(),
        kind,
        normalize: Vec::new(),
        context_words: Vec::new(),
        fuzzy: 0,
        pii: false,
    };
    let builtin = Builtin::deserialize(StrDeserializer::<Unknown>::new(name)).ok();
    builtin.map(EntityKind::Builtin).into_iter().chain([EntityKind::Examples]).map(rule)
}

/// The intents of labelled lines, in the order they first come, and the lines that belong to none.
#[must_use]
pub fn grouped(lines: &[Labelled]) -> (Vec<IntentExamples>, Vec<Example>) {
    (group(lines), lines.iter().filter(|line| line.intent.is_none()).map(example).collect())
}

fn group(lines: &[Labelled]) -> Vec<IntentExamples> {
    let mut intents: Vec<IntentExamples> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for line in lines {
        let Some(name) = &line.intent else { continue };
        let place = *places.entry(name).or_insert_with(|| {
            intents.push(IntentExamples { name: name.clone(), examples: Vec::new(), not_examples: Vec::new() });
            intents.len() - 1
        });
        intents[place].examples.push(example(line));
    }
    intents
}

fn example(line: &Labelled) -> Example {
    Example { text: line.text.clone(), locale: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(lines: &[(&str, &str)]) -> Vec<Labelled> {
        let line = |(intent, text): &(&str, &str)| Labelled {
            text: (*text).to_owned(),
            intent: (!intent.is_empty()).then(|| (*intent).to_owned()),
            entities: Vec::new(),
        };
        lines.iter().map(line).collect()
    }

    fn evaluate(train: &[Labelled], test: &[Labelled]) -> Report {
        let (intents, outside) = grouped(train);
        let nlu = Nlu::train_with(&intents, &Options { out_of_scope: &outside, ..Options::default() });
        evaluate_model(&nlu, test, &mut |_| ())
    }

    const TRAIN: [(&str, &str); 8] = [
        ("track", "where is my order"),
        ("track", "track my parcel"),
        ("track", "where is the parcel"),
        ("cancel", "cancel my order"),
        ("cancel", "please cancel it"),
        ("greet", "hello there"),
        ("greet", "hello"),
        ("", "will it rain tomorrow"),
    ];

    #[test]
    fn lines_are_read_as_json() {
        let check = |json: &str, expected: Option<&str>| {
            let line: Labelled = serde_json::from_str(json).unwrap();
            assert_eq!((line.text.as_str(), line.intent.as_deref()), ("hi", expected));
        };
        check(r#"{"text": "hi", "intent": "greet", "entities": []}"#, Some("greet"));
        check(r#"{"text": "hi", "intent": null}"#, None);
        check(r#"{"text": "hi"}"#, None);
    }

    #[test]
    fn a_set_is_measured() {
        let test = labelled(&[("track", "where is it"), ("cancel", "cancel"), ("greet", "hello you"), ("", "zebra")]);
        let report = evaluate(&labelled(&TRAIN), &test);
        assert_eq!((report.top1, report.out_of_scope_recall), (Some(1.0), Some(1.0)));
        assert_eq!((report.lines, report.out_of_scope_lines, report.per_intent.len()), (4, 1, 3));
    }

    #[test]
    fn an_intent_training_never_saw_is_wrong_not_a_panic() {
        let report = evaluate(&labelled(&TRAIN), &labelled(&[("other", "where is it")]));
        assert_eq!(report.top1, Some(0.0));
        let report = evaluate(&[], &labelled(&[("other", "where is it"), ("", "x")]));
        assert_eq!((report.top1, report.out_of_scope_recall), (Some(0.0), Some(1.0)));
    }

    #[test]
    fn every_line_but_lonely_ones_is_read_once() {
        let mut intents = group(&labelled(&TRAIN));
        intents.push(IntentExamples {
            name: "lonely".to_owned(),
            examples: vec![Example { text: "just me".to_owned(), locale: "en".to_owned() }],
            not_examples: vec![Example { text: "not me".to_owned(), locale: "en".to_owned() }],
        });
        let mut calls = Vec::new();
        let report =
            cross_validate(&intents, &Options::default(), (3, 7), &mut |done, total| calls.push((done, total)));
        assert_eq!(calls, [(0, 3), (1, 3), (2, 3), (3, 3)]);
        assert_eq!(report.lines, 7);
        assert_eq!(report.out_of_scope_auroc, None);
        assert_eq!(cross_validate(&intents, &Options::default(), (3, 7), &mut |_, _| ()), report);
        assert_eq!(cross_validate(&[], &Options::default(), (0, 0), &mut |_, _| ()).lines, 0);
    }

    #[test]
    fn what_lines_name_is_learned_and_measured() {
        let lines = |kinds: &[&str], json: &dyn Fn(&str) -> String| -> Vec<Labelled> {
            kinds.iter().map(|kind| serde_json::from_str(&json(kind)).unwrap()).collect()
        };
        let marked = |kind: &str| {
            let end = 9 + kind.len();
            format!(
                r#"{{"text": "close my {kind} account since 2026-11-02", "intent": "close", "entities": [
                    {{"entity": "account_type", "start": 9, "end": {end}, "value": "{kind}"}},
                    {{"entity": "date", "start": {}, "end": {}}}]}}"#,
                end + 15,
                end + 25
            )
        };
        let train = lines(&["gold", "silver", "basic", "premium"], &marked);
        let extractor = extractor_of(&train).unwrap();
        let day = jiff::civil::date(2026, 11, 22);
        let scores = evaluate_entities(&lines(&["platinum"], &marked), &|text| extractor.extract(text, day)).unwrap();
        assert_eq!((scores.entity_f1, scores.entities_by_type["account_type"].value_accuracy), (1.0, Some(1.0)));
        let builtin = extractor.extract("yesterday", day);
        assert_eq!((builtin[0].entity.as_str(), builtin[0].value.as_str()), ("date", "2026-11-21"));
        assert!(evaluate_entities(&labelled(&TRAIN), &|_| Vec::new()).is_none(), "nothing is named");
        assert!(extractor_of(&labelled(&TRAIN)).unwrap().extract("on 2026-11-02", day).is_empty());
    }
}
