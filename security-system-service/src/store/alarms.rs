//! Alarms: changes that a machine reports.

use access::SystemId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use outbox::Position;
use security_system_events::Action;

use super::rows::SystemRow;
use super::{Store, StoreError};
use crate::authorization::panel::Panel;
use crate::domain::System;
use crate::events::publish::{self, Deed};

/// What came of a report.
#[derive(Debug, Clone)]
pub enum Alarmed {
    /// The system is alarmed now.
    Raised(Position),
    /// It does not guard, or is alarmed already.
    Unchanged,
    /// There is no such system.
    NoSuchSystem,
}

impl Store {
    /// Has a system alarmed, if it guards.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn alarm(
        &self,
        panel: &Panel,
        id: SystemId,
        now: Timestamp,
    ) -> Result<Alarmed, StoreError> {
        let mut tx = database::begin(&self.pool).await?;
        // Nothing has to be asked of anybody, so the row may as well be held.
        let row = sqlx::query_as!(
            SystemRow,
            r#"select id, location_id, customer_id, state, version, freshness,
                    '' as "location!", '' as "customer!", null::jsonb as "changed: _"
             from system where id = $1 and lifecycle = 'ACTIVE' for update"#,
            id.as_uuid(),
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else {
            return Ok(Alarmed::NoSuchSystem);
        };
        let (before, _) = row.try_into()?;
        let system = System {
            state: before.state.after_alarm(),
            version: before.version + 1,
            ..before
        };
        if system.state == before.state {
            return Ok(Alarmed::Unchanged);
        }
        sqlx::query!(
            "with changed as (
                 update system set state = $2, version = $3 where id = $1
             )
             insert into history (system_id, version, at, name, action, from_state, to_state)
             values ($1, $3, $4, $5, 'ALARM', $6, $2)",
            id.as_uuid(),
            system.state.as_str(),
            system.version,
            now.to_sqlx() as _,
            panel.client(),
            before.state.as_str(),
        )
        .execute(&mut *tx)
        .await?;
        let deed = Deed {
            by: None,
            action: Some(Action::Alarm),
        };
        let event = publish::changed(&system, deed, now)?;
        let position = outbox::append(&mut tx, now, vec![event]).await?;
        database::commit(tx).await?;
        Ok(Alarmed::Raised(position))
    }
}
