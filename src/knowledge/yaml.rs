//! One YAML file: its type, its schema, and reading it with all its faults at once.

use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::fault::{Place, Trouble};
use super::tree::{Kind, Node};
use super::{decode, shape};

/// The format of a kind of file. Making one takes a moment, so each kind has one for the life of the process.
#[derive(Debug)]
pub struct Format<T> {
    schema: Value,
    // Only a name for the type: a format can be shared between threads whatever `T` is.
    of: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned + JsonSchema> Format<T> {
    /// The format of `T`.
    #[must_use]
    pub fn new() -> Self {
        Self { schema: schemars::schema_for!(T).to_value(), of: PhantomData }
    }

    /// Its JSON Schema.
    #[must_use]
    pub fn schema(&self) -> &Value {
        &self.schema
    }

    /// Reads `text`, which begins `above` lines down in its file.
    ///
    /// # Errors
    /// All troubles with it, in the order of the file.
    pub fn read(&self, text: &str, above: u32) -> Result<(T, Node), Vec<Trouble>> {
        let node = self.tree(text, above)?;
        let value = self.decode(&node).map_err(|trouble| vec![trouble])?;
        Ok((value, node))
    }

    /// Reads `text` as a tree that fits the format.
    ///
    /// # Errors
    /// All troubles with it, in the order of the file.
    pub fn tree(&self, text: &str, above: u32) -> Result<Node, Vec<Trouble>> {
        self.tree_after(text, above, |_| {})
    }

    /// Reads `text` as a tree that fits the format after `change` has been made to it.
    ///
    /// # Errors
    /// All troubles with it, in the order of the file.
    pub fn tree_after(&self, text: &str, above: u32, change: impl FnOnce(&mut Node)) -> Result<Node, Vec<Trouble>> {
        let mut node = Node::read(text).map_err(|mut trouble| {
            trouble.place = trouble.place.down(above);
            vec![trouble]
        })?;
        node.move_down(above);
        if node.kind == Kind::Empty {
            let cure = "write its first line: `schema: 1`";
            return Err(vec![Trouble::new(Place::START.down(above), "the file is empty", cure)]);
        }
        change(&mut node);
        let mut troubles = Vec::new();
        shape::check(&node, &self.schema, &mut troubles);
        troubles.sort_by_key(|trouble| trouble.place);
        if troubles.is_empty() { Ok(node) } else { Err(troubles) }
    }

    /// Reads `text` after `change` has been made to its tree.
    ///
    /// # Errors
    /// All troubles with it, in the order of the file.
    pub fn read_after(&self, text: &str, change: impl FnOnce(&mut Node)) -> Result<(T, Node), Vec<Trouble>> {
        let node = self.tree_after(text, 0, change)?;
        let value = self.decode(&node).map_err(|trouble| vec![trouble])?;
        Ok((value, node))
    }

    /// Makes a `T` of a tree that fits the format.
    ///
    /// # Errors
    /// What could not be taken.
    pub fn decode(&self, node: &Node) -> Result<T, Trouble> {
        decode::decode(node)
    }
}

impl<T: DeserializeOwned + JsonSchema> Default for Format<T> {
    fn default() -> Self {
        Self::new()
    }
}
