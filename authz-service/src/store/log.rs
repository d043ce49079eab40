//! What decisions and searches have in common as logs.

use jiff::Timestamp;

use super::{DecisionLog, LoggedDecision, LoggedSearch, SearchLog};

/// A log, which is written in batches, and from which is removed what has been kept long enough.
pub trait Log: Send + Sync {
    /// What is in it.
    type Entry: Send + Sync;
    /// The counter of what it could not take.
    const LOST: &'static str;

    /// Keeps these.
    fn add(&self, entries: &[Self::Entry]) -> impl Future<Output = sqlx::Result<()>> + Send;

    /// Removes those before this, so many at once at most. Says whether there may be more.
    fn forget(
        &self,
        before: Timestamp,
        most: i64,
    ) -> impl Future<Output = sqlx::Result<bool>> + Send;
}

impl Log for DecisionLog {
    type Entry = LoggedDecision;
    const LOST: &'static str = "decisions_lost_total";

    async fn add(&self, decisions: &[LoggedDecision]) -> sqlx::Result<()> {
        Self::add(self, decisions).await
    }

    async fn forget(&self, before: Timestamp, most: i64) -> sqlx::Result<bool> {
        Self::forget(self, before, most).await
    }
}

impl Log for SearchLog {
    type Entry = LoggedSearch;
    const LOST: &'static str = "searches_lost_total";

    async fn add(&self, searches: &[LoggedSearch]) -> sqlx::Result<()> {
        Self::add(self, searches).await
    }

    async fn forget(&self, before: Timestamp, most: i64) -> sqlx::Result<bool> {
        Self::forget(self, before, most).await
    }
}
