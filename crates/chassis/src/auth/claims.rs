//! The inside of a token: what it claims.

use std::collections::BTreeSet;

use access::UserId;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Rejection;

/// By how much the clocks of issuer and service may differ.
pub const SKEW: SignedDuration = SignedDuration::from_secs(5);

/// The claims of an access token (RFC 9068) that mean something here. A claim that comes twice
/// makes the token none, because two readers might take different ones.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    iss: String,
    aud: Audience,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    pub(super) sub: String,
    pub(super) client_id: String,
    pub(super) scope: Option<String>,
    #[serde(rename = "userId")]
    pub(super) user_id: Option<UserId>,
    pub(super) name: Option<String>,
    pub(super) sid: Option<String>,
    pub(super) roles: Option<BTreeSet<String>>,
    pub(super) facts: Option<Box<RawValue>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Claims {
    /// Is it of this issuer, for this audience, and of now?
    pub(super) fn check(
        &self,
        issuer: &str,
        audience: &str,
        now: Timestamp,
    ) -> Result<(), Rejection> {
        if self.iss != issuer {
            return Err(Rejection::Invalid("issuer"));
        }
        if !self.audience().iter().any(|one| one == audience) {
            return Err(Rejection::Invalid("audience"));
        }
        let (now, skew) = (now.as_second(), SKEW.as_secs());
        if self.exp.saturating_add(skew) <= now {
            return Err(Rejection::Invalid("expired"));
        }
        let begins = self.iat.max(self.nbf.unwrap_or(self.iat));
        if begins.saturating_sub(skew) > now {
            return Err(Rejection::Invalid("not yet valid"));
        }
        // Also keeps the instant within what a timestamp can hold.
        if self.iat < 0 || self.exp <= self.iat {
            return Err(Rejection::Invalid("times"));
        }
        Ok(())
    }

    pub(super) fn audience(&self) -> &[String] {
        match &self.aud {
            Audience::One(one) => std::slice::from_ref(one),
            Audience::Several(several) => several,
        }
    }

    pub(super) fn issued_at(&self) -> Timestamp {
        Timestamp::from_second(self.iat).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}
