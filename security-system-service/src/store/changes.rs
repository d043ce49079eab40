//! Changing a system's state.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use outbox::{ConsistencyToken, Position};
use security_system_events::ChangedBy;
use sqlx::{PgConnection, Postgres, Transaction};

use super::rows::token;
use super::{Store, StoreError};
use crate::authorization::Change;
use crate::domain::{Actor, LastChange, System};
use crate::events::publish::{self, Deed};

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
    /// The system has changed since it was judged, or somebody who knew more has confirmed its state.
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
    /// Makes a permitted change, if the system still is what was authorized. Where the state is already
    /// what it shall be, only the freshness is saved: there is no new version, no history and no event.
    ///
    /// # Errors
    ///
    /// When it is not, or the database fails. Then nothing was changed.
    pub async fn save(&self, change: Change, now: Timestamp) -> Result<Saved, Unsaved> {
        let (before, mut system) = (change.before(), change.after());
        let mut tx = database::begin(&self.pool).await?;
        let kept = as_authorized(&mut tx, before).await?;
        let changes = system != *before;
        if changes {
            knows_as_much(change.freshness(), &kept)?;
        }
        sqlx::query!(
            "update system set state = $2, version = $3, freshness = $4 where id = $1",
            system.id.as_uuid(),
            system.state.as_str(),
            system.version,
            kept.merged(change.freshness()).to_string(),
        )
        .execute(&mut *tx)
        .await?;
        let position = if changes {
            system.changed = Some(last_change(&change, now));
            record(&mut tx, &change, &system, now).await?
        } else {
            outbox::head(&mut tx).await?
        };
        database::commit(tx).await?;
        Ok(Saved { system, position })
    }
}

/// Holds a system, if it still has the version that was authorized, and tells how fresh the facts have to
/// be by which it is changed now.
pub(super) async fn as_authorized(
    db: &mut PgConnection,
    system: &System,
) -> Result<ConsistencyToken, Unsaved> {
    let freshness = sqlx::query_scalar!(
        "select freshness from system where id = $1 and version = $2 and lifecycle = 'ACTIVE' for update",
        system.id.as_uuid(),
        system.version,
    )
    .fetch_optional(db)
    .await?;
    let freshness = freshness.ok_or(Unsaved::Overtaken)?;
    Ok(token(&freshness)?)
}

/// Somebody who knew more may have confirmed the state meanwhile. A decision made without that knowledge
/// must not undo it.
pub(super) fn knows_as_much(
    decided: &ConsistencyToken,
    kept: &ConsistencyToken,
) -> Result<(), Unsaved> {
    let all = decided.clone().merged(kept);
    if all == *decided {
        Ok(())
    } else {
        Err(Unsaved::Overtaken)
    }
}

/// What the history tells of the version that a change makes.
fn last_change(change: &Change, now: Timestamp) -> LastChange {
    LastChange {
        at: now,
        by: Actor {
            user: Some(change.caller().user),
            name: change.caller().name.clone(),
        },
        action: change.action().as_str().to_owned(),
    }
}

/// Puts a change into the history, and tells the world of it. Answers where in the outbox that stands.
async fn record(
    tx: &mut Transaction<'_, Postgres>,
    change: &Change,
    system: &System,
    now: Timestamp,
) -> Result<Position, Unsaved> {
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
        change.before().state.as_str(),
        system.state.as_str(),
        serde_json::to_value(change.basis()).map_err(StoreError::from)?,
    )
    .execute(&mut **tx)
    .await?;
    let deed = Deed {
        by: Some(ChangedBy {
            user_id: change.caller().user,
            name: change.caller().name.clone(),
        }),
        action: Some(change.action().into()),
    };
    let event = publish::changed(system, deed, now).map_err(StoreError::from)?;
    Ok(outbox::append(tx, now, vec![event]).await?)
}
