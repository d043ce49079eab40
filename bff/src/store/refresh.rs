//! The lease under which one replica refreshes a session.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use rand::CryptoRng;
use secrecy::SecretString;

use super::{Store, StoreError, column};
use crate::domain::{Credential, Identity, SessionId};

/// The right to refresh, until the lease ends, and what to do it with.
#[derive(Clone, Debug)]
pub struct Leased {
    /// `None` where the provider gave none, or its key is gone.
    pub refresh_token: Option<SecretString>,
    /// To whom the answer must belong.
    pub subject: String,
}

impl Store {
    /// Takes the lease, unless another replica has it, or has already renewed or ended the session.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn lease(
        &self,
        id: SessionId,
        generation: i64,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Leased>, StoreError> {
        let row = sqlx::query!(
            "update session set leased_until = $4
             where id = $1 and generation = $2 and ended_at is null and expires_at > $3
                 and (leased_until is null or leased_until <= $3)
             returning refresh_token, subject",
            id.0,
            generation,
            now.to_sqlx() as _,
            until.to_sqlx() as _,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| Leased {
            refresh_token: row
                .refresh_token
                .and_then(|t| self.open(column::REFRESH_TOKEN, id, &t)),
            subject: row.subject,
        }))
    }

    /// Gives the lease back without a result; whoever waits tries.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn release(&self, id: SessionId, generation: i64) -> Result<(), StoreError> {
        sqlx::query!(
            "update session set leased_until = null where id = $1 and generation = $2 and leased_until is not null",
            id.0,
            generation
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Stores what a refresh of `generation` brought, if the record still holds what was sent.
    /// Where the provider named no new refresh token the old one stays.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn renew(
        &self,
        id: SessionId,
        generation: i64,
        credential: &Credential,
        refresh_token: Option<&SecretString>,
        identity: Option<&Identity>,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<bool, StoreError> {
        let access_token = self.seal(column::ACCESS_TOKEN, id, &credential.access_token, rng);
        let refresh_token = refresh_token.map(|t| self.seal(column::REFRESH_TOKEN, id, t, rng));
        let roles = identity.map(|i| i.roles.iter().cloned().collect::<Vec<_>>());
        let renewed = sqlx::query!(
            "update session set generation = $3, access_token = $4, access_expires_at = $5,
                 refresh_token = coalesce($6, refresh_token), leased_until = null,
                 name = coalesce($7, name), email = coalesce($8, email), roles = coalesce($9, roles)
             where id = $1 and generation = $2 and ended_at is null",
            id.0,
            generation,
            credential.generation,
            access_token,
            credential.expires_at.to_sqlx() as _,
            refresh_token,
            identity.map(|i| i.name.as_str()),
            identity.and_then(|i| i.email.as_deref()),
            roles.as_deref(),
        )
        .execute(&self.pool)
        .await?;
        Ok(renewed.rows_affected() == 1)
    }
}
