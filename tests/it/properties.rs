//! Properties of the pure core over any sequence of commands and clock steps.

use std::collections::BTreeMap;
use std::time::Duration;

use frontdesk::domain::{
    AgentAct, AgentId, Author, Body, ChoiceMade, Command, Conversation, CountsAs, DialogueState, Episode, Event,
    EventKind, HandoffOrder, MAX_PENDING, Outcome, Phase, Priority, Reason, ReplyDraft, StaffEntry, Taken, Timestamp,
    TurnResult, decide,
};
use frontdesk::reports::{Period, Rules, Tally};
use proptest::prelude::*;

const IDLE: Duration = Duration::from_secs(1800);

const HOUR: i64 = 3_600_000;

const RECONTACT: u32 = 72;

#[derive(Debug, Clone)]
enum Deed {
    Say(Option<&'static str>),
    Human,
    End,
    Rate(u8),
    Helped(u64, bool),
    LeaveContact,
    Finish(bool, bool, Option<CountsAs>),
    Agent(u8, AgentAct),
    Erase,
    // Nothing has happened for as many hours.
    Expire(i64),
    Export,
    CloseIdle,
    Wait(i64),
}

fn notice() -> Body {
    Body::text("a notice")
}

fn say() -> impl Strategy<Value = Deed> {
    let send = prop_oneof![
        4 => Just(None),
        1 => Just(Some("/helped")),
        1 => Just(Some("/more_help")),
        1 => Just(Some("/back_to_bot")),
    ];
    send.prop_map(Deed::Say)
}

fn finish() -> impl Strategy<Value = Deed> {
    let counts_as = prop_oneof![
        3 => Just(Some(CountsAs::Answer)),
        2 => Just(Some(CountsAs::Smalltalk)),
        1 => Just(Some(CountsAs::Question)),
        1 => Just(Some(CountsAs::Refusal)),
        1 => Just(None),
    ];
    let handoff = prop::bool::weighted(0.15);
    (any::<bool>(), handoff, counts_as).prop_map(|(first, handoff, counts_as)| Deed::Finish(first, handoff, counts_as))
}

fn agent_act() -> impl Strategy<Value = AgentAct> {
    let team = || "care".to_owned();
    prop_oneof![
        4 => (prop::option::weighted(0.3, 0..40_u64), any::<bool>()).prop_map(|(version, placed)| {
            let reason = if placed { Reason::Placed } else { Reason::Claimed };
            AgentAct::Claim { version, notice: notice(), reason }
        }),
        3 => Just(AgentAct::Say { client_id: None, body: Body::text("words"), notice: notice() }),
        1 => Just(AgentAct::Note { text: "a note".to_owned() }),
        1 => any::<bool>().prop_map(|others| {
            AgentAct::Release { reason: Reason::AgentGone, notice: notice(), others }
        }),
        1 => (0..3_u8, any::<bool>()).prop_map(|(to, others)| {
            AgentAct::PassTo { agent: person(to), notice: notice(), others }
        }),
        1 => any::<bool>().prop_map(move |others| AgentAct::PassToTeam { team: team(), notice: notice(), others }),
        2 => any::<bool>().prop_map(|others| AgentAct::ToBot { notice: notice(), others }),
        2 => any::<bool>().prop_map(|others| AgentAct::Resolve { notice: notice(), others }),
        1 => Just(AgentAct::Label { labels: vec!["late".to_owned()] }),
        1 => Just(AgentAct::Prioritise { priority: Priority::Urgent }),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        12 => say(),
        2 => Just(Deed::Human),
        2 => Just(Deed::End),
        2 => (0..7_u8).prop_map(Deed::Rate),
        2 => (0..40_u64, any::<bool>()).prop_map(|(of, yes)| Deed::Helped(of, yes)),
        1 => Just(Deed::LeaveContact),
        14 => finish(),
        8 => (0..3_u8, agent_act()).prop_map(|(by, act)| Deed::Agent(by, act)),
        1 => prop_oneof![
            2 => Just(Deed::Export),
            3 => (0..100_i64).prop_map(Deed::Expire),
            1 => Just(Deed::Erase),
            1 => (0..3_u8).prop_map(|by| Deed::Agent(by, AgentAct::Erase)),
        ],
        2 => Just(Deed::CloseIdle),
        4 => (0..HOUR).prop_map(Deed::Wait),
        1 => (0..90 * HOUR).prop_map(Deed::Wait),
    ]
}

fn person(number: u8) -> AgentId {
    AgentId::from(["ann", "bob", "cid"][usize::from(number)])
}

fn command(deed: &Deed, state: &Conversation, now: i64) -> Command {
    match deed {
        Deed::Say(send) => {
            let choice = send.map(|send| ChoiceMade { of: 1, index: 0, send: Some(send.to_owned()) });
            let (body, locale) = (Body { choice, ..Body::text("words") }, Some("en".to_owned()));
            Command::Say { client_id: None, body, locale, consent: None }
        }
        Deed::Human => {
            let order = HandoffOrder { told_seconds: Some(60), ..HandoffOrder::because(Reason::Asked) };
            Command::Human { notice: notice(), order }
        }
        Deed::End => Command::End,
        Deed::Rate(score) => Command::Rate { score: *score, comment: Some("in words".to_owned()) },
        Deed::Helped(of, yes) => Command::Helped { of: *of, yes: *yes },
        Deed::LeaveContact => {
            Command::LeaveContact { email: "ann@example.com".to_owned(), reply_by: None, notice: notice() }
        }
        Deed::Finish(first, handoff, counts_as) => finished(state, *first, *handoff, *counts_as),
        Deed::Agent(by, act) => Command::Agent { by: person(*by), act: act.clone() },
        Deed::Erase => Command::Erase,
        Deed::Expire(hours) => Command::Expire { before: Timestamp(now - hours * HOUR) },
        Deed::Export => Command::Export { by: None },
        Deed::CloseIdle | Deed::Wait(_) => Command::CloseIdle,
    }
}

fn finished(state: &Conversation, first: bool, handoff: bool, counts_as: Option<CountsAs>) -> Command {
    let question = if first { state.pending.first() } else { state.pending.last() };
    let handoff = handoff.then_some(HandoffOrder::because(Reason::Rule));
    let dialogue = DialogueState { intent: Some("track_order".to_owned()), ..DialogueState::default() };
    Command::FinishTurn(Box::new(TurnResult {
        question: question.copied().unwrap_or(7),
        reply: ReplyDraft { body: Some(Body { counts_as, ..Body::text("a reply") }), handoff },
        trace: serde_json::json!({ "heard": "words" }),
        dialogue,
    }))
}

/// A conversation with all that a store keeps of it.
#[derive(Default)]
struct Kept {
    state: Conversation,
    events: Vec<Event>,
    staff: Vec<StaffEntry>,
    rows: BTreeMap<u32, Episode>,
    // What an episode came to once nothing but a word of the shopper's could change it.
    settled: BTreeMap<u32, Outcome>,
    now: i64,
}

impl Kept {
    fn does(&mut self, deed: &Deed) -> Result<(), TestCaseError> {
        self.now += if let Deed::Wait(time) = deed { *time } else { 1 };
        let (before, now) = (self.state.clone(), Timestamp(self.now));
        let Ok(decision) = decide(&before, &command(deed, &before, self.now), now, IDLE) else { return Ok(()) };
        check_events(&before, &decision.events)?;
        if let (Some(owner), Deed::Agent(by, AgentAct::Claim { .. } | AgentAct::Say { .. })) = (&before.agent, deed) {
            prop_assert_eq!(owner, &person(*by), "nobody takes or answers what somebody else has");
        }
        let taken = self.state.take(decision, now);
        self.store(&before, taken);
        prop_assert!(self.state.pending.len() <= MAX_PENDING + 1);
        prop_assert!(self.state.pending.is_sorted());
        prop_assert_eq!(self.state.agent.is_some(), self.state.phase == Phase::WithAgent, "{:?}", self.state);
        let waits_since = self.state.handoff.as_ref().filter(|_| self.state.is_with_people());
        prop_assert!(waits_since.is_none_or(|handoff| handoff.since > Timestamp::default()));
        self.check_outcomes(matches!(deed, Deed::Rate(_) | Deed::Helped(..) | Deed::Say(Some(_))))
    }

