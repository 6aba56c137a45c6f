//! A socket's clock: signs of life both ways, frames a second, and the end that a stopping server spreads over a while.

use std::time::Duration;

use super::Bye;
use crate::domain::{Chance, Timestamp};

/// Frames that are limited by nothing else a socket may send in a second: a client that fetches 1,000 events needs ten.
const FRAMES_A_SECOND: u32 = 50;

const SECOND: Duration = Duration::from_secs(1);

/// Time a draining socket waits for answers that are still on their way to disk.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// How often such a socket is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// How signs of life are exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heartbeat {
    /// Time between two pings.
    pub ping_every: Duration,
    /// Silence after which the other side is given up.
    pub dead_after: Duration,
}

/// What is due.
#[derive(Debug, PartialEq, Eq)]
pub enum Beat {
    /// Nothing.
    Quiet,
    /// A ping with this number.
    Ping(u64),
    /// The end.
    End(Bye),
}

/// What a socket has to remember of the time.
#[derive(Debug)]
pub struct Pulse {
    heart: Heartbeat,
    heard: Timestamp,
    pinged: Timestamp,
    pings: u64,
    close_at: Option<Timestamp>,
    // Frames in the second that began at `second`, and until when the socket is not read for them.
    frames: u32,
    second: Timestamp,
    paused: Option<Timestamp>,
}

impl Pulse {
    /// Of a socket that was opened at `now`.
    #[must_use]
    pub fn new(heart: Heartbeat, now: Timestamp) -> Self {
        Self { heart, heard: now, pinged: now, pings: 0, close_at: None, frames: 0, second: now, paused: None }
    }

    /// Something came in.
    pub fn heard(&mut self, now: Timestamp) {
        self.heard = now;
    }

    /// A frame came in. Of these a socket gets so many a second and is then not read until the second is over.
    pub fn spend(&mut self, now: Timestamp) {
        if now.since(self.second) >= SECOND {
            (self.second, self.frames) = (now, 0);
        }
        self.frames += 1;
        if self.frames >= FRAMES_A_SECOND {
            self.paused = Some(self.second.plus(SECOND));
        }
    }

    /// Whether the socket is not read for now.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused.is_some()
    }

    /// Whether the end is set.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.close_at.is_some()
    }

    /// Sets the end within a time, by chance, so that those who come back do not come all at once; the time in milliseconds.
    pub fn drain(&mut self, within: Duration, chance: &Chance, now: Timestamp) -> u64 {
        let within_ms = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
        self.close_at = Some(now.plus(Duration::from_millis(chance.below(within_ms))));
        within_ms
    }

    /// What is due at `now` on a socket with `open` requests that wait for their answer.
    pub fn beat(&mut self, now: Timestamp, open: usize) -> Beat {
        if let Some(at) = self.close_at
            && now >= at
            && (open == 0 || now >= at.plus(LAST_ANSWERS))
        {
            return Beat::End(Bye::retry(1012, "the server restarts"));
        }
        if self.paused.is_some_and(|until| now >= until) {
            self.paused = None;
        }
        if now.since(self.heard) >= self.heart.dead_after {
            let why = format!("nothing was heard for {} seconds", self.heart.dead_after.as_secs());
            return Beat::End(Bye::retry(4408, &why));
        }
        if now.since(self.pinged) < self.heart.ping_every {
            return Beat::Quiet;
        }
        self.pinged = now;
        self.pings += 1;
        Beat::Ping(self.pings)
    }

    /// When something is due next.
    #[must_use]
    pub fn next_due(&self, now: Timestamp, open: usize) -> Timestamp {
        let next = self.pinged.plus(self.heart.ping_every).min(self.heard.plus(self.heart.dead_after));
        // An answer that is still on its way holds the end up, looked at again in a moment.
        let end = self.close_at.map(|at| if open == 0 { at } else { at.max(now).plus(LOOK_AGAIN) });
        [end, self.paused].into_iter().flatten().fold(next, Timestamp::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEART: Heartbeat = Heartbeat { ping_every: Duration::from_secs(15), dead_after: Duration::from_secs(45) };

    fn at(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1_000)
    }

    #[test]
    fn who_is_not_heard_of_is_pinged_and_then_given_up() {
        let mut pulse = Pulse::new(HEART, at(0));
        assert_eq!((pulse.beat(at(14), 0), pulse.next_due(at(14), 0)), (Beat::Quiet, at(15)));
        assert_eq!(pulse.beat(at(15), 0), Beat::Ping(1));
        pulse.heard(at(16));
        assert_eq!((pulse.beat(at(30), 0), pulse.beat(at(45), 0)), (Beat::Ping(2), Beat::Ping(3)));
        assert_eq!(pulse.next_due(at(45), 0), at(60));
        assert_eq!(pulse.beat(at(61), 0), Beat::End(Bye::retry(4408, "nothing was heard for 45 seconds")));
    }

    #[test]
    fn too_many_frames_pause_a_socket_until_the_second_is_over() {
        let mut pulse = Pulse::new(HEART, at(0));
        (1..FRAMES_A_SECOND).for_each(|_| pulse.spend(at(0)));
        assert!(!pulse.is_paused());
        pulse.spend(at(0));
        assert_eq!((pulse.is_paused(), pulse.next_due(at(0), 0)), (true, at(1)));
        assert_eq!(pulse.beat(at(1), 0), Beat::Quiet);
        assert!(!pulse.is_paused());
    }

    #[test]
    fn the_last_answers_are_waited_for() {
        let mut pulse = Pulse::new(HEART, at(0));
        assert_eq!(pulse.drain(Duration::from_secs(5), &Chance::seeded(7), at(10)), 5_000);
        assert!(pulse.is_draining());
        let end = Beat::End(Bye::retry(1012, "the server restarts"));
        pulse.heard(at(15));
        assert_eq!(pulse.beat(at(15), 1), Beat::Ping(1));
        assert_eq!(pulse.next_due(at(15), 1), at(15).plus(LOOK_AGAIN));
        assert_eq!(pulse.beat(at(15), 0), end);
        assert_eq!(pulse.beat(at(20), 1), end);
    }
}
