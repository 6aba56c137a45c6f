//! The domain: responses, slots, forms, and the names of everything.

use super::super::{At, Notes, Source};
use super::project::{Button, Form, Mapping, MappingKind, Project, Response, Slot, Variant};
use crate::knowledge::{Kind, Node};

fn at(node: &Node, source: &Source) -> At {
    At::new(&source.name, node.place)
}

// The map below `key`; anything else but nothing is a fault.
fn expect_map(node: &Node, key: &str, source: &Source, notes: &mut Notes) {
    if !matches!(node.kind, Kind::Map(_) | Kind::Empty) {
        let cure = "write names with a `:` behind, and what belongs to each below it";
        notes.error(&at(node, source), format!("`{key}` has no names in it"), cure);
    }
}

fn entries(node: &Node) -> &[Node] {
    match &node.kind {
        Kind::List(entries) => entries,
        _ => &[],
    }
}

/// Reads a list of names; an entry may be `name` or `name:` with more below it.
pub(super) fn names(names: &mut Vec<(String, At)>, node: &Node, key: &str, source: &Source, notes: &mut Notes) {
    if !matches!(node.kind, Kind::List(_) | Kind::Empty) {
        notes.error(
            &at(node, source),
            format!("`{key}` is no list"),
            "write each name on a line that begins with `- `",
        );
    }
    for entry in entries(node) {
        let name = entry.text().or_else(|| entry.entries().first().map(|(key, _)| key.text.as_str()));
        if let Some(name) = name {
            names.push((name.to_owned(), at(entry, source)));
        }
    }
}

/// Reads the responses.
pub(super) fn responses(project: &mut Project, node: &Node, source: &Source, notes: &mut Notes) {
    expect_map(node, "responses", source, notes);
    for (name, list) in node.entries() {
        if !matches!(list.kind, Kind::List(_)) {
            let problem = format!("the response `{}` has no list of texts", name.text);
            notes.error(&at(list, source), problem, "write `- text: …` below it");
        }
        let place = At::new(&source.name, name.place);
        let variants: Vec<Variant> =
            entries(list).iter().filter_map(|entry| variant(&name.text, entry, source, notes)).collect();
        match project.responses.iter_mut().find(|response| response.name == name.text) {
            Some(response) => {
                let first = format!("{}:{}", response.at.file, response.at.place.line);
                let problem = format!("the response `{}` is in {first} already", name.text);
                notes.left_out(&place, problem, "look at its texts: both are taken");
                response.variants.extend(variants);
            }
            None => project.responses.push(Response { name: name.text.clone(), at: place, variants }),
        }
    }
}

fn variant(name: &str, entry: &Node, source: &Source, notes: &mut Notes) -> Option<Variant> {
    let place = at(entry, source);
    let plain = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    if let Some(text) = entry.text() {
        return Some(Variant { text: plain(text), ..nothing(place) });
    }
    let mut variant = nothing(place);
    for (key, value) in entry.entries() {
        match key.text.as_str() {
            "text" => variant.text = value.text().and_then(plain),
            "image" => variant.image = value.text().map(|url| (url.to_owned(), at(value, source))),
            "channel" => variant.channel = value.text().map(str::to_owned),
            "buttons" | "quick_replies" => variant.buttons.extend(buttons(value, source, notes)),
            "condition" => variant.conditions = entries(value).iter().map(condition).collect(),
            "id" | "metadata" | "button_type" => {}
            other => {
                let problem = format!("`{other}` of the response `{name}` has no place here");
                notes.left_out(&At::new(&source.name, key.place), problem, "say it in words, or as a card");
            }
        }
    }
    Some(variant)
}

fn nothing(at: At) -> Variant {
    Variant { at, text: None, image: None, buttons: Vec::new(), conditions: Vec::new(), channel: None }
}

