//! What every edge shares about HTTP: errors as responses, origins, networks, limits, and the loop that accepts.

mod limits;
mod origin;
mod problem;
mod serve;

pub use limits::{Config as LimitsConfig, Limits};
pub use origin::Origins;
pub use problem::Problem;
pub use serve::{Config, Meter, Peer, serve};
