//! A service's own tokens.
//!
//! A token is for one audience. It lives a quarter of an hour and is renewed after a third of its
//! life, so that it outlives every person's token issued before, and an issuer that is down for
//! ten minutes goes unnoticed. One request per audience runs at a time, and who waits for it
//! shares its outcome.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, bail};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use super::send_repeatable;
use crate::{
    clock::Clock,
    config::{Credentials, Settings},
};

/// How long to go on with a token that could not be renewed before trying again.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);
/// How long getting one may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Gets tokens by client credentials, and keeps them while they are good.
#[derive(Debug)]
pub struct TokenSource {
    endpoint: Url,
    client_id: String,
    client_secret: SecretString,
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    slots: Mutex<HashMap<String, Arc<Slot>>>,
}

/// The token for one audience. Locked while the issuer is asked for it.
#[derive(Debug, Default)]
struct Slot {
    token: tokio::sync::Mutex<Option<Token>>,
    requests: AtomicU64,
}

#[derive(Debug)]
struct Token {
    value: SecretString,
    renew_at: Timestamp,
    expires_at: Timestamp,
}

/// A token endpoint's answer (RFC 6749).
#[derive(Debug, Deserialize)]
struct Grant {
    access_token: SecretString,
    expires_in: u32,
}

impl TokenSource {
    /// A source for these credentials, that tells time by the clock for tokens.
    ///
    /// # Errors
    ///
    /// When the issuer's address is none or the secret was not given.
    pub fn new(
        settings: &Settings,
        credentials: &Credentials,
        http: reqwest::Client,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            endpoint: settings.issuer_address("/oauth2/token")?,
            client_id: credentials.client_id.clone(),
            client_secret: credentials.secret()?,
            http,
            clock,
            slots: Mutex::default(),
        })
    }

    /// A token for this audience.
    ///
    /// # Errors
    ///
    /// When there is none that is still good and the issuer gives none.
    pub async fn token(&self, audience: &str) -> anyhow::Result<SecretString> {
        let slot = self.slot(audience);
        let before = slot.requests.load(Ordering::Acquire);
        let mut token = slot.token.lock().await;
        let now = self.clock.now();
        if let Some(token) = token.as_ref().filter(|token| now < token.renew_at) {
            return Ok(token.value.clone());
        }
        if slot.requests.load(Ordering::Acquire) != before {
            bail!("the issuer has just given none");
        }
        let answer = self.request(audience).await;
        slot.requests.fetch_add(1, Ordering::Release);
        match (
            answer,
            token.as_mut().filter(|token| now < token.expires_at),
        ) {
            (Ok(grant), _) => Ok(token.insert(Token::new(grant, now)).value.clone()),
            (Err(error), None) => Err(error),
            (Err(error), Some(token)) => {
                tracing::warn!(error = format!("{error:#}"), audience, "token not renewed");
                token.renew_at = token.expires_at.min(later(now, PAUSE));
                Ok(token.value.clone())
            }
        }
    }

    /// Forgets the token for this audience: it was not accepted.
    pub async fn forget(&self, audience: &str) {
        *self.slot(audience).token.lock().await = None;
    }

    fn slot(&self, audience: &str) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(audience.to_owned()).or_default())
    }

    async fn request(&self, audience: &str) -> anyhow::Result<Grant> {
        let form = [("grant_type", "client_credentials"), ("resource", audience)];
        let secret = form_encoded(self.client_secret.expose_secret());
        let request = self
            .http
            .post(self.endpoint.clone())
            .timeout(PATIENCE)
            .basic_auth(form_encoded(&self.client_id), Some(secret))
            .form(&form);
        let response = send_repeatable(request).await?.error_for_status()?;
        response
            .json()
            .await
            .context("not a token endpoint's answer")
    }
}

impl Token {
    fn new(grant: Grant, asked_at: Timestamp) -> Self {
        let life = SignedDuration::from_secs(grant.expires_in.into());
        Self {
            value: grant.access_token,
            renew_at: later(asked_at, life / 3),
            expires_at: later(asked_at, life),
        }
    }
}

fn later(instant: Timestamp, by: SignedDuration) -> Timestamp {
    instant.saturating_add(by).unwrap_or(instant)
}

/// RFC 6749 wants both parts of the basic scheme form-encoded first.
fn form_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
