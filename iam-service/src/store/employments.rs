//! Employments, as the organizations' services tell of them.

use access::{EmployeeId, UserId};
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
    /// Stores a state, unless a later one is stored already.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn apply(self, db: &mut PgConnection, epoch: i64, version: i64) -> Result<()> {
        sqlx::query!(
            "insert into employments (employee_id, user_id, role, active, epoch, version)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (employee_id) do update
             set user_id = excluded.user_id, role = excluded.role, active = excluded.active,
                 epoch = excluded.epoch, version = excluded.version
             where (employments.epoch, employments.version) < (excluded.epoch, excluded.version)",
            self.id.as_uuid(),
            self.user.as_uuid(),
            self.role.as_str(),
            self.active,
            epoch,
            version,
        )
        .execute(db)
        .await?;
        Ok(())
    }

    /// Notes that an employment is gone, unless a later state is stored already.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove(
        id: EmployeeId,
        db: &mut PgConnection,
        epoch: i64,
        version: i64,
    ) -> Result<()> {
        sqlx::query!(
            "update employments set active = false, epoch = $2, version = $3
             where employee_id = $1 and (epoch, version) < ($2, $3)",
            id.as_uuid(),
            epoch,
            version,
        )
        .execute(db)
        .await?;
        Ok(())
    }
}
