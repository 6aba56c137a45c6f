//! Tokens a day: of one conversation, of one visitor, of all. Kept in memory; what all have used is saved beside the log, so
//! that a restart does not give the day's budget back.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Config;
use crate::domain::Timestamp;

/// Names kept in each half of a map, about 100 bytes each. A desk that hears of more in a day forgets those it has not heard
/// of longest; the limit of the day as a whole holds for them all the same.
const KEPT: usize = 16_384;

const DAY: i64 = 86_400_000;

/// A budget that can be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Budget {
    Conversation,
    Visitor,
    Day,
}

impl Budget {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Conversation => "conversation",
            Self::Visitor => "visitor",
            Self::Day => "day",
        }
    }
}

pub(super) struct Budgets {
    conversation: u64,
    visitor: u64,
    day: u64,
    spent: Mutex<Spent>,
}

#[derive(Default)]
struct Spent {
    day: i64,
    /// What the store knows of.
    saved: u64,
    /// What was used since.
    unsaved: u64,
    /// What is set aside for answers that are being written.
    reserved: u64,
    conversations: Counts,
    visitors: Counts,
    warned: [bool; 3],
}

// What was not heard of since the last turn-over is forgotten.
#[derive(Default)]
struct Counts {
    young: HashMap<String, u64>,
    old: HashMap<String, u64>,
}

/// Tokens that are set aside until it is known how many were used. Whoever drops it without settling has used them all.
#[derive(Debug)]
#[must_use]
pub(super) struct Reserved {
    day: i64,
    conversation: String,
    visitor: String,
    tokens: u64,
}

impl Budgets {
    pub(super) fn new(config: &Config) -> Self {
        let limit = |tokens: u64| if tokens == 0 { u64::MAX } else { tokens };
        Self {
            conversation: limit(config.tokens_per_conversation),
            visitor: limit(config.tokens_per_visitor_day),
            day: limit(config.tokens_per_day),
            spent: Mutex::default(),
        }
    }

    /// Sets tokens aside.
    ///
    /// # Errors
    /// The budget that has not enough left, and whether it is the first time today.
    pub(super) fn reserve(
        &self,
        conversation: &str,
        visitor: &str,
        tokens: u64,
        now: Timestamp,
    ) -> Result<Reserved, (Budget, bool)> {
        let mut spent = self.today(now);
        let day = spent.day;
        let asked = [
            (Budget::Conversation, spent.conversations.of(conversation), self.conversation),
            (Budget::Visitor, spent.visitors.of(visitor), self.visitor),
            (Budget::Day, spent.all(), self.day),
        ];
        if let Some((budget, ..)) = asked.into_iter().find(|(_, used, limit)| used.saturating_add(tokens) > *limit) {
            let is_first = !std::mem::replace(&mut spent.warned[budget as usize], true);
            return Err((budget, is_first));
        }
        spent.reserved = spent.reserved.saturating_add(tokens);
        spent.add(conversation, visitor, tokens, 0);
        Ok(Reserved { day, conversation: conversation.to_owned(), visitor: visitor.to_owned(), tokens })
    }

    /// Says how many tokens were used of those set aside.
    pub(super) fn settle(&self, reserved: Reserved, used: u64) {
        let Reserved { day, conversation, visitor, tokens } = reserved;
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        // Yesterday's count is closed.
        if spent.day == day {
            spent.reserved = spent.reserved.saturating_sub(tokens);
            spent.unsaved = spent.unsaved.saturating_add(used);
            spent.add(&conversation, &visitor, used, tokens);
        }
    }

    /// The day, and what was used of it that is not saved.
    pub(super) fn unsaved(&self, now: Timestamp) -> (i64, u64) {
        let spent = self.today(now);
        (spent.day, spent.unsaved)
    }

    /// `more` of a day was saved, and `all` is what all nodes have saved of it; nothing if it failed.
    pub(super) fn saved(&self, day: i64, more: u64, all: Option<u64>) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(all) = all.filter(|_| spent.day == day) {
            spent.unsaved = spent.unsaved.saturating_sub(more);
            spent.saved = all;
        }
    }

    fn today(&self, now: Timestamp) -> MutexGuard<'_, Spent> {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let day = now.0.div_euclid(DAY);
        if spent.day != day {
            *spent = Spent { day, ..Spent::default() };
        }
        spent
    }
}

impl Spent {
    fn all(&self) -> u64 {
        self.saved.saturating_add(self.unsaved).saturating_add(self.reserved)
    }

