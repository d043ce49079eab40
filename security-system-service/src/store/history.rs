//! Reading what happened to a system.

use access::UserId;
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::rows::state;
use super::{Store, StoreError};
use crate::authorization::{Basis, Permit};
use crate::domain::State;

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

/// A person, or a machine.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The person, if it was one.
    pub user: Option<UserId>,
    /// Their name, as it was then; or the machine's.
    pub name: String,
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
}

impl Store {
    /// The newest entries of a system's history, before a version of it. Whoever may view the
    /// system may read it, up to the version by which that was decided.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn history(
        &self,
        permit: &Permit,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            "select version, at, user_id, name, action, from_state, to_state, authorized_by
             from history where system_id = $1 and version <= $2 and version < $3
             order by version desc limit $4",
            permit.system().id.as_uuid(),
            permit.system().version,
            before.unwrap_or(i64::MAX),
            i64::try_from(limit).unwrap_or(i64::MAX),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(TryInto::try_into).collect()
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
