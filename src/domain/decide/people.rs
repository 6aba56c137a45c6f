//! What people at the desk do with a conversation. At most one of them has it: every move that gives it to somebody checks
//! who has it now.

use super::privacy::erase;
use super::{AnswerAt, Decision, Refused, check_body, phase, system};
use crate::domain::{AgentId, Author, Body, Conversation, EventKind, Phase, Priority, Reason, Seq, StaffKind};

/// Labels a conversation may have: more is a text.
pub const LABELS: usize = 20;

/// The longest label, in bytes.
pub const LABEL_LIMIT: usize = 60;

/// What somebody at the desk does.
#[derive(Debug, Clone, PartialEq)]
pub enum AgentAct {
    /// Take it.
    Claim {
        /// The event they had seen last, if they say: refused when the conversation has moved on since.
        version: Option<Seq>,
        /// What the shopper is told.
        notice: Body,
        /// Why: their own wish, or their turn in the queue.
        reason: Reason,
    },
    /// Say something to the shopper; takes the conversation if nobody has it.
    Say {
        /// Their own name for it.
        client_id: Option<String>,
        /// What.
        body: Body,
        /// What the shopper is told if they take it.
        notice: Body,
    },
    /// Write a note for colleagues.
    Note {
        /// Its words.
        text: String,
    },
    /// Put it back into the queue.
    Release {
        /// Their wish, or that they were not heard of any more.
        reason: Reason,
        /// What the shopper is told.
        notice: Body,
        /// Whether it may be somebody else's.
        others: bool,
    },
    /// Pass it on to a colleague.
    PassTo {
        /// Whom.
        agent: AgentId,
        /// What the shopper is told.
        notice: Body,
        /// Whether it may be somebody else's.
        others: bool,
    },
    /// Pass it on to a team's queue.
    PassToTeam {
        /// Which.
        team: String,
        /// What the shopper is told.
        notice: Body,
        /// Whether it may be somebody else's.
        others: bool,
    },
    /// Give it back to the assistant.
    ToBot {
        /// What the shopper is told.
        notice: Body,
        /// Whether it may be somebody else's.
        others: bool,
    },
    /// End it.
    Resolve {
        /// What the shopper is told.
        notice: Body,
        /// Whether it may be somebody else's.
        others: bool,
    },
    /// Set its labels.
    Label {
        /// All of them.
        labels: Vec<String>,
    },
    /// Set how urgent it is.
    Prioritise {
        /// How urgent.
        priority: Priority,
    },
    /// Empty everything that was said, at the shopper's wish.
    Erase,
}

pub(super) fn act(state: &Conversation, by: &AgentId, act: &AgentAct) -> Result<Decision, Refused> {
    if state.head == 0 {
        return Err(Refused::NotFound);
    }
    match act {
        AgentAct::Claim { version, notice, reason } => claim(state, by, *version, notice, *reason),
        AgentAct::Say { client_id, body, notice } => say(state, by, client_id.as_ref(), body, notice),
        AgentAct::Note { text } => note(by, text),
        AgentAct::Release { reason, notice, others } => {
            check_owner(state, by, *others)?;
            Ok(back_to_queue(state, *reason, notice, None))
        }
        AgentAct::PassTo { agent, notice, others } => pass_to(state, by, agent, notice, *others),
        AgentAct::PassToTeam { team, notice, others } => {
            check_owner(state, by, *others)?;
            let team = StaffKind::Team { by: by.clone(), team: Some(team.clone()) };
            Ok(back_to_queue(state, Reason::Transferred, notice, Some(team)))
        }
        AgentAct::ToBot { notice, others } => {
            check_owner(state, by, *others)?;
            if state.phase == Phase::Bot {
                return Ok(Decision::default());
            }
            Ok(moved(vec![phase(Phase::Bot, Reason::BackToBot), system(notice)]))
        }
        AgentAct::Resolve { notice, others } => resolve(state, by, notice, *others),
        AgentAct::Label { labels } => label(by, labels),
        AgentAct::Prioritise { priority } => Ok(entry(StaffKind::Priority { by: by.clone(), priority: *priority })),
        AgentAct::Erase => erase(state, Reason::Erased),
    }
}

