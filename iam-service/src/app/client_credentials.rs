//! `grant_type=client_credentials`: a client's own token, for one service.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde::Serialize;

use super::tokens::ACCESS_TOKEN;
use super::{App, GrantError, IssuedTokens};
use crate::domain::client::Client;
use crate::domain::id::TokenId;

/// Long enough to outlive every user's token issued before, if renewed after a third of it.
const LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// What a client asks for itself.
#[derive(Debug, Clone, Copy)]
pub struct MachineRequest<'a> {
    /// The service that the token is to be for (RFC 8707). It may be left out where there is only one.
    pub resource: Option<&'a str>,
    /// What it is to be good for; everything that the client may do there, when left out.
    pub scope: Option<&'a str>,
}

#[derive(Serialize)]
struct MachineClaims<'a> {
    iss: &'a str,
    aud: &'a str,
    exp: i64,
    iat: i64,
    jti: String,
    sub: &'a str,
    client_id: &'a str,
    scope: &'a str,
}

impl App {
    /// A token for the client itself. It names no user and has no session.
    ///
    /// # Errors
    ///
    /// When the client may not ask for this service or scope.
    pub async fn machine_token(
        &self,
        client: &Client,
        asked: MachineRequest<'_>,
    ) -> Result<IssuedTokens, GrantError> {
        let (audience, scope) = granted(client, asked)?;
        let now = self.now();
        let claims = MachineClaims {
            iss: &self.issuer,
            aud: audience,
            exp: (now + LIFETIME).as_second(),
            iat: now.as_second(),
            jti: TokenId::generate(now, &mut self.randomness.rng()).to_string(),
            sub: &client.id,
            client_id: &client.id,
            scope: &scope,
        };
        let mut tx = self.store.begin().await?;
        let access_token = self
            .signer(&mut tx)
            .await?
            .sign(ACCESS_TOKEN, &claims)?
            .into();
        Ok(IssuedTokens {
            access_token,
            expires_in: LIFETIME,
            scope,
            refresh_token: None,
            id_token: None,
        })
    }
}

fn granted<'a>(
    client: &'a Client,
    asked: MachineRequest<'_>,
) -> Result<(&'a str, String), GrantError> {
    if client.is_public() || client.machine_scopes.is_empty() {
        return Err(GrantError::UnauthorizedClient(
            "the client may not have tokens of its own",
        ));
    }
    let mut services = client.machine_scopes.iter();
    let (audience, scopes) = match asked.resource {
        Some(resource) => services.find(|(audience, _)| *audience == resource).ok_or(
            GrantError::InvalidTarget("the client may not have tokens for this resource"),
        )?,
        None => match (services.next(), services.next()) {
            (Some(only), None) => only,
            _ => {
                return Err(GrantError::InvalidTarget(
                    "resource has to name the service",
                ));
            }
        },
    };
    let all: BTreeSet<_> = scopes.iter().map(String::as_str).collect();
    let scope = match asked.scope {
        None => all,
        // A set: a word that comes a thousand times is in the token once.
        Some(asked) => asked.split(' ').collect(),
    };
    if !scope.iter().all(|one| scopes.contains(*one)) {
        return Err(GrantError::InvalidScope(
            "the client may not have this scope there",
        ));
    }
    Ok((audience, scope.into_iter().collect::<Vec<_>>().join(" ")))
}
