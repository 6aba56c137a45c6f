//! Logs and metrics: nothing personal, no token, no text of a message.

mod latency;

use std::io::{IsTerminal, stderr};
use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde::Deserialize;
use tracing_subscriber::EnvFilter;

pub use latency::{Latency, latencies};

/// How the server logs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// A filter such as `info` or `frontdesk=debug,warn`.
    pub filter: String,
    /// One JSON object a line instead of text.
    pub json: bool,
}

impl Config {
    /// What is wrong with this section.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        match EnvFilter::try_new(&self.filter) {
            Ok(_) => Vec::new(),
            Err(error) => vec![format!("log.filter: `{}` is not a filter: {error}", self.filter)],
        }
    }
}

/// Starts logging to standard error. A second call in one process changes nothing.
pub fn log(config: &Config) {
    let filter = EnvFilter::try_new(&config.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_ansi(stderr().is_terminal());
    // An error means that logging was started before, by another server in this process.
    drop(if config.json { builder.json().try_init() } else { builder.try_init() });
}

/// Upper bounds of the time histograms, in seconds: from a classifier's microseconds to a turn's limit.
const SECONDS: [f64; 14] =
    [0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 6.0];

/// Upper bounds of the first responses, in seconds: from the assistant's milliseconds to a person's next working day.
const RESPONSES: [f64; 14] =
    [0.01, 0.05, 0.1, 0.5, 1.0, 6.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3_600.0, 14_400.0, 86_400.0];

/// Upper bounds of the histogram of rows a commit.
const ROWS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 64.0, 256.0, 1024.0, 4096.0];

/// The process's metrics; made at the first call.
#[must_use]
pub fn metrics() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let builder = builder
            .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)
            .and_then(|builder| builder.set_buckets_for_metric(Matcher::Suffix("_rows".into()), &ROWS))
            // A whole name goes before an ending.
            .and_then(|builder| {
                builder.set_buckets_for_metric(Matcher::Full("frontdesk_first_response_seconds".into()), &RESPONSES)
            })
            // All lists are constants and not empty, which is the only thing that is refused.
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // Refused only when something else in the process records; then this handle stays empty.
        drop(metrics::set_global_recorder(recorder));
        describe();
        handle
    })
}

fn describe() {
    metrics::describe_gauge!("frontdesk_sockets", "Open shopper sockets");
    metrics::describe_counter!("frontdesk_messages_total", "Messages stored, by author");
    metrics::describe_counter!("frontdesk_refused_total", "Requests refused, by code");
    metrics::describe_histogram!("frontdesk_turn_seconds", "Time of a turn by stage");
    metrics::describe_histogram!("frontdesk_commit_seconds", "Time of a commit, fsync included");
    metrics::describe_histogram!("frontdesk_commit_rows", "Log rows stored by one commit");
    metrics::describe_counter!("frontdesk_commit_failures_total", "Commits the disk refused");
    metrics::describe_counter!("frontdesk_turns_total", "Turns by what they came to");
    metrics::describe_counter!("frontdesk_actions_total", "Actions carried out, by kind of source and outcome");
    metrics::describe_counter!("frontdesk_lookups_limited_total", "Look-ups refused because too many had failed");
    metrics::describe_counter!("frontdesk_llm_total", "Answers asked of the language model, by what became of them");
    metrics::describe_histogram!("frontdesk_llm_seconds", "Time from a turn's start to what the model wrote, by stage");
    metrics::describe_counter!("frontdesk_llm_tokens_total", "Tokens sent to the language model and written by it");
    metrics::describe_counter!("frontdesk_llm_budget_total", "Answers not asked for because a budget was spent");
    metrics::describe_counter!("frontdesk_episodes_total", "Episodes that ended, by what they came to then");
    metrics::describe_counter!("frontdesk_ratings_total", "Ratings given, by score and by who dealt with the shopper");
    metrics::describe_histogram!("frontdesk_first_response_seconds", "Wait for the first words, by who said them");
    metrics::describe_gauge!("frontdesk_queue_waiting", "Shoppers who wait for a person");
    metrics::describe_gauge!("frontdesk_queue_oldest_seconds", "How long the first of them has waited");
    metrics::describe_gauge!("frontdesk_agents_present", "People who are there for shoppers");
    metrics::describe_gauge!("frontdesk_content_faults", "Faults of the last save of the shop's files");
}
