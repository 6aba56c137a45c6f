//! The words of the house: ids, events, phases, commands, `decide` and the fold, clock and chance.
//!
//! Nothing here does I/O. [`decide`] says what a command does to a conversation, [`Conversation::apply`] folds what was
//! stored, and both are pure, so that they can be replayed, simulated and checked against each other.

mod chance;
mod clock;
mod conversation;
mod decide;
mod event;
mod ids;
mod understanding;

pub use chance::Chance;
pub use clock::{Clock, Timestamp};
pub use conversation::{Conversation, DialogueState, Episode, SaidBefore, Taken};
pub use decide::{
    Answered, BODY_LIMIT, Command, Decision, HandoffOrder, Known, MAX_PENDING, NewRequest, Refused, ReplyDraft,
    TurnResult, decide, settle,
};
pub use event::{
    Author, Body, Card, CardButton, ChoiceMade, Citation, CountsAs, Event, EventKind, Phase, QuickReply, Reason,
    StaffEntry, StaffKind,
};
pub use ids::{AgentId, ConversationId, MessageId, Seq, VisitorId, hex_digest};
pub use understanding::{Entity, RankedIntent, Understanding};
