//! One-time links. A user has one at most: a newer one voids the older.

use access::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use uuid::Uuid;

use super::{Result, Tx, corrupt};
use crate::domain::id::LinkId;
use crate::domain::user::{Email, Name};

/// Whose link it is.
#[derive(Debug, Clone)]
pub struct LinkOwner {
    /// The user.
    pub user: UserId,
    /// Their address.
    pub email: Email,
    /// Their name.
    pub name: Name,
    /// Whether they have chosen a password before.
    pub has_password: bool,
}

impl Tx {
    /// Makes `link` the user's live one.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn put_link(
        &mut self,
        user: UserId,
        link: LinkId,
        expires_at: Timestamp,
    ) -> Result<()> {
        sqlx::query!(
            "insert into links (user_id, id, expires_at) values ($1, $2, $3)
             on conflict (user_id) do update set id = excluded.id, expires_at = excluded.expires_at",
            user.as_uuid(),
            link.as_uuid(),
            expires_at.to_sqlx() as _,
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Lets the user's live link work until then, or makes `new` one; says which.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn renew_link(
        &mut self,
        user: UserId,
        new: LinkId,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<LinkId> {
        let link = sqlx::query_scalar!(
            "insert into links (user_id, id, expires_at) values ($1, $2, $3)
             on conflict (user_id) do update set expires_at = excluded.expires_at,
                 id = case when links.expires_at > $4 then links.id else excluded.id end
             returning id",
            user.as_uuid(),
            new.as_uuid(),
            expires_at.to_sqlx() as _,
            now.to_sqlx() as _,
        );
        Ok(link.fetch_one(self.db()).await?.into())
    }

    /// Whose live link this is.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn link_owner(&mut self, link: Uuid, now: Timestamp) -> Result<Option<LinkOwner>> {
        let row = sqlx::query!(
            r#"select u.id, u.email, u.name, u.password_hash is not null as "has_password!" from links l join users u on u.id = l.user_id
             where l.id = $1 and l.expires_at > $2"#,
            link,
            now.to_sqlx() as _,
        );
        let Some(row) = row.fetch_optional(self.db()).await? else {
            return Ok(None);
        };
        let (email, name) = (
            row.email.parse().map_err(corrupt)?,
            row.name.parse().map_err(corrupt)?,
        );
        Ok(Some(LinkOwner {
            user: row.id.into(),
            email,
            name,
            has_password: row.has_password,
        }))
    }

    /// Uses a live link up. False when somebody else did, or it is none.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn take_link(&mut self, link: Uuid, now: Timestamp) -> Result<bool> {
        let delete = sqlx::query!(
            "delete from links where id = $1 and expires_at > $2",
            link,
            now.to_sqlx() as _
        );
        Ok(delete.execute(self.db()).await?.rows_affected() == 1)
    }
}
