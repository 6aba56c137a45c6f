//! What every edge shares about HTTP: errors as responses, origins, networks, limits, and the loop that accepts.

mod limits;
mod origin;
mod problem;
mod serve;
mod tag;

pub use limits::{Config as LimitsConfig, Limits};
pub use origin::Origins;
pub use problem::{Problem, in_words};
pub use serve::{Config, Meter, Peer, serve};
pub use tag::is_known;
