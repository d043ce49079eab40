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
//! One fetch runs at a time: see [`crate::remembered`].

use std::{collections::HashMap, sync::Arc, time::Duration};

use anyhow::{Context as _, ensure};
use jiff::SignedDuration;
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::Rejection;
use crate::{
    client::send_repeatable,
    clock::Clock,
    remembered::{A_MOMENT, Remembered},
};

/// How long a set of keys is taken for current.
pub const FRESH_FOR: SignedDuration = SignedDuration::from_mins(1);
/// How long keys are believed of which the issuer says nothing any more.
pub const BELIEVED_FOR: SignedDuration = SignedDuration::from_hours(1);
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

type Set = HashMap<String, Arc<Key>>;

#[derive(Debug)]
pub(super) struct Keys {
    url: Url,
    client: reqwest::Client,
    set: Arc<Remembered<Arc<Set>>>,
}

impl Keys {
    pub(super) fn new(url: Url, client: reqwest::Client, clock: Arc<dyn Clock>) -> Self {
        let set = Remembered::new("the issuer's keys", clock);
        Self { url, client, set }
    }

    /// The key of this id.
    pub(super) async fn get(self: &Arc<Self>, id: &str) -> Result<Arc<Key>, Rejection> {
        let fresh = self.set.said(FRESH_FOR);
        if let Some(key) = fresh.and_then(|set| set.get(id).cloned()) {
            return Ok(key);
        }
        let (pause, patience) = match self.set.said(BELIEVED_FOR) {
            Some(set) if set.contains_key(id) => (FRESH_FOR, A_MOMENT),
            Some(_) => (PAUSE, PATIENCE),
            None => (SignedDuration::ZERO, PATIENCE),
        };
        let keys = Arc::clone(self);
        let fetch = async move { keys.fetch().await.map(Arc::new) };
        self.set.ask(pause, patience, fetch).await;
        let set = self.set.said(BELIEVED_FOR).ok_or(Rejection::NoKeys)?;
        set.get(id)
            .cloned()
            .ok_or(Rejection::Invalid("unknown key"))
    }

    async fn fetch(&self) -> anyhow::Result<Set> {
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
