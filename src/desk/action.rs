//! Carries out what a turn wants looked up, within the time the turn has left.

use std::time::Duration;

use super::Desk;
use super::lookup::Guard;
use super::turn::Pending;
use crate::domain::{ConversationId, MessageId, Seq, Timestamp};
use crate::shop::{ActionResult, Call, Shop};

/// What a turn needs after a look-up: deciding and storing.
pub(super) const REST_OF_TURN: Duration = Duration::from_millis(300);

/// Carries out the look-up of `pending`, which answers `question`; `until` is when the turn has to be done. Whatever goes wrong
/// or takes too long is the outcome `error`.
pub(super) async fn act(
    desk: &Desk,
    conversation: &ConversationId,
    question: Seq,
    pending: &Pending,
    until: Timestamp,
) -> ActionResult {
    let parts = &desk.0.parts;
    let at_most = until.since(parts.clock.now()).saturating_sub(REST_OF_TURN);
    if at_most.is_zero() {
        return ActionResult::error();
    }
    let reply = MessageId { conversation: conversation.clone(), seq: question };
    let call = Call {
        action: pending.action.clone(),
        conversation: conversation.to_string(),
        // The same for every try of this turn, so that a shop's system does nothing twice.
        idempotency_key: format!("{reply}.{}", pending.index()),
        input: pending.input.clone(),
        verified_email: None,
        at_most,
    };
    let shop = Shop::new(pending.snapshot().actions().clone(), parts.caller.clone());
    let guard = Guard { store: &parts.store, clock: &parts.clock, shop: &shop, config: &parts.orders };
    let network = desk.0.networks.of(conversation);
    tokio::select! {
        result = guard.run(call, network) => result,
        () = parts.clock.sleep(at_most) => {
            tracing::warn!(action = pending.action, "a look-up took too long");
            ActionResult::error()
        }
    }
}
