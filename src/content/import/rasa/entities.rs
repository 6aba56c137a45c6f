//! Entities: patterns, lists, and what only the marks of examples show.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::super::names::plain;
use super::super::plan::NewEntity;
use super::super::{At, Notes};
use super::project::{Listed, Project};
use crate::content::form_files::TEXT;
use crate::nlu::{Builtin, EntityKind, EntityRule, Extractor, Normalize};

/// Names by which recognisers of dates, amounts and so on call what they find.
const BUILTIN: [(&str, Builtin); 19] = [
    ("email", Builtin::Email),
    ("e_mail", Builtin::Email),
    ("email_address", Builtin::Email),
    ("phone", Builtin::Phone),
    ("phone_number", Builtin::Phone),
    ("telephone", Builtin::Phone),
    ("amount_of_money", Builtin::Money),
    ("money", Builtin::Money),
    ("price", Builtin::Money),
    ("time", Builtin::Date),
    ("date", Builtin::Date),
    ("postcode", Builtin::Postcode),
    ("zip", Builtin::Postcode),
    ("zip_code", Builtin::Postcode),
    ("zipcode", Builtin::Postcode),
    ("tracking_number", Builtin::TrackingNumber),
    ("url", Builtin::Url),
    ("number", Builtin::Number),
    ("cardinal", Builtin::Number),
];

static DIGITS: LazyLock<Regex> = LazyLock::new(|| match Regex::new(r"^#?\s?(\d{3,12})$") {
    Ok(digits) => digits,
    Err(error) => unreachable!("the pattern is a constant that a test compiles: {error}"),
});

/// Words for each value, in the order they were met.
type Values = Vec<(String, Vec<String>)>;

#[derive(Default)]
struct Seen {
    at: Option<At>,
    lookup: Vec<String>,
    patterns: Vec<(String, At)>,
    // From marks and synonyms.
    values: Values,
}

/// All entities of the project.
pub(super) fn convert(project: &Project, notes: &mut Notes) -> Vec<NewEntity> {
    let (mut names, mut seen): (Vec<String>, BTreeMap<String, Seen>) = (Vec::new(), BTreeMap::new());
    let lines = || project.intents.iter().flat_map(|intent| &intent.lines);
    let marked = lines().flat_map(|(at, line)| line.marks.iter().map(move |mark| (&mark.entity, at)));
    let listed = project.lookups.iter().map(|listed| (&listed.name, &listed.at));
    for (name, at) in project.entities.iter().map(|(name, at)| (name, at)).chain(marked).chain(listed) {
        let name = plain(name, "thing");
        seen.entry(name.clone()).or_insert_with(|| {
            names.push(name);
            Seen { at: Some(at.clone()), ..Seen::default() }
        });
    }
    for mark in lines().flat_map(|(_, line)| &line.marks) {
        if let Some(seen) = seen.get_mut(&mark.name()) {
            add(&mut seen.values, mark.value(), &mark.words);
        }
    }
    for listed in &project.lookups {
        if let Some(seen) = seen.get_mut(&plain(&listed.name, "thing")) {
            seen.lookup.extend(listed.lines.iter().map(|(_, line)| line.clone()));
        }
    }
    for listed in &project.regexes {
        regex(listed, &mut seen, notes);
    }
    for listed in &project.synonyms {
        synonym(listed, &mut seen, notes);
    }
    names.iter().filter_map(|name| rule(name, seen.remove(name)?, notes)).collect()
}

fn add(values: &mut Values, value: &str, word: &str) {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let index = values.iter().position(|(known, _)| same(known, value)).unwrap_or_else(|| {
        values.push((value.to_owned(), Vec::new()));
        values.len() - 1
    });
    if !same(&values[index].0, word) && !values[index].1.iter().any(|known| same(known, word)) {
        values[index].1.push(word.to_owned());
    }
}

fn regex(listed: &Listed, seen: &mut BTreeMap<String, Seen>, notes: &mut Notes) {
    match seen.get_mut(&plain(&listed.name, "thing")) {
        Some(seen) => seen.patterns.extend(listed.lines.iter().map(|(at, line)| (line.clone(), at.clone()))),
        None => {
            let problem = format!("the regex `{}` belongs to no entity", listed.name);
            notes.left_out(&listed.at, problem, "nothing is to be done, if it was only a hint for the intents");
        }
    }
}

fn synonym(listed: &Listed, seen: &mut BTreeMap<String, Seen>, notes: &mut Notes) {
    let words: Vec<String> = std::iter::once(&listed.name)
        .chain(listed.lines.iter().map(|(_, line)| line))
        .map(|word| word.to_lowercase())
        .collect();
    let is_known = |word: &String| words.contains(&word.to_lowercase());
    let mut is_used = false;
    for seen in seen.values_mut() {
        let named = seen.values.iter().any(|(value, others)| is_known(value) || others.iter().any(is_known));
        if named || seen.lookup.iter().any(is_known) {
            is_used = true;
            for (_, line) in &listed.lines {
                // The words are no value of their own any more.
                seen.values.retain(|(value, _)| value != line || *value == listed.name);
                add(&mut seen.values, &listed.name, line);
            }
        }
    }
    if !is_used {
        let problem = format!("the synonym `{}` belongs to no entity that is marked or listed", listed.name);
        notes.left_out(&listed.at, problem, "add it to a list in `_entities.yaml`");
    }
}

