//! What the provider says about itself: endpoints, abilities, keys.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use openidconnect::{
    AuthType, ClientId, ClientSecret, IssuerUrl, RedirectUrl, core::CoreClientAuthMethod,
};
use secrecy::ExposeSecret;

use super::{
    Provider,
    claims::{Client, Metadata},
    sign_in::Failure,
};

/// How long what it said is taken for true.
const TRUSTED: SignedDuration = SignedDuration::from_hours(1);

/// How often an unknown key may make us ask again.
const PATIENCE: SignedDuration = SignedDuration::from_secs(10);

/// What was known at an instant.
pub(super) struct Known {
    pub(super) metadata: Metadata,
    pub(super) client: Client,
    at: Timestamp,
}

impl Provider {
    /// What the provider says about itself; from memory for an hour, and longer while it is silent.
    pub(super) async fn known(&self) -> Result<Arc<Known>, Failure> {
        // One asks, the others wait for the answer.
        let mut known = self.known.lock().await;
        let now = self.clock.now();
        if let Some(known) = known
            .as_ref()
            .filter(|known| now.duration_since(known.at) < TRUSTED)
        {
            return Ok(known.clone());
        }
        match (self.discover(now).await, known.as_ref()) {
            (Ok(news), _) => Ok(known.insert(Arc::new(news)).clone()),
            (Err(failure), Some(old)) => {
                tracing::warn!(%failure, "the provider does not say what it is; going on with what it said");
                Ok(old.clone())
            }
            (Err(failure), None) => Err(failure),
        }
    }

    /// What it says now that a key is unknown; at a bounded rate, for anybody can make up a key id.
    pub(super) async fn known_anew(&self) -> Result<Arc<Known>, Failure> {
        let mut known = self.known.lock().await;
        let now = self.clock.now();
        if let Some(recent) = known
            .as_ref()
            .filter(|known| now.duration_since(known.at) < PATIENCE)
        {
            return Ok(recent.clone());
        }
        let news = self.discover(now).await?;
        Ok(known.insert(Arc::new(news)).clone())
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