fn claim(
    state: &Conversation,
    by: &AgentId,
    version: Option<Seq>,
    notice: &Body,
    reason: Reason,
) -> Result<Decision, Refused> {
    match (state.phase, &state.agent) {
        (Phase::WithAgent, Some(owner)) if owner == by => return Ok(Decision::default()),
        (Phase::WithAgent, _) => return Err(Refused::AlreadyClaimed),
        (Phase::Closed, _) => return Err(Refused::Stale),
        // The queue gives away what waits, and nothing else.
        (Phase::Bot, _) if reason == Reason::Placed => return Err(Refused::Stale),
        (Phase::Bot | Phase::Waiting, _) => {}
    }
    if version.is_some_and(|version| version < state.phase_seq) {
        return Err(Refused::Stale);
    }
    Ok(moved(taking(state, by, notice, reason)))
}

fn taking(state: &Conversation, by: &AgentId, notice: &Body, reason: Reason) -> Vec<EventKind> {
    let step = (state.phase != Phase::WithAgent).then(|| phase(Phase::WithAgent, reason));
    let assigned = EventKind::Assigned { agent: Some(by.clone()) };
    step.into_iter().chain([assigned, system(notice)]).collect()
}

fn say(
    state: &Conversation,
    by: &AgentId,
    client_id: Option<&String>,
    body: &Body,
    notice: &Body,
) -> Result<Decision, Refused> {
    check_body(body)?;
    let mut events = match (state.phase, &state.agent) {
        (Phase::WithAgent, Some(owner)) if owner == by => Vec::new(),
        (Phase::WithAgent, _) => return Err(Refused::AlreadyClaimed),
        (Phase::Closed, _) => return Err(Refused::Stale),
        (Phase::Bot | Phase::Waiting, _) => taking(state, by, notice, Reason::Claimed),
    };
    let answer = AnswerAt::Event(events.len());
    let (by, client_id, body) = (Author::Agent(by.clone()), client_id.cloned(), body.clone());
    events.push(EventKind::Said { by, client_id, locale: None, body });
    Ok(Decision { events, answer, staff: Vec::new() })
}

fn note(by: &AgentId, text: &str) -> Result<Decision, Refused> {
    check_body(&Body::text(text))?;
    Ok(entry(StaffKind::Note { by: by.clone(), text: text.to_owned() }))
}

// Whoever has it may move it; who has no right to others' chats may move what nobody has, too.
fn check_owner(state: &Conversation, by: &AgentId, others: bool) -> Result<(), Refused> {
    match (state.phase, &state.agent) {
        (Phase::Closed, _) => Err(Refused::Stale),
        (Phase::WithAgent, Some(owner)) if owner != by && !others => Err(Refused::AlreadyClaimed),
        _ => Ok(()),
    }
}

fn back_to_queue(state: &Conversation, reason: Reason, notice: &Body, staff: Option<StaffKind>) -> Decision {
    let there = state.phase == Phase::Waiting;
    if there && staff.is_none() {
        return Decision::default();
    }
    let mut decision =
        if there { Decision::default() } else { moved(vec![phase(Phase::Waiting, reason), system(notice)]) };
    decision.staff.extend(staff);
    decision
}

fn pass_to(
    state: &Conversation,
    by: &AgentId,
    agent: &AgentId,
    notice: &Body,
    others: bool,
) -> Result<Decision, Refused> {
    check_owner(state, by, others)?;
    if state.agent.as_ref() == Some(agent) {
        return Ok(Decision::default());
    }
    Ok(moved(taking(state, agent, notice, Reason::Transferred)))
}

fn resolve(state: &Conversation, by: &AgentId, notice: &Body, others: bool) -> Result<Decision, Refused> {
    if state.phase == Phase::Closed {
        return Ok(Decision::default());
    }
    check_owner(state, by, others)?;
    Ok(Decision {
        events: vec![system(notice), phase(Phase::Closed, Reason::Resolved)],
        answer: AnswerAt::Event(1),
        staff: Vec::new(),
    })
}

fn label(by: &AgentId, labels: &[String]) -> Result<Decision, Refused> {
    if labels.len() > LABELS || labels.iter().any(|label| label.chars().count() > LABEL_LIMIT) {
        return Err(Refused::TooLarge);
    }
    let plain = |label: &String| label.trim().to_owned();
    let labels: std::collections::BTreeSet<String> =
        labels.iter().map(plain).filter(|label| !label.is_empty()).collect();
    Ok(entry(StaffKind::Label { by: by.clone(), labels: labels.into_iter().collect() }))
}

fn moved(events: Vec<EventKind>) -> Decision {
    Decision { events, answer: AnswerAt::Event(0), staff: Vec::new() }
}

fn entry(kind: StaffKind) -> Decision {
    Decision { events: Vec::new(), answer: AnswerAt::Staff(0), staff: vec![kind] }
}
