//! Who is calling, from a verified access token.
//!
//! An endpoint says by the extractor that it takes which kind of caller it serves: [`User`], a
//! person, or [`Machine`], a client on its own behalf. They come with different tokens, and a
//! token of one kind is no token at all to an endpoint of the other.
//!
//! A token is believed when *all* of this holds; otherwise the answer is 401, and only the log
//! says why:
//!
//! | part | must be |
//! |---|---|
//! | the whole | at most 8 KiB, three parts, base64url without padding |
//! | header | exactly `alg`, `typ`, `kid`: nothing that names, brings or demands anything (`jku`, `x5u`, `jwk`, `crit`, …), nothing twice |
//! | `typ` | `at+jwt` (RFC 9068), so an ID token is none |
//! | `kid`, `alg` | a key that the issuer publishes now, and that key's one algorithm |
//! | signature | that key's |
//! | `iss`, `aud` | the configured issuer, this service |
//! | `exp`, `iat`, `nbf` | now, give or take [`SKEW`], by the clock for tokens |
//! | person | `userId` and `sid`; `sub` is not the client |
//! | machine | `sub` is the client; no `userId`, no `sid`; one audience |
//!
//! Keys are fetched when first needed and kept ([`keys`]). Without any, nothing can be said about
//! any token: that is 503, not 401.
//!
//! [`keys`]: self::keys

mod caller;
mod claims;
pub mod keys;
mod rejection;
mod token;

pub use self::{
    caller::{Machine, User, bearer},
    claims::SKEW,
    rejection::{MissingScope, Rejection},
    token::MAX_TOKEN,
};

use std::sync::Arc;

use jiff::SignedDuration;
use jsonwebtoken::crypto;
use metrics::{counter, histogram};
use url::Url;

use self::{claims::Claims, keys::Keys, token::Token};
use crate::{clock::Clock, config::Settings};

/// What tokens are checked against.
#[derive(Debug, Clone)]
pub struct VerifierSettings {
    /// The one issuer that is believed, letter by letter.
    pub issuer: String,
    /// Where it publishes its keys.
    pub jwks_url: Url,
    /// Who tokens must be meant for: this service.
    pub audience: String,
}

impl VerifierSettings {
    /// Those of a service, from what every service is told.
    ///
    /// # Errors
    ///
    /// When the issuer's address is none.
    pub fn new(settings: &Settings, audience: &str) -> anyhow::Result<Self> {
        Ok(Self {
            issuer: settings.issuer.clone(),
            jwks_url: settings.issuer_address("/oauth2/jwks")?,
            audience: audience.to_owned(),
        })
    }
}

/// Tells valid tokens from others.
#[derive(Debug)]
pub struct Verifier {
    issuer: String,
    audience: String,
    keys: Arc<Keys>,
    clock: Arc<dyn Clock>,
}

impl Verifier {
    /// A verifier that fetches keys by this client and tells time by this clock.
    #[must_use]
    pub fn new(settings: VerifierSettings, client: reqwest::Client, clock: Arc<dyn Clock>) -> Self {
        Self {
            issuer: settings.issuer,
            audience: settings.audience,
            keys: Arc::new(Keys::new(settings.jwks_url, client, Arc::clone(&clock))),
            clock,
        }
    }

    /// The person whose token this is.
    ///
    /// # Errors
    ///
    /// When it is no valid token, or a machine's, or there are no keys yet.
    pub async fn user(&self, token: &str) -> Result<User, Rejection> {
        self.admit(token, "user", User::new).await
    }

    /// The client whose own token this is.
    ///
    /// # Errors
    ///
    /// When it is no valid token, or a person's, or there are no keys yet.
    pub async fn machine(&self, token: &str) -> Result<Machine, Rejection> {
        self.admit(token, "machine", Machine::new).await
    }

    async fn admit<T>(
        &self,
        token: &str,
        kind: &'static str,
        caller: fn(Claims, SignedDuration) -> Result<T, Rejection>,
    ) -> Result<T, Rejection> {
        let believed = self.check(token).await.and_then(|claims| {
            // By how much what it says may be out of date.
            let age = self.clock.now().duration_since(claims.issued_at());
            Ok((caller(claims, age)?, age))
        });
        match believed {
            Ok((caller, age)) => {
                let seconds = age.as_secs_f64().max(0.0);
                histogram!("token_age_at_decision_seconds", "kind" => kind).record(seconds);
                Ok(caller)
            }
            Err(rejection) => {
                tracing::info!(kind, reason = %rejection, "token refused");
                counter!("tokens_refused_total", "reason" => rejection.label()).increment(1);
                Err(rejection)
            }
        }
    }

    async fn check(&self, token: &str) -> Result<Claims, Rejection> {
        let token = Token::parse(token)?;
        let key = self.keys.get(&token.header.kid).await?;
        if token.header.alg != key.algorithm {
            return Err(Rejection::Invalid("another algorithm than the key's"));
        }
        let signed = token.signed.as_bytes();
        let genuine = crypto::verify(token.signature, signed, &key.key, key.algorithm);
        if !matches!(genuine, Ok(true)) {
            return Err(Rejection::Invalid("signature"));
        }
        let claims = token.claims()?;
        claims.check(&self.issuer, &self.audience, self.clock.now())?;
        Ok(claims)
    }
}
