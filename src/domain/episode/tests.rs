//! Every outcome, and every border between two of them.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::domain::{
    AgentAct, AgentId, Body, ChoiceMade, Command, Conversation, DialogueState, HandoffOrder, Priority, Reason,
    ReplyDraft, TurnResult, decide,
};

const HOUR: i64 = 3_600_000;
const RECONTACT: i64 = 72 * HOUR;

/// A conversation, and the rows of its episodes as the store keeps them.
#[derive(Default)]
struct Talk {
    state: Conversation,
    rows: BTreeMap<u32, Episode>,
    now: i64,
}

impl Talk {
    fn does(&mut self, command: &Command) -> &mut Self {
        self.now += 1_000;
        let decision =
            decide(&self.state, command, Timestamp(self.now), Duration::from_secs(1800)).expect("no refusal");
        self.state.take(decision, Timestamp(self.now));
        self.rows.extend(self.state.episodes().map(|facts| (facts.number, facts.clone())));
        self
    }

    fn says(&mut self) -> &mut Self {
        self.chooses(None)
    }

    fn presses(&mut self, send: &str, of: Seq) -> &mut Self {
        self.chooses(Some(ChoiceMade { of, index: 0, send: Some(send.to_owned()) }))
    }

    fn chooses(&mut self, choice: Option<ChoiceMade>) -> &mut Self {
        let body = Body { choice, ..Body::text("words") };
        self.does(&Command::Say { client_id: None, body, locale: None, consent: None })
    }

    fn hears(&mut self, counts_as: CountsAs) -> &mut Self {
        self.turn(Some(Body { counts_as: Some(counts_as), ..Body::text("a reply") }))
    }

    fn turn(&mut self, body: Option<Body>) -> &mut Self {
        let question = *self.state.pending.first().expect("a question");
        self.does(&Command::FinishTurn(Box::new(TurnResult {
            question,
            reply: ReplyDraft { body, handoff: None },
            trace: serde_json::Value::Null,
            dialogue: DialogueState::default(),
        })))
    }

    fn asks(&mut self, counts_as: CountsAs) -> &mut Self {
        self.says().hears(counts_as)
    }

    fn human(&mut self, told_seconds: Option<u32>) -> &mut Self {
        let order = HandoffOrder { told_seconds, ..HandoffOrder::because(Reason::Asked) };
        self.does(&Command::Human { notice: Body::text("noted"), order })
    }

    fn agent(&mut self, act: AgentAct) -> &mut Self {
        self.does(&Command::Agent { by: AgentId::from("ann"), act })
    }

    fn rates(&mut self, score: u8) -> &mut Self {
        self.does(&Command::Rate { score, comment: None })
    }

    fn ends(&mut self) -> &mut Self {
        self.does(&Command::End)
    }

    fn waits(&mut self, time: i64) -> &mut Self {
        self.now += time;
        self
    }

    // Until `time` after the end of the last episode, so that what is said next is said just then.
    fn waits_since_the_end(&mut self, time: i64) -> &mut Self {
        let closed = self.state.episode.as_ref().and_then(|episode| episode.closed).expect("an end");
        self.now = closed.at.0 + time;
        self
    }

    fn judged(&self, number: u32) -> Verdict {
        self.rows[&number].verdict(Timestamp(self.now), RECONTACT)
    }

    fn check(&self, number: u32, outcome: Outcome, reason: Option<&str>, proof: Seq) {
        let verdict = self.judged(number);
        assert_eq!((verdict.outcome, verdict.reason, verdict.proof.seq), (outcome, reason, proof), "{:?}", self.rows);
    }
}

fn joined() -> Body {
    Body::text("ann joined")
}

#[test]
fn an_episode_is_open_until_it_ends() {
    let mut talk = Talk::default();
    talk.asks(CountsAs::Answer).check(1, Outcome::Open, None, 1);
    talk.human(None).check(1, Outcome::Open, None, 1);
    talk.ends().check(1, Outcome::HandedOver, None, 3);
}

#[test]
fn whoever_was_called_or_came_makes_it_handed_over() {
    let mut talk = Talk::default();
    talk.human(None).rates(5).ends().check(1, Outcome::HandedOver, None, 1);
    let mut talk = Talk::default();
    talk.asks(CountsAs::Answer);
    talk.agent(AgentAct::Claim { version: None, notice: joined(), reason: Reason::Claimed });
    talk.agent(AgentAct::ToBot { notice: joined(), others: false }).asks(CountsAs::Answer).ends();
    talk.check(1, Outcome::HandedOver, None, 3);
}

