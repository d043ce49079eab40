//! Authorization codes.

use access::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use uuid::Uuid;

use super::{Result, Store, Tx};
use crate::domain::authorization::AuthorizationRequest;
use crate::domain::id::{CodeId, FamilyId, SessionId};

/// A code, as it was handed out.
#[derive(Debug, Clone)]
pub struct Code {
    /// The session that it was handed out in.
    pub session: SessionId,
    /// The client that asked for it.
    pub client_id: String,
    /// The address that it was sent to.
    pub redirect_uri: String,
    /// What was asked for, separated by spaces.
    pub scope: String,
    /// To be repeated in the ID token.
    pub nonce: Option<String>,
    /// The PKCE challenge.
    pub challenge: String,
    /// When it stops being good.
    pub expires_at: Timestamp,
    /// Whether it was used before, and for what.
    pub redeemed: Redeemed,
}

/// Whether a code was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redeemed {
    /// Not yet.
    No,
    /// For this family.
    For(FamilyId),
}

impl Store {
    /// Whose sign-in a code of this client is of, if it was not redeemed yet.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn whose_code(&self, id: Uuid, client: &str) -> Result<Option<UserId>> {
        let user = sqlx::query_scalar!(
            "select user_id from codes join sessions on sessions.id = session_id
             where codes.id = $1 and client_id = $2 and family_id is null",
            id,
            client,
        );
        let user = user.fetch_optional(&self.pool).await?;
        Ok(user.map(UserId::from))
    }
}

impl Tx {
    /// Stores a code that is handed out.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn insert_code(
        &mut self,
        id: CodeId,
        session: SessionId,
        request: &AuthorizationRequest,
        expires_at: Timestamp,
    ) -> Result<()> {
        sqlx::query!(
            "insert into codes (id, session_id, client_id, redirect_uri, scope, nonce, challenge, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            id.as_uuid(),
            session.as_uuid(),
            request.client_id,
            request.redirect_uri,
            request.scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" "),
            request.nonce,
            request.challenge.as_str(),
            expires_at.to_sqlx() as _,
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// The code of this id, locked until the transaction ends.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn lock_code(&mut self, id: Uuid) -> Result<Option<Code>> {
        let row = sqlx::query!(
            "select session_id, client_id, redirect_uri, scope, nonce, challenge, expires_at, family_id
             from codes where id = $1 for update",
            id,
        );
        let row = row.fetch_optional(self.db()).await?;
        Ok(row.map(|row| Code {
            session: row.session_id.into(),
            client_id: row.client_id,
            redirect_uri: row.redirect_uri,
            scope: row.scope,
            nonce: row.nonce,
            challenge: row.challenge,
            expires_at: row.expires_at.to_jiff(),
            redeemed: row
                .family_id
                .map_or(Redeemed::No, |id| Redeemed::For(id.into())),
        }))
    }

    /// Notes that a code was used, and for which family.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn redeem_code(&mut self, id: Uuid, family: FamilyId) -> Result<()> {
        sqlx::query!(
            "update codes set family_id = $2 where id = $1",
            id,
            family.as_uuid()
        )
        .execute(self.db())
        .await?;
        Ok(())
    }
}
