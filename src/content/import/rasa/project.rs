//! What a project says, file by file put together.

use super::super::At;
use super::marks::Marked;

/// All of a project.
#[derive(Debug, Default)]
pub(super) struct Project {
    pub(super) intents: Vec<Intent>,
    pub(super) synonyms: Vec<Listed>,
    pub(super) lookups: Vec<Listed>,
    pub(super) regexes: Vec<Listed>,
    /// Those that the domain names.
    pub(super) named_intents: Vec<(String, At)>,
    pub(super) entities: Vec<(String, At)>,
    pub(super) responses: Vec<Response>,
    pub(super) slots: Vec<Slot>,
    pub(super) forms: Vec<Form>,
    pub(super) actions: Vec<(String, At)>,
    pub(super) flows: Vec<Flow>,
    pub(super) idle_minutes: Option<u32>,
    pub(super) carry_slots: bool,
}

/// An intent and what shoppers write.
#[derive(Debug)]
pub(super) struct Intent {
    pub(super) name: String,
    pub(super) at: At,
    pub(super) lines: Vec<(At, Marked)>,
}

/// A synonym, a lookup table or a regex.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) at: At,
    pub(super) lines: Vec<(At, String)>,
}

/// A response: `utter_greet`.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) name: String,
    pub(super) at: At,
    pub(super) variants: Vec<Variant>,
}

/// One of the ways to say it.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) at: At,
    pub(super) text: Option<String>,
    pub(super) image: Option<(String, At)>,
    pub(super) buttons: Vec<Button>,
    /// Slots with the values they must have; `None` in it is a condition of another kind.
    pub(super) conditions: Vec<Option<(String, String)>>,
    pub(super) channel: Option<String>,
}

/// A button.
#[derive(Debug)]
pub(super) struct Button {
    pub(super) at: At,
    pub(super) title: String,
    /// What it sends, or the page it opens.
    pub(super) payload: String,
}

/// A slot.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) name: String,
    pub(super) at: At,
    pub(super) mappings: Vec<Mapping>,
}

/// Where a slot is filled from.
#[derive(Debug, Clone)]
pub(super) struct Mapping {
    pub(super) at: At,
    pub(super) kind: MappingKind,
}

/// The kinds of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum MappingKind {
    Entity(String),
    Text,
    /// From an intent, by an action, and so on: its name.
    Other(String),
}

/// A form and its slots; those of format 2.0 have their mappings here.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) name: String,
    pub(super) at: At,
    pub(super) slots: Vec<Slot>,
}

/// A rule or a story.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) name: String,
    pub(super) at: At,
    pub(super) is_rule: bool,
    /// Whether it holds only when slots have certain values.
    pub(super) is_conditional: bool,
    /// The form that has to be active.
    pub(super) form: Option<String>,
    pub(super) steps: Vec<Step>,
}

/// A step of one.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) at: At,
    pub(super) kind: StepKind,
}

/// What happens in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StepKind {
    /// One of these is understood.
    Intents(Vec<String>),
    /// A text that is no intent.
    Words,
    /// Something is said or done.
    Action(String),
    /// A form begins, or ends.
    Loop(Option<String>),
    /// A slot has a value.
    Slot,
    /// Another story goes on here.
    Checkpoint(String),
}
