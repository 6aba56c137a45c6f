//! JSON Schemas of the files, for editors.

use serde_json::Value;

use super::{canned, check, data, intent, settings, synonyms};
use crate::knowledge::front_matter_schema;

/// The schema of each kind of file, by name: `intent`, `_settings`, `_replies`, `_entities`, `_actions`, `_canned`,
/// `_synonyms`, `article` (its front matter).
#[must_use]
pub fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("intent", intent::FORMAT.schema().clone()),
        ("_settings", settings::FORMAT.schema().clone()),
        ("_replies", check::REPLIES_FORMAT.schema().clone()),
        ("_entities", data::ENTITIES_FORMAT.schema().clone()),
        ("_actions", data::ACTIONS_FORMAT.schema().clone()),
        ("_canned", canned::FORMAT.schema().clone()),
        ("_synonyms", synonyms::FORMAT.schema().clone()),
        ("article", front_matter_schema()),
    ]
}