    // As the store does: rows of the episodes that changed, and what is emptied loses its words.
    fn store(&mut self, before: &Conversation, taken: Taken) {
        let known: Vec<&Episode> = before.episodes().collect();
        let changed = self.state.episodes().filter(|episode| !known.contains(episode));
        self.rows.extend(changed.map(|episode| (episode.number, episode.clone())));
        if taken.events.iter().any(|event| matches!(event.kind, EventKind::Redacted { .. })) {
            self.events.iter_mut().for_each(|event| event.kind = event.kind.emptied());
            self.staff.iter_mut().for_each(|entry| entry.kind = entry.kind.emptied());
        }
        self.events.extend(taken.events);
        self.staff.extend(taken.staff);
    }

    fn check_outcomes(&mut self, shopper_judges: bool) -> Result<(), TestCaseError> {
        for (number, facts) in &self.rows {
            let verdict = facts.verdict(Timestamp(self.now), i64::from(RECONTACT) * HOUR);
            prop_assert_eq!(verdict.outcome == Outcome::Open, facts.closed.is_none());
            let proof = self.events.get(usize::try_from(verdict.proof.seq).expect("small") - 1).expect("the proof");
            prop_assert_eq!(proof.at, verdict.proof.at);
            if verdict.outcome == Outcome::Open || verdict.provisional {
                self.settled.remove(number);
                continue;
            }
            let was = self.settled.insert(*number, verdict.outcome).unwrap_or(verdict.outcome);
            prop_assert!(was == verdict.outcome || shopper_judges, "{number} was {was:?} and is {verdict:?}");
        }
        Ok(())
    }

