//! What the desk counts for `/metrics`. Labels are names of ours, never anything somebody wrote.

use std::sync::LazyLock;

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};

use super::board::Queue;
use crate::domain::{Author, Episode, EventKind, Outcome, Seq};
use crate::store::Appended;

// Looked up once: the registry is asked by name, and this is on the way of every message.
struct Known {
    messages: [Counter; 4],
    episodes: Vec<(Outcome, Counter)>,
    ratings: [[Counter; 5]; 2],
    first_responses: [Histogram; 2],
    waiting: Gauge,
    oldest: Gauge,
    present: Gauge,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| Known {
    messages: ["shopper", "bot", "agent", "system"]
        .map(|author| counter!("frontdesk_messages_total", "author" => author)),
    episodes: Outcome::ALL
        .into_iter()
        .filter(|outcome| *outcome != Outcome::Open)
        .map(|outcome| (outcome, counter!("frontdesk_episodes_total", "outcome" => outcome.name())))
        .collect(),
    ratings: BY.map(|by| {
        ["1", "2", "3", "4", "5"].map(|score| counter!("frontdesk_ratings_total", "by" => by, "score" => score))
    }),
    first_responses: BY.map(|by| histogram!("frontdesk_first_response_seconds", "by" => by)),
    waiting: gauge!("frontdesk_queue_waiting"),
    oldest: gauge!("frontdesk_queue_oldest_seconds"),
    present: gauge!("frontdesk_agents_present"),
});

const BY: [&str; 2] = ["bot", "human"];

/// Counts what a commit added to a conversation. Runs on the writer's task.
pub(super) fn appended(thread: &Appended) {
    for event in &thread.events {
        if let EventKind::Said { by, .. } = &event.kind {
            let [shopper, bot, agent, system] = &KNOWN.messages;
            let counter = match by {
                Author::Shopper => shopper,
                Author::Bot => bot,
                Author::Agent(_) => agent,
                Author::System => system,
            };
            counter.increment(1);
        }
    }
    if let Some(first) = thread.events.first() {
        thread.episodes.iter().for_each(|facts| episode(facts, first.seq));
    }
}

// What is new in an episode's facts since the event `new`.
fn episode(facts: &Episode, new: Seq) {
    if facts.closed.is_some_and(|mark| mark.seq >= new) {
        let came_to = facts.so_far();
        KNOWN.episodes.iter().filter(|(outcome, _)| *outcome == came_to).for_each(|(_, counter)| counter.increment(1));
    }
    if let Some((score, _)) = facts.rated.filter(|(_, mark)| mark.seq >= new) {
        let place = usize::from(score).wrapping_sub(1);
        if let Some(counter) = KNOWN.ratings[usize::from(facts.handed.is_some())].get(place) {
            counter.increment(1);
        }
    }
    let responses = [(facts.bot_first, facts.bot_response_ms()), (facts.human_first, facts.human_response_ms())];
    for ((said, ms), histogram) in responses.into_iter().zip(&KNOWN.first_responses) {
        if let Some(ms) = ms.filter(|_| said.is_some_and(|mark| mark.seq >= new)) {
            histogram.record(ms as f64 / 1e3);
        }
    }
}

/// Shows the queue as it is.
pub(super) fn queue(queue: &Queue) {
    KNOWN.waiting.set(queue.waiting as f64);
    KNOWN.oldest.set(queue.oldest.as_secs_f64());
    KNOWN.present.set(queue.present as f64);
}
