//! The issuer's keys, as it publishes them.
//!
//! ```text
//!   key known, set younger than a minute      use it
//!   key known, set older                      fetch, and wait a moment for it; then use it all the same
//!   key unknown, no fetch for five seconds    fetch, then look again
//!   key unknown, just fetched                 not a key: 401
//!   no set, or one older than an hour         fetch: 503 until there is one
//! ```
//!
//! So a new key works at once, a retired one stops within a minute, an issuer that is down or
//! silent does not end sessions, and made-up key ids do not become a flood of requests to the
//! issuer. An hour is longer than any token lives: an issuer that nobody can ask takes nothing from
//! honest people by then, and who has stolen a key cannot use it for ever by keeping it silent.
//!
//! One fetch runs at a time, whatever becomes of the request that began it, and who waits for it
//! shares its outcome.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, ensure};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{Mutex, RwLock};
use url::Url;

use super::Rejection;
use crate::{client::send_repeatable, clock::Clock};

/// How long a set of keys is taken for current.
pub const FRESH_FOR: SignedDuration = SignedDuration::from_mins(1);
/// How long keys are believed of which the issuer says nothing any more.
pub const BELIEVED_FOR: SignedDuration = SignedDuration::from_hours(1);
/// How long to leave the issuer alone between fetches for unknown keys.
pub const PAUSE: SignedDuration = SignedDuration::from_secs(5);
/// How long a fetch may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long to wait for one that is not needed: a good part of nobody's deadline.
const A_MOMENT: Duration = Duration::from_millis(250);
/// Bytes that a set of keys may have.
const MAX_SET: usize = 64 * 1024;

/// A key with the one algorithm that it is used with.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

#[derive(Debug)]
pub(super) struct Keys {
    url: Url,
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
    set: RwLock<Option<Set>>,
    /// When the issuer was asked last. Held while it is asked.
    asked: Mutex<Timestamp>,
    fetches: AtomicU64,
}

#[derive(Debug, Clone)]
struct Set {
    keys: Arc<HashMap<String, Arc<Key>>>,
    fetched: Timestamp,
}

impl Keys {
    pub(super) fn new(url: Url, client: reqwest::Client, clock: Arc<dyn Clock>) -> Self {
        Self {
            url,
            client,
            clock,
            set: RwLock::new(None),
            asked: Mutex::new(Timestamp::MIN),
            fetches: AtomicU64::new(0),
        }
    }

    /// The key of this id.
    pub(super) async fn get(self: &Arc<Self>, id: &str) -> Result<Arc<Key>, Rejection> {
        let set = match self.believed().await {
            Some(set) if set.has(id) && !self.older(set.fetched, FRESH_FOR) => Some(set),
            Some(set) if set.has(id) => self.refreshed(FRESH_FOR, A_MOMENT).await,
            Some(_) => self.refreshed(PAUSE, PATIENCE).await,
            None => self.refreshed(SignedDuration::ZERO, PATIENCE).await,
        };
        let set = set.ok_or(Rejection::NoKeys)?;
        set.keys
            .get(id)
            .cloned()
            .ok_or(Rejection::Invalid("unknown key"))
    }

    /// The set that there is, unless it is too old.
    async fn believed(&self) -> Option<Set> {
        let set = self.set.read().await.clone();
        set.filter(|set| !self.older(set.fetched, BELIEVED_FOR))
    }

    /// The set after a fetch, unless the issuer was asked so short a time ago. What takes longer
    /// than `patience` is not waited for, and goes on.
    async fn refreshed(self: &Arc<Self>, pause: SignedDuration, patience: Duration) -> Option<Set> {
        let before = self.fetches.load(Ordering::Acquire);
        let keys = Arc::clone(self);
        let refresh = tokio::spawn(async move { keys.refresh(pause, before).await });
        let _ = tokio::time::timeout(patience, refresh).await;
        self.believed().await
    }

    /// Fetches a set, unless that was done while this waited for its turn.
    async fn refresh(&self, pause: SignedDuration, before: u64) {
        let mut asked = self.asked.lock().await;
        let waited_for_another = self.fetches.load(Ordering::Acquire) != before;
        if !waited_for_another && self.older(*asked, pause) {
            *asked = self.clock.now();
            match self.fetch().await {
                Ok(keys) => {
                    let (keys, fetched) = (Arc::new(keys), *asked);
                    *self.set.write().await = Some(Set { keys, fetched });
                }
                Err(error) => {
                    tracing::warn!(error = format!("{error:#}"), "no keys from the issuer");
                }
            }
            self.fetches.fetch_add(1, Ordering::Release);
        }
    }

    /// Also when the clock was set back: then nothing is known about the age.
    fn older(&self, instant: Timestamp, age: SignedDuration) -> bool {
        self.clock.now().duration_since(instant).abs() >= age
    }

    async fn fetch(&self) -> anyhow::Result<HashMap<String, Arc<Key>>> {
        let request = self.client.get(self.url.clone()).timeout(PATIENCE);
        let mut response = send_repeatable(request).await?.error_for_status()?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            ensure!(body.len() <= MAX_SET, "the set of keys is too large");
        }
        let set: Published = serde_json::from_slice(&body).context("not a set of keys")?;
        Ok(set.keys.into_iter().filter_map(usable).collect())
    }
}

impl Set {
    fn has(&self, id: &str) -> bool {
        self.keys.contains_key(id)
    }
}

/// A set as published. Keys are read one by one, so that a kind that is not known here does not
/// spoil the others.
#[derive(Deserialize)]
struct Published {
    keys: Vec<Value>,
}

/// Public keys for signatures on the curves that tokens are signed with. Symmetric keys never.
fn usable(key: Value) -> Option<(String, Arc<Key>)> {
    let jwk: Jwk = serde_json::from_value(key).ok()?;
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
            Algorithm::ES256
        }
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            Algorithm::EdDSA
        }
        _ => return None,
    };
    let signs = matches!(
        jwk.common.public_key_use,
        None | Some(PublicKeyUse::Signature)
    );
    let said = jwk
        .common
        .key_algorithm
        .is_none_or(|said| said == KeyAlgorithm::from(algorithm));
    if !signs || !said {
        return None;
    }
    let id = jwk.common.key_id.clone()?;
    let key = DecodingKey::from_jwk(&jwk).ok()?;
    Some((id, Arc::new(Key { algorithm, key })))
}