    fn check_all(&self) -> Result<(), TestCaseError> {
        prop_assert!(self.events.iter().map(|event| event.seq).eq(1..=self.state.head));
        let (folded, episodes) = Conversation::refold(&self.events, &self.staff);
        prop_assert_eq!(&folded, &self.state);
        prop_assert_eq!(&episodes, &self.rows);
        prop_assert!(self.rows.keys().copied().eq(1..=u32::try_from(self.rows.len()).expect("small")));
        let json = serde_json::to_string(&self.state).expect("JSON");
        let mut read: Conversation = serde_json::from_str(&json).expect("read");
        read.recall(&self.events, &self.staff);
        prop_assert_eq!(&read, &self.state);
        if self.events.is_empty() {
            prop_assert_eq!(self.state.head, 0);
        }
        let open = self.rows.values().filter(|facts| facts.closed.is_none()).count();
        prop_assert_eq!(open, usize::from(self.state.head > 0 && self.state.phase != Phase::Closed));
        self.check_report()
    }

    fn check_report(&self) -> Result<(), TestCaseError> {
        let rules = Rules { now: Timestamp(self.now), recontact_hours: RECONTACT };
        let mut tally = Tally::default();
        self.rows.values().for_each(|facts| tally.add(facts, &rules));
        let report = tally.report(Period { from: Timestamp(0), to: Timestamp(self.now + 1) }, &rules);
        prop_assert_eq!(report.total, self.rows.len() as u64);
        prop_assert_eq!(Outcome::ALL.iter().map(|outcome| report.outcomes.of(*outcome)).sum::<u64>(), report.total);
        let outcomes = report.outcomes;
        prop_assert_eq!(report.containment.requests + outcomes.open + outcomes.not_a_request, report.total);
        prop_assert!(report.provisional <= outcomes.answered_assumed);
        prop_assert!(report.returned + report.unanswered <= outcomes.abandoned);
        let rated = self.rows.values().filter(|facts| facts.rated.is_some_and(|(score, _)| (1..=5).contains(&score)));
        prop_assert_eq!(report.csat.all.responses, rated.count() as u64);
        prop_assert_eq!(report.csat.bot_only.episodes + report.csat.human.episodes, report.total);
        for spread in [report.first_response_ms.bot, report.first_response_ms.human] {
            prop_assert!(spread.p50 <= spread.p90 && spread.p90 <= spread.p99 && spread.p99 <= spread.max);
            prop_assert!(spread.p50.is_none_or(|ms| ms >= 0));
        }
        prop_assert!(report.waits.mean_had_seconds.is_none_or(|seconds| seconds >= 0.0));
        Ok(())
    }
}

fn check_events(before: &Conversation, events: &[EventKind]) -> Result<(), TestCaseError> {
    let phases = events.iter().filter(|kind| matches!(kind, EventKind::Phase { .. })).count();
    prop_assert!(phases <= 3);
    let replies = events.iter().filter(|kind| matches!(kind, EventKind::Said { by: Author::Bot, .. })).count();
    prop_assert!(replies <= 1);
    let mut phase = before.phase;
    for kind in events {
        if let EventKind::Phase { phase: next, .. } = kind {
            prop_assert!(phase.to(*next).is_ok(), "{phase:?} to {next:?}");
            phase = *next;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_leaves_one_owner_or_none_one_outcome_an_episode_and_sums(
        deeds in prop::collection::vec(deed(), 0..80),
    ) {
        let mut kept = Kept { now: 1, ..Kept::default() };
        for deed in &deeds {
            kept.does(deed)?;
        }
        kept.check_all()?;
    }
}
