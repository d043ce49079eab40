//! Introspection (RFC 7662): is this token good right now?
//!
//! A token can be good by its signature and its time and yet be over, because its session was ended or its family
//! revoked. Only this service knows.

use access::UserId;

use super::tokens::ACCESS_TOKEN;
use super::{App, Failure};
use crate::domain::client::Client;
use crate::domain::ticket::Purpose;
use crate::domain::token_family::{Presented, RefreshToken, is_used, present};

/// What is told of a good token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introspection {
    /// Whether it is an access token.
    pub is_access_token: bool,
    /// The client that it was issued to.
    pub client_id: String,
    /// What it is good for.
    pub scope: String,
    /// Whom it is about.
    pub sub: String,
    /// Until when it is good, in seconds.
    pub exp: i64,
    /// Since when.
    pub iat: Option<i64>,
    /// Whom it is for.
    pub aud: serde_json::Value,
}

impl App {
    /// Tells `client` about a token that was issued to it or is meant for it; about any other one it learns nothing.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn introspect(
        &self,
        client: &Client,
        token: &str,
    ) -> Result<Option<Introspection>, Failure> {
        match self
            .secrets
            .open(Purpose::Refresh, token)
            .as_deref()
            .and_then(RefreshToken::from_bytes)
        {
            Some(token) => self.introspect_refresh_token(client, token).await,
            None => self.introspect_access_token(client, token).await,
        }
    }

    async fn introspect_access_token(
        &self,
        client: &Client,
        token: &str,
    ) -> Result<Option<Introspection>, Failure> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let Some(claims) = self.own_claims(&mut tx, token, ACCESS_TOKEN).await? else {
            return Ok(None);
        };
        let Some(client_id) = claims.client_id.clone() else {
            return Ok(None);
        };
        let may_know = client_id == client.id || claims.is_for(&client.id);
        if !may_know || claims.exp <= now.as_second() {
            return Ok(None);
        }
        // A machine's token has no family, and nothing that could end it early.
        if claims.sid.is_some() {
            let Some(family) = claims.family() else {
                return Ok(None);
            };
            if tx.live_family(family, now).await?.is_none() {
                return Ok(None);
            }
        }
        Ok(Some(Introspection {
            is_access_token: true,
            client_id,
            scope: claims.scope.unwrap_or_default(),
            sub: claims.sub,
            exp: claims.exp,
            iat: Some(claims.iat),
            aud: claims.aud,
        }))
    }

    async fn introspect_refresh_token(
        &self,
        client: &Client,
        token: RefreshToken,
    ) -> Result<Option<Introspection>, Failure> {
        let now = self.now();
        let family = self.store.live_family(token.family, now).await?;
        let family = family.filter(|family| family.client_id == client.id);
        let family = family
            .filter(|family| is_used(family.used_at, now))
            .filter(|family| matches!(present(token, family.presented), Presented::Yields(_)));
        Ok(family.map(|family| Introspection {
            is_access_token: false,
            client_id: family.client_id,
            scope: family.scope,
            sub: UserId::to_string(&family.session.user),
            exp: family.session.expires_at.as_second(),
            iat: None,
            aud: self.issuer.clone().into(),
        }))
    }
}
