//! What nobody can use any more.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;

use super::{Result, Tx};

impl Tx {
    /// Deletes what expired before `now`, and returns how many rows that were. What shows a misuse, a redeemed code or
    /// a revoked family, stays as long as its session would have lasted.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn delete_expired(&mut self, now: Timestamp) -> Result<u64> {
        let now = now.to_sqlx();
        let deletes = [
            sqlx::query!("delete from sessions where expires_at <= $1", now as _),
            sqlx::query!(
                "delete from codes where expires_at <= $1 and family_id is null",
                now as _
            ),
            sqlx::query!("delete from devices where expires_at <= $1", now as _),
            sqlx::query!("delete from links where expires_at <= $1", now as _),
            sqlx::query!("delete from mail where expires_at <= $1", now as _),
            sqlx::query!("delete from logouts where expires_at <= $1", now as _),
            sqlx::query!(
                "delete from signing_keys where published_until <= $1",
                now as _
            ),
            sqlx::query!(
                "delete from throttles where last_at <= $1::timestamptz - interval '24 hours'",
                now as _
            ),
        ];
        let mut rows = 0;
        for delete in deletes {
            rows += delete.execute(self.db()).await?.rows_affected();
        }
        Ok(rows)
    }
}
