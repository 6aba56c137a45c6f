//! Files, taken apart by their top-level keys.

use super::super::{At, Notes, Source};
use super::project::Project;
use super::{domain, markdown, nlu, stories};
use crate::knowledge::{Kind, Node};

/// Keys that make a YAML file one of Rasa's. Any of them may stand in any file.
const OURS: [&str; 13] = [
    "nlu",
    "responses",
    "templates",
    "intents",
    "entities",
    "slots",
    "forms",
    "rules",
    "stories",
    "pipeline",
    "policies",
    "flows",
    "session_config",
];

/// Reads all of them.
pub(super) fn read(sources: &[Source], notes: &mut Notes) -> Project {
    let mut project = Project::default();
    for source in sources {
        let is_markdown = source.name.to_lowercase().ends_with(".md");
        if is_markdown && markdown::is_training_data(&source.text) {
            markdown::read(&mut project, source, notes);
        } else if is_markdown && is_markdown_stories(&source.text) {
            let cure = "write in the intents what each of them replies";
            notes.left_out(&At::file(&source.name), "stories in Markdown are not read", cure);
        } else if !is_markdown && is_of_a_project(&source.text) {
            match Node::read(&source.text) {
                Ok(node) => keys(&mut project, &node, source, notes),
                Err(trouble) => notes.error(&At::new(&source.name, trouble.place), trouble.problem, trouble.cure),
            }
        } else if !is_markdown {
            let problem = "this file has no training data, domain, rules or stories and was not read";
            notes.left_out(&At::file(&source.name), problem, "nothing is to be done");
        }
    }
    project
}

fn is_markdown_stories(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("* ")) && text.lines().any(|line| line.trim().starts_with("- utter_"))
}

// What lies beside a project, such as the files that start its containers, is none of ours, broken or not.
fn is_of_a_project(text: &str) -> bool {
    let mut keys = text.lines().filter_map(|line| line.split_once(':')).map(|(key, _)| key);
    keys.any(|key| OURS.contains(&key.trim_matches(['"', '\''])))
}

fn keys(project: &mut Project, node: &Node, source: &Source, notes: &mut Notes) {
    if !matches!(node.kind, Kind::Map(_)) {
        notes.error(
            &At::new(&source.name, node.place),
            "this file has no keys",
            "write `nlu:`, `responses:` and so on",
        );
    }
    for (key, value) in node.entries() {
        let at = At::new(&source.name, key.place);
        match key.text.as_str() {
            "version" => version(value, source, notes),
            "nlu" => nlu::read(project, value, source, notes),
            "rules" => stories::read(project, value, true, source, notes),
            "stories" => stories::read(project, value, false, source, notes),
            "responses" | "templates" => domain::responses(project, value, source, notes),
            "slots" => domain::slots(project, value, source, notes),
            "forms" => domain::forms(project, value, source, notes),
            "intents" => domain::names(&mut project.named_intents, value, "intents", source, notes),
            "entities" => domain::names(&mut project.entities, value, "entities", source, notes),
            "actions" => domain::names(&mut project.actions, value, "actions", source, notes),
            "session_config" => domain::session(project, value, source, notes),
            "imports" | "config" | "language" | "recipe" | "assistant_id" => {}
            "pipeline" | "policies" => {
                let cure = "nothing is to be done: `frontdesk eval` shows how well the examples are understood";
                notes.left_out(&at, format!("`{}` has no counterpart", key.text), cure);
            }
            "flows" => {
                let cure = "write an intent for each, with a `form` for what it asks";
                notes.left_out(&at, "flows are not read", cure);
            }
            other => notes.left_out(&at, format!("`{other}` is not known"), "look whether you miss anything of it"),
        }
    }
}

fn version(node: &Node, source: &Source, notes: &mut Notes) {
    let version = node.text().unwrap_or_default();
    if !version.starts_with("2.") && !version.starts_with("3.") && !["2", "3"].contains(&version) {
        let problem = format!("the format `{version}` is not known");
        notes.error(
            &At::new(&source.name, node.place),
            problem,
            "write `version: \"3.1\"` if the file is in that format",
        );
    }
}
