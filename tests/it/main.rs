//! The black-box tests: a real server, real sockets, a clock set by hand, and a shopper who speaks in sentences.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod content;
mod drain;
mod frames;
mod hostile;
mod http;
mod properties;
mod simulator;
mod storage;
mod support;
mod tidy;
mod turns;
