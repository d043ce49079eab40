//! What is over is forgotten.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;

use super::{Store, StoreError};

/// How long an ended session is still known as one that has ended.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// Rows a sweep removes at most, so that it never holds many locks.
const AT_ONCE: i64 = 500;

impl Store {
    /// Removes some of what ended or expired a day ago; says how much.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn sweep(&self, now: Timestamp) -> Result<u64, StoreError> {
        let before = now - REMEMBERED;
        let sessions = sqlx::query!(
            "delete from session where id in (select id from session where expires_at < $1 limit $2)",
            before.to_sqlx() as _,
            AT_ONCE,
        )
        .execute(&self.pool)
        .await?;
        let logouts = sqlx::query!(
            "delete from provider_logout where provider_session in
                 (select provider_session from provider_logout where at < $1 limit $2)",
            before.to_sqlx() as _,
            AT_ONCE,
        )
        .execute(&self.pool)
        .await?;
        Ok(sessions.rows_affected() + logouts.rows_affected())
    }
}
