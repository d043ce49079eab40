//! Changing a system's state.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use outbox::Position;
use security_system_events::ChangedBy;

use super::{Store, StoreError};
use crate::authorization::Change;
use crate::domain::System;
use crate::events::publish::{self, Cause};

/// What was saved.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The system as it is now.
    pub system: System,
    /// Where in the outbox this change stands.
    pub position: Position,
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum Unsaved {
    /// The system has changed since it was judged.
    #[error("the system has changed meanwhile")]
    Overtaken,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for Unsaved {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// Makes a permitted change, if the system still has the version that was authorized.
    ///
    /// # Errors
    ///
    /// When it has not, or the database fails. Then nothing was changed.
    pub async fn save(&self, change: Change, now: Timestamp) -> Result<Saved, Unsaved> {
        let (before, system) = (change.before(), change.after());
        let mut tx = self.pool.begin().await?;
        let saved = sqlx::query!(
            "update system set state = $3, version = $4, freshness = $5
             where id = $1 and version = $2 and lifecycle = 'ACTIVE'",
            system.id.as_uuid(),
            before.version,
            system.state.as_str(),
            system.version,
            change.freshness().to_string(),
        )
        .execute(&mut *tx)
        .await?;
        if saved.rows_affected() == 0 {
            return Err(Unsaved::Overtaken);
        }
        sqlx::query!(
            "insert into history
                 (system_id, version, at, user_id, name, action, from_state, to_state, authorized_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            system.id.as_uuid(),
            system.version,
            now.to_sqlx() as _,
            change.caller().user.as_uuid(),
            change.caller().name,
            change.action().as_str(),
            before.state.as_str(),
            system.state.as_str(),
            serde_json::to_value(change.basis()).map_err(StoreError::from)?,
        )
        .execute(&mut *tx)
        .await?;
        let cause = Cause {
            by: Some(ChangedBy {
                user_id: change.caller().user,
                name: change.caller().name.clone(),
            }),
            action: Some(change.action().into()),
        };
        let event = publish::changed(&system, cause, now).map_err(StoreError::from)?;
        let position = outbox::append(&mut tx, now, vec![event]).await?;
        tx.commit().await?;
        Ok(Saved { system, position })
    }
}
