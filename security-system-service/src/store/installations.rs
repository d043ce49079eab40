//! Installing and removing systems, step by step.
//!
//! Each step is made on condition that the row is where the step begins (see [`Lifecycle`]), so that a
//! request and the worker, or two workers, may come to the same row and only one makes the step.

use access::SystemId;
use idempotency::Mark;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use outbox::Position;

use super::changes::{as_authorized, knows_as_much};
use super::rows::{SystemRow, state};
use super::{Store, StoreError, Unsaved};
use crate::authorization::installer::{Installation, Removal};
use crate::domain::{Lifecycle, Standing, State, System};
use crate::events::publish::{self, Deed};

/// What came of an intention to install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inserted {
    /// It is on record.
    Standing(Standing),
    /// Another system has the location.
    LocationTaken,
}

/// For how long nobody else goes on with an unfinished system: the first time, and then twice as
/// long each time.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(10);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(5);

impl Store {
    /// Puts on record that a system shall be installed. Visible to nobody yet; but the same request,
    /// made again, will find it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn intend(
        &self,
        id: SystemId,
        installation: &Installation,
        mark: &mut Mark,
        now: Timestamp,
    ) -> Result<Inserted, StoreError> {
        let location = installation.location();
        let mut tx = database::begin(&self.pool).await?;
        let inserted = sqlx::query!(
            "insert into system (id, location_id, customer_id, lifecycle, state, version,
                                 location_version, installed_by, next_attempt_at, freshness)
             values ($1, $2, $3, 'PENDING', $4, 1, $5, $6, $7, $8)
             on conflict do nothing",
            id.as_uuid(),
            location.id.as_uuid(),
            location.customer.as_uuid(),
            State::Disarmed.as_str(),
            installation.location_version(),
            installation.installer().as_uuid(),
            (now + FIRST_PAUSE).to_sqlx() as _,
            installation.freshness().to_string(),
        )
        .execute(&mut *tx)
        .await?;
        if inserted.rows_affected() == 0 {
            return Ok(Inserted::LocationTaken);
        }
        mark.finish(&mut tx, &id).await?;
        database::commit(tx).await?;
        Ok(Inserted::Standing(Standing {
            id,
            location: location.id,
            lifecycle: Lifecycle::Pending {
                location_version: installation.location_version(),
            },
        }))
    }

    /// A system that was once installed, wherever it is in its life.
    ///
    /// # Errors
    ///
    /// When the database fails, or never heard of it.
    pub async fn standing(&self, id: SystemId) -> Result<Standing, StoreError> {
        let row = sqlx::query!(
            "select location_id, location_version, lifecycle, state from system where id = $1",
            id.as_uuid(),
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(Standing {
            id,
            location: row.location_id.into(),
            lifecycle: lifecycle(&row.lifecycle, &row.state, row.location_version)?,
        })
    }

    /// The location is reserved: the system is in service. False, if it is not pending.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn activate(&self, id: SystemId, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = database::begin(&self.pool).await?;
        let row = sqlx::query_as!(
            SystemRow,
            r#"update system set lifecycle = 'ACTIVE', next_attempt_at = null
             where id = $1 and lifecycle = 'PENDING'
             returning id, location_id, customer_id, state, version, freshness,
                       '' as "location!", '' as "customer!", null::jsonb as "changed: _""#,
            id.as_uuid(),
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else {
            return Ok(false);
        };
        let (system, _) = row.try_into()?;
        let deed = Deed {
            by: None,
            action: None,
        };
        let event = publish::changed(&system, deed, now)?;
        outbox::append(&mut tx, now, vec![event]).await?;
        database::commit(tx).await?;
        Ok(true)
    }

    /// The location was refused: the system will never be. What is left is to see to it that a
    /// reservation still on its way finds no system either.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn give_up(&self, id: SystemId, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query!(
            "update system set lifecycle = 'REMOVING', attempts = 0, next_attempt_at = $2
             where id = $1 and lifecycle = 'PENDING'",
            id.as_uuid(),
            now.to_sqlx() as _,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Removes a system from service, if it still is what was authorized.
    ///
    /// # Errors
    ///
    /// When it is not, or the database fails. Then nothing was changed.
    pub async fn remove(&self, removal: &Removal, now: Timestamp) -> Result<Position, Unsaved> {
        let before = removal.system();
        let mut tx = database::begin(&self.pool).await?;
        let kept = as_authorized(&mut tx, before).await?;
        knows_as_much(removal.freshness(), &kept)?;
        sqlx::query!(
            "update system set lifecycle = 'REMOVING', version = version + 1, attempts = 0, next_attempt_at = $2
             where id = $1",
            before.id.as_uuid(),
            (now + FIRST_PAUSE).to_sqlx() as _,
        )
        .execute(&mut *tx)
        .await?;
        let gone = System {
            version: before.version + 1,
            ..before.clone()
        };
        let position = outbox::append(&mut tx, now, vec![publish::removed(&gone)]).await?;
        database::commit(tx).await?;
        Ok(position)
    }

    /// The location is released: nothing is left of the system.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn finish_removal(&self, id: SystemId) -> Result<(), StoreError> {
        sqlx::query!(
            "update system set lifecycle = 'REMOVED', next_attempt_at = null
             where id = $1 and lifecycle = 'REMOVING'",
            id.as_uuid(),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// An unfinished system whose turn it is. For a while nobody else gets it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn claim(&self, now: Timestamp) -> Result<Option<Standing>, StoreError> {
        let row = sqlx::query!(
            r#"
            update system
            set attempts = attempts + 1,
                next_attempt_at = $1 + least($2 * power(2, least(attempts, 30)), $3) * interval '1 second'
            where id = (
                select id from system where next_attempt_at <= $1
                order by next_attempt_at limit 1
                for update skip locked
            )
            returning id, location_id, location_version, lifecycle, state
            "#,
            now.to_sqlx() as _,
            FIRST_PAUSE.as_secs_f64(),
            LONGEST_PAUSE.as_secs_f64(),
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Standing {
            id: row.id.into(),
            location: row.location_id.into(),
            lifecycle: lifecycle(&row.lifecycle, &row.state, row.location_version)?,
        }))
    }
}

fn lifecycle(name: &str, does: &str, location_version: i64) -> Result<Lifecycle, StoreError> {
    match name {
        "PENDING" => Ok(Lifecycle::Pending { location_version }),
        "ACTIVE" => Ok(Lifecycle::Active(state(does)?)),
        "REMOVING" => Ok(Lifecycle::Removing),
        "REMOVED" => Ok(Lifecycle::Removed),
        other => Err(StoreError::Form(format!("lifecycle {other}"))),
    }
}
