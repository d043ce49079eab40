//! What is over is forgotten.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;

use super::{Store, StoreError};

/// How long it is known that the provider has signed somebody out: far longer than a login can be under way. A session of
/// ours that has expired is known no longer, since it signs in nobody, just as one that never was.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// Rows a sweep removes at most, so that it never holds many locks.
const AT_ONCE: i64 = 500;

impl Store {
    /// Removes some sessions that have expired, and some logouts of a day ago; says how many.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn sweep(&self, now: Timestamp) -> Result<u64, StoreError> {
        let before = (now - REMEMBERED).to_sqlx();
        let sweeps = [
            sqlx::query!(
                "delete from session where id in (select id from session where expires_at < $1 limit $2)",
                now.to_sqlx() as _,
                AT_ONCE,
            ),
            sqlx::query!(
                "delete from provider_logout where provider_session in
                     (select provider_session from provider_logout where at < $1 limit $2)",
                before as _,
                AT_ONCE,
            ),
            sqlx::query!(
                "delete from subject_logout where subject in
                     (select subject from subject_logout where at < $1 limit $2)",
                before as _,
                AT_ONCE,
            ),
        ];
        let mut swept = 0;
        for sweep in sweeps {
            swept += sweep.execute(&self.pool).await?.rows_affected();
        }
        Ok(swept)
    }
}
