//! Passwords: Argon2id, off the runtime's threads, two at a time.

use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization as _;

use crate::domain::Chance;
use crate::http::Problem;

/// Digests that are computed at the same time. Each holds 19 MiB: a flood of logins must not eat the memory.
const AT_ONCE: usize = 2;

/// How long one waits for a place. At about 30 ms a digest that is a queue of hundreds; whoever is behind it comes again.
const PATIENCE: Duration = Duration::from_secs(5);

/// Computes and compares digests of passwords.
pub(super) struct Passwords {
    places: Arc<Semaphore>,
    // The digest of a password that nobody knows: compared with where there is nobody, so that it takes as long.
    nobodys: String,
    chance: Chance,
}

impl Passwords {
    pub(super) fn new(chance: Chance) -> anyhow::Result<Self> {
        let unknown: String = chance.bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
        let nobodys = hash(&unknown, &chance)?;
        Ok(Self { places: Arc::new(Semaphore::new(AT_ONCE)), nobodys, chance })
    }

    /// Whether `password` is the one `stored` is the digest of. Takes the same time when there is none.
    pub(super) async fn verify(&self, stored: Option<String>, password: String) -> Result<bool, Problem> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobodys.clone());
        Ok(self.compute(move || matches(&stored, &password)).await? && known)
    }

    /// The digest of a new password, as a PHC string.
    pub(super) async fn hash(&self, password: String) -> Result<String, Problem> {
        let chance = self.chance.clone();
        self.compute(move || hash(&password, &chance)).await?.map_err(|error| {
            tracing::error!(%error, "a password could not be digested");
            Problem::unavailable("the password could not be stored")
        })
    }

    async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let busy = || Problem::unavailable("too many log in at this moment; try again in a few seconds");
        let waiting = tokio::time::timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await;
        let place: OwnedSemaphorePermit = waiting.ok().and_then(Result::ok).ok_or_else(busy)?;
        // The place goes along: a caller that hangs up does not end the work, so its memory has to go on counting.
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        done.await.map_err(|error| {
            tracing::error!(%error, "computing a digest failed");
            Problem::unavailable("the password could not be checked")
        })
    }
}

/// Whether a password may be used with `email`.
///
/// # Errors
/// What is wrong with it.
pub fn acceptable(password: &str, email: &str) -> Result<(), &'static str> {
    match password.chars().count() {
        0..10 => Err("the password is shorter than 10 characters"),
        201.. => Err("the password is longer than 200 characters"),
        _ if password.trim().to_lowercase() == email => Err("the password is the email"),
        _ => Ok(()),
    }
}

/// The digest of a password, as a PHC string. Takes about 30 ms and 19 MiB.
///
/// # Errors
/// When the machine has not that much memory.
pub fn hash(password: &str, chance: &Chance) -> anyhow::Result<String> {
    let digest = argon2()?.hash_password_with_salt(normal(password).as_bytes(), &chance.bytes::<16>());
    digest.map(|digest| digest.to_string()).map_err(|error| anyhow!("argon2: {error}"))
}

fn matches(stored: &str, password: &str) -> bool {
    // The parameters are the stored digest's own: passwords stay good when those of new ones are raised.
    let (Ok(digest), Ok(argon2)) = (PasswordHash::new(stored), argon2()) else { return false };
    argon2.verify_password(normal(password).as_bytes(), &digest).is_ok()
}

// The second of the parameter sets that the OWASP Password Storage Cheat Sheet recommends for Argon2id.
fn argon2() -> anyhow::Result<Argon2<'static>> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|error| anyhow!("argon2: {error}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

// Keyboards differ in how they write an accent; the person does not see it and means the same password.
fn normal(password: &str) -> String {
    password.nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_argon2id_and_salted() {
        let chance = Chance::secure();
        let (a, b) = (hash("correct horse", &chance).expect("a digest"), hash("correct horse", &chance).expect("one"));
        assert!(a.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{a}");
        assert_ne!(a, b);
        assert!(matches(&a, "correct horse") && matches(&b, "correct horse"));
        assert!(!matches(&a, "correct horsf") && !matches("nonsense", "correct horse"));
        let accent = hash("caf\u{e9} au lait", &chance).expect("a digest");
        assert!(matches(&accent, "cafe\u{301} au lait"), "the same to whoever types it");
    }

    #[test]
    fn short_and_obvious_passwords_are_refused() {
        let check = |password: &str, expected: bool| {
            assert_eq!(acceptable(password, "ann@example.com").is_ok(), expected, "{password}");
        };
        check("123456789", false);
        check("1234567890", true);
        check("Ann@Example.com", false);
        check(&"a".repeat(200), true);
        check(&"ä".repeat(201), false);
    }

    #[tokio::test]
    async fn nobodys_password_is_never_right() {
        let passwords = Passwords::new(Chance::seeded(1)).expect("passwords");
        let unknown: String = Chance::seeded(1).bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(matches(&passwords.nobodys, &unknown), "the test knows what nobody else does");
        assert_eq!(passwords.verify(None, unknown).await, Ok(false));
    }
}
