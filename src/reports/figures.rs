//! The numbers of a report, each with its formula.

use serde::Serialize;

use super::{Period, Rules};
use crate::domain::{Episode, Outcome, RULES_VERSION, Timestamp};

/// What the episodes of a period add up to.
///
/// `total = open + handed_over + abandoned + answered_confirmed + answered_assumed + not_a_request`: each episode has exactly
/// one outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The version of the rules episodes are judged by.
    pub rules: u32,
    /// The first moment of the period; an episode belongs to the period it began in.
    pub from: String,
    /// The first moment after it.
    pub to: String,
    /// When it was judged.
    pub at: String,
    /// The recontact time of the settings, in hours.
    pub recontact_hours: u32,
    /// Episodes.
    pub total: u64,
    /// Episodes by outcome.
    pub outcomes: Outcomes,
    /// Of `answered_assumed`: those whose recontact time still runs.
    pub provisional: u64,
    /// When the last of these stops being so, if nobody comes back.
    pub provisional_until: Option<String>,
    /// Of `abandoned`: those that would be `answered_assumed`, had the shopper not come back with a new request within the
    /// recontact time.
    pub returned: u64,
    /// Of `abandoned`: those in which the last thing the shopper said was never replied to.
    pub unanswered: u64,
    /// What the assistant settled alone.
    pub containment: Containment,
    /// What shoppers think of it.
    pub csat: Csat,
    /// How long shoppers waited for the first words.
    pub first_response_ms: Responses,
    /// What shoppers were told about their wait, against what they had.
    pub waits: Waits,
}

/// Episodes by outcome; see [`Outcome`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Outcomes {
    /// It still runs.
    pub open: u64,
    /// A person was called or took it.
    pub handed_over: u64,
    /// There was a request and no answer that held.
    pub abandoned: u64,
    /// The shopper said that the answer helped.
    pub answered_confirmed: u64,
    /// There was an answer and the shopper said nothing more.
    pub answered_assumed: u64,
    /// Small talk only.
    pub not_a_request: u64,
}

/// `contained = answered_confirmed + answered_assumed`, `requests = contained + abandoned + handed_over`,
/// `share = contained / requests`. Open episodes and small talk are in neither.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Containment {
    /// From 0 to 1; none where nothing was requested.
    pub share: Option<f64>,
    /// Requests the assistant settled without a person.
    pub contained: u64,
    /// Requests that are over.
    pub requests: u64,
}

/// Ratings, all together and by who dealt with the shopper. An episode has one rating, the last the shopper gave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Csat {
    /// Of all episodes.
    pub all: Ratings,
    /// Of episodes in which no person was called and none took it.
    pub bot_only: Ratings,
    /// Of episodes in which a person was called or took it, also where none came.
    pub human: Ratings,
}

/// `rate = responses / episodes`, `mean = Σ score / responses`; episodes that still run are among the episodes.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Ratings {
    /// Episodes that could be rated.
    pub episodes: u64,
    /// Those that were.
    pub responses: u64,
    /// From 0 to 1; none without episodes.
    pub rate: Option<f64>,
    /// From 1 to 5; none without responses.
    pub mean: Option<f64>,
    /// Responses by score, from 1 to 5.
    pub by_score: [u64; 5],
}

/// First responses, in milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Responses {
    /// From the shopper's first words to the assistant's first: [`Episode::bot_response_ms`].
    pub bot: Spread,
    /// From the handoff to a person's first words: [`Episode::human_response_ms`]. Whoever still waits, or left before, is not
    /// in it.
    pub human: Spread,
}

/// How a quantity spreads. Exact: `p50` is the smallest value that at least 50 % of all values do not exceed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// How many values.
    pub count: u64,
    /// Half of them took no longer.
    pub p50: Option<i64>,
    /// Nine of ten took no longer.
    pub p90: Option<i64>,
    /// 99 of a hundred took no longer.
    pub p99: Option<i64>,
    /// The longest.
    pub max: Option<i64>,
}

/// The wait a shopper was told when a person was called, against the time until a person had the chat:
/// `error = |told − had|`. Both are of an episode's first handoff.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Waits {
    /// Episodes with both.
    pub count: u64,
    /// The mean of what was told, in seconds.
    pub mean_told_seconds: Option<f64>,
    /// The mean of what was had, in seconds.
    pub mean_had_seconds: Option<f64>,
    /// The mean error, in seconds.
    pub mean_error_seconds: Option<f64>,
    /// Nine of ten errors were no larger, in seconds.
    pub p90_error_seconds: Option<f64>,
    /// Episodes in which a wait was told and no person has had the chat: still waiting, or gone.
    pub not_met: u64,
}

/// Counts episodes, one after the other, in any order. Holds three numbers an episode at most.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    outcomes: Outcomes,
    provisional: u64,
    provisional_until: Option<Timestamp>,
    returned: u64,
    unanswered: u64,
    bot_only: Scores,
    human: Scores,
    bot_ms: Vec<i64>,
    human_ms: Vec<i64>,
    told_ms: i64,
    had_ms: i64,
    errors_ms: Vec<i64>,
    not_met: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Scores {
    episodes: u64,
    by_score: [u64; 5],
}

impl Outcomes {
    /// Their sum.
    #[must_use]
    pub fn total(&self) -> u64 {
        Outcome::ALL.into_iter().map(|outcome| self.of(outcome)).sum()
    }

