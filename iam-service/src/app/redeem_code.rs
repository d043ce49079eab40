//! `grant_type=authorization_code`: a code for tokens, once.

use access::UserId;
use jiff::Timestamp;
use outbox::ConsistencyToken;
use uuid::Uuid;

use super::tokens::{Occasion, audiences};
use super::{App, GrantError, IssuedTokens};
use crate::domain::authorization::CodeChallenge;
use crate::domain::client::Client;
use crate::domain::id::FamilyId;
use crate::domain::ticket::Purpose;
use crate::domain::token_family::RefreshToken;
use crate::store::{Code, Redeemed, Tx};

/// What comes with a code.
#[derive(Debug, Clone, Copy)]
pub struct Redemption<'a> {
    /// The code.
    pub code: &'a str,
    /// The address that it was sent to.
    pub redirect_uri: Option<&'a str>,
    /// What the challenge was made of.
    pub verifier: &'a str,
    /// The one service that the access token is to be for.
    pub resource: Option<&'a str>,
    /// How fresh the facts in it have to be at least.
    pub known: &'a ConsistencyToken,
}

const INVALID: GrantError = GrantError::InvalidGrant("the code is not good, or no longer");

impl App {
    /// Redeems a code. One that comes twice was stolen, once or the other time: what it was redeemed for is revoked.
    ///
    /// # Errors
    ///
    /// When the code is not good, not the client's, or not for this verifier and address.
    pub async fn redeem_code(
        &self,
        client: &Client,
        given: Redemption<'_>,
    ) -> Result<IssuedTokens, GrantError> {
        let id = self
            .secrets
            .open_id(Purpose::Code, given.code)
            .ok_or(INVALID)?;
        let audiences = audiences(client, given.resource)?;
        // Others are asked before anything is locked, and only for a code that is good.
        let facts = match self.whose_code(client, id, &given).await? {
            Some(user) => self.gather(client, user, given.known).await,
            None => None,
        };
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let code = tx.lock_code(id).await?;
        let code = code
            .filter(|code| code.client_id == client.id)
            .ok_or(INVALID)?;
        if let Redeemed::For(family) = code.redeemed {
            return self.used_twice(tx, family, now).await;
        }
        check(&code, &given, now)?;
        let session = &tx.live_session(code.session, now).await?.ok_or(INVALID)?;
        let user = &tx.user(session.user).await?.ok_or(INVALID)?;
        let family = FamilyId::generate(now, &mut self.randomness.rng());
        tx.insert_family(family, session.id, &client.id, &code.scope, now)
            .await?;
        tx.redeem_code(id, family).await?;

        let of = Occasion {
            client,
            user,
            session,
            family,
            scope: &code.scope,
            audiences,
            facts: facts.as_ref(),
        };
        self.first_tokens(tx, &of, code.nonce.as_deref(), now).await
    }

    /// Whose sign-in a code is of, if it can be redeemed as things are for a moment: others are not asked about anybody for
    /// whoever comes with one that cannot.
    async fn whose_code(
        &self,
        client: &Client,
        id: Uuid,
        given: &Redemption<'_>,
    ) -> Result<Option<UserId>, GrantError> {
        let code = self.store.code(id).await?.filter(|code| {
            code.client_id == client.id
                && code.redeemed == Redeemed::No
                && check(code, given, self.now()).is_ok()
        });
        Ok(code.map(|code| code.user))
    }

    /// The tokens that a new family begins with.
    async fn first_tokens(
        &self,
        mut tx: Tx,
        of: &Occasion<'_>,
        nonce: Option<&str>,
        now: Timestamp,
    ) -> Result<IssuedTokens, GrantError> {
        let access_token = self.access_token(&mut tx, of, now).await?;
        let id_token = self
            .id_token(&mut tx, of, &access_token, nonce, now)
            .await?;
        tx.commit().await?;
        Ok(IssuedTokens {
            access_token: access_token.into(),
            expires_in: self.access_token_lifetime,
            refresh_token: Some(self.refresh_token(RefreshToken::first(of.family))),
            id_token,
            scope: of.scope.to_owned(),
        })
    }

    /// The code was stolen, this time or the other.
    async fn used_twice(
        &self,
        mut tx: Tx,
        family: FamilyId,
        now: Timestamp,
    ) -> Result<IssuedTokens, GrantError> {
        tracing::warn!(%family, "a code came twice: its tokens are revoked");
        metrics::counter!("token_families_revoked_total", "cause" => "code replayed").increment(1);
        tx.revoke_family(family, now).await?;
        tx.commit().await?;
        Err(INVALID)
    }
}

fn check(code: &Code, given: &Redemption<'_>, now: Timestamp) -> Result<(), GrantError> {
    if code.expires_at <= now {
        return Err(INVALID);
    }
    if given.redirect_uri != Some(&code.redirect_uri) {
        return Err(GrantError::InvalidGrant(
            "the redirect_uri is not the one that the code was sent to",
        ));
    }
    if !CodeChallenge::parse(&code.challenge)
        .is_some_and(|challenge| challenge.is_met_by(given.verifier))
    {
        return Err(GrantError::InvalidGrant("the code_verifier does not match"));
    }
    Ok(())
}
