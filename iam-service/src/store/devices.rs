//! Known devices: where somebody has signed in before.

use access::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use uuid::Uuid;

use super::{Result, Tx};
use crate::domain::id::DeviceId;
use crate::domain::user::Email;

/// As many devices of one user are known, those that were used last: a script that keeps no cookie makes a new one
/// each time.
const MOST: i64 = 20;

impl Tx {
    /// By which of these devices the user of this address is known.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn known_device(
        &mut self,
        devices: &[DeviceId],
        email: &Email,
        now: Timestamp,
    ) -> Result<Option<DeviceId>> {
        let ids: Vec<Uuid> = devices.iter().map(|device| device.as_uuid()).collect();
        let known = sqlx::query_scalar!(
            "select d.id from devices d join users u on u.id = d.user_id
             where d.id = any($1) and u.email = $2 and d.expires_at > $3
             order by d.expires_at desc limit 1",
            &ids,
            email.as_str(),
            now.to_sqlx() as _,
        );
        let known = known.fetch_optional(self.db()).await?;
        Ok(known.map(DeviceId::from))
    }

    /// Knows a device until then.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn put_device(
        &mut self,
        device: DeviceId,
        user: UserId,
        expires_at: Timestamp,
    ) -> Result<()> {
        sqlx::query!(
            "insert into devices (id, user_id, expires_at) values ($1, $2, $3)
             on conflict (id) do update set expires_at = excluded.expires_at",
            device.as_uuid(),
            user.as_uuid(),
            expires_at.to_sqlx() as _,
        )
        .execute(self.db())
        .await?;
        sqlx::query!(
            "delete from devices where id in (
                 select id from devices where user_id = $1 order by expires_at desc, id desc offset $2
             )",
            user.as_uuid(),
            MOST,
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Knows no device of a user any more.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn forget_devices_of(&mut self, user: UserId) -> Result<()> {
        sqlx::query!("delete from devices where user_id = $1", user.as_uuid())
            .execute(self.db())
            .await?;
        Ok(())
    }
}
