//! The conversations behind a number.

use serde::Serialize;

use super::Rules;
use crate::domain::{ConversationId, Mark, Outcome, Timestamp};
use crate::store::EpisodeRow;

/// Which episodes are looked for; what is not named does not matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What it came to.
    pub outcome: Option<Outcome>,
    /// The shade of it, one of [`crate::domain::REASONS`].
    pub reason: Option<&'static str>,
    /// The shopper's last rating.
    pub rated: Option<u8>,
    /// Whether it may still change.
    pub provisional: Option<bool>,
    /// Whether a person was called or took it.
    pub human: Option<bool>,
}

/// One episode, with what proves its outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// Where: what the console watches.
    pub conversation: ConversationId,
    /// Which of its episodes, from 1.
    pub episode: u32,
    /// When it began.
    pub began: String,
    /// When it ended.
    pub closed: Option<String>,
    /// What it came to.
    pub outcome: Outcome,
    /// It may still change: the recontact time has not passed.
    pub provisional: bool,
    /// A shade of it.
    pub reason: Option<&'static str>,
    /// The event that proves it.
    pub proof: Proof,
    /// The shopper's last rating.
    pub rated: Option<u8>,
}

/// A point of a conversation's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The number of the event.
    pub seq: u64,
    /// When it was stored.
    pub at: String,
}

/// Some of the episodes that are looked for, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Page {
    /// The episodes.
    pub rows: Vec<Found>,
    /// Where to go on; none at the end. A page may be shorter than was asked for and still not be the last.
    pub next: Option<String>,
}

impl Wanted {
    /// The episode, if it is looked for.
    pub(super) fn find(&self, row: &EpisodeRow, rules: &Rules) -> Option<Found> {
        let facts = &row.facts;
        let verdict = rules.judge(facts);
        let rated = facts.rated.map(|(score, _)| score);
        let found = self.outcome.is_none_or(|outcome| outcome == verdict.outcome)
            && self.reason.is_none_or(|reason| Some(reason) == verdict.reason)
            && self.rated.is_none_or(|score| Some(score) == rated)
            && self.provisional.is_none_or(|provisional| provisional == verdict.provisional)
            && self.human.is_none_or(|human| human == facts.handed.is_some());
        let Mark { seq, at } = verdict.proof;
        found.then(|| Found {
            conversation: row.conversation.clone(),
            episode: facts.number,
            began: facts.began.to_rfc3339(),
            closed: facts.closed.map(|mark| Timestamp::to_rfc3339(mark.at)),
            outcome: verdict.outcome,
            provisional: verdict.provisional,
            reason: verdict.reason,
            proof: Proof { seq, at: at.to_rfc3339() },
            rated,
        })
    }
}
