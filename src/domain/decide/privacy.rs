//! What is a person's own: their address, their words, and that both go when they wish it.

use super::{AnswerAt, Decision, Refused, phase, system};
use crate::domain::{AgentId, Body, Conversation, EventKind, Phase, Reason, StaffKind, Timestamp};

/// The largest mail address, in bytes (RFC 5321, 4.5.3.1.3).
const ADDRESS_LIMIT: usize = 254;

pub(super) fn leave_contact(
    state: &Conversation,
    email: &str,
    reply_by: Option<Timestamp>,
    notice: &Body,
) -> Result<Decision, Refused> {
    if state.head == 0 {
        return Err(Refused::NotFound);
    }
    if !is_address(email) {
        return Err(Refused::NotAnAddress);
    }
    let contact = StaffKind::Contact { email: email.to_owned(), reply_by };
    Ok(Decision { events: vec![system(notice)], answer: AnswerAt::Event(0), staff: vec![contact] })
}

// One `@` with something before it and a name with a dot after it: whether mail gets there shows when it is sent.
fn is_address(email: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control());
    let parts = email.split_once('@');
    email.len() <= ADDRESS_LIMIT
        && parts.is_some_and(|(name, host)| {
            plain(name)
                && plain(host)
                && !host.contains('@')
                && host.split('.').all(|label| !label.is_empty())
                && host.contains('.')
        })
}

pub(super) fn erase(state: &Conversation, reason: Reason) -> Result<Decision, Refused> {
    if state.head == 0 {
        return Err(Refused::NotFound);
    }
    // Who wants to be erased after the words have gone by age is still to be erased for good.
    if state.erased || (reason == Reason::Idle && state.is_empty()) {
        return Ok(Decision::default());
    }
    let mut events = Vec::new();
    if state.phase != Phase::Closed {
        events.push(phase(Phase::Closed, reason));
    }
    events.push(EventKind::Redacted { for_good: reason == Reason::Erased });
    Ok(Decision { answer: AnswerAt::Event(events.len() - 1), events, staff: Vec::new() })
}

pub(super) fn export(state: &Conversation, by: Option<&AgentId>) -> Result<Decision, Refused> {
    if state.head == 0 {
        return Err(Refused::NotFound);
    }
    let staff = vec![StaffKind::Exported { by: by.cloned() }];
    Ok(Decision { events: Vec::new(), answer: AnswerAt::Phase, staff })
}
