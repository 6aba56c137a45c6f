//! What was measured, as a table and as JSON.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use super::drive::{Measured, Plan};
use super::line::Talk;

/// What is aimed at; printed beside what is measured, and nothing depends on it.
const ACK_TO_ECHO: f64 = 0.4;
const REPLY_P99_MS: f64 = 25.0;
const IDLE_KIB: f64 = 12.0;
const READY_MS: f64 = 500.0;
const RESIDENT_MB: f64 = 60.0;

/// One line of the table.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    connections: usize,
    in_flight: usize,
    what: &'static str,
    answers: u64,
    per_second: f64,
    p50_ms: Option<f64>,
    p99_ms: Option<f64>,
    ratio_to_echo: Option<f64>,
    per_cpu_second: Option<f64>,
    handed_over: u64,
}

impl Row {
    pub(super) fn new(plan: Plan, measured: Measured, cpu: Option<Duration>) -> Self {
        let ms = |percent| measured.percentile(percent).map(|time| time.as_secs_f64() * 1000.0);
        let answers = measured.answers as f64;
        // Processor time comes in hundredths of a second; of less than ten of them a ratio says nothing.
        let cpu = cpu.filter(|cpu| *cpu >= Duration::from_millis(100));
        Self {
            connections: plan.connections,
            in_flight: plan.in_flight,
            what: plan.talk.name(),
            answers: measured.answers,
            per_second: answers / measured.time.as_secs_f64(),
            p50_ms: ms(50),
            p99_ms: ms(99),
            ratio_to_echo: None,
            per_cpu_second: cpu.map(|cpu| (answers + measured.late as f64) / cpu.as_secs_f64()),
            handed_over: measured.handed_over,
        }
    }
}

/// KiB of memory a socket costs that has greeted and does nothing.
#[derive(Debug, Serialize)]
pub(super) struct Idle {
    /// Of frontdesk.
    pub(super) frontdesk_kib: Option<f64>,
    /// Of the echo server.
    pub(super) echo_kib: Option<f64>,
}

/// Resident memory of frontdesk.
#[derive(Debug, Serialize)]
pub(super) struct Memory {
    /// When it was ready.
    pub(super) at_start_kib: Option<u64>,
    /// After everything.
    pub(super) at_end_kib: Option<u64>,
}

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    cells: Vec<Row>,
    steady: Row,
    idle_socket: Idle,
    resident: Memory,
    first_ready_ms: f64,
    ready_ms: f64,
}

impl Report {
    pub(super) fn new(mut cells: Vec<Row>, steady: Row, idle_socket: Idle, resident: Memory, ready: [f64; 2]) -> Self {
        let key = |row: &Row| (row.connections, row.in_flight);
        let echo: Vec<_> =
            cells.iter().filter(|row| row.what == Talk::Echo.name()).map(|row| (key(row), row.per_second)).collect();
        for row in &mut cells {
            let beside = echo.iter().find(|(cell, _)| *cell == key(row)).map(|(_, rate)| *rate);
            row.ratio_to_echo = beside.filter(|rate| *rate > 0.0).map(|rate| row.per_second / rate);
        }
        let [first_ready_ms, ready_ms] = ready;
        Self { cells, steady, idle_socket, resident, first_ready_ms, ready_ms }
    }

    /// For people.
    pub(super) fn table(&self) -> String {
        let mut text = String::new();
        let heads = ["connections", "in flight", "what", "a second", "p50 ms", "p99 ms", "of echo", "per cpu s"];
        line(&mut text, &heads.map(String::from));
        for row in &self.cells {
            line(&mut text, &row.columns());
        }
        let handed_over: u64 = self.cells.iter().chain([&self.steady]).map(|row| row.handed_over).sum();
        if handed_over > 0 {
            // Writing to a string does not fail; the same below.
            let _ = writeln!(
                text,
                "{handed_over} conversations went to a person: the shop's files do not know the test's questions"
            );
        }
        text.push('\n');
        for (what, value, goal) in self.beside() {
            let _ = writeln!(text, "{what:<44} {value:<34} {goal}");
        }
        text
    }

    fn beside(&self) -> Vec<(&'static str, String, String)> {
        let wide = self.cells.iter().find(|row| row.connections == 1_000 && row.what == Talk::Ack.name());
        let ratio = wide.and_then(|row| row.ratio_to_echo);
        let mb = |kib: Option<u64>| kib.map(megabytes);
        let (start, end) = (mb(self.resident.at_start_kib), mb(self.resident.at_end_kib));
        let (p50, p99) = (self.steady.p50_ms, self.steady.p99_ms);
        vec![
            ("say→ack at 1,000 connections, of echo", number(ratio, 2), goal(ratio, ACK_TO_ECHO, true, "")),
            (
                "say→reply at 200 a second, 100 connections",
                format!("p50 {}, p99 {} ms", number(p50, 1), number(p99, 1)),
                goal(p99, REPLY_P99_MS, false, "ms"),
            ),
            (
                "memory of an idle socket",
                format!(
                    "{} KiB (echo {})",
                    number(self.idle_socket.frontdesk_kib, 1),
                    number(self.idle_socket.echo_kib, 1)
                ),
                goal(self.idle_socket.frontdesk_kib, IDLE_KIB, false, "KiB"),
            ),
            (
                "from start to ready",
                format!("{:.0} ms (first start {:.0})", self.ready_ms, self.first_ready_ms),
                goal(Some(self.ready_ms), READY_MS, false, "ms"),
            ),
            (
                "resident memory, at start and at the end",
                format!("{} and {} MB", number(start, 0), number(end, 0)),
                goal(mb(self.resident.at_end_kib.max(self.resident.at_start_kib)), RESIDENT_MB, false, "MB"),
            ),
        ]
    }
}

impl Row {
    fn columns(&self) -> [String; 8] {
        [
            self.connections.to_string(),
            self.in_flight.to_string(),
            self.what.to_owned(),
            format!("{:.0}", self.per_second),
            number(self.p50_ms, 2),
            number(self.p99_ms, 2),
            number(self.ratio_to_echo, 2),
            number(self.per_cpu_second, 0),
        ]
    }
}

fn line(text: &mut String, [connections, in_flight, what, rate, p50, p99, ratio, cpu]: &[String; 8]) {
    let _ =
        writeln!(text, "{connections:>11} {in_flight:>9}  {what:<10} {rate:>9} {p50:>8} {p99:>8} {ratio:>8} {cpu:>10}");
}

fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.digits$}"))
}

fn goal(value: Option<f64>, goal: f64, at_least: bool, unit: &str) -> String {
    let Some(value) = value else { return String::new() };
    let met = if at_least { value >= goal } else { value <= goal };
    let (sign, word) = (if at_least { "≥" } else { "≤" }, if met { "met" } else { "missed" });
    format!("goal {sign} {goal} {unit}: {word}").replace(" :", ":")
}

fn megabytes(kib: u64) -> f64 {
    kib as f64 * 1024.0 / 1e6
}