#[test]
fn an_answer_and_silence_is_assumed_to_have_helped() {
    let mut talk = Talk::default();
    talk.asks(CountsAs::Question).asks(CountsAs::Answer).asks(CountsAs::Smalltalk).ends();
    talk.check(1, Outcome::AnsweredAssumed, None, 4);
    let provisional_at = |talk: &mut Talk, time| talk.waits_since_the_end(time).judged(1).provisional;
    assert!(provisional_at(&mut talk, RECONTACT - 1));
    assert!(!provisional_at(&mut talk, RECONTACT));
}

#[test]
fn the_shoppers_word_or_a_good_rating_confirms() {
    for score in 1..=5 {
        let mut talk = Talk::default();
        talk.asks(CountsAs::Answer).rates(score).ends();
        let (outcome, proof) = if score >= 4 { (Outcome::AnsweredConfirmed, 3) } else { (Outcome::AnsweredAssumed, 2) };
        talk.check(1, outcome, None, proof);
    }
    let mut talk = Talk::default();
    talk.asks(CountsAs::Answer).rates(5).rates(3).ends().check(1, Outcome::AnsweredAssumed, None, 2);
    talk.rates(4).check(1, Outcome::AnsweredConfirmed, None, 6);
    let mut talk = Talk::default();
    talk.asks(CountsAs::Answer).does(&Command::Helped { of: 2, yes: true }).ends();
    talk.check(1, Outcome::AnsweredConfirmed, None, 3);
    assert!(!talk.judged(1).provisional);
}

#[test]
fn what_helped_may_be_of_an_episode_that_is_over() {
    let mut talk = Talk::default();
    talk.asks(CountsAs::Answer).waits(10 * HOUR).presses("/helped", 2).hears(CountsAs::Smalltalk).ends();
    talk.check(1, Outcome::AnsweredConfirmed, None, 6);
    talk.check(2, Outcome::NotARequest, None, 4);
    // Also with another greeting between.
    talk.says().hears(CountsAs::Smalltalk).does(&Command::Helped { of: 2, yes: false });
    talk.check(1, Outcome::AnsweredAssumed, None, 2);
}

#[test]
fn no_answer_that_held_is_abandoned() {
    // A question is what a form asks: whoever leaves in the middle of it has no answer, whatever was answered before.
    for last in [CountsAs::Question, CountsAs::Refusal, CountsAs::HandoffOffer] {
        let mut talk = Talk::default();
        talk.asks(CountsAs::Answer).asks(last).ends().check(1, Outcome::Abandoned, None, 4);
    }
    let mut talk = Talk::default();
    talk.asks(CountsAs::Question).rates(5).ends().check(1, Outcome::Abandoned, None, 2);
}

#[test]
fn silence_of_the_assistant_is_no_answer() {
    let mut talk = Talk::default();
    talk.says().ends().check(1, Outcome::Abandoned, Some("unanswered"), 1);
    let mut talk = Talk::default();
    talk.asks(CountsAs::Answer).says().turn(None).ends();
    talk.check(1, Outcome::Abandoned, Some("unanswered"), 3);
    // Helped, asked again, and left without an answer.
    let mut talk = Talk::default();
    talk.asks(CountsAs::Answer).does(&Command::Helped { of: 2, yes: true }).says().ends();
    talk.check(1, Outcome::Abandoned, Some("unanswered"), 4);
    let mut talk = Talk::default();
    talk.asks(CountsAs::Answer).does(&Command::Helped { of: 2, yes: false }).ends();
    talk.check(1, Outcome::Abandoned, Some("unanswered"), 3);
}

#[test]
fn small_talk_is_not_a_request() {
    let mut talk = Talk::default();
    talk.asks(CountsAs::Smalltalk).ends().check(1, Outcome::NotARequest, None, 1);
    talk.rates(5).check(1, Outcome::NotARequest, None, 1);
}

fn after_an_answer(time: i64, next: CountsAs) -> Talk {
    let mut talk = Talk::default();
    talk.asks(CountsAs::Answer).ends().waits_since_the_end(time).asks(next);
    talk
}

#[test]
fn a_new_request_in_time_takes_the_credit_back() {
    after_an_answer(71 * HOUR, CountsAs::Answer).check(1, Outcome::Abandoned, Some("returned"), 6);
    after_an_answer(73 * HOUR, CountsAs::Answer).check(1, Outcome::AnsweredAssumed, None, 2);
    // Before 72 hours have passed, and not just then. Each step takes a second.
    after_an_answer(RECONTACT - 2_001, CountsAs::Answer).check(1, Outcome::Abandoned, Some("returned"), 6);
    after_an_answer(RECONTACT - 2_000, CountsAs::Answer).check(1, Outcome::AnsweredAssumed, None, 2);
    after_an_answer(HOUR, CountsAs::Smalltalk).check(1, Outcome::AnsweredAssumed, None, 2);
    let mut talk = after_an_answer(HOUR, CountsAs::Smalltalk);
    talk.human(None).check(1, Outcome::Abandoned, Some("returned"), 7);
    // What was never replied to is taken for a request.
    let mut talk = Talk::default();
    talk.asks(CountsAs::Answer).ends().says().check(1, Outcome::AnsweredAssumed, None, 2);
    talk.ends().check(1, Outcome::Abandoned, Some("returned"), 6);
}