    /// The count of one.
    #[must_use]
    pub fn of(&self, outcome: Outcome) -> u64 {
        let mut counts = *self;
        *counts.slot(outcome)
    }

    /// Counts one more.
    pub(super) fn count(&mut self, outcome: Outcome) {
        *self.slot(outcome) += 1;
    }

    fn slot(&mut self, outcome: Outcome) -> &mut u64 {
        match outcome {
            Outcome::Open => &mut self.open,
            Outcome::HandedOver => &mut self.handed_over,
            Outcome::Abandoned => &mut self.abandoned,
            Outcome::AnsweredConfirmed => &mut self.answered_confirmed,
            Outcome::AnsweredAssumed => &mut self.answered_assumed,
            Outcome::NotARequest => &mut self.not_a_request,
        }
    }
}

impl Tally {
    /// Counts one more.
    pub fn add(&mut self, facts: &Episode, rules: &Rules) {
        let verdict = rules.judge(facts);
        self.outcomes.count(verdict.outcome);
        if verdict.provisional {
            self.provisional += 1;
            self.provisional_until = self.provisional_until.max(rules.settled_at(facts));
        }
        self.returned += u64::from(verdict.reason == Some("returned"));
        self.unanswered += u64::from(verdict.reason == Some("unanswered"));
        let scores = if facts.handed.is_some() { &mut self.human } else { &mut self.bot_only };
        scores.add(facts.rated.map(|(score, _)| score));
        self.bot_ms.extend(facts.bot_response_ms());
        self.human_ms.extend(facts.human_response_ms());
        self.add_wait(facts);
    }

    fn add_wait(&mut self, facts: &Episode) {
        let Some(told) = facts.told_seconds.map(|seconds| i64::from(seconds) * 1000) else { return };
        match facts.wait_ms() {
            Some(had) => {
                self.told_ms += told;
                self.had_ms += had;
                self.errors_ms.push((told - had).abs());
            }
            None => self.not_met += 1,
        }
    }

    /// Episodes counted so far.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.outcomes.total()
    }

    /// The report of what was counted.
    #[must_use]
    pub fn report(self, period: Period, rules: &Rules) -> Report {
        let outcomes = self.outcomes;
        let contained = outcomes.answered_confirmed + outcomes.answered_assumed;
        let requests = contained + outcomes.abandoned + outcomes.handed_over;
        Report {
            rules: RULES_VERSION,
            from: period.from.to_rfc3339(),
            to: period.to.to_rfc3339(),
            at: Timestamp::to_rfc3339(rules.now),
            recontact_hours: rules.recontact_hours,
            total: outcomes.total(),
            outcomes,
            provisional: self.provisional,
            provisional_until: self.provisional_until.map(Timestamp::to_rfc3339),
            returned: self.returned,
            unanswered: self.unanswered,
            containment: Containment { share: ratio(contained, requests), contained, requests },
            csat: Csat {
                all: self.bot_only.and(self.human).ratings(),
                bot_only: self.bot_only.ratings(),
                human: self.human.ratings(),
            },
            waits: waits(self.told_ms, self.had_ms, self.errors_ms, self.not_met),
            first_response_ms: Responses { bot: spread(self.bot_ms), human: spread(self.human_ms) },
        }
    }
}

impl Scores {
    fn add(&mut self, score: Option<u8>) {
        self.episodes += 1;
        let place = score.and_then(|score| usize::from(score).checked_sub(1));
        if let Some(count) = place.and_then(|place| self.by_score.get_mut(place)) {
            *count += 1;
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.episodes += other.episodes;
        self.by_score.iter_mut().zip(other.by_score).for_each(|(count, more)| *count += more);
        self
    }

    fn ratings(&self) -> Ratings {
        let responses = self.by_score.iter().sum();
        let sum = (1..).zip(self.by_score).map(|(score, count): (u64, u64)| score * count).sum();
        Ratings {
            episodes: self.episodes,
            responses,
            rate: ratio(responses, self.episodes),
            mean: ratio(sum, responses),
            by_score: self.by_score,
        }
    }
}

// To four decimals: more would pretend to be more than a count.
fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 1e4).round() / 1e4)
}

fn spread(mut values: Vec<i64>) -> Spread {
    values.sort_unstable();
    Spread {
        count: values.len() as u64,
        p50: percentile(&values, 50),
        p90: percentile(&values, 90),
        p99: percentile(&values, 99),
        max: values.last().copied(),
    }
}

// The nearest rank: a value that was really seen.
fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    sorted.get((sorted.len() * percent).div_ceil(100).checked_sub(1)?).copied()
}

fn waits(told_ms: i64, had_ms: i64, mut errors_ms: Vec<i64>, not_met: u64) -> Waits {
    errors_ms.sort_unstable();
    let count = errors_ms.len() as u64;
    let mean = |sum_ms: i64| (count > 0).then(|| (sum_ms as f64 / count as f64).round() / 1e3);
    Waits {
        count,
        mean_told_seconds: mean(told_ms),
        mean_had_seconds: mean(had_ms),
        mean_error_seconds: mean(errors_ms.iter().sum()),
        p90_error_seconds: percentile(&errors_ms, 90).map(|ms| ms as f64 / 1e3),
        not_met,
    }
}
