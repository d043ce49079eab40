//! `grant_type=refresh_token`: a refresh token for an access token and its own successor.

use std::collections::BTreeSet;

use access::UserId;
use jiff::Timestamp;
use outbox::ConsistencyToken;

use super::tokens::{Occasion, audiences};
use super::{App, GrantError, IssuedTokens};
use crate::domain::client::Client;
use crate::domain::ticket::Purpose;
use crate::domain::token_family::{Presented, RefreshToken, is_used, present};
use crate::store::{Family, Tx};

const INVALID: GrantError = GrantError::InvalidGrant("the refresh token is not good, or no longer");

impl App {
    /// Takes a refresh token and yields its successor; the same one again as long as that was not presented. See
    /// [`crate::domain::token_family`]. The facts in the access token are at least as fresh as `known`.
    ///
    /// # Errors
    ///
    /// When the token is not good, or comes after its successor: then its family is revoked.
    pub async fn refresh(
        &self,
        client: &Client,
        token: &str,
        scope: Option<&str>,
        resource: Option<&str>,
        known: &ConsistencyToken,
    ) -> Result<IssuedTokens, GrantError> {
        let content = self.secrets.open(Purpose::Refresh, token).ok_or(INVALID)?;
        let token = RefreshToken::from_bytes(&content).ok_or(INVALID)?;
        let audiences = audiences(client, resource)?;
        // Others are asked before anything is locked, and only for a token that is good.
        let facts = match self.whose_token(client, token, scope).await? {
            Some(user) => self.gather(client, user, known).await,
            None => None,
        };
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let family = tx.lock_live_family(token.family, now).await?;
        let family = family.filter(|family| is_good(family, client, now));
        let family = family.ok_or(INVALID)?;
        let successor = match present(token, family.presented) {
            Presented::Yields(successor) => successor,
            Presented::Unknown => return Err(INVALID),
            Presented::Replayed => return self.stolen(tx, token, now).await,
        };
        let scope = narrowed(&family.scope, scope)?;
        let (session, family) = (&family.session, token.family);
        let user = tx.user(session.user).await?.ok_or(INVALID)?;
        tx.advance_family(family, token.generation, now).await?;
        let of = Occasion {
            client,
            user: &user,
            session,
            family,
            scope: &scope,
            audiences,
            facts: facts.as_ref(),
        };
        let access_token = self.access_token(&mut tx, &of, now).await?.into();
        tx.commit().await?;
        Ok(IssuedTokens {
            access_token,
            expires_in: self.access_token_lifetime,
            refresh_token: Some(self.refresh_token(successor)),
            id_token: None,
            scope,
        })
    }

    /// Who holds the family, if this token yields something as things are for a moment: others are not asked about anybody
    /// for whoever comes with a token that does not.
    async fn whose_token(
        &self,
        client: &Client,
        token: RefreshToken,
        scope: Option<&str>,
    ) -> Result<Option<UserId>, GrantError> {
        let now = self.now();
        let family = self.store.live_family(token.family, now).await?;
        let family = family.filter(|family| {
            is_good(family, client, now)
                && matches!(present(token, family.presented), Presented::Yields(_))
                && narrowed(&family.scope, scope).is_ok()
        });
        Ok(family.map(|family| family.session.user))
    }

    /// Two hold the family, and nobody knows which is the thief: neither keeps it.
    async fn stolen(
        &self,
        mut tx: Tx,
        token: RefreshToken,
        now: Timestamp,
    ) -> Result<IssuedTokens, GrantError> {
        tracing::warn!(family = %token.family, "a refresh token came back: its family is revoked");
        metrics::counter!("token_families_revoked_total", "cause" => "refresh token replayed")
            .increment(1);
        tx.revoke_family(token.family, now).await?;
        tx.commit().await?;
        Err(INVALID)
    }
}

/// Whether a family is this client's, and in use.
fn is_good(family: &Family, client: &Client, now: Timestamp) -> bool {
    family.client_id == client.id && is_used(family.used_at, now)
}

/// The scope of one access token: what was granted, or less, each word of it once.
fn narrowed(granted: &str, asked: Option<&str>) -> Result<String, GrantError> {
    let Some(asked) = asked else {
        return Ok(granted.to_owned());
    };
    let granted: BTreeSet<_> = granted.split(' ').collect();
    let asked: BTreeSet<_> = asked.split(' ').collect();
    if !asked.is_subset(&granted) {
        return Err(GrantError::InvalidScope("the scope was not granted"));
    }
    Ok(asked.into_iter().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_narrowed_and_said_once() {
        let narrowed = |asked| narrowed("email openid profile", asked).ok();
        assert_eq!(narrowed(None).as_deref(), Some("email openid profile"));
        assert_eq!(
            narrowed(Some("openid openid")).as_deref(),
            Some("openid"),
            "or a request makes a token that no service reads"
        );
        assert_eq!(narrowed(Some("openid facts:read")), None);
    }
}
