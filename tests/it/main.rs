//! The black-box tests: a real server, real sockets, a clock set by hand, and a shopper who speaks in sentences.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod advice;
mod agent;
mod answers;
mod browser;
mod content;
mod day;
mod desk;
mod drain;
mod faces;
mod forms;
mod frames;
mod hostile;
mod http;
mod import;
mod keeping;
mod llm;
mod llm_stub;
mod minute;
mod ops;
mod orders;
mod people;
mod privacy;
mod products;
mod properties;
mod reports;
mod simulator;
mod storage;
mod stub;
mod support;
mod tidy;
mod turns;
mod understanding;
