//! What happens by itself: idle episodes end, turns that were left lying are picked up, what is too old is emptied.

use std::time::Duration;

use futures_util::future::join_all;
use serde::Deserialize;

use super::{Desk, turns::Ticket};
use crate::domain::{Command, Timestamp};
use crate::store::LEASE;

/// How often idle episodes are looked for. An episode may stay open this much longer than the settings say.
const LOOK_FOR_IDLE: Duration = Duration::from_secs(20);

/// How often turns without an owner are looked for.
const LOOK_FOR_TURNS: Duration = Duration::from_secs(2);

/// Episodes ended at a time; the rest is next. At 200 a second this is more than one machine begins.
const IDLE_AT_ONCE: usize = 4_096;

/// How often what is too old is looked for: words may stay this much longer than the settings say.
const LOOK_FOR_OLD: Duration = Duration::from_secs(60 * 60);

/// Conversations emptied by one commit, which rewrites all they hold while messages wait: some tens of milliseconds.
const OLD_AT_ONCE: usize = 32;

/// How often the tokens used are written down. A crash forgets this much of them.
const KEEP_TOKENS: Duration = Duration::from_secs(5);

/// How long what shoppers say is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivacyConfig {
    /// Days after which a conversation in which nothing has happened is emptied; 0 keeps all for ever.
    pub retention_days: u32,
}

impl PrivacyConfig {
    // What was last touched before this moment is too old.
    fn limit(&self, now: Timestamp) -> Option<Timestamp> {
        let kept = i64::from(self.retention_days) * 24 * 60 * 60 * 1000;
        (kept > 0).then(|| Timestamp(now.0.saturating_sub(kept)))
    }
}

pub(super) async fn empty_old(desk: Desk) {
    loop {
        if let Some(before) = desk.0.parts.privacy.limit(desk.0.parts.clock.now()) {
            empty_before(&desk, before).await;
        }
        if !wait(&desk, LOOK_FOR_OLD).await {
            return;
        }
    }
}

// Page by page, so that messages are stored in between.
async fn empty_before(desk: &Desk, before: Timestamp) {
    let mut last = Vec::new();
    loop {
        // A failure was logged where it happened; the next look tries again.
        let ids = desk.store().expired(before, OLD_AT_ONCE).await.unwrap_or_default();
        // What could not be emptied comes again at once, and would for ever.
        if ids.is_empty() || ids == last || desk.0.parts.shutdown.is_cancelled() {
            return;
        }
        let expire = |id| desk.store().transact(id, Command::Expire { before }, None);
        join_all(ids.iter().cloned().map(expire)).await;
        last = ids;
    }
}

pub(super) async fn close_idle(desk: Desk) {
    while wait(&desk, LOOK_FOR_IDLE).await {
        let before = desk.0.parts.clock.now();
        let idle = super::idle(&desk.content());
        let limit = crate::domain::Timestamp(before.0 - i64::try_from(idle.as_millis()).unwrap_or(i64::MAX));
        // A failure was logged where it happened; the next look tries again.
        let ids = desk.store().idle_since(limit, IDLE_AT_ONCE).await.unwrap_or_default();
        // Together, so that they share commits. Refused when something was said meanwhile, which is as good.
        join_all(ids.into_iter().map(|id| desk.store().transact(id, Command::CloseIdle, None))).await;
    }
}

pub(super) async fn pick_up_turns(desk: Desk) {
    loop {
        let now = desk.0.parts.clock.now();
        if let Ok(mut taken) = desk.store().claim_turns(now, now.plus(LEASE)).await {
            taken.sort_by_key(|turn| turn.question);
            for turn in taken {
                let ticket = Ticket { question: turn.question, event: None, memory: None, failures: turn.failures };
                desk.0.turns.take_up(&desk, &turn.conversation, ticket);
            }
        }
        if !wait(&desk, LOOK_FOR_TURNS).await {
            return;
        }
    }
}

// Keeps count of what the language model has used beyond this process.
pub(super) async fn keep_tokens(desk: Desk) {
    let Some(llm) = desk.0.parts.llm.clone() else { return };
    let mut goes_on = true;
    loop {
        let (day, more) = llm.unsaved_tokens();
        // A failure was logged where it happened; what was not added is added the next time.
        let used = desk.store().add_tokens(day, more).await;
        llm.tokens_saved(day, more, used.ok());
        if !goes_on {
            return;
        }
        // Once more at the end: what was used since the last time.
        goes_on = wait(&desk, KEEP_TOKENS).await;
    }
}

// Whether there is a next time.
async fn wait(desk: &Desk, time: Duration) -> bool {
    tokio::select! {
        () = desk.0.parts.shutdown.cancelled() => false,
        () = desk.0.parts.clock.sleep(time) => true,
    }
}
