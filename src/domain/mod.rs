//! The words of the house: ids, events, phases, commands, `decide` and the fold, clock and chance.
//!
//! Nothing here does I/O. [`decide`] says what a command does to a conversation, [`Conversation::apply`] folds what was
//! stored, and both are pure, so that they can be replayed, simulated and checked against each other.

mod chance;
mod clock;
mod conversation;
mod decide;
mod dialogue;
mod episode;
mod event;
mod ids;
mod names;
pub mod person;
mod role;
mod staff;
mod understanding;

pub use chance::Chance;
pub use clock::{Clock, Timestamp};
pub use conversation::{Conversation, Handoff, Sources, Taken};
pub use decide::{
    AgentAct, AnswerAt, Answered, BODY_LIMIT, Command, Consent, Decision, HandoffOrder, Known, LABEL_LIMIT, LABELS,
    MAX_PENDING, NewRequest, Refused, ReplyDraft, TurnResult, decide, settle,
};
pub use dialogue::{DialogueState, OpenForm, SaidBefore};
pub use episode::{Episode, Mark, Outcome, REASONS, RULES_VERSION, Verdict};
pub use event::{
    Author, Body, Card, CardButton, ChoiceMade, Citation, CountsAs, Event, EventKind, MOST_CARDS, Phase, QuickReply,
    Reason,
};
pub use ids::{AgentId, ConversationId, MessageId, Seq, VisitorId, hex_digest};
pub use names::Names;
pub use person::User;
pub use role::{RIGHTS, Right, Role, may};
pub use staff::{Priority, StaffEntry, StaffKind};
pub use understanding::{Entity, RankedIntent, ReadBy, Understanding};
