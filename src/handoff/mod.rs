//! Who gets a chat next, and how long it takes: pure.
//!
//! The queue is ordered by [`Waiting::rank`]: chats that somebody had and lost come first, then by the moment they began to
//! wait, moved by their priority. An urgent chat counts as if it had waited half an hour longer, so it goes ahead, and yet
//! nobody is overtaken for ever: whoever has waited long enough is first.
//!
//! A chat goes to somebody of its team who is there; to anybody, when nobody of its team is. Among those with room, who has
//! the fewest chats gets it, and among those who has waited longest for one.

use std::collections::BTreeMap;

use crate::domain::{AgentId, ConversationId, Handoff, Priority, Timestamp};

/// What priorities are worth, in milliseconds of waiting.
const HIGH: i64 = 10 * 60_000;
const URGENT: i64 = 30 * 60_000;
const LOW: i64 = -10 * 60_000;

/// The time a chat takes before any has been seen, in milliseconds.
const FIRST_GUESS: f64 = 5.0 * 60_000.0;

/// The weight of the newest chat in the mean. With 0.1 the last twenty or so count.
const NEWEST: f64 = 0.1;

/// A chat that nobody has.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// Which.
    pub conversation: ConversationId,
    /// Why, since when, for whom.
    pub handoff: Handoff,
}

impl Waiting {
    /// Its place in the queue: the smaller, the earlier. The id settles ties, so that every look sees the same order.
    #[must_use]
    pub fn rank(&self) -> (bool, i64, &ConversationId) {
        let bonus = match self.handoff.priority {
            Priority::Low => LOW,
            Priority::Medium => 0,
            Priority::High => HIGH,
            Priority::Urgent => URGENT,
        };
        (!self.handoff.back, self.handoff.since.0 - bonus, &self.conversation)
    }
}

/// Somebody at the desk who takes chats from the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Who.
    pub agent: AgentId,
    /// Their teams.
    pub teams: Vec<String>,
    /// Chats they have.
    pub open: usize,
    /// Chats they may have.
    pub capacity: usize,
    /// When they were last given one.
    pub placed: Timestamp,
}

/// Sorts the queue, the next first.
pub fn sort(queue: &mut [Waiting]) {
    queue.sort_by(|a, b| a.rank().cmp(&b.rank()));
}

/// Who gets which chat now, in the order of the queue.
#[must_use]
pub fn place(queue: &[Waiting], seats: &[Seat], now: Timestamp) -> Vec<(ConversationId, AgentId)> {
    let mut seats = seats.to_vec();
    let mut placed = Vec::new();
    for chat in queue {
        let Some(best) = choose(chat, &seats) else { continue };
        let seat = &mut seats[best];
        seat.open += 1;
        seat.placed = now;
        placed.push((chat.conversation.clone(), seat.agent.clone()));
    }
    placed
}

fn choose(chat: &Waiting, seats: &[Seat]) -> Option<usize> {
    let team = chat.handoff.team.as_ref();
    let of_team = |seat: &Seat| team.is_none_or(|team| seat.teams.contains(team));
    let somebody = seats.iter().any(of_team);
    let fit = seats.iter().enumerate().filter(|(_, seat)| seat.open < seat.capacity && (!somebody || of_team(seat)));
    fit.min_by_key(|(_, seat)| (seat.open, seat.placed, seat.agent.clone())).map(|(index, _)| index)
}

/// How long chats take, as a moving mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    mean_ms: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { mean_ms: FIRST_GUESS }
    }
}

impl Pace {
    /// A chat took this long.
    pub fn took(&mut self, millis: i64) {
        #[expect(clippy::cast_precision_loss, reason = "a chat takes far less than 2^52 milliseconds")]
        let millis = millis.max(0) as f64;
        self.mean_ms += NEWEST * (millis - self.mean_ms);
    }

    /// The wait in whole seconds of the chat with `ahead` others before it, where `free` chats could be taken at once and
    /// `places` chats can be had at a time; none when nobody is there.
    ///
    /// With all places taken, one of them comes free every `mean ÷ places` on average, and this chat needs the
    /// `ahead - free + 1`th.
    #[must_use]
    pub fn wait(&self, ahead: usize, free: usize, places: usize) -> Option<u64> {
        if places == 0 {
            return None;
        }
        let turns = (ahead + 1).saturating_sub(free);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "queues are short, times are positive, and a wait beyond u64 is as good as its largest"
        )]
        Some((self.mean_ms / places as f64 * turns as f64 / 1000.0).round() as u64)
    }
}

