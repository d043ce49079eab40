//! Sessions are begun, read, and raised in freshness.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use outbox::ConsistencyToken;
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretString};

use super::{Store, StoreError, column};
use crate::domain::{Credential, Identity, Purpose, SessionId};

/// A session that begins.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub identity: Identity,
    /// Its first access token.
    pub credential: Credential,
    /// The token that gets the next one, if the provider gave any.
    pub refresh_token: Option<SecretString>,
    /// When it ends, whatever happens.
    pub expires_at: Timestamp,
}

/// A live record.
#[derive(Clone, Debug)]
pub struct Record {
    /// Whose session it is.
    pub identity: Identity,
    /// Which access token is the newest.
    pub generation: i64,
    /// When that one expires.
    pub access_expires_at: Timestamp,
    /// The token itself, when the reader did not have it.
    pub access_token: Option<SecretString>,
    /// The freshness that the session has seen.
    pub consistency: ConsistencyToken,
    /// When the session ends.
    pub expires_at: Timestamp,
}

impl Store {
    /// Begins a session of a login that was begun at this instant; false when the provider has signed it, or its person,
    /// out in the meantime.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn begin(
        &self,
        new: &NewSession,
        begun_at: Timestamp,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<bool, StoreError> {
        let access_token = self.seal(
            column::ACCESS_TOKEN,
            new.id,
            &new.credential.access_token,
            rng,
        );
        let refresh_token = new
            .refresh_token
            .as_ref()
            .map(|token| self.seal(column::REFRESH_TOKEN, new.id, token, rng));
        let roles: Vec<String> = new.identity.roles.iter().cloned().collect();
        let mut tx = database::begin(&self.pool).await?;
        // A logout that commits before us is seen below; one that comes after us finds us.
        let provider_session = new.identity.provider_session.iter();
        for signed_out in provider_session.chain([&new.identity.subject]) {
            super::end::serialize(&mut tx, signed_out).await?;
        }
        let inserted = sqlx::query!(
            "insert into session (id, subject, provider_session, user_id, name, email, roles, generation,
                 access_token, access_expires_at, refresh_token, created_at, expires_at)
             select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
             where not exists (select from provider_logout where provider_session = $3)
               and not exists (select from subject_logout where subject = $2 and at >= $12)",
            new.id.0,
            new.identity.subject,
            new.identity.provider_session,
            new.identity.user_id,
            new.identity.name,
            new.identity.email,
            &roles,
            new.credential.generation,
            access_token,
            new.credential.expires_at.to_sqlx() as _,
            refresh_token,
            begun_at.to_sqlx() as _,
            new.expires_at.to_sqlx() as _,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(inserted.rows_affected() == 1)
    }

    /// The record of a live session. Its access token comes along only if it is not of the
    /// generation that the reader `has`. A token under a key that is gone ends what it was for.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn read(
        &self,
        id: SessionId,
        has: Option<i64>,
        now: Timestamp,
    ) -> Result<Option<Record>, StoreError> {
        let row = sqlx::query!(
            "select subject, provider_session, user_id, name, email, roles, generation, access_expires_at,
                 case when generation is distinct from $2 then access_token end as access_token,
                 consistency, expires_at
             from session where id = $1 and ended_at is null and expires_at > $3",
            id.0,
            has,
            now.to_sqlx() as _,
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let access_token = row
            .access_token
            .map(|sealed| self.open(column::ACCESS_TOKEN, id, &sealed));
        if let Some(None) = access_token {
            return Ok(None);
        }
        Ok(Some(Record {
            identity: Identity {
                subject: row.subject,
                provider_session: row.provider_session,
                user_id: row.user_id,
                name: row.name,
                email: row.email,
                roles: row.roles.into_iter().collect(),
            },
            generation: row.generation,
            access_expires_at: row.access_expires_at.to_jiff(),
            access_token: access_token.flatten(),
            consistency: token(&row.consistency)?,
            expires_at: row.expires_at.to_jiff(),
        }))
    }

    /// Replaces the freshness that a session has seen, unless somebody else did meanwhile. A token has one
    /// text only, so texts can be compared.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn replace_consistency(
        &self,
        id: SessionId,
        seen: &ConsistencyToken,
        raised: &ConsistencyToken,
    ) -> Result<bool, StoreError> {
        let updated = sqlx::query!(
            "update session set consistency = $3 where id = $1 and consistency = $2",
            id.0,
            seen.to_string(),
            raised.to_string(),
        )
        .execute(&self.pool)
        .await?;
        Ok(updated.rows_affected() == 1)
    }

    pub(super) fn seal(
        &self,
        column: &'static str,
        id: SessionId,
        token: &SecretString,
        rng: &mut impl CryptoRng,
    ) -> String {
        self.ring.seal(
            Purpose::Record(column, id),
            token.expose_secret().as_bytes(),
            rng,
        )
    }

    pub(super) fn open(
        &self,
        column: &'static str,
        id: SessionId,
        sealed: &str,
    ) -> Option<SecretString> {
        let plain = self.ring.open(Purpose::Record(column, id), sealed).ok()?;
        String::from_utf8(plain).ok().map(SecretString::from)
    }
}

fn token(text: &str) -> Result<ConsistencyToken, StoreError> {
    let token = text.parse::<ConsistencyToken>();
    Ok(token.map_err(|error| sqlx::Error::Decode(error.into()))?)
}
