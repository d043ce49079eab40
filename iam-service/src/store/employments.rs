//! Employments, as the organizations' services tell of them.

use access::{EmployeeId, UserId};
use outbox::Event;
use sqlx::PgConnection;

use super::Result;
use crate::domain::user::EmployeeRole;

/// What matters here of an employment.
#[derive(Debug, Clone, Copy)]
pub struct Employment {
    /// Which one.
    pub id: EmployeeId,
    /// Whose.
    pub user: UserId,
    /// What it makes of the user.
    pub role: EmployeeRole,
    /// Whether it lasts.
    pub active: bool,
}

impl Employment {
    /// Stores what `event` says, unless something later is stored already.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn apply(self, db: &mut PgConnection, event: &Event) -> Result<()> {
        sqlx::query!(
            "insert into employments (source, generation, employee_id, user_id, role, active, epoch, version)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (generation, employee_id) do update
             set user_id = excluded.user_id, role = excluded.role, active = excluded.active,
                 epoch = excluded.epoch, version = excluded.version
             where (employments.epoch, employments.version) < (excluded.epoch, excluded.version)",
            event.source,
            event.generation,
            self.id.as_uuid(),
            self.user.as_uuid(),
            self.role.as_str(),
            self.active,
            event.position.epoch,
            event.version,
        )
        .execute(db)
        .await?;
        Ok(())
    }

    /// Notes that the employment of `event` is gone, unless something later is stored already. One that was never
    /// heard of is noted too: an older event may yet come.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn remove(db: &mut PgConnection, event: &Event) -> Result<()> {
        sqlx::query!(
            "insert into employments (source, generation, employee_id, active, epoch, version)
             values ($1, $2, $3, false, $4, $5)
             on conflict (generation, employee_id) do update
             set active = false, epoch = excluded.epoch, version = excluded.version
             where (employments.epoch, employments.version) < (excluded.epoch, excluded.version)",
            event.source,
            event.generation,
            event.id,
            event.position.epoch,
            event.version,
        )
        .execute(db)
        .await?;
        Ok(())
    }

    /// Deletes so much of what belongs to a generation that another has replaced, and says how much it was.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn discard(db: &mut PgConnection, generation: i64, most: i64) -> Result<u64> {
        let discarded = sqlx::query!(
            "delete from employments
             where ctid = any (array(select ctid from employments where generation = $1 limit $2))",
            generation,
            most,
        );
        Ok(discarded.execute(db).await?.rows_affected())
    }
}
