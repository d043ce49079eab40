//! The OpenID provider, as its confidential client sees it.
//!
//! Any standard provider will do: what it can is read from its discovery document, and nothing but
//! OpenID Connect and OAuth 2.0 is spoken. Two addresses matter. The *issuer* is the provider's
//! identity: it stands in tokens, and browsers are sent there. The *base URL* is where the BFF
//! itself reaches it; inside a cluster the two differ.
//!
//! ```text
//! begin      browser ──authorize (code, S256, state, nonce)──▶ provider
//! complete   BFF ──code + verifier──▶ provider ──ID, access, refresh token──▶ BFF
//! refresh    BFF ──refresh token──▶ provider ──next access (and refresh) token──▶ BFF
//! logout     browser ──end session──▶ provider ──logout token──▶ BFF, for every session of it
//! ```

mod back_channel;
mod claims;
mod discovery;
mod logout;
mod logout_token;
mod sign_in;

pub use back_channel::{BackChannel, NoAnswer};
pub use logout_token::{LoggedOut, NotALogoutToken};
pub use sign_in::{Callback, Failure, Granted};

use std::sync::Arc;

use chassis::clock::Clock;
use secrecy::SecretString;
use url::Url;

use discovery::Discovery;

/// What the provider knows us as, and where it is.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The provider's identity, compared letter by letter.
    pub issuer: String,
    /// Where the BFF reaches it, if not under its identity.
    pub base_url: Option<Url>,
    /// Our client id there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: SecretString,
    /// What is asked for, `openid` always among it.
    pub scopes: Vec<String>,
    /// Where browsers come back to.
    pub redirect_uri: Url,
    /// Where browsers go after signing out.
    pub post_logout_redirect_uri: Url,
}

/// The provider.
pub struct Provider {
    registration: Registration,
    http: BackChannel,
    clock: Arc<dyn Clock>,
    discovery: Arc<Discovery>,
}

impl Provider {
    /// A provider of which nothing is known yet: it is asked when it is first needed, so that it
    /// may start after the BFF.
    #[must_use]
    pub fn new(registration: Registration, client: reqwest::Client, clock: Arc<dyn Clock>) -> Self {
        let http = BackChannel::new(client, &registration.issuer, registration.base_url.as_ref());
        Self {
            discovery: Discovery::new(registration.clone(), http.clone(), clock.clone()),
            registration,
            http,
            clock,
        }
    }
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Provider")
            .field(&self.registration.issuer)
            .finish()
    }
}
