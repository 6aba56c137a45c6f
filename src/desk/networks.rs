//! Which network a conversation was last heard from: failed look-ups are counted by it. Kept in memory only; after a restart a
//! turn that was left lying is counted by its conversation and its order alone.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use crate::domain::ConversationId;

/// Conversations kept in each half: about 100 bytes each, and more than ask in the seconds between a question and its turn.
const KEPT: usize = 16_384;

#[derive(Default)]
pub(super) struct Networks(Mutex<Halves>);

// What was not heard of since the last turn-over is forgotten.
#[derive(Default)]
struct Halves {
    young: HashMap<ConversationId, IpAddr>,
    old: HashMap<ConversationId, IpAddr>,
}

impl Networks {
    pub(super) fn heard(&self, conversation: &ConversationId, network: IpAddr) {
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if halves.young.len() >= KEPT {
            halves.old = std::mem::take(&mut halves.young);
        }
        halves.young.insert(conversation.clone(), network);
    }

    pub(super) fn of(&self, conversation: &ConversationId) -> Option<IpAddr> {
        let halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        halves.young.get(conversation).or_else(|| halves.old.get(conversation)).copied()
    }
}
