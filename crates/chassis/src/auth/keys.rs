//! The issuer's keys, as it publishes them.
//!
//! ```text
//!   key known, set younger than a minute      use it
//!   key known, set older                      fetch first; when that fails, use it all the same
//!   key unknown, no fetch for five seconds    fetch, then look again
//!   key unknown, just fetched                 not a key: 401
//!   no set at all                             fetch: 503 until there is one
//! ```
//!
//! So a new key works at once, a retired one stops within a minute, an issuer that is down does
//! not end sessions, and made-up key ids do not become a flood of requests to the issuer. One
//! fetch runs at a time, and who waits for it shares its outcome.

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
use crate::clock::Clock;

/// How long a set of keys is taken for current.
pub const FRESH_FOR: SignedDuration = SignedDuration::from_mins(1);
/// How long to leave the issuer alone between fetches for unknown keys.
pub const PAUSE: SignedDuration = SignedDuration::from_secs(5);
/// How long a fetch may take.
const PATIENCE: Duration = Duration::from_secs(2);
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
    pub(super) async fn get(&self, id: &str) -> Result<Arc<Key>, Rejection> {
        let set = self.set.read().await.clone();
        let set = match set {
            Some(set) if set.has(id) && !self.older(set.fetched, FRESH_FOR) => Some(set),
            Some(set) if set.has(id) => self.refreshed(FRESH_FOR).await,
            Some(_) => self.refreshed(PAUSE).await,
            None => self.refreshed(SignedDuration::ZERO).await,
        };
        let set = set.ok_or(Rejection::NoKeys)?;
        set.keys
            .get(id)
            .cloned()
            .ok_or(Rejection::Invalid("unknown key"))
    }

    /// The set after a fetch, unless the issuer was asked so short a time ago.
    async fn refreshed(&self, pause: SignedDuration) -> Option<Set> {
        let before = self.fetches.load(Ordering::Acquire);
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
        self.set.read().await.clone()
    }

    /// Also when the clock was set back: then nothing is known about the age.
    fn older(&self, instant: Timestamp, age: SignedDuration) -> bool {
        self.clock.now().duration_since(instant).abs() >= age
    }

    async fn fetch(&self) -> anyhow::Result<HashMap<String, Arc<Key>>> {
        let request = self.client.get(self.url.clone()).timeout(PATIENCE);
        let mut response = request.send().await?.error_for_status()?;
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
