//! Sessions.

use access::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use uuid::Uuid;

use super::{Result, Tx};
use crate::domain::id::SessionId;
use crate::domain::session::Session;

struct Row {
    id: Uuid,
    user_id: Uuid,
    authenticated_at: jiff_sqlx::Timestamp,
    expires_at: jiff_sqlx::Timestamp,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            user: row.user_id.into(),
            authenticated_at: row.authenticated_at.to_jiff(),
            expires_at: row.expires_at.to_jiff(),
        }
    }
}

impl Tx {
    /// Stores a session that begins.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn insert_session(&mut self, session: &Session) -> Result<()> {
        sqlx::query!(
            "insert into sessions (id, user_id, authenticated_at, expires_at) values ($1, $2, $3, $4)",
            session.id.as_uuid(),
            session.user.as_uuid(),
            session.authenticated_at.to_sqlx() as _,
            session.expires_at.to_sqlx() as _,
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// The session of this id, if it is live. It cannot end before the transaction does.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn live_session(&mut self, id: SessionId, now: Timestamp) -> Result<Option<Session>> {
        let row = sqlx::query_as!(
            Row,
            "select id, user_id, authenticated_at, expires_at from sessions
             where id = $1 and ended_at is null and expires_at > $2 for share",
            id.as_uuid(),
            now.to_sqlx() as _,
        );
        Ok(row.fetch_optional(self.db()).await?.map(Session::from))
    }

    /// Ends a session and returns it, if it was live.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn end_session(&mut self, id: SessionId, now: Timestamp) -> Result<Option<Session>> {
        let row = sqlx::query_as!(
            Row,
            "update sessions set ended_at = $2 where id = $1 and ended_at is null and expires_at > $2
             returning id, user_id, authenticated_at, expires_at",
            id.as_uuid(),
            now.to_sqlx() as _,
        );
        Ok(row.fetch_optional(self.db()).await?.map(Session::from))
    }

    /// Ends all sessions of a user and returns them.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn end_sessions_of(&mut self, user: UserId, now: Timestamp) -> Result<Vec<Session>> {
        let rows = sqlx::query_as!(
            Row,
            "update sessions set ended_at = $2 where user_id = $1 and ended_at is null and expires_at > $2
             returning id, user_id, authenticated_at, expires_at",
            user.as_uuid(),
            now.to_sqlx() as _,
        );
        Ok(rows
            .fetch_all(self.db())
            .await?
            .into_iter()
            .map(Session::from)
            .collect())
    }

    /// The clients that were given tokens in a session.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn clients_of(&mut self, session: SessionId) -> Result<Vec<String>> {
        let clients = sqlx::query_scalar!(
            "select distinct client_id from families where session_id = $1",
            session.as_uuid()
        );
        Ok(clients.fetch_all(self.db()).await?)
    }
}
