//! Limits on how fast somebody may ask: the generic cell rate algorithm (GCRA), one number a key.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;

use crate::domain::{Timestamp, VisitorId};

/// Keys remembered by one limiter; beyond it those that have nothing left to wait for are forgotten.
const KEYS: usize = 100_000;

/// How fast visitors and networks may ask.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Messages and acts of one visitor in ten seconds.
    pub visitor_per_10s: u32,
    /// Of those, how many at once.
    pub visitor_burst: u32,
    /// Messages and acts of one network in ten seconds.
    pub network_per_10s: u32,
    /// Of those, how many at once.
    pub network_burst: u32,
    /// Sockets one network may open in ten seconds, and at once.
    pub handshakes_per_10s: u32,
    /// Characters of one message.
    pub text: usize,
    /// Open connections of the whole server.
    pub connections: usize,
}

impl Config {
    /// What is wrong with this section.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        let numbers = [
            ("visitor_per_10s", self.visitor_per_10s),
            ("visitor_burst", self.visitor_burst),
            ("network_per_10s", self.network_per_10s),
            ("network_burst", self.network_burst),
            ("handshakes_per_10s", self.handshakes_per_10s),
        ];
        let zero = numbers.iter().filter(|(_, value)| *value == 0);
        let mut faults: Vec<String> =
            zero.map(|(name, _)| format!("limits.{name}: 0 would let nobody in; use at least 1")).collect();
        if self.text == 0 || self.text > 12_000 {
            faults.push(format!("limits.text: {} is not between 1 and 12000 characters", self.text));
        }
        if self.connections == 0 {
            faults.push("limits.connections: 0 would let nobody in; use at least 1".into());
        }
        faults
    }
}

/// All limits of the server.
pub struct Limits {
    /// What they were made from.
    pub config: Config,
    visitors: Limiter<VisitorId>,
    networks: Limiter<IpAddr>,
    handshakes: Limiter<IpAddr>,
}

impl Limits {
    /// Limits as configured.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            visitors: Limiter::new(config.visitor_per_10s, config.visitor_burst),
            networks: Limiter::new(config.network_per_10s, config.network_burst),
            handshakes: Limiter::new(config.handshakes_per_10s, config.handshakes_per_10s),
            config,
        }
    }

    /// Lets one message or act through.
    ///
    /// # Errors
    /// The time to wait.
    pub fn request(&self, visitor: &VisitorId, network: IpAddr, now: Timestamp) -> Result<(), Duration> {
        self.visitors.take(visitor.clone(), now)?;
        self.networks.take(network, now)
    }

    /// Lets one socket be opened.
    ///
    /// # Errors
    /// The time to wait.
    pub fn handshake(&self, network: IpAddr, now: Timestamp) -> Result<(), Duration> {
        self.handshakes.take(network, now)
    }
}

// One number a key: the moment at which its bucket is empty again ("theoretical arrival time"). Own code, because the
// known crates bring their own clock and a map that nothing bounds.
struct Limiter<K> {
    // Microseconds one request costs, and how far ahead of now the arrival time may run.
    cost: i64,
    ahead: i64,
    arrivals: Mutex<HashMap<K, i64>>,
}

impl<K: Hash + Eq> Limiter<K> {
    fn new(per_10s: u32, burst: u32) -> Self {
        let cost = 10_000_000 / i64::from(per_10s.max(1));
        Self { cost, ahead: cost * i64::from(burst.max(1)), arrivals: Mutex::default() }
    }

    fn take(&self, key: K, now: Timestamp) -> Result<(), Duration> {
        let now = now.0.saturating_mul(1000);
        let mut arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        if arrivals.len() >= KEYS {
            arrivals.retain(|_, arrival| *arrival > now);
        }
        let arrival = arrivals.get(&key).copied().unwrap_or(now).max(now) + self.cost;
        let over = arrival - now - self.ahead;
        if over > 0 {
            return Err(Duration::from_micros(u64::try_from(over).unwrap_or(0)));
        }
        // A flood from more networks than are remembered is let through to the next limit, the bounded queue.
        if arrivals.len() < KEYS || arrivals.contains_key(&key) {
            arrivals.insert(key, arrival);
        }
        Ok(())
    }
}

/// The network a request is counted under: an IPv4 address, or the first 64 bits of an IPv6 address.
#[must_use]
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_one_at_a_time() {
        let limiter = Limiter::new(5, 10);
        let take = |ms| limiter.take("a", Timestamp(ms));
        assert!((0..10).all(|_| take(0).is_ok()));
        assert_eq!(take(0), Err(Duration::from_secs(2)));
        assert_eq!(take(1_500), Err(Duration::from_millis(500)));
        assert_eq!(take(2_000), Ok(()));
        assert!(take(2_000).is_err());
        assert!(limiter.take("b", Timestamp(0)).is_ok());
    }

    #[test]
    fn ipv6_counts_by_network() {
        let check = |a: &str, b: &str, same| {
            let of = |text: &str| network(text.parse().expect("an address"));
            assert_eq!(of(a) == of(b), same, "{a} {b}");
        };
        check("2001:db8::1", "2001:db8::ffff", true);
        check("2001:db8::1", "2001:db8:0:1::1", false);
        check("::ffff:10.0.0.1", "10.0.0.1", true);
        check("10.0.0.1", "10.0.0.2", false);
    }
}
