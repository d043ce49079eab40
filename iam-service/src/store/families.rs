//! Token families: what was issued for one authorization code.

use access::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use uuid::Uuid;

use super::{Result, Store, Tx};
use crate::domain::id::{FamilyId, SessionId};
use crate::domain::session::Session;

/// A family that is neither revoked nor of an ended session.
#[derive(Debug, Clone)]
pub struct Family {
    /// Its session.
    pub session: Session,
    /// The client that it was issued to.
    pub client_id: String,
    /// What was asked for, separated by spaces.
    pub scope: String,
    /// The highest generation that was presented.
    pub presented: u32,
    /// When a token of it was last issued.
    pub used_at: Timestamp,
}

struct Row {
    id: Uuid,
    user_id: Uuid,
    authenticated_at: jiff_sqlx::Timestamp,
    expires_at: jiff_sqlx::Timestamp,
    client_id: String,
    scope: String,
    presented: i32,
    used_at: jiff_sqlx::Timestamp,
}

impl From<Row> for Family {
    fn from(row: Row) -> Self {
        Self {
            session: Session {
                id: row.id.into(),
                user: UserId::from(row.user_id),
                authenticated_at: row.authenticated_at.to_jiff(),
                expires_at: row.expires_at.to_jiff(),
            },
            client_id: row.client_id,
            scope: row.scope,
            presented: u32::try_from(row.presented).unwrap_or(0),
            used_at: row.used_at.to_jiff(),
        }
    }
}

/// The live family of an id.
macro_rules! live_family {
    ($id:expr, $now:expr, $locked:literal) => {
        sqlx::query_as!(
            Row,
            "select s.id, s.user_id, s.authenticated_at, s.expires_at, f.client_id, f.scope, f.presented, f.used_at
             from families f join sessions s on s.id = f.session_id
             where f.id = $1 and f.revoked_at is null and s.ended_at is null and s.expires_at > $2 "
                + $locked,
            $id.as_uuid(),
            $now.to_sqlx() as _,
        )
    };
}

impl Store {
    /// The live family of this id, as it is for a moment.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn live_family(&self, id: FamilyId, now: Timestamp) -> Result<Option<Family>> {
        let row = live_family!(id, now, "");
        Ok(row.fetch_optional(&self.pool).await?.map(Family::from))
    }
}

impl Tx {
    /// The same, for whoever has asked for something else before.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn live_family(&mut self, id: FamilyId, now: Timestamp) -> Result<Option<Family>> {
        let row = live_family!(id, now, "");
        Ok(row.fetch_optional(self.db()).await?.map(Family::from))
    }

    /// Stores a family that begins.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn insert_family(
        &mut self,
        id: FamilyId,
        session: SessionId,
        client_id: &str,
        scope: &str,
        now: Timestamp,
    ) -> Result<()> {
        sqlx::query!(
            "insert into families (id, session_id, client_id, scope, used_at) values ($1, $2, $3, $4, $5)",
            id.as_uuid(),
            session.as_uuid(),
            client_id,
            scope,
            now.to_sqlx() as _,
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// The live family of this id, locked until the transaction ends; its session cannot end before either.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn lock_live_family(
        &mut self,
        id: FamilyId,
        now: Timestamp,
    ) -> Result<Option<Family>> {
        let row = live_family!(id, now, "for update of f for share of s");
        Ok(row.fetch_optional(self.db()).await?.map(Family::from))
    }

    /// Notes that a generation was presented.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn advance_family(
        &mut self,
        id: FamilyId,
        presented: u32,
        now: Timestamp,
    ) -> Result<()> {
        sqlx::query!(
            "update families set presented = $2, used_at = $3 where id = $1",
            id.as_uuid(),
            i32::try_from(presented).unwrap_or(i32::MAX),
            now.to_sqlx() as _,
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Revokes a family: none of its tokens is good any more.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn revoke_family(&mut self, id: FamilyId, now: Timestamp) -> Result<()> {
        sqlx::query!(
            "update families set revoked_at = coalesce(revoked_at, $2) where id = $1",
            id.as_uuid(),
            now.to_sqlx() as _,
        )
        .execute(self.db())
        .await?;
        Ok(())
    }
}
