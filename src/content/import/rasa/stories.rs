//! Rules and stories as steps.

use super::super::{At, Notes, Source};
use super::project::{Flow, Project, Step, StepKind};
use crate::knowledge::{Kind, Node};

fn list(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.kind) {
        Some(Kind::List(entries)) => entries,
        _ => &[],
    }
}

/// Reads the list below `rules:` or `stories:`.
pub(super) fn read(project: &mut Project, node: &Node, is_rule: bool, source: &Source, notes: &mut Notes) {
    let kind = if is_rule { "rule" } else { "story" };
    if !matches!(node.kind, Kind::List(_) | Kind::Empty) {
        let problem = format!("this is no list of {}", if is_rule { "rules" } else { "stories" });
        notes.error(
            &At::new(&source.name, node.place),
            problem,
            format!("write `- {kind}: name` and `steps:` below it"),
        );
    }
    for entry in list(Some(node)) {
        let at = At::new(&source.name, entry.place);
        let name = entry.get(kind).and_then(Node::text).unwrap_or_default().to_owned();
        let Some(steps) = entry.get("steps") else {
            notes.error(&at, format!("the {kind} `{name}` has no steps"), "write `steps:` and the steps below it");
            continue;
        };
        let nodes = list(Some(steps));
        // Beside a test, a step with both was written by a session of interactive learning.
        if is_test(&source.name) && nodes.iter().any(|step| step.get("user").is_some()) {
            let cure = "write it as a conversation below `tests:` in its intent";
            notes.left_out(&at, format!("the test `{name}` is not carried over"), cure);
            continue;
        }
        let mut read = Vec::new();
        nodes.iter().for_each(|node| step(node, &name, source, notes, &mut read));
        let conditions = list(entry.get("condition"));
        let form = conditions.iter().find_map(|condition| condition.get("active_loop")?.text()).map(str::to_owned);
        let is_conditional = conditions.iter().any(|condition| condition.get("slot_was_set").is_some());
        if is_conditional {
            let cure = "make several variants of the reply, with `when` on a slot of the intent's form";
            notes.left_out(&at, format!("the condition of the {kind} `{name}` is not carried over"), cure);
        }
        project.flows.push(Flow { name, at, is_rule, is_conditional, form, steps: read });
    }
}

// `tests/stories.yml`, `data/test_stories.yml`.
fn is_test(file: &str) -> bool {
    let file = file.to_lowercase();
    let mut parts = file.rsplit(['/', '\\']);
    let (name, folder) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    name.contains("test") || matches!(folder, "tests" | "test")
}

fn step(node: &Node, flow: &str, source: &Source, notes: &mut Notes, steps: &mut Vec<Step>) {
    let at = At::new(&source.name, node.place);
    let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
    let mut take = |kind: StepKind| steps.push(Step { at: at.clone(), kind });
    if let Some(intent) = text("intent") {
        take(StepKind::Intents(vec![intent]));
    } else if let Some(either) = node.get("or") {
        let intents = list(Some(either)).iter().filter_map(|node| Some(node.get("intent")?.text()?.to_owned()));
        take(StepKind::Intents(intents.collect()));
    } else if node.get("user").is_some() {
        notes.left_out(&at, format!("a text in `{flow}` has no intent"), "make it an example of an intent");
        take(StepKind::Words);
    } else if let Some(action) = text("action") {
        take(StepKind::Action(action));
    } else if node.get("bot").is_some() {
        let cure = "make a reply of it, in the intent before it";
        notes.left_out(&at, format!("a text of the bot in `{flow}` belongs to no response"), cure);
    } else if let Some(form) = node.get("active_loop").or_else(|| node.get("form")) {
        take(StepKind::Loop(form.text().map(str::to_owned).filter(|form| !form.is_empty())));
    } else if node.get("slot_was_set").is_some() {
        take(StepKind::Slot);
    } else if let Some(checkpoint) = text("checkpoint") {
        take(StepKind::Checkpoint(checkpoint));
    } else if !matches!(node.kind, Kind::Empty) {
        let known = "`intent`, `or`, `action`, `active_loop`, `slot_was_set` or `checkpoint`";
        let is_dots = node.text() == Some("...");
        if !is_dots {
            notes.error(&at, format!("this step of `{flow}` is not known"), format!("begin it with {known}"));
        }
    }
}
