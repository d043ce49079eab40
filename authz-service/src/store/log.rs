//! What decisions and searches have in common as logs.

use jiff::Timestamp;
use serde_json::Value;

use super::{DecisionLog, LoggedSearch, NewDecision, SearchLog};

/// A log, which is written in batches, and from which is removed what has been kept long enough, or has no room any more.
pub trait Log: Send + Sync {
    /// What is in it.
    type Entry: Send + Sync;
    /// The counter of what it could not take.
    const LOST: &'static str;
    /// The counter of what was removed from it before its time.
    const CROWDED_OUT: &'static str;

    /// About how many bytes an entry takes in memory.
    fn bytes(entry: &Self::Entry) -> usize;

    /// Keeps these.
    fn add(&self, entries: &[Self::Entry]) -> impl Future<Output = sqlx::Result<()>> + Send;

    /// Removes those before this, so many at once at most. Says whether there may be more.
    fn forget(
        &self,
        before: Timestamp,
        most: i64,
    ) -> impl Future<Output = sqlx::Result<bool>> + Send;

    /// Removes the oldest, so many at once at most, until the others take no more than so many bytes. Says how many.
    fn shrink(&self, bytes: i64, most: i64) -> impl Future<Output = sqlx::Result<u64>> + Send;
}

/// About how many bytes this takes in memory.
fn size(value: &Value) -> usize {
    let within = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(fields) => {
            let fields = fields.iter();
            let sizes = fields.map(|(name, value)| size_of::<String>() + name.len() + size(value));
            sizes.sum()
        }
    };
    size_of::<Value>() + within
}

impl Log for DecisionLog {
    type Entry = NewDecision;
    const LOST: &'static str = "decisions_lost_total";
    const CROWDED_OUT: &'static str = "decisions_crowded_out_total";

    fn bytes(NewDecision { decision, .. }: &NewDecision) -> usize {
        let texts = [
            &decision.caller,
            &decision.subject,
            &decision.action,
            &decision.resource,
            &decision.policy_version,
            &decision.facts_at,
        ];
        let texts = texts.into_iter().chain(&decision.policies);
        let texts = texts.chain(&decision.facts).map(String::len);
        size_of::<NewDecision>() + texts.sum::<usize>() + size(&decision.question)
    }

    async fn add(&self, decisions: &[NewDecision]) -> sqlx::Result<()> {
        Self::add(self, decisions).await
    }

    async fn forget(&self, before: Timestamp, most: i64) -> sqlx::Result<bool> {
        Self::forget(self, before, most).await
    }

    async fn shrink(&self, bytes: i64, most: i64) -> sqlx::Result<u64> {
        Self::shrink(self, bytes, most).await
    }
}

impl Log for SearchLog {
    type Entry = LoggedSearch;
    const LOST: &'static str = "searches_lost_total";
    const CROWDED_OUT: &'static str = "searches_crowded_out_total";

    fn bytes(search: &LoggedSearch) -> usize {
        let texts = [&search.caller, &search.policy_version, &search.facts_at];
        let texts = texts.into_iter().map(String::len);
        size_of::<LoggedSearch>() + texts.sum::<usize>() + size(&search.question)
    }

    async fn add(&self, searches: &[LoggedSearch]) -> sqlx::Result<()> {
        Self::add(self, searches).await
    }

    async fn forget(&self, before: Timestamp, most: i64) -> sqlx::Result<bool> {
        Self::forget(self, before, most).await
    }

    async fn shrink(&self, bytes: i64, most: i64) -> sqlx::Result<u64> {
        Self::shrink(self, bytes, most).await
    }
}
