//! Articles as passages, and faults in words. Text in, meaning out: nothing here does I/O or asks for the time.
//!
//! The admin's files are read here in two steps that `content` shares: YAML to a tree that knows where everything stands
//! ([`Node`]), checked against the JSON Schema of the type it is to become ([`Format`]). That is why `frontdesk check` tells
//! all faults of a file at once, each with line, column and what to write instead.

mod article;
mod decode;
mod fault;
mod markdown;
mod shape;
mod slug;
mod syntax;
mod tree;
mod yaml;

pub use article::{Article, Audience, FrontMatter, Passage, Status, front_matter_schema, is_locale, parse};
pub use fault::{Fault, Place, Severity, Trouble, nearest, write_instead};
pub use slug::slug;
pub use tree::{Key, Kind, Node, Step};
pub use yaml::Format;

#[cfg(test)]
mod yaml_tests;
