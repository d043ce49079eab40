//! What was looked for, in Postgres.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgPool;
use sqlx::types::Json;

use super::decisions::Place;
use super::{count, planned_for_this};

/// A search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoggedSearch {
    /// When.
    pub at: Timestamp,
    /// Who asked.
    pub caller: String,
    /// What was looked for: `SUBJECTS`, `RESOURCES`, `ACTIONS` or `VALUES`.
    pub kind: String,
    /// What was said of it.
    pub question: Value,
    /// How many were found, on this page.
    pub found: i64,
    /// Whether there may be more.
    pub more: bool,
    /// The digest of all policies that were asked.
    pub policy_version: String,
    /// The revision of the facts, in the instance that answered.
    pub revision: i64,
    /// How far the facts' sources had come: a consistency token.
    pub facts_at: String,
    /// How old the facts were at most, in milliseconds.
    pub facts_age_ms: i64,
}

/// All searches that are kept.
#[derive(Debug, Clone)]
pub struct SearchLog {
    pool: PgPool,
}

impl SearchLog {
    /// Those in this database.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Keeps these.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn add(&self, searches: &[LoggedSearch]) -> sqlx::Result<()> {
        sqlx::query!(
            "insert into search (at, caller, kind, question, found, more, policy_version, revision, facts_at, facts_age_ms)
             select at, caller, kind, question, found, more, policy_version, revision, facts_at, facts_age_ms
             from jsonb_to_recordset($1) as added (at timestamptz, caller text, kind text, question jsonb, found bigint,
                      more boolean, policy_version text, revision bigint, facts_at text, facts_age_ms bigint)",
            Json(searches) as _,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// So many of this caller, or of all, before this place, the newest first; each with its number.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn list(
        &self,
        caller: Option<&str>,
        before: Option<Place>,
        limit: usize,
    ) -> sqlx::Result<Vec<(i64, LoggedSearch)>> {
        let mut tx = database::begin(&self.pool).await?;
        planned_for_this(&mut tx).await?;
        let (at, number) = before.unzip();
        let rows = sqlx::query!(
            "select number, at, caller, kind, question, found, more, policy_version, revision, facts_at, facts_age_ms
             from search
             where ($1::timestamptz is null or (at, number) < ($1, $2::bigint)) and ($3::text is null or caller = $3)
             order by at desc, number desc limit $4",
            at.map(ToSqlx::to_sqlx) as _,
            number,
            caller,
            count(limit),
        );
        let rows = rows.fetch_all(&mut *tx).await?;
        tx.commit().await?;
        let searches = rows.into_iter().map(|row| {
            let search = LoggedSearch {
                at: row.at.to_jiff(),
                caller: row.caller,
                kind: row.kind,
                question: row.question,
                found: row.found,
                more: row.more,
                policy_version: row.policy_version,
                revision: row.revision,
                facts_at: row.facts_at,
                facts_age_ms: row.facts_age_ms,
            };
            (row.number, search)
        });
        Ok(searches.collect())
    }

    /// Removes those before this, so many at once at most. Says whether there may be more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn forget(&self, before: Timestamp, most: i64) -> sqlx::Result<bool> {
        let removed = sqlx::query!(
            "delete from search where number in (select number from search where at < $1 order by at limit $2)",
            before.to_sqlx() as _,
            most,
        );
        let removed = removed.execute(&self.pool).await?.rows_affected();
        Ok(i64::try_from(removed).is_ok_and(|removed| removed == most))
    }

    /// Removes the oldest, so many at once at most, until the others take no more than so many bytes. Says how many.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn shrink(&self, bytes: i64, most: i64) -> sqlx::Result<u64> {
        let removed = sqlx::query!(
            "with excess as materialized (
                 select others - $1::bigint as bytes from log_size where log = 'SEARCHES'
             ), oldest as materialized (
                 select number, sum(bytes) over (order by at, number) - bytes as before from search
                 where (select excess.bytes from excess) > 0
                 order by at, number limit $2
             )
             delete from search using oldest, excess where search.number = oldest.number and oldest.before < excess.bytes",
            bytes,
            most,
        );
        Ok(removed.execute(&self.pool).await?.rows_affected())
    }
}
