//! Logout tokens: the provider's word that a session, or a person, is signed out
//! (OpenID Connect Back-Channel Logout 1.0).

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{Jwk, JwkSet},
};
use serde::Deserialize;
use serde_json::Value;

use super::{Provider, discovery::Known, sign_in::Failure};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// How old a logout token may be, and how far clocks may be apart.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
const SKEW: SignedDuration = SignedDuration::from_secs(60);

/// Far more than a logout token needs.
const LARGEST: usize = 8 << 10;

/// Signed by somebody who must not use the keys of a provider for it: symmetric keys are shared.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
];

/// Who is signed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoggedOut {
    /// One session of the provider.
    Session(String),
    /// A person, wherever they had signed in by that instant.
    Subject(String, Timestamp),
}

/// Why it is no logout token.
#[derive(Debug, thiserror::Error)]
pub enum NotALogoutToken {
    /// Its form, its signature or its claims are wrong.
    #[error("not a valid logout token: {0}")]
    Invalid(String),
    /// The provider's keys cannot be had.
    #[error(transparent)]
    Unknown(#[from] Failure),
}

#[derive(Deserialize)]
struct Claims {
    iat: i64,
    exp: Option<i64>,
    jti: Option<String>,
    sub: Option<String>,
    sid: Option<String>,
    events: HashMap<String, Value>,
    nonce: Option<Value>,
}

impl Provider {
    /// Reads a logout token.
    ///
    /// # Errors
    ///
    /// When it is none, or the keys to tell are not to be had.
    pub async fn logged_out(&self, token: &str) -> Result<LoggedOut, NotALogoutToken> {
        if token.len() > LARGEST {
            return Err(invalid("too large"));
        }
        let known = self.discovery.known().await?;
        let claims = match self.claims(&known, token) {
            Err(NoKey::Unknown) => self.claims(&*self.discovery.known_anew().await?, token),
            other => other,
        };
        let claims = claims.map_err(|error| match error {
            NoKey::Unknown => invalid("signed with an unknown key"),
            NoKey::Invalid(why) => invalid(&why),
        })?;
        self.meant(claims)
    }

    fn claims(&self, known: &Known, token: &str) -> Result<Claims, NoKey> {
        let header = decode_header(token).map_err(|error| NoKey::of(&error))?;
        let kind = header.typ.as_deref().unwrap_or("JWT").to_ascii_lowercase();
        if !ALGORITHMS.contains(&header.alg) || !matches!(kind.as_str(), "jwt" | "logout+jwt") {
            return Err(NoKey::Invalid(
                "not a logout token by its header".to_owned(),
            ));
        }
        let key = key(known, header.kid.as_deref(), header.alg).ok_or(NoKey::Unknown)?;
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[known.metadata.issuer().as_str()]);
        validation.set_audience(&[&self.registration.client_id]);
        validation.set_required_spec_claims(&["iss", "aud"]);
        // Times are compared below, by our own clock.
        validation.validate_exp = false;
        let key = DecodingKey::from_jwk(&key).map_err(|error| NoKey::of(&error))?;
        decode::<Claims>(token, &key, &validation)
            .map(|token| token.claims)
            .map_err(|error| NoKey::of(&error))
    }

    fn meant(&self, claims: Claims) -> Result<LoggedOut, NotALogoutToken> {
        let now = self.clock.now();
        let said_at = Timestamp::from_second(claims.iat).map_err(|_| invalid("no time"))?;
        let age = now.duration_since(said_at);
        let expired = claims
            .exp
            .is_some_and(|exp| now.as_second() > exp.saturating_add(SKEW.as_secs()));
        if expired || age > FRESH || age < -SKEW {
            return Err(invalid("not of now"));
        }
        if claims.jti.is_none()
            || claims.nonce.is_some()
            || !claims.events.get(EVENT).is_some_and(Value::is_object)
        {
            return Err(invalid("not about a logout"));
        }
        match (claims.sid, claims.sub) {
            (Some(session), _) => Ok(LoggedOut::Session(session)),
            // `iat` has whole seconds; a sign-in within that second is meant too.
            (None, Some(subject)) => Ok(LoggedOut::Subject(
                subject,
                said_at + SignedDuration::from_secs(1),
            )),
            (None, None) => Err(invalid("it says nobody is signed out")),
        }
    }
}

/// The provider's key with this id; without one, its only key for this algorithm.
fn key(known: &Known, id: Option<&str>, algorithm: Algorithm) -> Option<Jwk> {
    let keys = serde_json::to_value(known.metadata.jwks()).ok()?;
    let keys: JwkSet = serde_json::from_value(keys).ok()?;
    let pinned = |key: &Jwk| {
        let named = key
            .common
            .key_algorithm
            .is_none_or(|alg| alg.to_string() == format!("{algorithm:?}"));
        let meant = id.is_none_or(|id| key.common.key_id.as_deref() == Some(id));
        named && meant
    };
    let mut fitting = keys.keys.into_iter().filter(pinned);
    let key = fitting.next()?;
    fitting.next().is_none().then_some(key)
}

enum NoKey {
    Unknown,
    Invalid(String),
}

impl NoKey {
    fn of(error: &jsonwebtoken::errors::Error) -> Self {
        Self::Invalid(error.to_string())
    }
}

fn invalid(why: &str) -> NotALogoutToken {
    NotALogoutToken::Invalid(why.to_owned())
}