    fn add(&mut self, conversation: &str, visitor: &str, more: u64, less: u64) {
        self.conversations.add(conversation, more, less);
        self.visitors.add(visitor, more, less);
    }
}

impl Counts {
    fn of(&self, name: &str) -> u64 {
        self.young.get(name).or_else(|| self.old.get(name)).copied().unwrap_or(0)
    }

    fn add(&mut self, name: &str, more: u64, less: u64) {
        let count = self.of(name).saturating_add(more).saturating_sub(less);
        if self.young.len() >= KEPT && !self.young.contains_key(name) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(name.to_owned(), count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budgets(conversation: u64, visitor: u64, day: u64) -> Budgets {
        Budgets::new(&Config {
            tokens_per_conversation: conversation,
            tokens_per_visitor_day: visitor,
            tokens_per_day: day,
            ..Config::off()
        })
    }

    #[test]
    fn each_budget_bites_and_is_told_once_a_day() {
        let check = |limits: [u64; 3], expected: Budget| {
            let [conversation, visitor, day] = limits;
            let budgets = budgets(conversation, visitor, day);
            let ask = |at: i64| budgets.reserve("c", "v", 60, Timestamp(at)).map(|_| ());
            assert_eq!(ask(0), Ok(()));
            assert_eq!(ask(1), Err((expected, true)));
            assert_eq!(ask(2), Err((expected, false)));
            assert_eq!(ask(DAY), Ok(()), "a new day");
            assert_eq!(ask(DAY + 1), Err((expected, true)));
        };
        check([100, 0, 0], Budget::Conversation);
        check([0, 100, 0], Budget::Visitor);
        check([0, 0, 100], Budget::Day);
    }

    #[test]
    fn what_was_not_used_is_free_again() {
        let budgets = budgets(100, 0, 0);
        let first = budgets.reserve("c", "v", 90, Timestamp(0)).expect("enough");
        assert!(budgets.reserve("c", "v", 20, Timestamp(0)).is_err());
        assert!(budgets.reserve("d", "v", 20, Timestamp(0)).is_ok());
        budgets.settle(first, 70);
        let second = budgets.reserve("c", "v", 20, Timestamp(0)).expect("enough again");
        budgets.settle(second, 200);
        assert!(budgets.reserve("c", "v", 1, Timestamp(0)).is_err());
        let late = Reserved { day: -1, conversation: "e".into(), visitor: "v".into(), tokens: 1 };
        budgets.settle(late, 1_000);
        assert!(budgets.reserve("e", "v", 100, Timestamp(0)).is_ok(), "yesterday is closed");
    }

    #[test]
    fn what_was_saved_counts_and_what_was_not_is_saved_later() {
        let budgets = budgets(0, 0, 100);
        assert_eq!(budgets.unsaved(Timestamp(0)), (0, 0));
        budgets.saved(0, 0, Some(30));
        let first = budgets.reserve("c", "v", 60, Timestamp(0)).expect("enough");
        assert!(budgets.reserve("c", "v", 11, Timestamp(0)).is_err(), "what is set aside counts");
        budgets.settle(first, 50);
        assert_eq!(budgets.unsaved(Timestamp(0)), (0, 50));
        budgets.saved(0, 50, None);
        assert_eq!(budgets.unsaved(Timestamp(0)), (0, 50), "it could not be saved");
        // Another node has used 5 meanwhile.
        budgets.saved(0, 50, Some(85));
        assert_eq!(budgets.unsaved(Timestamp(0)), (0, 0));
        assert!(budgets.reserve("c", "v", 16, Timestamp(0)).is_err());
        assert!(budgets.reserve("c", "v", 15, Timestamp(0)).is_ok());
        assert_eq!(budgets.unsaved(Timestamp(DAY)), (1, 0));
        budgets.saved(0, 0, Some(85));
        assert!(budgets.reserve("c", "v", 100, Timestamp(DAY)).is_ok(), "yesterday is closed");
    }

    #[test]
    fn the_maps_are_bounded() {
        let budgets = budgets(100, 0, 0);
        for at in 0..3 * KEPT {
            let _ = budgets.reserve(&at.to_string(), "v", 60, Timestamp(0)).expect("enough");
        }
        let spent = budgets.spent.lock().expect("a lock");
        assert!(spent.conversations.young.len() <= KEPT && spent.conversations.old.len() <= KEPT);
        assert_eq!(spent.conversations.of(&(3 * KEPT - 1).to_string()), 60);
    }
}
