//! The tokens of a user: access token, ID token, refresh token. And what a token endpoint refuses with.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use iam_claims::Claims;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, Validation};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{App, Failure};
use crate::domain::client::Client;
use crate::domain::id::{FamilyId, TokenId};
use crate::domain::session::{ACR, AMR, Session};
use crate::domain::ticket::Purpose;
use crate::domain::token_family::RefreshToken;
use crate::domain::user::{EmployeeRole, User};
use crate::store::Tx;

/// The media type of an access token (RFC 9068).
pub(super) const ACCESS_TOKEN: &str = "at+jwt";
/// How long an ID token is good: it tells of a sign-in that has just happened.
const ID_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// What a token endpoint answers with.
#[derive(Debug)]
pub struct IssuedTokens {
    /// The access token.
    pub access_token: SecretString,
    /// How long it lives.
    pub expires_in: SignedDuration,
    /// What it is good for, separated by spaces.
    pub scope: String,
    /// The refresh token that replaces the one before.
    pub refresh_token: Option<SecretString>,
    /// The ID token, of a code that asked for `openid`.
    pub id_token: Option<SecretString>,
}

/// Why no token is issued (RFC 6749, section 5.2; RFC 8707).
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// The code or refresh token is not, or no longer, good.
    #[error("{0}")]
    InvalidGrant(&'static str),
    /// The client may not use this grant.
    #[error("{0}")]
    UnauthorizedClient(&'static str),
    /// The client may not have this scope.
    #[error("{0}")]
    InvalidScope(&'static str),
    /// The client may not have tokens for this service.
    #[error("{0}")]
    InvalidTarget(&'static str),
    /// Something else does not work.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<crate::store::Error> for GrantError {
    fn from(error: crate::store::Error) -> Self {
        Self::Failure(error.into())
    }
}

#[derive(Serialize)]
struct AccessClaims<'a> {
    iss: &'a str,
    aud: &'a [String],
    exp: i64,
    iat: i64,
    jti: String,
    sub: String,
    client_id: &'a str,
    auth_time: i64,
    acr: &'a str,
    amr: &'a [&'a str],
    roles: BTreeSet<&'static str>,
    scope: &'a str,
    #[serde(rename = "userId")]
    user_id: String,
    name: &'a str,
    sid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    facts: Option<&'a Claims>,
}

#[derive(Serialize)]
struct IdClaims<'a> {
    iss: &'a str,
    aud: &'a str,
    exp: i64,
    iat: i64,
    sub: String,
    auth_time: i64,
    acr: &'a str,
    amr: &'a [&'a str],
    sid: String,
    at_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<BTreeSet<&'static str>>,
}

/// What is read of a token of ours that comes back.
#[derive(Debug, Deserialize)]
pub(super) struct OwnClaims {
    pub(super) sub: String,
    pub(super) aud: serde_json::Value,
    pub(super) exp: i64,
    pub(super) iat: i64,
    pub(super) jti: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) sid: Option<Uuid>,
}

impl OwnClaims {
    /// The family that a user's access token was issued in.
    pub(super) fn family(&self) -> Option<FamilyId> {
        self.sid?;
        let (family, _) = self.jti.as_deref()?.split_once('.')?;
        Uuid::parse_str(family).ok().map(FamilyId::from)
    }

    /// Whether the token is for this audience, or one of several is.
    pub(super) fn is_for(&self, audience: &str) -> bool {
        match &self.aud {
            serde_json::Value::String(one) => one == audience,
            serde_json::Value::Array(all) => all.iter().any(|one| one == audience),
            _ => false,
        }
    }
}

/// What a user's tokens are issued for.
pub(super) struct Occasion<'a> {
    pub(super) client: &'a Client,
    pub(super) user: &'a User,
    pub(super) session: &'a Session,
    pub(super) family: FamilyId,
    pub(super) scope: &'a str,
    pub(super) audiences: &'a [String],
    pub(super) facts: Option<&'a Claims>,
}