#[test]
fn small_talk_between_two_requests_hides_nothing() {
    let mut talk = after_an_answer(10 * HOUR, CountsAs::Smalltalk);
    talk.ends().waits(10 * HOUR).asks(CountsAs::Smalltalk).ends().waits(10 * HOUR).asks(CountsAs::Question);
    talk.check(1, Outcome::Abandoned, Some("returned"), 14);
    talk.check(2, Outcome::NotARequest, None, 4);
    assert_eq!((talk.rows[&2].returned, talk.rows[&3].returned), (None, None));
}

#[test]
fn only_an_assumed_answer_can_be_taken_back() {
    let mut talk = Talk::default();
    talk.asks(CountsAs::Answer).rates(4).ends().asks(CountsAs::Answer).ends().asks(CountsAs::Answer).ends();
    talk.check(1, Outcome::AnsweredConfirmed, None, 3);
    talk.check(2, Outcome::Abandoned, Some("returned"), 11);
    talk.check(3, Outcome::AnsweredAssumed, None, 11);
    assert!(talk.judged(3).provisional && !talk.judged(2).provisional);
}

#[test]
fn what_is_not_provisional_stays() {
    // A greeting in time, and the request after it too late: nothing that comes after 72 hours changes the outcome.
    let mut talk = after_an_answer(RECONTACT - 2_001, CountsAs::Smalltalk);
    assert!(talk.judged(1).provisional);
    talk.waits(HOUR / 4);
    assert!(!talk.judged(1).provisional);
    talk.asks(CountsAs::Answer).check(1, Outcome::AnsweredAssumed, None, 2);
}

#[test]
fn first_responses_have_their_own_clocks() {
    let mut talk = Talk::default();
    talk.asks(CountsAs::Smalltalk).waits(5_000).human(Some(60)).waits(40_000);
    talk.agent(AgentAct::Claim { version: None, notice: joined(), reason: Reason::Placed }).waits(9_000);
    talk.agent(AgentAct::Say { client_id: None, body: Body::text("hello"), notice: joined() });
    let facts = &talk.rows[&1];
    assert_eq!(
        (facts.bot_response_ms(), facts.wait_ms(), facts.human_response_ms()),
        (Some(1_000), Some(41_000), Some(51_000))
    );
    assert_eq!(facts.told_seconds, Some(60));
    // A person was called first: what the assistant says afterwards is no first response.
    let mut talk = Talk::default();
    talk.human(None).says().agent(AgentAct::ToBot { notice: joined(), others: false }).asks(CountsAs::Answer);
    let facts = &talk.rows[&1];
    assert!(facts.bot_first.is_some());
    assert_eq!((facts.bot_response_ms(), facts.human_response_ms(), facts.wait_ms()), (None, None, None));
}

#[test]
fn the_wait_that_was_told_is_that_of_the_first_call() {
    let mut talk = Talk::default();
    talk.human(None).agent(AgentAct::ToBot { notice: joined(), others: false }).human(Some(60));
    assert_eq!(talk.rows[&1].told_seconds, None);
    let mut talk = Talk::default();
    talk.human(Some(30)).agent(AgentAct::ToBot { notice: joined(), others: false }).human(Some(60));
    assert_eq!(talk.rows[&1].told_seconds, Some(30));
}

#[test]
fn who_passes_on_what_the_assistant_has_begins_the_wait() {
    let mut talk = Talk::default();
    talk.asks(CountsAs::Answer).agent(AgentAct::Prioritise { priority: Priority::High });
    talk.agent(AgentAct::PassToTeam { team: "care".into(), notice: joined(), others: false });
    let handoff = talk.state.handoff.clone().expect("a handoff");
    assert_eq!((handoff.since, handoff.back), (Timestamp(talk.now), false));
    assert_eq!((handoff.priority, handoff.team.as_deref()), (Priority::High, Some("care")));
    let mut talk = Talk::default();
    talk.says().agent(AgentAct::Prioritise { priority: Priority::High });
    talk.agent(AgentAct::Claim { version: None, notice: joined(), reason: Reason::Claimed });
    assert_eq!(talk.state.handoff.as_ref().map(|handoff| handoff.since), Some(Timestamp(talk.now)));
}

#[test]
fn outcomes_are_read_as_written() {
    for outcome in Outcome::ALL {
        assert_eq!(Outcome::parse(outcome.name()), Some(outcome));
        assert_eq!(serde_json::to_value(outcome).expect("JSON"), outcome.name());
    }
    assert_eq!(Outcome::parse("answered"), None);
}
