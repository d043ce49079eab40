//! What the provider says about itself: endpoints, abilities, keys.
//!
//! ```text
//!   said within the hour            go by it
//!   said longer ago                 ask, and wait a moment for the answer; then go by what was said all the same
//!   nothing said yet                ask: without an answer nobody signs in
//!   said, and not the key wanted    ask, unless it was asked ten seconds ago
//! ```
//!
//! One question is under way at a time: see [`chassis::remembered`].

use std::{sync::Arc, time::Duration};

use chassis::{
    clock::Clock,
    remembered::{A_MOMENT, Remembered},
};
use jiff::SignedDuration;
use openidconnect::{
    AuthType, ClientId, ClientSecret, IssuerUrl, RedirectUrl, core::CoreClientAuthMethod,
};
use secrecy::ExposeSecret;

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

/// What was known at an instant.
pub(super) struct Known {
    pub(super) metadata: Metadata,
    pub(super) client: Client,
}

/// Asks the provider what it is, and remembers it.
pub(super) struct Discovery {
    registration: Registration,
    http: BackChannel,
    known: Arc<Remembered<Arc<Known>>>,
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
            known: Remembered::new("what the provider is", clock),
        })
    }

    /// What the provider says about itself; from memory for an hour, and longer while it is silent.
    pub(super) async fn known(self: &Arc<Self>) -> Result<Arc<Known>, Failure> {
        if let Some(known) = self.known.said(TRUSTED) {
            return Ok(known);
        }
        let said = || self.known.said(SignedDuration::MAX);
        let (pause, patience) = match said() {
            Some(_) => (PAUSE, A_MOMENT),
            None => (SignedDuration::ZERO, PATIENCE),
        };
        self.ask(pause, patience).await;
        said().ok_or_else(silent)
    }

    /// What it says now that a key is unknown.
    pub(super) async fn known_anew(self: &Arc<Self>) -> Result<Arc<Known>, Failure> {
        if let Some(recent) = self.known.said(PAUSE) {
            return Ok(recent);
        }
        self.ask(PAUSE, PATIENCE).await;
        self.known.said(PAUSE).ok_or_else(silent)
    }

    async fn ask(self: &Arc<Self>, pause: SignedDuration, patience: Duration) {
        let discovery = Arc::clone(self);
        let question = async move { discovery.discover().await };
        self.known.ask(pause, patience, question).await;
    }

    async fn discover(&self) -> anyhow::Result<Arc<Known>> {
        let issuer = IssuerUrl::new(self.registration.issuer.clone())?;
        let metadata = Metadata::discover_async(issuer, &self.http).await?;
        let client = self.client(&metadata);
        Ok(Arc::new(Known { metadata, client }))
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