impl App {
    /// An access token for a user. Its id begins with the family's, so that introspection finds what revokes it.
    pub(super) async fn access_token(
        &self,
        tx: &mut Tx,
        of: &Occasion<'_>,
        now: Timestamp,
    ) -> Result<String, Failure> {
        let token_id = TokenId::generate(now, &mut self.randomness.rng());
        let claims = AccessClaims {
            iss: &self.issuer,
            aud: of.audiences,
            exp: (now + self.access_token_lifetime).as_second(),
            iat: now.as_second(),
            jti: format!("{}.{token_id}", of.family),
            sub: of.user.id.to_string(),
            client_id: &of.client.id,
            auth_time: of.session.authenticated_at.as_second(),
            acr: ACR,
            amr: AMR,
            roles: roles(tx, of.user).await?,
            scope: of.scope,
            user_id: of.user.id.to_string(),
            name: of.user.name.as_str(),
            sid: of.session.id.to_string(),
            facts: of.facts,
        };
        self.signer(tx).await?.sign(ACCESS_TOKEN, &claims)
    }

    /// An ID token, if the scope asks for one.
    pub(super) async fn id_token(
        &self,
        tx: &mut Tx,
        of: &Occasion<'_>,
        access_token: &str,
        nonce: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<SecretString>, Failure> {
        let has = |scope: &str| of.scope.split(' ').any(|one| one == scope);
        if !has("openid") {
            return Ok(None);
        }
        let roles = if has("profile") {
            Some(roles(tx, of.user).await?)
        } else {
            None
        };
        let digest = Sha256::digest(access_token);
        let claims = IdClaims {
            iss: &self.issuer,
            aud: &of.client.id,
            exp: (now + ID_TOKEN_LIFETIME).as_second(),
            iat: now.as_second(),
            sub: of.user.id.to_string(),
            auth_time: of.session.authenticated_at.as_second(),
            acr: ACR,
            amr: AMR,
            sid: of.session.id.to_string(),
            at_hash: URL_SAFE_NO_PAD.encode(&digest[..digest.len() / 2]),
            nonce,
            name: has("profile").then(|| of.user.name.as_str()),
            email: has("email").then(|| of.user.email.as_str()),
            roles,
        };
        Ok(Some(self.signer(tx).await?.sign("JWT", &claims)?.into()))
    }

    pub(super) fn refresh_token(&self, token: RefreshToken) -> SecretString {
        self.secrets
            .ticket(Purpose::Refresh, &token.to_bytes())
            .into()
    }

    /// The claims of a token that this service signed with a key that is still published. Whether it has expired is
    /// not looked at.
    pub(super) async fn own_claims(
        &self,
        tx: &mut Tx,
        token: &str,
        typ: &str,
    ) -> Result<Option<OwnClaims>, Failure> {
        let Ok(header) = jsonwebtoken::decode_header(token) else {
            return Ok(None);
        };
        let Some(kid) = header.kid.filter(|_| header.typ.as_deref() == Some(typ)) else {
            return Ok(None);
        };
        let Some(key) = self.verification_key(tx, &kid).await? else {
            return Ok(None);
        };
        let mut validation = Validation::new(Algorithm::ES256);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
        Ok(jsonwebtoken::decode(token, &key, &validation)
            .ok()
            .map(|token| token.claims))
    }
}

/// A user's roles: those that were granted, and those that follow from employments.
async fn roles(tx: &mut Tx, user: &User) -> Result<BTreeSet<&'static str>, Failure> {
    let granted = user.roles.iter().map(|role| role.as_str());
    let derived = tx.employee_roles(user.id).await?;
    Ok(granted
        .chain(derived.into_iter().map(EmployeeRole::as_str))
        .collect())
}

/// The services that a user's token is for: all of the client's, or the one that it names (RFC 8707).
pub(super) fn audiences<'a>(
    client: &'a Client,
    resource: Option<&str>,
) -> Result<&'a [String], GrantError> {
    match resource {
        None => Ok(&client.audiences),
        Some(asked) => match client.audiences.iter().position(|one| one == asked) {
            Some(at) => Ok(&client.audiences[at..=at]),
            None => Err(GrantError::InvalidTarget(
                "the client may not have tokens for this resource",
            )),
        },
    }
}
