//! Sessions end: here, at the provider, or because it refused to go on.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use secrecy::SecretString;
use sqlx::PgConnection;

use super::{Store, StoreError, column};
use crate::domain::SessionId;

/// Who ended a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndedBy {
    /// The person, here.
    SignOut,
    /// The provider, by a back-channel logout.
    Provider,
    /// The provider, by refusing the refresh token.
    Refused,
}

impl EndedBy {
    const fn name(self) -> &'static str {
        match self {
            Self::SignOut => "SIGN_OUT",
            Self::Provider => "PROVIDER",
            Self::Refused => "REFUSED",
        }
    }
}

/// What an ended session leaves to be revoked at the provider.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its last refresh token.
    pub refresh_token: Option<SecretString>,
    /// The provider's session that it came from.
    pub provider_session: Option<String>,
}

impl Store {
    /// Ends a session, if it is live and, where given, still of this generation.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn end(
        &self,
        id: SessionId,
        generation: Option<i64>,
        by: EndedBy,
        now: Timestamp,
    ) -> Result<Option<Ended>, StoreError> {
        let row = sqlx::query!(
            "with live as (
                 select id, refresh_token, provider_session from session
                 where id = $1 and generation = coalesce($2, generation) and ended_at is null
                 for update
             )
             update session set ended_at = $3, ended_by = $4, access_token = '', refresh_token = null
             from live where session.id = live.id
             returning live.refresh_token, live.provider_session",
            id.0,
            generation,
            now.to_sqlx() as _,
            by.name(),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| Ended {
            refresh_token: row
                .refresh_token
                .and_then(|t| self.open(column::REFRESH_TOKEN, id, &t)),
            provider_session: row.provider_session,
        }))
    }

    /// Ends all that came from one session of the provider, and what is about to.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn end_provider_session(
        &self,
        provider_session: &str,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut tx = database::begin(&self.pool).await?;
        serialize(&mut tx, provider_session).await?;
        sqlx::query!(
            "insert into provider_logout (provider_session, at) values ($1, $2) on conflict do nothing",
            provider_session,
            now.to_sqlx() as _,
        )
        .execute(&mut *tx)
        .await?;
        let ended = sqlx::query!(
            "update session set ended_at = $2, ended_by = $3, access_token = '', refresh_token = null
             where provider_session = $1 and ended_at is null",
            provider_session,
            now.to_sqlx() as _,
            EndedBy::Provider.name(),
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(ended.rows_affected())
    }

    /// Ends all sessions of a subject whose logins were begun by the instant at which the provider said so, and those that
    /// are about to begin; a login that was begun later is none of its business, however late the word arrives.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn end_subject(
        &self,
        subject: &str,
        said_at: Timestamp,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut tx = database::begin(&self.pool).await?;
        serialize(&mut tx, subject).await?;
        sqlx::query!(
            "insert into subject_logout as known (subject, at) values ($1, $2)
             on conflict (subject) do update set at = greatest(known.at, excluded.at)",
            subject,
            said_at.to_sqlx() as _,
        )
        .execute(&mut *tx)
        .await?;
        let ended = sqlx::query!(
            "update session set ended_at = $3, ended_by = $4, access_token = '', refresh_token = null
             where subject = $1 and created_at <= $2 and ended_at is null",
            subject,
            said_at.to_sqlx() as _,
            now.to_sqlx() as _,
            EndedBy::Provider.name(),
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(ended.rows_affected())
    }
}

/// Puts a login and a logout one after the other that are of one session of the provider, or of one subject.
pub(super) async fn serialize(tx: &mut PgConnection, signed_out: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "select from pg_advisory_xact_lock(hashtextextended($1, 0))",
        signed_out
    )
    .execute(tx)
    .await?;
    Ok(())
}
