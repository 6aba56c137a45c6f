//! # frontdesk
//!
//! A conversational support server for online shops. One process serves one shop.
//!
//! ## Floors
//!
//! A module imports lower floors only; `tests/it/tidy.rs` holds this table and fails on any other import.
//!
//! | floor | modules | |
//! |---|---|---|
//! | 9 | [`cli`] | commands |
//! | 8 | [`app`] | builds all, wires all, drains all |
//! | 7 | [`config`] | one section a module, defaults embedded and commented |
//! | 6 | [`gateway`] [`console`] [`assets`] | edges: shoppers, agents and admins, web files; they never import one another |
//! | 5 | [`http`] [`socket`] [`wire`] | errors to responses, origins, limits, the accept loop; one end of a WebSocket; what both edges' frames share |
//! | 4 | [`desk`] | commands in, events out; runs turns; timers; the hub |
//! | 3 | [`content`] [`handoff`] [`reports`] | the shop's files, live, as one snapshot; who gets a chat next; what the log adds up to |
//! | 2 | [`dialogue`] [`retrieval`] [`llm`] [`shop`] [`store`] [`bus`] | deciding; finding; writing; orders and products; the log; what is shown now or never |
//! | 1 | [`nlu`] [`knowledge`] [`outbound`] | text in, meaning out; articles as passages; the one client for calls out |
//! | 0 | [`domain`] [`telemetry`] | words, `decide` and the fold, clock and chance; logs and metrics |
//!
//! Within floor 5, `socket` uses `http`'s count of written bytes; that is the one import beside the table.
//!
//! ## One shopper message
//!
//! 1. [`gateway`] reads a frame from its [`socket`], checks limits, and calls [`desk::Desk::ask`].
//! 2. [`store`] gathers it with what else has come in, runs [`domain::decide`] on the conversation's state, stores events,
//!    state and the owed turn in one transaction, and answers after fsync: the `ack`.
//! 3. The commit is announced: the hub wakes every connection of the conversation, which reads on from its cursor; the
//!    owed turn is taken up.
//! 4. The turn takes one [`content::Snapshot`], lets [`nlu`] read the text and [`dialogue::next`] decide, searches in
//!    [`retrieval`], asks the [`shop`] or has the [`llm`] write if told to (whose sentences the shopper reads along), and stores
//!    reply, trace and dialogue state in one transaction.
//! 5. The commit is announced again: the shopper reads the reply.
//!
//! ## Invariants
//!
//! - An ack means *on disk*. Nothing in [`domain`], [`nlu`], [`knowledge`] or [`dialogue`] does I/O.
//! - State is a fold of the log: [`domain::Conversation::fold`] of what is stored gives what is kept beside it.
//! - At most one reply a question: the owed turn's row goes in the transaction that stores the reply.
//! - A socket holds a cursor and at most 256 KiB; a slow reader costs nobody else anything.
//! - A language model writes text and nothing else, and what [`llm`]'s guard finds in no source is not said.
//! - Time and chance are passed in: [`domain::Clock`], [`domain::Chance`].

pub mod app;
pub mod assets;
pub mod bus;
pub mod cli;
pub mod config;
pub mod console;
pub mod content;
pub mod desk;
pub mod dialogue;
pub mod domain;
pub mod gateway;
pub mod handoff;
pub mod http;
pub mod knowledge;
pub mod llm;
pub mod nlu;
pub mod outbound;
pub mod reports;
pub mod retrieval;
pub mod shop;
pub mod socket;
pub mod store;
pub mod telemetry;
pub mod wire;
