//! Checks a tree against the JSON Schema of the Rust type it is meant to become.
//!
//! The schema editors complete by and the check of the desk are one and the same, so they cannot differ. Only the part of
//! JSON Schema that `schemars` writes for our types is read.

use std::collections::BTreeSet;

use serde_json::Value;

use super::fault::{Trouble, nearest, write_instead};
use super::tree::{Key, Kind, Node};

/// Adds everything about `node` that `schema` does not allow to `troubles`.
pub(super) fn check(node: &Node, schema: &Value, troubles: &mut Vec<Trouble>) {
    Shape { root: schema }.node(node, schema, troubles);
}

struct Shape<'a> {
    root: &'a Value,
}

impl<'a> Shape<'a> {
    fn node(&self, node: &Node, schema: &'a Value, troubles: &mut Vec<Trouble>) {
        let options = self.options(schema);
        if options.is_empty() {
            return;
        }
        let Some(fitting) = options.iter().find(|option| takes(option, &node.kind)) else {
            troubles.push(wrong_kind(node, &options));
            return;
        };
        match &node.kind {
            Kind::Empty => {}
            Kind::Text(text) => check_text(node, text, &options, fitting, troubles),
            Kind::List(list) => {
                if let Some(items) = fitting.get("items") {
                    list.iter().for_each(|entry| self.node(entry, items, troubles));
                }
            }
            Kind::Map(entries) => self.map(node, entries, fitting, troubles),
        }
    }

    // The alternatives of a schema, with references followed; none means that anything goes.
    fn options(&self, schema: &'a Value) -> Vec<&'a Value> {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let target = target.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
            return target.map(|target| self.options(target)).unwrap_or_default();
        }
        let alternatives = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array);
        match alternatives {
            Some(alternatives) => alternatives.iter().flat_map(|option| self.options(option)).collect(),
            None if schema.get("type").is_some() || schema.get("const").is_some() => vec![schema],
            None => Vec::new(),
        }
    }

    fn map(&self, node: &Node, entries: &[(Key, Node)], schema: &'a Value, troubles: &mut Vec<Trouble>) {
        let known = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties");
        let (mut seen, mut meant) = (BTreeSet::new(), BTreeSet::new());
        for (key, value) in entries {
            if !seen.insert(key.text.as_str()) {
                troubles.push(twice(key, entries));
            } else if let Some(schema) = known.and_then(|known| known.get(&key.text)) {
                self.node(value, schema, troubles);
            } else if others == Some(&Value::Bool(false)) {
                let names = known.into_iter().flat_map(|known| known.keys().map(String::as_str));
                meant.extend(nearest(&key.text, names.clone()));
                let problem = format!("there is no key `{}` here", key.text);
                troubles.push(Trouble::new(key.place, problem, write_instead(&key.text, names)));
            } else if let Some(schema) = others {
                self.node(value, schema, troubles);
            }
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        // A key that is misspelt is not told a second time as missing.
        for key in required.filter_map(Value::as_str).filter(|key| !seen.contains(key) && !meant.contains(key)) {
            let example = known.and_then(|known| known.get(key)).map(|schema| self.example(schema));
            let cure = format!("add `{key}: {}`", example.as_deref().unwrap_or("…"));
            troubles.push(Trouble::new(node.place, format!("the key `{key}` is missing"), cure));
        }
    }

    // What a missing value could look like.
    fn example(&self, schema: &'a Value) -> String {
        if let Some(example) = schema.get("examples").and_then(|examples| examples.get(0)) {
            return as_word(example);
        }
        let words: Vec<_> = self.options(schema).into_iter().flat_map(allowed).collect();
        words.first().cloned().unwrap_or_else(|| String::from("…"))
    }
}

fn twice(key: &Key, entries: &[(Key, Node)]) -> Trouble {
    let first = entries.iter().find(|(other, _)| other.text == key.text).map_or(key.place, |(other, _)| other.place);
    Trouble::new(
        key.place,
        format!("the key `{}` stands here a second time", key.text),
        format!("keep one of them; the first is in line {}", first.line),
    )
}

fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => vec!["string"],
    }
}

// Numbers and truth values are texts in the tree: whether a text is one is asked later, where the answer is a better message.
fn takes(schema: &Value, kind: &Kind) -> bool {
    types(schema).into_iter().any(|name| match kind {
        Kind::Empty => name == "null",
        Kind::Text(_) => matches!(name, "string" | "number" | "integer" | "boolean"),
        Kind::List(_) => name == "array",
        Kind::Map(_) => name == "object",
    })
}

fn wrong_kind(node: &Node, options: &[&Value]) -> Trouble {
    let mut wanted: Vec<_> =
        options.iter().flat_map(|option| types(option)).filter(|name| *name != "null").map(in_words).collect();
    wanted.dedup();
    let wanted = wanted.join(" or ");
    let found = match &node.kind {
        Kind::Empty => "nothing",
        Kind::Text(_) => "text",
        Kind::List(_) => "a list",
        Kind::Map(_) => "a block of keys",
    };
    Trouble::new(node.place, format!("here stands {found} where {wanted} belongs"), format!("write {wanted}"))
}

fn in_words(name: &str) -> &str {
    match name {
        "string" => "a text",
        "number" => "a number",
        "integer" => "a whole number",
        "boolean" => "`true` or `false`",
        "array" => "a list (lines that begin with `- `)",
        _ => "a block of keys (`key: value`)",
    }
}

fn check_text(node: &Node, text: &str, options: &[&Value], fitting: &Value, troubles: &mut Vec<Trouble>) {
    let words: Vec<_> = options.iter().flat_map(|option| allowed(option)).collect();
    if !words.is_empty() {
        if !words.iter().any(|word| word == text) {
            let cure = write_instead(text, words.iter().map(String::as_str));
            troubles.push(Trouble::new(node.place, format!("`{text}` is not known here"), cure));
        }
        return;
    }
    let types = types(fitting);
    let fits = |name: &str| types.contains(&name);
    if fits("string") {
        return;
    }
    if fits("boolean") {
        if !matches!(text, "true" | "false") {
            let problem = format!("`{text}` is neither `true` nor `false`");
            troubles.push(Trouble::new(node.place, problem, "write `true` or `false`"));
        }
        return;
    }
    if let Some((problem, cure)) = check_number(text, fits("integer") && !fits("number"), fitting) {
        troubles.push(Trouble::new(node.place, problem, cure));
    }
}

fn check_number(text: &str, whole: bool, schema: &Value) -> Option<(String, String)> {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let (low, high) = (bound("minimum"), bound("maximum"));
    let kind = if whole { "a whole number" } else { "a number" };
    let cure = match (low, high) {
        (Some(low), Some(high)) => format!("write {kind} from {low} to {high}"),
        (Some(low), None) => format!("write {kind} that is at least {low}"),
        _ => format!("write {kind}"),
    };
    let number = if whole {
        // Up to 2⁵³ every whole number has its own `f64`; the bounds of our types are far below.
        text.parse::<i64>().ok().map(|n| n as f64)
    } else {
        text.parse::<f64>().ok().filter(|number| number.is_finite())
    };
    let Some(number) = number else { return Some((format!("`{text}` is not {kind}"), cure)) };
    if low.is_some_and(|low| number < low) {
        Some((format!("{text} is too small"), cure))
    } else if high.is_some_and(|high| number > high) {
        Some((format!("{text} is too large"), cure))
    } else {
        None
    }
}

// The words a schema allows; none when it allows any text.
fn allowed(schema: &Value) -> Vec<String> {
    if let Some(word) = schema.get("const") {
        return vec![as_word(word)];
    }
    schema.get("enum").and_then(Value::as_array).into_iter().flatten().map(as_word).collect()
}

fn as_word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