fn rule(name: &str, seen: Seen, notes: &mut Notes) -> Option<NewEntity> {
    let at = seen.at.clone().unwrap_or_else(|| At::file("_entities.yaml"));
    if name == TEXT {
        let problem = "an entity cannot be called `text`";
        notes.left_out(&at, problem, "describe it in `_entities.yaml` under another name");
        return None;
    }
    let Some((kind, remark)) = kind(name, seen, notes) else {
        let problem = format!("the entity `{name}` has no examples, no list and no pattern");
        notes.left_out(&at, problem, "describe it in `_entities.yaml`, if anything asks for it");
        return None;
    };
    if let Some(remark) = &remark {
        notes.left_out(&at, format!("the entity `{name}`: {remark}"), "look at it in `_entities.yaml`");
    }
    let pii = matches!(kind, EntityKind::Builtin(Builtin::Email | Builtin::Phone | Builtin::Postcode));
    let is_number = matches!(&kind, EntityKind::Regex(pattern) if pattern.starts_with("#?"));
    let normalize = if is_number { vec![Normalize::Digits] } else { Vec::new() };
    let rule = EntityRule { name: name.to_owned(), kind, normalize, context_words: Vec::new(), fuzzy: 0, pii };
    match Extractor::new(std::slice::from_ref(&rule)) {
        Ok(_) => Some(NewEntity { rule, remark }),
        Err((_, problem)) => {
            notes.left_out(&at, format!("the entity `{name}`: {problem}"), "describe it in `_entities.yaml`");
            None
        }
    }
}

fn kind(name: &str, seen: Seen, notes: &mut Notes) -> Option<(EntityKind, Option<String>)> {
    let patterns: Vec<String> =
        seen.patterns.iter().filter_map(|(pattern, at)| usable(name, pattern, at, notes)).collect();
    match patterns.as_slice() {
        [] => {}
        // Rasa takes all that fits; here the first group would be the value.
        all => return Some((EntityKind::Regex(format!("({})", all.join("|"))), None)),
    }
    if let Some((_, builtin)) = BUILTIN.iter().find(|(known, _)| *known == name).filter(|_| seen.lookup.is_empty()) {
        return Some((EntityKind::Builtin(*builtin), None));
    }
    let all_words = || seen.values.iter().flat_map(|(value, words)| std::iter::once(value).chain(words));
    let is_learnt = seen.lookup.is_empty();
    if is_learnt && seen.values.iter().any(|(value, _)| value.contains('@')) {
        return Some((EntityKind::Builtin(Builtin::Email), None));
    }
    let lengths: Option<Vec<usize>> = all_words().map(|word| Some(DIGITS.captures(word)?.get(1)?.len())).collect();
    if let Some((least, most)) =
        lengths.filter(|_| is_learnt).and_then(|all| Some((*all.iter().min()?, *all.iter().max()?)))
    {
        let count = if least == most { format!("{least}") } else { format!("{least},{most}") };
        let remark = "the pattern is a guess from the examples: numbers of this length".to_owned();
        return Some((EntityKind::Regex(format!(r"#?\b(\d{{{count}}})\b")), Some(remark)));
    }
    let mut values = seen.values.clone();
    seen.lookup.iter().for_each(|value| {
        let is_word = values.iter().any(|(_, words)| words.iter().any(|word| word.eq_ignore_ascii_case(value)));
        if !is_word {
            add(&mut values, value, value);
        }
    });
    let values = listable(values);
    let remark = is_learnt.then(|| "only what the examples mark is found; add what else there is".to_owned());
    (!values.is_empty()).then_some((EntityKind::List(values), remark))
}

// A pattern of Python that is one here, without groups that are kept.
fn usable(name: &str, pattern: &str, at: &At, notes: &mut Notes) -> Option<String> {
    let rule = |pattern: &str| EntityRule {
        name: name.to_owned(),
        kind: EntityKind::Regex(pattern.to_owned()),
        normalize: Vec::new(),
        context_words: Vec::new(),
        fuzzy: 0,
        pii: false,
    };
    match Extractor::new(&[rule(&format!("({pattern})"))]) {
        Ok(_) => Some(pattern.to_owned()),
        Err((_, problem)) => {
            let problem = format!("the pattern `{pattern}` of `{name}` cannot be taken: {problem}");
            notes.left_out(at, problem, "write another in `_entities.yaml`");
            None
        }
    }
}

// Values whose words a list can find: short ones, each for one value.
fn listable(values: Values) -> Values {
    let mut taken = Vec::<String>::new();
    let mut good = |word: &str| {
        let words: Vec<&str> = word.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
        let normal = words.join(" ").to_lowercase();
        let is_good = (1..=6).contains(&words.len()) && !taken.contains(&normal);
        taken.extend(is_good.then_some(normal));
        is_good
    };
    let firsts: Values = values.into_iter().filter(|(value, _)| good(value)).collect();
    firsts.into_iter().map(|(value, words)| (value, words.into_iter().filter(|word| good(word)).collect())).collect()
}
