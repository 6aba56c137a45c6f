//! Randomness, passed in: from the operating system in production, from a seed in tests.

use std::sync::{Arc, Mutex};

use rand::rngs::{SmallRng, StdRng, SysRng};
use rand::{Rng as _, SeedableRng as _};

/// A source of random bytes and numbers that everything which needs chance is handed.
#[derive(Clone)]
pub struct Chance(Arc<Mutex<Source>>);

enum Source {
    // A cryptographic generator, seeded by the operating system: tokens and secrets come from it.
    Secure(StdRng),
    Seeded(SmallRng),
}

impl Chance {
    /// Chance nobody can foresee, for production.
    ///
    /// # Panics
    /// When the operating system has no randomness: then no secret can be made, and going on would be worse.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a server without secrets must not start")]
    pub fn secure() -> Self {
        let seeded = StdRng::try_from_rng(&mut SysRng).expect("randomness from the operating system");
        Self(Arc::new(Mutex::new(Source::Secure(seeded))))
    }

    /// Chance that repeats itself, for tests and simulations.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(Source::Seeded(SmallRng::seed_from_u64(seed)))))
    }

    /// Fills `bytes`.
    pub fn fill(&self, bytes: &mut [u8]) {
        // A poisoned lock only says that another thread panicked between two draws; the generator is whole.
        let mut source = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match &mut *source {
            Source::Secure(rng) => rng.fill_bytes(bytes),
            Source::Seeded(rng) => rng.fill_bytes(bytes),
        }
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A number in `0..limit`; 0 when `limit` is 0. The bias of the remainder is below 2⁻⁴⁰ for the limits used here.
    #[must_use]
    pub fn below(&self, limit: u64) -> u64 {
        u64::from_le_bytes(self.bytes()).checked_rem(limit).unwrap_or(0)
    }
}

impl std::fmt::Debug for Chance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Chance")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself() {
        let (a, b) = (Chance::seeded(7), Chance::seeded(7));
        assert_eq!(a.bytes::<32>(), b.bytes::<32>());
        assert_ne!(a.bytes::<32>(), Chance::seeded(8).bytes::<32>());
    }

    #[test]
    fn below_keeps_its_limit() {
        let chance = Chance::secure();
        assert!((0..1000).all(|_| chance.below(7) < 7));
        assert_eq!(chance.below(0), 0);
    }
}
