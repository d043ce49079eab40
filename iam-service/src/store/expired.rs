//! What nobody can use any more.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;

use super::{Result, Store};

/// Rows of a table that are deleted at once at most: so it holds few locks, and is done in time, however much there is.
const AT_ONCE: i64 = 500;

impl Store {
    /// Deletes some of what expired before `now`, and returns how many rows that were. What shows a misuse, a redeemed
    /// code or a revoked family, stays as long as its session would have lasted.
    ///
    /// # Errors
    ///
    /// When the database does not answer. What was deleted before stays so.
    pub async fn delete_expired(&self, now: Timestamp) -> Result<u64> {
        let now = now.to_sqlx();
        let deletes = [
            sqlx::query!(
                "delete from sessions where id in (select id from sessions where expires_at <= $1 limit $2)",
                now as _,
                AT_ONCE
            ),
            sqlx::query!(
                "delete from codes where id in
                     (select id from codes where expires_at <= $1 and family_id is null limit $2)",
                now as _,
                AT_ONCE
            ),
            sqlx::query!(
                "delete from devices where id in (select id from devices where expires_at <= $1 limit $2)",
                now as _,
                AT_ONCE
            ),
            sqlx::query!(
                "delete from links where id in (select id from links where expires_at <= $1 limit $2)",
                now as _,
                AT_ONCE
            ),
            sqlx::query!(
                "delete from mail where id in (select id from mail where expires_at <= $1 limit $2)",
                now as _,
                AT_ONCE
            ),
            sqlx::query!(
                "delete from logouts where id in (select id from logouts where expires_at <= $1 limit $2)",
                now as _,
                AT_ONCE
            ),
            sqlx::query!(
                "delete from signing_keys where kid in
                     (select kid from signing_keys where published_until <= $1 limit $2)",
                now as _,
                AT_ONCE
            ),
            sqlx::query!(
                "delete from throttles where (target, origin) in
                     (select target, origin from throttles
                      where last_at <= $1::timestamptz - interval '24 hours' limit $2)",
                now as _,
                AT_ONCE
            ),
        ];
        let mut rows = 0;
        for delete in deletes {
            rows += delete.execute(&self.pool).await?.rows_affected();
        }
        Ok(rows)
    }
}
