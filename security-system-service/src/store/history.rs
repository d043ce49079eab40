//! Reading what happened to a system.

use access::UserId;
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::rows::state;
use super::{Store, StoreError};
use crate::authorization::{Basis, Permit};
use crate::domain::{Actor, State};

/// So much is read of what was decided, in bytes, before a part of the history ends: what authorized an action may be
/// long, and is held in memory for whoever reads it.
const ENOUGH: i64 = 256 * 1024;

/// A part of a system's history.
#[derive(Debug, Clone)]
pub struct Past {
    /// What happened, the newest first. At least one entry, if there is one.
    pub entries: Vec<Entry>,
    /// Whether there is more, before these.
    pub more: bool,
}

/// Something that happened to a system.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The version that the system has since.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: Actor,
    /// What: an action, or `ALARM`.
    pub action: String,
    /// The state before.
    pub from: State,
    /// The state after.
    pub to: State,
    /// Why it was allowed, where somebody had to be.
    pub authorized_by: Option<Basis>,
}

struct Row {
    version: i64,
    at: jiff_sqlx::Timestamp,
    user_id: Option<Uuid>,
    name: String,
    action: String,
    from_state: String,
    to_state: String,
    authorized_by: Option<Value>,
    found: i64,
}

impl Store {
    /// The newest entries of a system's history, before a version of it: at most so many, and fewer where they are
    /// long. Whoever may view the system may read it, up to the version by which that was decided.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn history(
        &self,
        permit: &Permit,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Past, StoreError> {
        let one_more = limit.saturating_add(1);
        let rows = sqlx::query_as!(
            Row,
            r#"with entry as (
                 select version, at, user_id, name, action, from_state, to_state, authorized_by
                 from history where system_id = $1 and version <= $2 and version < $3
                 order by version desc limit $4
             ), weighed as (
                 select *, count(*) over () as found,
                        sum(octet_length(authorized_by::text)) over (
                            order by version desc rows between unbounded preceding and 1 preceding
                        ) as newer
                 from entry
             )
             select version as "version!", at as "at!", user_id, name as "name!", action as "action!",
                    from_state as "from_state!", to_state as "to_state!", authorized_by, found as "found!"
             from weighed where coalesce(newer, 0) < $5
             order by version desc"#,
            permit.system().id.as_uuid(),
            permit.system().version,
            before.unwrap_or(i64::MAX),
            i64::try_from(one_more).unwrap_or(i64::MAX),
            ENOUGH,
        )
        .fetch_all(&self.pool)
        .await?;
        let found = rows.first().map_or(0, |row| row.found);
        let entries = rows.into_iter().take(limit).map(Entry::try_from);
        let entries = entries.collect::<Result<Vec<_>, StoreError>>()?;
        let told = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        Ok(Past {
            more: found > told,
            entries,
        })
    }
}

impl TryFrom<Row> for Entry {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            version: row.version,
            at: row.at.to_jiff(),
            by: Actor {
                user: row.user_id.map(UserId::from),
                name: row.name,
            },
            action: row.action,
            from: state(&row.from_state)?,
            to: state(&row.to_state)?,
            authorized_by: row.authorized_by.map(serde_json::from_value).transpose()?,
        })
    }
}
