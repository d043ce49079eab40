//! The two kinds of callers, as parameters of handlers.

use std::{collections::BTreeSet, sync::Arc};

use ::http::{HeaderMap, header, request::Parts};
use access::UserId;
use axum::extract::{FromRef, FromRequestParts};
use jiff::SignedDuration;

use super::{MissingScope, Rejection, Verifier, claims::Claims};
use crate::problem::Problem;

/// A person, signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// Their name, as of when the token was issued.
    pub name: String,
    /// Their application roles, as of then.
    pub roles: BTreeSet<String>,
    /// What the person let the client see of them.
    pub scopes: BTreeSet<String>,
    /// The session with the provider that the token belongs to.
    pub session: String,
    /// What the issuer claims of facts about the person, as it is written: to be read by who decides by it.
    pub facts: Option<Arc<str>>,
    /// How long ago the token was issued.
    pub token_age: SignedDuration,
}

impl User {
    pub(super) fn new(claims: Claims, token_age: SignedDuration) -> Result<Self, Rejection> {
        let (Some(id), Some(session)) = (claims.user_id, claims.sid) else {
            return Err(Rejection::Invalid("not a person's"));
        };
        if claims.sub == claims.client_id {
            return Err(Rejection::Invalid("not a person's"));
        }
        Ok(Self {
            id,
            name: claims.name.unwrap_or_default(),
            roles: claims.roles.unwrap_or_default(),
            scopes: words(claims.scope.as_deref()),
            session,
            facts: claims.facts.map(|facts| facts.get().into()),
            token_age,
        })
    }

    /// Has the person this application role?
    #[must_use]
    pub fn has(&self, role: &str) -> bool {
        self.roles.contains(role)
    }
}

/// A client on its own behalf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Which.
    pub client_id: String,
    /// What it may do.
    pub scopes: BTreeSet<String>,
    /// How long ago the token was issued.
    pub token_age: SignedDuration,
}

impl Machine {
    pub(super) fn new(claims: Claims, token_age: SignedDuration) -> Result<Self, Rejection> {
        let own = claims.sub == claims.client_id
            && claims.user_id.is_none()
            && claims.sid.is_none()
            && claims.audience().len() == 1;
        if !own {
            return Err(Rejection::Invalid("not a machine's"));
        }
        Ok(Self {
            client_id: claims.client_id,
            scopes: words(claims.scope.as_deref()),
            token_age,
        })
    }

    /// Refuses unless the client was granted the scope.
    ///
    /// # Errors
    ///
    /// When it was not.
    pub fn require(&self, scope: &'static str) -> Result<(), MissingScope> {
        if self.scopes.contains(scope) {
            Ok(())
        } else {
            Err(MissingScope(scope))
        }
    }
}

impl<S> FromRequestParts<S> for User
where
    S: Send + Sync,
    Arc<Verifier>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let token = bearer(&parts.headers)?;
        Ok(Arc::<Verifier>::from_ref(state).user(token).await?)
    }
}

impl<S> FromRequestParts<S> for Machine
where
    S: Send + Sync,
    Arc<Verifier>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let token = bearer(&parts.headers)?;
        Ok(Arc::<Verifier>::from_ref(state).machine(token).await?)
    }
}

fn words(scope: Option<&str>) -> BTreeSet<String> {
    scope
        .unwrap_or_default()
        .split_ascii_whitespace()
        .map(ToOwned::to_owned)
        .collect()
}

/// The one token in the one header. Tokens in queries and bodies are not looked for.
///
/// # Errors
///
/// When there is none, or not one alone.
pub fn bearer(headers: &HeaderMap) -> Result<&str, Rejection> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().ok_or(Rejection::Missing)?;
    if values.next().is_some() {
        return Err(Rejection::Invalid("several authorizations"));
    }
    let text = value
        .to_str()
        .map_err(|_| Rejection::Invalid("authorization"))?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(Rejection::Missing),
    }
}
