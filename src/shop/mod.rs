//! The shop's orders and products: out of files, or asked from its own system.
//!
//! Who may see what is decided here and nowhere else. An order is shown to whoever proves that it is theirs
//! ([`config::Proof`]); whether it does not exist or is another's makes no difference to the caller but the outcome's name,
//! for which the caller has the same words.

mod catalog;
pub mod config;
mod limits;
mod orders;
mod price;
mod proof;
#[cfg(test)]
mod questions;
mod table;
mod traits;
mod webhook;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio_util::task::TaskTracker;

pub use catalog::{Catalog, Finder, Product};
pub use config::{ActionFile, Endpoint, Proof, Remark, Reveal, Secret, Source, SourceKind};
pub use orders::{Orders, order_key};
pub use table::MOST_ROWS;
pub use webhook::Caller;

/// Whether `address` is that of a page, and nothing that runs: on the web, or with `/` on this server.
#[must_use]
pub fn is_page(address: &str) -> bool {
    let of_this_server = address.strip_prefix('/').is_some_and(|rest| !rest.starts_with(['/', '\\']));
    of_this_server || address.starts_with("https://") || address.starts_with("http://")
}

/// An action with everything it needs: what `_actions.yaml` says, and the files it names, read.
#[derive(Debug)]
pub enum Action {
    /// Orders of a file.
    Orders {
        /// The orders.
        orders: Orders,
        /// Who may see what of them.
        reveal: Reveal,
    },
    /// The shop's own system.
    Webhook(Endpoint),
    /// Products of a file.
    Catalog(Catalog),
}

impl Action {
    /// Whether it shows something only to whom it belongs.
    #[must_use]
    pub fn asks_for_proof(&self) -> bool {
        match self {
            Self::Orders { .. } => true,
            Self::Webhook(endpoint) => !endpoint.reveal.only_if.is_empty(),
            Self::Catalog(_) => false,
        }
    }
}

/// All actions, by name. They belong to a state of the shop's files and are replaced with it.
pub type Actions = BTreeMap<String, Action>;

/// Carries out actions. Cheap to make: one for each turn, of the files the turn runs on.
#[derive(Clone)]
pub struct Shop {
    actions: Arc<Actions>,
    caller: Caller,
}

impl Shop {
    /// The actions of a state of the shop's files, and the one caller of the process.
    #[must_use]
    pub fn new(actions: Arc<Actions>, caller: Caller) -> Self {
        Self { actions, caller }
    }

    /// Whether an action shows something only to whom it belongs, so that tries have to be counted; none that is not there does.
    #[must_use]
    pub fn asks_for_proof(&self, action: &str) -> bool {
        self.actions.get(action).is_some_and(Action::asks_for_proof)
    }

    /// Carries out an action. Whatever goes wrong is the outcome `error`.
    pub async fn run(&self, call: Call) -> ActionResult {
        let (kind, result) = match self.actions.get(&call.action) {
            Some(Action::Orders { orders, reveal }) => ("file", orders.look_up(&call, reveal)),
            Some(Action::Webhook(endpoint)) => ("webhook", self.caller.ask(endpoint, &call).await),
            Some(Action::Catalog(_)) => ("catalog", self.of_catalog(&call).await),
            // `check` finds intents that name an action which is not there.
            None => ("none", ActionResult::error()),
        };
        // A webhook may invent outcomes without end; a metric's labels may not.
        let outcome = METERED.into_iter().find(|known| *known == result.outcome).unwrap_or("other");
        metrics::counter!("frontdesk_actions_total", "kind" => kind, "outcome" => outcome).increment(1);
        result
    }
}

impl Shop {
    // A large catalogue takes a while to search, and what products are is a matter for the encoder: not for a thread that
    // sockets wait for.
    async fn of_catalog(&self, call: &Call) -> ActionResult {
        let (actions, action, input) = (Arc::clone(&self.actions), call.action.clone(), call.input.clone());
        let work = move || match actions.get(&action) {
            Some(Action::Catalog(catalog)) => catalog.answer(&input),
            _ => ActionResult::error(),
        };
        TaskTracker::new().spawn_blocking(work).await.unwrap_or_else(|error| {
            tracing::error!(%error, "a search of the catalogue failed");
            ActionResult::error()
        })
    }
}

const METERED: [&str; 5] = ["found", "several", "not_found", "mismatch", "error"];

/// An action a turn wants done.
#[derive(Clone)]
pub struct Call {
    /// Its name in `_actions.yaml`.
    pub action: String,
    /// The conversation it is for.
    pub conversation: String,
    /// The same for the same turn and action, however often it is tried.
    pub idempotency_key: String,
    /// What the shopper gave: slots and their values.
    pub input: BTreeMap<String, String>,
    /// The e-mail address of a shopper whose shop vouches for them.
    pub verified_email: Option<String>,
    /// How long an answer may take.
    pub at_most: Duration,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionResult {
    /// Which of the intent's outcomes it is.
    pub outcome: String,
    /// What replies may show. Values of orders are texts; of products, texts and lists of products.
    pub data: BTreeMap<String, Value>,
}

impl ActionResult {
    /// A result.
    #[must_use]
    pub fn new(outcome: impl Into<String>, data: BTreeMap<String, Value>) -> Self {
        Self { outcome: outcome.into(), data }
    }

    /// Too many tries failed; nothing was asked.
    #[must_use]
    pub fn limited() -> Self {
        Self::new("limited", BTreeMap::new())
    }

    /// Nothing could be found out.
    #[must_use]
    pub fn error() -> Self {
        Self::new("error", BTreeMap::new())
    }
}
