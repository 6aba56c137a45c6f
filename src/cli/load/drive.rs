//! Messages over many connections, and how long each answer took.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::task::JoinSet;

use super::line::{Heard, Line, Talk};
use crate::cli::selftest::server::now;

/// Times kept of one measurement: 8 MB, and more than any server here answers in a minute. What comes on top is counted
/// and not timed.
const SAMPLES: usize = 1_000_000;

/// The answers to what was sent last have to come within this.
const LAST_ANSWERS: Duration = Duration::from_secs(15);

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// What is said.
    pub(super) talk: Talk,
    /// Over so many connections.
    pub(super) connections: usize,
    /// So many messages at once on each.
    pub(super) in_flight: usize,
    /// For so long.
    pub(super) time: Duration,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Measured {
    /// Answers.
    pub(super) answers: u64,
    /// Answers after the time was over: work of the server that the rate does not count.
    pub(super) late: u64,
    /// Conversations handed over to a person on the way: with texts the shop's files do not know.
    pub(super) handed_over: u64,
    /// From the first message to the last answer that counts.
    pub(super) time: Duration,
    /// The time of each answer, in nanoseconds, sorted.
    pub(super) nanos: Vec<u64>,
}

impl Measured {
    /// The time below which `percent` of the answers came.
    pub(super) fn percentile(&self, percent: usize) -> Option<Duration> {
        let index = (self.nanos.len() * percent).div_ceil(100).checked_sub(1)?;
        self.nanos.get(index).copied().map(Duration::from_nanos)
    }

    fn answer(&mut self, took: Duration, most: usize) {
        self.answers += 1;
        if self.nanos.len() < most {
            self.nanos.push(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
        }
    }
}

/// The next message of a connection goes out when an answer has come.
pub(super) async fn closed_loop(lines: Vec<Line>, plan: Plan) -> anyhow::Result<Measured> {
    let (start, most) = (now(), SAMPLES / lines.len().max(1));
    let until = start + plan.time;
    let mut tasks = JoinSet::new();
    for line in lines {
        tasks.spawn(ask_and_wait(line, plan.in_flight, until, most));
    }
    gather(tasks, start, plan.time).await
}

async fn ask_and_wait(mut line: Line, in_flight: usize, until: Instant, most: usize) -> anyhow::Result<Measured> {
    let mut measured = Measured::default();
    let mut sent = VecDeque::with_capacity(in_flight);
    let mut over = false;
    loop {
        while !over && sent.len() < in_flight {
            sent.push_back(now());
            line.say().await?;
        }
        // What is still open is waited for, so that no work of this measurement is left for the next.
        if sent.is_empty() {
            return Ok(measured);
        }
        let heard = line.hear().await?;
        let at = now();
        over |= at >= until;
        match heard {
            Heard::Answer => {
                let took = sent.pop_front().map_or(Duration::ZERO, |sent| at - sent);
                if over { measured.late += 1 } else { measured.answer(took, most) }
            }
            Heard::HandedOver => {
                measured.handed_over += 1;
                sent.clear();
                line.begin_again().await?;
            }
            Heard::Other => {}
        }
    }
}

/// Messages go out at their time, whether or not answers have come: `rate` a second over all connections. An answer's time
/// counts from when its message should have gone out, so that a server that holds up its clients does not look quick.
pub(super) async fn open_loop(lines: Vec<Line>, rate: usize, time: Duration) -> anyhow::Result<Measured> {
    let (start, most) = (now(), SAMPLES / lines.len().max(1));
    let between = Duration::from_secs(1) / u32::try_from(rate).unwrap_or(u32::MAX);
    let each = between * u32::try_from(lines.len()).unwrap_or(u32::MAX);
    let mut tasks = JoinSet::new();
    for (line, first) in lines.into_iter().zip((0..).map(|index| start + between * index)) {
        tasks.spawn(ask_on_time(line, first, each, start + time, most));
    }
    gather(tasks, start, time).await
}

async fn ask_on_time(
    mut line: Line,
    first: Instant,
    each: Duration,
    until: Instant,
    most: usize,
) -> anyhow::Result<Measured> {
    let mut measured = Measured::default();
    let (mut due, mut open) = (first, VecDeque::new());
    loop {
        // Ends when all that was to be sent is sent and answered.
        if due >= until && open.is_empty() {
            return Ok(measured);
        }
        let heard = tokio::select! {
            () = tokio::time::sleep_until(due.into()), if due < until => {
                line.say().await?;
                open.push_back(due);
                due += each;
                continue;
            }
            heard = line.hear() => heard?,
        };
        match heard {
            Heard::Answer => {
                let took = open.pop_front().map_or(Duration::ZERO, |due| now().saturating_duration_since(due));
                measured.answer(took, most);
            }
            Heard::HandedOver => {
                measured.handed_over += 1;
                open.clear();
                line.begin_again().await?;
            }
            Heard::Other => {}
        }
    }
}

async fn gather(
    mut tasks: JoinSet<anyhow::Result<Measured>>,
    start: Instant,
    time: Duration,
) -> anyhow::Result<Measured> {
    let mut all = Measured { time, ..Measured::default() };
    let limit = tokio::time::Instant::from_std(start + time + LAST_ANSWERS);
    while let Some(measured) =
        tokio::time::timeout_at(limit, tasks.join_next()).await.context("answers did not come")?
    {
        let Measured { answers, late, handed_over, nanos, .. } = measured??;
        all.answers += answers;
        all.late += late;
        all.handed_over += handed_over;
        all.nanos.extend(nanos);
    }
    all.nanos.sort_unstable();
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let check = |nanos: &[u64], percent, expected: Option<u64>| {
            let measured = Measured { nanos: nanos.to_vec(), ..Measured::default() };
            assert_eq!(measured.percentile(percent), expected.map(Duration::from_nanos), "{percent} of {nanos:?}");
        };
        check(&[], 50, None);
        check(&[7], 99, Some(7));
        check(&[1, 2, 3, 4], 50, Some(2));
        check(&(1..=1000).collect::<Vec<_>>(), 99, Some(990));
    }

    #[test]
    fn times_are_bounded_and_answers_are_not() {
        let mut measured = Measured::default();
        (0..5).for_each(|_| measured.answer(Duration::from_nanos(1), 3));
        assert_eq!((measured.answers, measured.nanos.len()), (5, 3));
    }
}
