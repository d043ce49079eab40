//! A service's own tokens.
//!
//! A token is for one audience. It lives a quarter of an hour and is renewed after a third of its
//! life, so that it outlives every person's token issued before, and an issuer that is down or
//! silent for ten minutes goes unnoticed: whoever has a token waits a moment for the next, and goes
//! on with the one at hand. One request per audience runs at a time: see [`crate::remembered`].

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use super::send_repeatable;
use crate::{
    clock::Clock,
    config::{Credentials, Settings},
    remembered::{A_MOMENT, Remembered},
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
    slots: Mutex<HashMap<String, Slot>>,
}

/// The token for one audience.
type Slot = Arc<Remembered<Token>>;

#[derive(Debug, Clone)]
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
    pub async fn token(self: &Arc<Self>, audience: &str) -> anyhow::Result<SecretString> {
        let slot = self.slot(audience);
        let (pause, patience) = match self.good(&slot) {
            Some(token) if self.clock.now() < token.renew_at => return Ok(token.value),
            Some(_) => (PAUSE, A_MOMENT),
            None => (SignedDuration::ZERO, PATIENCE),
        };
        let (source, audience) = (Arc::clone(self), audience.to_owned());
        let request = async move { source.request(&audience).await };
        slot.ask(pause, patience, request).await;
        let token = self.good(&slot).context("the issuer gives none")?;
        Ok(token.value)
    }

    /// Forgets the token for this audience: it was not accepted.
    pub fn forget(&self, audience: &str) {
        self.slot(audience).forget();
    }

    fn slot(&self, audience: &str) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(audience) {
            return Arc::clone(slot);
        }
        let slot = Remembered::new(format!("a token for {audience}"), self.clock.clone());
        slots.insert(audience.to_owned(), Arc::clone(&slot));
        slot
    }

    /// The token in a slot, while it is good.
    fn good(&self, slot: &Slot) -> Option<Token> {
        let token = slot.said(SignedDuration::MAX);
        token.filter(|token| self.clock.now() < token.expires_at)
    }

    async fn request(&self, audience: &str) -> anyhow::Result<Token> {
        let asked_at = self.clock.now();
        let form = [("grant_type", "client_credentials"), ("resource", audience)];
        let secret = form_encoded(self.client_secret.expose_secret());
        let request = self
            .http
            .post(self.endpoint.clone())
            .timeout(PATIENCE)
            .basic_auth(form_encoded(&self.client_id), Some(secret))
            .form(&form);
        let response = send_repeatable(request).await?.error_for_status()?;
        let grant = response
            .json()
            .await
            .context("not a token endpoint's answer")?;
        Ok(Token::new(grant, asked_at))
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
