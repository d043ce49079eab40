//! Hashing passwords, a few at a time.
//!
//! One hash takes 19 MiB and some ten milliseconds of a core, by intention. Without a bound, a flood of sign-ins would
//! take all memory; with it, it waits a little, and then is told to come again.

use std::time::Duration;

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use rand::CryptoRng;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::Failure;
use crate::domain::password::NewPassword;

/// Argon2id with a bound (RFC 9106; 19 MiB, two passes, one lane).
#[derive(Debug)]
pub struct Passwords {
    turns: Semaphore,
    patience: Duration,
    dummy: String,
}

impl Passwords {
    /// Hashes at most `at_once` passwords at once. Whoever has waited for `patience` is sent away.
    ///
    /// # Errors
    ///
    /// When the hash does not work at all.
    pub fn new(
        at_once: usize,
        patience: Duration,
        rng: &mut impl CryptoRng,
    ) -> anyhow::Result<Self> {
        let dummy = hash(b"nobody's", &salt(rng))?;
        Ok(Self {
            turns: Semaphore::new(at_once),
            patience,
            dummy,
        })
    }

    /// The hash to store for a new password.
    ///
    /// # Errors
    ///
    /// When too many wait already.
    pub async fn hash(
        &self,
        password: &NewPassword,
        rng: &mut impl CryptoRng,
    ) -> Result<String, Failure> {
        let _turn = self.turn().await?;
        let (password, salt) = (password.expose().clone(), salt(rng));
        Ok(blocking(move || hash(password.expose_secret().as_bytes(), &salt)).await??)
    }

    /// Whether `password` is the one that was hashed. Without a hash the answer is no, and takes as long.
    ///
    /// # Errors
    ///
    /// When too many wait already.
    pub async fn verify(
        &self,
        password: SecretString,
        stored: Option<&str>,
    ) -> Result<bool, Failure> {
        let _turn = self.turn().await?;
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.dummy).to_owned();
        let matches = blocking(move || {
            Argon2::default()
                .verify_password(password.expose_secret().as_bytes(), stored.as_str())
                .is_ok()
        });
        Ok(matches.await? && known)
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, Failure> {
        let turn = tokio::time::timeout(self.patience, self.turns.acquire()).await;
        turn.ok().and_then(Result::ok).ok_or(Failure::Busy)
    }
}

fn salt(rng: &mut impl CryptoRng) -> [u8; 16] {
    let mut salt = [0; 16];
    rng.fill_bytes(&mut salt);
    salt
}

fn hash(password: &[u8], salt: &[u8]) -> anyhow::Result<String> {
    // The defaults of this crate are OWASP's: Argon2id, m = 19 MiB, t = 2, p = 1.
    let hash = Argon2::default().hash_password_with_salt(password, salt);
    Ok(hash
        .map_err(|error| anyhow::anyhow!("cannot hash a password: {error}"))?
        .to_string())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Failure::Internal(error.into()))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    #[tokio::test]
    async fn whoever_has_waited_long_enough_is_told_to_come_again() {
        let mut rng = StdRng::seed_from_u64(1);
        let patient = Passwords::new(1, Duration::ZERO, &mut rng).unwrap();
        let _busy = patient.turns.acquire().await.unwrap();
        let verified = patient.verify("four quiet lamps".into(), None).await;
        assert!(matches!(verified, Err(Failure::Busy)), "{verified:?}");
    }
}
