//! What an episode adds up to: the facts the fold gathers, and the outcome they prove.
//!
//! An **episode** is a stretch of a conversation, from the shopper's first request to its end. It has exactly one outcome,
//! by the first of these that holds:
//!
//! 1. **open**: it still runs.
//! 2. **handed over**: a person was called or took it, whoever wished it.
//! 3. **abandoned**: there was a request, and the last thing the assistant said about it was no answer (a question back, as
//!    in a form that was left; a refusal; the offer of a person) or nothing at all (reason `unanswered`); or an answer was only
//!    assumed to have helped and the shopper came back with a new request within the recontact time (reason `returned`).
//! 4. **answered, confirmed**: the last thing said was an answer, and the shopper said that an answer of the episode helped,
//!    or rated the episode 4 or 5; whenever they say so.
//! 5. **answered, assumed**: the last thing said was an answer, and none of the above. Provisional until the recontact time
//!    has passed since its end. A rating of 3 or less takes nothing away: it is counted where ratings are.
//! 6. **not a request**: small talk only.
//!
//! A greeting is never an answer, because what a reply counts as is written on the reply, not guessed. For the same reason
//! small talk is no return, and does not end the wait for one. What was said and never replied to is taken for a request.

use serde::{Deserialize, Serialize};

use super::{CountsAs, Seq, Timestamp};

/// The version of these rules; reports name it.
pub const RULES_VERSION: u32 = 1;

/// A point of the log that proves something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The event.
    pub seq: Seq,
    /// When.
    pub at: Timestamp,
}

/// A stretch of a conversation, from the first request to the end of it, with the facts its outcome follows from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Episode {
    /// 1 for the first.
    pub number: u32,
    /// The event it began with.
    pub first: Seq,
    /// When.
    pub began: Timestamp,
    /// The first thing the shopper said in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<Mark>,
    /// What the shopper said last, while nothing has been said to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unheard: Option<Mark>,
    /// What the assistant said last that was more than small talk, and what it counts as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<(CountsAs, Mark)>,
    /// The event that made it a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Mark>,
    /// The shopper's word that an answer helped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub helped: Option<Mark>,
    /// The shopper's last rating, 1 to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rated: Option<(u8, Mark)>,
    /// When a person was first called or took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handed: Option<Mark>,
    /// When a person first had it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned: Option<Mark>,
    /// The assistant's first words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot_first: Option<Mark>,
    /// A person's first words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub human_first: Option<Mark>,
    /// The wait the shopper was told, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told_seconds: Option<u32>,
    /// Its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<Mark>,
    /// The event that made a later episode the first new request after this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returned: Option<Mark>,
}

/// What an episode comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It still runs.
    Open,
    /// A person was called or took it.
    HandedOver,
    /// There was a request and no answer that held.
    Abandoned,
    /// The shopper said that the answer helped.
    AnsweredConfirmed,
    /// There was an answer and the shopper said nothing against it.
    AnsweredAssumed,
    /// Small talk only.
    NotARequest,
}

impl Outcome {
    /// All of them, in the order of the rules.
    pub const ALL: [Self; 6] = [
        Self::Open,
        Self::HandedOver,
        Self::Abandoned,
        Self::AnsweredConfirmed,
        Self::AnsweredAssumed,
        Self::NotARequest,
    ];

    /// Reads what [`Outcome::name`] wrote.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// Its name in reports and tests.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::HandedOver => "handed_over",
            Self::Abandoned => "abandoned",
            Self::AnsweredConfirmed => "answered_confirmed",
            Self::AnsweredAssumed => "answered_assumed",
            Self::NotARequest => "not_a_request",
        }
    }
}

/// An outcome with what proves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The outcome.
    pub outcome: Outcome,
    /// It may still change: the recontact time has not passed.
    pub provisional: bool,
    /// The event that proves it; its first event for one that still runs.
    pub proof: Mark,
    /// A shade of it, one of [`REASONS`].
    pub reason: Option<&'static str>,
}

/// Shades of `abandoned`: a credit that was taken back, and silence.
pub const REASONS: [&str; 2] = ["returned", "unanswered"];

impl Episode {
    /// Judges the episode at `now`; `recontact_ms` is the recontact time in milliseconds.
    #[must_use]
    pub fn verdict(&self, now: Timestamp, recontact_ms: i64) -> Verdict {
        let began = Mark { seq: self.first, at: self.began };
        let sure = |outcome, proof| Verdict { outcome, provisional: false, proof, reason: None };
        let Some(closed) = self.closed else { return sure(Outcome::Open, began) };
        self.settled(closed, now, recontact_ms, began)
    }

    /// What it would come to if it ended now.
    #[must_use]
    pub fn so_far(&self) -> Outcome {
        self.settled(Mark::default(), Timestamp(0), 0, Mark::default()).outcome
    }

    /// How long the assistant's first words took, in milliseconds: from the shopper's own first ones. None where a person was
    /// called before, because then they were not the assistant's to answer.
    #[must_use]
    pub fn bot_response_ms(&self) -> Option<i64> {
        let (asked, said) = (self.asked?, self.bot_first?);
        let uncalled = self.handed.is_none_or(|handed| handed.seq > said.seq);
        (asked.seq < said.seq && uncalled).then_some(said.at.0 - asked.at.0)
    }

    /// How long a person's first words took, in milliseconds: from the moment a person was called, or took it uncalled.
    #[must_use]
    pub fn human_response_ms(&self) -> Option<i64> {
        Some(self.human_first?.at.0 - self.handed?.at.0)
    }

    /// How long the shopper waited until a person had it, in milliseconds: from the moment one was called.
    #[must_use]
    pub fn wait_ms(&self) -> Option<i64> {
        Some(self.assigned?.at.0 - self.handed?.at.0)
    }

    fn settled(&self, closed: Mark, now: Timestamp, recontact_ms: i64, began: Mark) -> Verdict {
        let sure = |outcome, proof| Verdict { outcome, provisional: false, proof, reason: None };
        if let Some(handed) = self.handed {
            return sure(Outcome::HandedOver, handed);
        }
        if let Some(unheard) = self.unheard {
            return Verdict { reason: Some("unanswered"), ..sure(Outcome::Abandoned, unheard) };
        }
        match self.last {
            None => sure(Outcome::NotARequest, began),
            Some((CountsAs::Answer, answer)) => self.answered(answer, closed, now, recontact_ms),
            Some((_, last)) => sure(Outcome::Abandoned, last),
        }
    }

    fn answered(&self, answer: Mark, closed: Mark, now: Timestamp, recontact_ms: i64) -> Verdict {
        let sure = |outcome, proof| Verdict { outcome, provisional: false, proof, reason: None };
        if let Some(proof) = self.helped.or(self.rated.filter(|(score, _)| *score >= 4).map(|(_, mark)| mark)) {
            return sure(Outcome::AnsweredConfirmed, proof);
        }
        match self.returned.filter(|mark| mark.at.0 - closed.at.0 < recontact_ms) {
            Some(mark) => Verdict { reason: Some("returned"), ..sure(Outcome::Abandoned, mark) },
            None => {
                Verdict { provisional: now.0 - closed.at.0 < recontact_ms, ..sure(Outcome::AnsweredAssumed, answer) }
            }
        }
    }
}

#[cfg(test)]
mod tests;
