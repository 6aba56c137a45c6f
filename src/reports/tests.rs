//! The numbers over facts that are written down here.

use super::*;
use crate::domain::{CountsAs, Mark, Outcome, Seq};

const HOUR: i64 = 3_600_000;
const RULES: Rules = Rules { now: Timestamp(1_000 * HOUR), recontact_hours: 72 };

fn mark(seq: Seq, at: i64) -> Mark {
    Mark { seq, at: Timestamp(at) }
}

// A request at `at` that was answered after 20 ms and is over a second later.
fn answered(at: i64) -> Episode {
    let answer = mark(2, at + 20);
    Episode {
        number: 1,
        first: 1,
        began: Timestamp(at),
        asked: Some(mark(1, at)),
        last: Some((CountsAs::Answer, answer)),
        request: Some(answer),
        bot_first: Some(answer),
        closed: Some(mark(9, at + 1_000)),
        ..Episode::default()
    }
}

// One who waited `had` seconds for a person, was told `told`, and heard the first words a second later.
fn handed(told: Option<u32>, had: Option<i64>) -> Episode {
    let assigned = had.map(|seconds| mark(4, seconds * 1_000));
    let human_first = had.map(|seconds| mark(5, seconds * 1_000 + 1_000));
    Episode { handed: Some(mark(3, 0)), assigned, human_first, told_seconds: told, ..answered(-20) }
}

fn report(episodes: &[Episode]) -> Report {
    let mut tally = Tally::default();
    episodes.iter().for_each(|facts| tally.add(facts, &RULES));
    tally.report(Period { from: Timestamp(0), to: RULES.now }, &RULES)
}

#[test]
fn nothing_adds_up_to_nothing() {
    let report = report(&[]);
    assert_eq!((report.total, report.outcomes, report.rules), (0, Outcomes::default(), 1));
    assert_eq!(report.containment, Containment { share: None, contained: 0, requests: 0 });
    assert_eq!((report.csat.all.rate, report.csat.all.mean), (None, None));
    assert_eq!((report.first_response_ms.bot, report.waits), (Spread::default(), Waits::default()));
}

#[test]
fn outcomes_sum_to_the_episodes() {
    let fresh = answered(990 * HOUR);
    let report = report(&[
        Episode { closed: None, ..answered(0) },
        handed(None, None),
        Episode { last: Some((CountsAs::Question, mark(2, 20))), ..answered(0) },
        Episode { unheard: Some(mark(3, 30)), ..answered(0) },
        Episode { returned: Some(mark(10, 5 * HOUR)), ..answered(0) },
        Episode { helped: Some(mark(3, 30)), ..answered(0) },
        answered(0),
        fresh,
        Episode { last: None, request: None, ..answered(0) },
    ]);
    let expected = Outcomes {
        open: 1,
        handed_over: 1,
        abandoned: 3,
        answered_confirmed: 1,
        answered_assumed: 2,
        not_a_request: 1,
    };
    assert_eq!((report.outcomes, report.total, report.outcomes.total()), (expected, 9, 9));
    assert_eq!((report.provisional, report.returned, report.unanswered), (1, 1, 1));
    assert_eq!(report.containment, Containment { share: Some(0.4286), contained: 3, requests: 7 });
    assert!(Outcome::ALL.iter().all(|outcome| expected.of(*outcome) > 0));
}

#[test]
fn ratings_are_counted_by_who_dealt_with_the_shopper() {
    let rated = |score, facts: Episode| Episode { rated: Some((score, mark(8, 900))), ..facts };
    let report = report(&[
        rated(5, answered(0)),
        rated(2, answered(0)),
        answered(0),
        answered(0),
        rated(4, handed(None, Some(3))),
        handed(None, None),
        // Nothing the edges let in.
        rated(0, answered(0)),
        rated(200, answered(0)),
    ]);
    let bot = Ratings { episodes: 6, responses: 2, rate: Some(0.3333), mean: Some(3.5), by_score: [0, 1, 0, 0, 1] };
    let human = Ratings { episodes: 2, responses: 1, rate: Some(0.5), mean: Some(4.0), by_score: [0, 0, 0, 1, 0] };
    let all = Ratings { episodes: 8, responses: 3, rate: Some(0.375), mean: Some(3.6667), by_score: [0, 1, 0, 1, 1] };
    assert_eq!(report.csat, Csat { all, bot_only: bot, human });
}

#[test]
fn responses_spread_by_the_nearest_rank() {
    let after = |ms| Episode { bot_first: Some(mark(2, ms)), ..answered(0) };
    let episodes: Vec<Episode> = (1..=200).rev().map(after).collect();
    let spread = report(&episodes).first_response_ms.bot;
    assert_eq!(spread, Spread { count: 200, p50: Some(100), p90: Some(180), p99: Some(198), max: Some(200) });
    let one = report(&[after(7)]).first_response_ms;
    assert_eq!(one.bot, Spread { count: 1, p50: Some(7), p90: Some(7), p99: Some(7), max: Some(7) });
    assert_eq!(one.human.count, 0);
    let human = report(&[handed(None, Some(30)), handed(None, None)]).first_response_ms.human;
    assert_eq!((human.count, human.max), (1, Some(31_000)));
}

#[test]
fn waits_are_held_against_what_was_told() {
    let waits = report(&[
        handed(Some(60), Some(45)),
        handed(Some(30), Some(31)),
        handed(Some(10), None),
        handed(None, Some(500)),
    ])
    .waits;
    let expected = Waits {
        count: 2,
        mean_told_seconds: Some(45.0),
        mean_had_seconds: Some(38.0),
        mean_error_seconds: Some(8.0),
        p90_error_seconds: Some(15.0),
        not_met: 1,
    };
    assert_eq!(waits, expected);
}

#[test]
fn a_cursor_is_read_as_written() {
    use crate::store::EpisodeCursor;
    for text in ["1795355387000.12.3", "-5.1.1"] {
        assert_eq!(EpisodeCursor::parse(text).map(|cursor| cursor.to_string()).as_deref(), Some(text));
    }
    for bad in ["", "1", "1.2", "1.2.3.4", "1.2.x", "a.2.3", "1..3"] {
        assert_eq!(EpisodeCursor::parse(bad), None, "{bad}");
    }
}
