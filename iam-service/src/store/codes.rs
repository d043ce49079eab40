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
    /// Whose sign-in it is of.
    pub user: UserId,
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

struct Row {
    session_id: Uuid,
    user_id: Uuid,
    client_id: String,
    redirect_uri: String,
    scope: String,
    nonce: Option<String>,
    challenge: String,
    expires_at: jiff_sqlx::Timestamp,
    family_id: Option<Uuid>,
}

impl From<Row> for Code {
    fn from(row: Row) -> Self {
        Self {
            session: row.session_id.into(),
            user: row.user_id.into(),
            client_id: row.client_id,
            redirect_uri: row.redirect_uri,
            scope: row.scope,
            nonce: row.nonce,
            challenge: row.challenge,
            expires_at: row.expires_at.to_jiff(),
            redeemed: row
                .family_id
                .map_or(Redeemed::No, |id| Redeemed::For(id.into())),
        }
    }
}

/// The code of an id.
macro_rules! code {
    ($id:expr, $locked:literal) => {
        sqlx::query_as!(
            Row,
            "select c.session_id, s.user_id, c.client_id, c.redirect_uri, c.scope, c.nonce, c.challenge, c.expires_at, c.family_id
             from codes c join sessions s on s.id = c.session_id
             where c.id = $1 "
                + $locked,
            $id,
        )
    };
}

impl Store {
    /// The code of this id, as it is for a moment.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn code(&self, id: Uuid) -> Result<Option<Code>> {
        let row = code!(id, "");
        Ok(row.fetch_optional(&self.pool).await?.map(Code::from))
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
        let row = code!(id, "for update of c");
        Ok(row.fetch_optional(self.db()).await?.map(Code::from))
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
