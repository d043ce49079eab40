//! Signing keys: at most one next, one active, and some retiring.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;

use super::{Result, Tx};
use crate::domain::signing_key::{KeyState, PublicKey, SealedKey};

/// A published key.
#[derive(Debug, Clone)]
pub struct StoredKey {
    /// The half that everybody may see.
    pub public: PublicKey,
    /// The half that nobody may.
    pub sealed: SealedKey,
    /// Where it stands.
    pub state: KeyState,
}

impl Tx {
    /// Whoever changes keys comes after everybody who does already.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn lock_keys(&mut self) -> Result<()> {
        sqlx::query!("select pg_advisory_xact_lock(hashtext('iam-service signing keys'))")
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// All published keys.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn keys(&mut self, now: Timestamp) -> Result<Vec<StoredKey>> {
        let rows = sqlx::query!(
            "select kid, x, y, sealed, published_at, activated_at, published_until from signing_keys
             where published_until is null or published_until > $1
             order by published_at, kid",
            now.to_sqlx() as _,
        );
        let rows = rows.fetch_all(self.db()).await?.into_iter();
        Ok(rows
            .map(|row| StoredKey {
                public: PublicKey {
                    kid: row.kid,
                    x: row.x,
                    y: row.y,
                },
                sealed: SealedKey(row.sealed),
                state: match (row.activated_at, row.published_until) {
                    (None, _) => KeyState::Next {
                        published_at: row.published_at.to_jiff(),
                    },
                    (Some(_), None) => KeyState::Active,
                    (Some(_), Some(until)) => KeyState::Retiring {
                        until: until.to_jiff(),
                    },
                },
            })
            .collect())
    }

    /// Publishes a key, to be used later.
    ///
    /// # Errors
    ///
    /// When the database does not answer, or another key is next already.
    pub async fn insert_next_key(
        &mut self,
        public: &PublicKey,
        sealed: &SealedKey,
        now: Timestamp,
    ) -> Result<()> {
        sqlx::query!(
            "insert into signing_keys (kid, x, y, sealed, published_at) values ($1, $2, $3, $4, $5)",
            public.kid,
            public.x,
            public.y,
            sealed.0,
            now.to_sqlx() as _,
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Retires the active key and makes the next one active.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn advance_keys(&mut self, now: Timestamp, published_until: Timestamp) -> Result<()> {
        sqlx::query!(
            "update signing_keys set published_until = $1 where activated_at is not null and published_until is null",
            published_until.to_sqlx() as _,
        )
        .execute(self.db())
        .await?;
        sqlx::query!(
            "update signing_keys set activated_at = $1 where activated_at is null",
            now.to_sqlx() as _
        )
        .execute(self.db())
        .await?;
        Ok(())
    }
}
