//! The names of the people at the desk: events hold ids, the edges show names.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::AgentId;

/// Display names by id; one list, shared by all who hold it.
#[derive(Debug, Clone, Default)]
pub struct Names(Arc<RwLock<HashMap<AgentId, String>>>);

impl Names {
    /// Puts `names` in place of what was known.
    pub fn set(&self, names: HashMap<AgentId, String>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = names;
    }

    /// A list of its own, which does not change when this one does.
    #[must_use]
    pub fn as_they_are(&self) -> Self {
        Self(Arc::new(RwLock::new(self.0.read().unwrap_or_else(PoisonError::into_inner).clone())))
    }

    /// A person's name; for somebody who is not known any more, nobody's in particular.
    #[must_use]
    pub fn of(&self, id: &AgentId) -> String {
        let names = self.0.read().unwrap_or_else(PoisonError::into_inner);
        names.get(id).cloned().unwrap_or_else(|| "a colleague".to_owned())
    }
}
