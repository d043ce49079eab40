//! What the provider says about itself: endpoints, abilities, keys.
//!
//! ```text
//!   said within the hour            go by it
//!   said longer ago                 ask, and wait a moment for the answer; then go by what was said all the same
//!   nothing said yet                ask: without an answer nobody signs in
//!   said, and not the key wanted    ask, unless it was asked ten seconds ago
//! ```
//!
//! One question is under way at a time, whatever becomes of the request that began it, and who waits for it shares its
//! outcome. So a provider that is silent holds up nobody who can do with what it said before.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chassis::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use openidconnect::{
    AuthType, ClientId, ClientSecret, IssuerUrl, RedirectUrl, core::CoreClientAuthMethod,
};
use secrecy::ExposeSecret;
use tokio::{sync::Mutex, time::timeout};
use tracing::Instrument as _;

use super::{
    BackChannel, Registration,
    claims::{Client, Metadata},
    sign_in::Failure,
};

/// How long what it said is taken for true.
const TRUSTED: SignedDuration = SignedDuration::from_hours(1);

/// How long to leave the provider alone where somebody can do with what it said, or anybody can make up a key id.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// How long to wait for an answer that is needed.
const PATIENCE: Duration = Duration::from_secs(4);

/// How long to wait for one that is not.
const A_MOMENT: Duration = Duration::from_millis(250);

/// What was known at an instant.
pub(super) struct Known {
    pub(super) metadata: Metadata,
    pub(super) client: Client,
    at: Timestamp,
}

/// Asks the provider what it is, and remembers it.
pub(super) struct Discovery {
    registration: Registration,
    http: BackChannel,
    clock: Arc<dyn Clock>,
    known: RwLock<Option<Arc<Known>>>,
    /// When it was asked last. Held while it is asked.
    asked: Mutex<Timestamp>,
    answers: AtomicU64,
}

impl Discovery {
    /// Of a provider that was not asked yet.
    pub(super) fn new(
        registration: Registration,
        http: BackChannel,
        clock: Arc<dyn Clock>,
    ) -> Arc<Self> {
        Arc::new(Self {
            registration,
            http,
            clock,
            known: RwLock::new(None),
            asked: Mutex::new(Timestamp::MIN),
            answers: AtomicU64::new(0),
        })
    }

    /// What the provider says about itself; from memory for an hour, and longer while it is silent.
    pub(super) async fn known(self: &Arc<Self>) -> Result<Arc<Known>, Failure> {
        match self.said() {
            Some(known) if !self.older(known.at, TRUSTED) => return Ok(known),
            Some(_) => self.ask(TRUSTED, PAUSE, A_MOMENT).await,
            None => self.ask(TRUSTED, SignedDuration::ZERO, PATIENCE).await,
        }
        self.said().ok_or_else(silent)
    }

    /// What it says now that a key is unknown.
    pub(super) async fn known_anew(self: &Arc<Self>) -> Result<Arc<Known>, Failure> {
        let recent = || self.said().filter(|known| !self.older(known.at, PAUSE));
        if let Some(recent) = recent() {
            return Ok(recent);
        }
        self.ask(PAUSE, PAUSE, PATIENCE).await;
        recent().ok_or_else(silent)
    }

    fn said(&self) -> Option<Arc<Known>> {
        let known = self.known.read();
        known.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Also when the clock was set back: then nothing is known about the age.
    fn older(&self, instant: Timestamp, age: SignedDuration) -> bool {
        self.clock.now().duration_since(instant).abs() >= age
    }

    /// Has the provider asked for something younger than `age`, unless it was asked less than `pause` ago. What takes longer
    /// than `patience` is not waited for, and goes on.
    async fn ask(self: &Arc<Self>, age: SignedDuration, pause: SignedDuration, patience: Duration) {
        let before = self.answers.load(Ordering::Acquire);
        let discovery = Arc::clone(self);
        let asking = async move { discovery.ask_in_turn(age, pause, before).await };
        let _ = timeout(patience, tokio::spawn(asking.in_current_span())).await;
    }

    /// Asks, unless that was done while this waited for its turn.
    async fn ask_in_turn(&self, age: SignedDuration, pause: SignedDuration, before: u64) {
        let mut asked = self.asked.lock().await;
        let waited_for_another = self.answers.load(Ordering::Acquire) != before;
        let is_known = self.said().is_some_and(|known| !self.older(known.at, age));
        if waited_for_another || is_known || !self.older(*asked, pause) {
            return;
        }
        *asked = self.clock.now();
        match self.discover(*asked).await {
            Ok(news) => {
                let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
                *known = Some(Arc::new(news));
            }
            Err(failure) => tracing::warn!(%failure, "the provider does not say what it is"),
        }
        self.answers.fetch_add(1, Ordering::Release);
    }

    async fn discover(&self, now: Timestamp) -> Result<Known, Failure> {
        let issuer =
            IssuerUrl::new(self.registration.issuer.clone()).map_err(Failure::unavailable)?;
        let metadata = Metadata::discover_async(issuer, &self.http)
            .await
            .map_err(Failure::unavailable)?;
        let client = self.client(&metadata);
        Ok(Known {
            metadata,
            client,
            at: now,
        })
    }

    fn client(&self, metadata: &Metadata) -> Client {
        let ours = &self.registration;
        let secret = ClientSecret::new(ours.client_secret.expose_secret().to_owned());
        let methods = metadata.token_endpoint_auth_methods_supported();
        // Basic is what holds where nothing is said.
        let basic = methods.is_none_or(|m| m.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let auth_type = if basic {
            AuthType::BasicAuth
        } else {
            AuthType::RequestBody
        };
        Client::from_provider_metadata(
            metadata.clone(),
            ClientId::new(ours.client_id.clone()),
            Some(secret),
        )
        .set_auth_type(auth_type)
        .set_redirect_uri(RedirectUrl::from_url(ours.redirect_uri.clone()))
    }
}

fn silent() -> Failure {
    Failure::Unavailable("it does not say what it is".to_owned())
}