/// How many chats each person has.
#[must_use]
pub fn loads<'a>(owners: impl Iterator<Item = &'a AgentId>) -> BTreeMap<&'a AgentId, usize> {
    let mut loads = BTreeMap::new();
    for owner in owners {
        *loads.entry(owner).or_insert(0) += 1;
    }
    loads
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chat(id: &str, since: i64) -> Waiting {
        Waiting { conversation: id.into(), handoff: Handoff { since: Timestamp(since), ..Handoff::default() } }
    }

    fn seat(agent: &str, open: usize, teams: &[&str]) -> Seat {
        let teams = teams.iter().map(ToString::to_string).collect();
        Seat { agent: agent.into(), teams, open, capacity: 4, placed: Timestamp(0) }
    }

    fn check(queue: &[Waiting], seats: &[Seat], expected: &[(&str, &str)]) {
        let mut queue = queue.to_vec();
        sort(&mut queue);
        let placed = place(&queue, seats, Timestamp(1));
        let placed: Vec<(&str, &str)> = placed.iter().map(|(chat, agent)| (chat.as_str(), agent.as_str())).collect();
        assert_eq!(placed, expected);
    }

    #[test]
    fn who_waits_longest_is_next_and_chats_that_come_back_are_first() {
        let mut back = chat("c", 9_000);
        back.handoff.back = true;
        check(&[chat("a", 5), chat("b", 3), back], &[seat("ann", 3, &[])], &[("c", "ann")]);
        check(&[chat("a", 5), chat("b", 3)], &[seat("ann", 0, &[])], &[("b", "ann"), ("a", "ann")]);
    }

    #[test]
    fn priority_goes_ahead_but_not_for_ever() {
        let urgent = |since| {
            let mut chat = chat("u", since);
            chat.handoff.priority = Priority::Urgent;
            chat
        };
        let one = [seat("ann", 3, &[])];
        check(&[chat("a", 0), urgent(URGENT - 1)], &one, &[("u", "ann")]);
        check(&[chat("a", 0), urgent(URGENT + 1)], &one, &[("a", "ann")]);
    }

    #[test]
    fn chats_are_spread_and_teams_come_first() {
        let seats = [seat("ann", 1, &[]), seat("bob", 0, &[]), seat("cleo", 4, &[])];
        check(&[chat("1", 1), chat("2", 2), chat("3", 3)], &seats, &[("1", "bob"), ("2", "ann"), ("3", "bob")]);
        let mut orders = chat("1", 1);
        orders.handoff.team = Some("orders".into());
        check(&[orders.clone()], &[seat("ann", 0, &[]), seat("bob", 3, &["orders"])], &[("1", "bob")]);
        check(&[orders.clone()], &[seat("ann", 0, &[]), seat("bob", 4, &["orders"])], &[]);
        check(&[orders], &[seat("ann", 0, &["care"])], &[("1", "ann")]);
        check(&[chat("1", 1)], &[], &[]);
    }

    #[test]
    fn the_wait_follows_from_the_pace() {
        let mut pace = Pace::default();
        assert_eq!(pace.wait(0, 0, 0), None);
        assert_eq!(pace.wait(0, 1, 4), Some(0));
        assert_eq!(pace.wait(0, 0, 4), Some(75));
        assert_eq!(pace.wait(3, 0, 4), Some(300));
        for _ in 0..100 {
            pace.took(60_000);
        }
        assert_eq!(pace.wait(3, 0, 4), Some(60));
    }

    proptest! {
        // Whatever comes in behind a chat, and however urgent: with one chat taken at a time, it is taken in the end.
        #[test]
        fn nobody_is_overtaken_for_ever(
            arrivals in prop::collection::vec((0..4_u8, 1..60_000_i64), 1..200),
            first in 0..4_u8,
        ) {
            let priority = |n| [Priority::Low, Priority::Medium, Priority::High, Priority::Urgent][usize::from(n)];
            let mut queue = vec![chat("first", 0)];
            queue[0].handoff.priority = priority(first);
            let mut now = 0;
            let mut waited = None;
            for (count, (level, step)) in arrivals.iter().enumerate() {
                now += step;
                let mut next = chat(&format!("chat {count}"), now);
                next.handoff.priority = priority(*level);
                queue.push(next);
                sort(&mut queue);
                if queue.remove(0).conversation.as_str() == "first" {
                    waited = Some(now);
                    break;
                }
            }
            // Nobody who comes more than 40 minutes later goes ahead.
            prop_assert!(waited.is_some() || now <= URGENT - LOW + 60_000, "still waiting after {now}");
        }

        #[test]
        fn each_chat_goes_to_one_with_room(
            chats in prop::collection::vec((0..1_000_i64, 0..3_u8), 0..40),
            seats in prop::collection::vec((0..6_usize, 0..3_u8), 0..10),
        ) {
            let team = |n: u8| (n > 0).then(|| format!("team {n}"));
            let mut queue: Vec<Waiting> = chats.iter().enumerate().map(|(count, (since, n))| {
                let mut waiting = chat(&format!("{count}"), *since);
                waiting.handoff.team = team(*n);
                waiting
            }).collect();
            sort(&mut queue);
            let seats: Vec<Seat> = seats.iter().enumerate().map(|(count, (open, n))| {
                Seat { teams: team(*n).into_iter().collect(), ..seat(&format!("agent {count}"), *open, &[]) }
            }).collect();
            let placed = place(&queue, &seats, Timestamp(1));
            let mut seen = std::collections::BTreeSet::new();
            for (chat, agent) in &placed {
                prop_assert!(seen.insert(chat.clone()), "placed twice");
                let seat = seats.iter().find(|seat| seat.agent == *agent).expect("a seat");
                let got = placed.iter().filter(|(_, other)| other == agent).count();
                prop_assert!(seat.open + got <= seat.capacity);
            }
            // Nobody with room is idle while a chat that anybody may take waits.
            let room: usize = seats.iter().map(|seat| seat.capacity.saturating_sub(seat.open)).sum();
            let free = queue.iter().filter(|chat| chat.handoff.team.is_none()).count();
            prop_assert!(placed.len() >= room.min(free));
        }
    }
}