fn buttons(node: &Node, source: &Source, notes: &mut Notes) -> Vec<Button> {
    let mut buttons = Vec::new();
    for entry in entries(node) {
        let text = |key: &str| entry.get(key).and_then(Node::text).map(str::to_owned);
        let place = at(entry, source);
        match (text("title"), text("payload").or_else(|| text("url"))) {
            (Some(title), Some(payload)) => buttons.push(Button { at: place, title, payload }),
            (title, _) => {
                let title = title.unwrap_or_default();
                notes.left_out(
                    &place,
                    format!("the button `{title}` does nothing"),
                    "write what it sends, or remove it",
                );
            }
        }
    }
    buttons
}

fn condition(node: &Node) -> Option<(String, String)> {
    let text = |key: &str| node.get(key).and_then(Node::text);
    (text("type") == Some("slot")).then_some(())?;
    Some((text("name")?.to_owned(), text("value")?.to_owned()))
}

/// Reads the slots.
pub(super) fn slots(project: &mut Project, node: &Node, source: &Source, notes: &mut Notes) {
    expect_map(node, "slots", source, notes);
    for (name, slot) in node.entries() {
        let mappings = slot.get("mappings").map(|list| mappings(list, source)).unwrap_or_default();
        project.slots.push(Slot { name: name.text.clone(), at: At::new(&source.name, name.place), mappings });
    }
}

fn mappings(list: &Node, source: &Source) -> Vec<Mapping> {
    entries(list)
        .iter()
        .map(|entry| {
            let text = |key: &str| entry.get(key).and_then(Node::text);
            let kind = match (text("type").unwrap_or_default(), text("entity")) {
                ("from_entity", Some(entity)) => MappingKind::Entity(entity.to_owned()),
                ("from_text", _) => MappingKind::Text,
                (other, _) => MappingKind::Other(other.to_owned()),
            };
            Mapping { at: at(entry, source), kind }
        })
        .collect()
}

/// Reads the forms: `required_slots` as a list (3.x) or with mappings (2.x), or the slots at once (2.0).
pub(super) fn forms(project: &mut Project, node: &Node, source: &Source, notes: &mut Notes) {
    let mut names_only = Vec::new();
    if matches!(node.kind, Kind::List(_)) {
        names(&mut names_only, node, "forms", source, notes);
    } else {
        expect_map(node, "forms", source, notes);
    }
    for (name, at) in names_only {
        notes.left_out(&at, format!("the form `{name}` is written in Python"), "write a `form` in its intent");
    }
    for (name, form) in node.entries() {
        let required = form.get("required_slots").unwrap_or(form);
        let slot = |name: &str, at: At, mappings| Slot { name: name.to_owned(), at, mappings };
        let slots = match &required.kind {
            Kind::List(list) => {
                let named = list.iter().filter_map(|entry| Some((entry.text()?, entry)));
                named.map(|(name, entry)| slot(name, at(entry, source), Vec::new())).collect()
            }
            _ => required
                .entries()
                .iter()
                .filter(|(key, _)| key.text != "ignored_intents")
                .map(|(key, list)| slot(&key.text, At::new(&source.name, key.place), mappings(list, source)))
                .collect(),
        };
        if let Some(ignored) = form.get("ignored_intents") {
            let problem = format!("`ignored_intents` of the form `{}` has no place here", name.text);
            notes.left_out(&at(ignored, source), problem, "a question in the middle of a form is answered");
        }
        project.forms.push(Form { name: name.text.clone(), at: At::new(&source.name, name.place), slots });
    }
}

/// Reads when a conversation is over.
pub(super) fn session(project: &mut Project, node: &Node, source: &Source, notes: &mut Notes) {
    if let Some(minutes) = node.get("session_expiration_time") {
        let number = minutes.text().and_then(|text| text.parse::<f64>().ok()).unwrap_or_default();
        // Whole minutes of a day: what the settings take.
        if (1.0..=1440.0).contains(&number) {
            project.idle_minutes = (1..=1440).find(|whole| f64::from(*whole) >= number);
        } else {
            let problem = "this time cannot be carried over";
            notes.left_out(
                &at(minutes, source),
                problem,
                "write 1 to 1440 behind `idle_close_minutes` in `_settings.yaml`",
            );
        }
    }
    let carries = node.get("carry_over_slots_to_new_session").and_then(Node::text);
    project.carry_slots = carries.is_some_and(|text| text.eq_ignore_ascii_case("true"));
}
