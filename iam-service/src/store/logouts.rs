//! Logouts that clients have not heard of yet.

use access::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;

use super::{Result, Tx};
use crate::domain::id::{DeliveryId, SessionId};

/// The news that a session ended, for one client.
#[derive(Debug, Clone)]
pub struct Logout {
    /// Which one.
    pub id: DeliveryId,
    /// For whom.
    pub client_id: String,
    /// What ended.
    pub session: SessionId,
    /// Whose it was.
    pub user: UserId,
    /// How often delivering it failed, this time included.
    pub attempts: u32,
}

impl Tx {
    /// Queues a logout. After `expires_at` the tokens of the session are expired anyway.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn queue_logout(
        &mut self,
        logout: &Logout,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<()> {
        sqlx::query!(
            "insert into logouts (id, client_id, session_id, user_id, expires_at, next_attempt_at)
             values ($1, $2, $3, $4, $5, $6)",
            logout.id.as_uuid(),
            logout.client_id,
            logout.session.as_uuid(),
            logout.user.as_uuid(),
            expires_at.to_sqlx() as _,
            now.to_sqlx() as _,
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Takes a logout that is due, and puts its next attempt off until `retry_at`, so that no other worker takes it too.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn take_logout(
        &mut self,
        now: Timestamp,
        retry_at: Timestamp,
    ) -> Result<Option<Logout>> {
        let row = sqlx::query!(
            "update logouts set attempts = attempts + 1, next_attempt_at = $2
             where id = (select id from logouts where next_attempt_at <= $1 and expires_at > $1
                         order by next_attempt_at limit 1 for update skip locked)
             returning id, client_id, session_id, user_id, attempts",
            now.to_sqlx() as _,
            retry_at.to_sqlx() as _,
        );
        let row = row.fetch_optional(self.db()).await?;
        Ok(row.map(|row| Logout {
            id: row.id.into(),
            client_id: row.client_id,
            session: row.session_id.into(),
            user: row.user_id.into(),
            attempts: u32::try_from(row.attempts).unwrap_or(0),
        }))
    }

    /// When to try a logout again.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn postpone_logout(&mut self, id: DeliveryId, until: Timestamp) -> Result<()> {
        sqlx::query!(
            "update logouts set next_attempt_at = $2 where id = $1",
            id.as_uuid(),
            until.to_sqlx() as _
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Forgets a logout: it is delivered, or nobody wants it.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn forget_logout(&mut self, id: DeliveryId) -> Result<()> {
        sqlx::query!("delete from logouts where id = $1", id.as_uuid())
            .execute(self.db())
            .await?;
        Ok(())
    }
}
