//! Backoff, counted in a transaction of its own, before anything is tried.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::{App, Failure};
use crate::domain::throttle::{Blocked, Patience};

/// Whose failures are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject(String);

impl Subject {
    /// Attempts to sign in to one account. What was typed is kept as a digest: people type passwords there by mistake.
    pub(super) fn account(email: &str) -> Self {
        Self::digest("account", email)
    }

    /// Requests for one account's one-time link.
    pub(super) fn link(email: &str) -> Self {
        Self::digest("link", email)
    }

    /// Attempts from one place. A household has a whole /64 of IPv6.
    pub(super) fn address(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(format!("address {address}")),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self(format!("address {a:x}:{b:x}:{c:x}:{d:x}::/64"))
            }
        }
    }

    fn digest(kind: &str, email: &str) -> Self {
        let digest = Sha256::digest(email.trim().to_ascii_lowercase());
        Self(format!("{kind} {}", URL_SAFE_NO_PAD.encode(digest)))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why an attempt is not made.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error(transparent)]
    Blocked(#[from] Blocked),
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl App {
    /// Counts one attempt of each subject, or of none. Always in the order account, address: no two wait for each other.
    pub(super) async fn count_attempt(
        &self,
        subjects: &[(&Subject, Patience)],
    ) -> Result<(), Refused> {
        let now = self.now();
        let mut tx = self.store.begin().await.map_err(Failure::from)?;
        for (subject, patience) in subjects {
            let throttle = tx
                .lock_throttle(subject.as_str(), now)
                .await
                .map_err(Failure::from)?;
            let throttle = throttle.attempt(*patience, now)?;
            tx.put_throttle(subject.as_str(), throttle)
                .await
                .map_err(Failure::from)?;
        }
        Ok(tx.commit().await.map_err(Failure::from)?)
    }
}
