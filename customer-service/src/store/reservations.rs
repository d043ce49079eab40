//! Reservations of locations.

use access::{LocationId, SystemId};
use jiff::Timestamp;
use organization::domain::Version;
use organization::store::Committed;
use outbox::Position;
use sqlx::{PgConnection, Postgres, Transaction};

use super::Store;
use super::locations::Row;
use crate::domain::{Location, NotReserved};
use crate::events;

impl Store {
    /// Reserves a location for a system, if it is still what the system judged. Asked again, the
    /// answer is the same.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn reserve(
        &self,
        id: LocationId,
        system: SystemId,
        seen: Version,
        now: Timestamp,
    ) -> sqlx::Result<Result<Committed<Location>, NotReserved>> {
        let mut tx = database::begin(&self.pool).await?;
        let row = sqlx::query_as!(
            Row,
            "SELECT * FROM location WHERE id = $1 FOR UPDATE",
            id.as_uuid()
        );
        let location = row.fetch_optional(&mut *tx).await?.map(Location::from);
        let released = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM released_system WHERE system_id = $1) AS "released!""#,
            system.as_uuid()
        );
        if released.fetch_one(&mut *tx).await? {
            return Ok(Err(NotReserved::Released));
        }
        let Some(location) = location else {
            return Ok(Err(NotReserved::Gone));
        };
        if let Err(refusal) = location.reserve(system, seen) {
            return Ok(Err(refusal));
        }
        if location.reserved_by.is_some() {
            let position = outbox::append(&mut tx, now, Vec::new()).await?;
            return Ok(Ok(Committed {
                value: location,
                position,
            }));
        }
        match set_reservation(&mut tx, id, Some(system)).await {
            Err(sqlx::Error::Database(e)) if e.is_unique_violation() => {
                Ok(Err(NotReserved::Elsewhere))
            }
            reserved => Ok(Ok(commit(tx, now, reserved?).await?)),
        }
    }

    /// Gives a reservation back, and refuses any later one for the system: a reserve that was
    /// sent before may arrive after. Done again, it changes nothing.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn release(
        &self,
        id: LocationId,
        system: SystemId,
        now: Timestamp,
    ) -> sqlx::Result<Position> {
        let mut tx = database::begin(&self.pool).await?;
        let held = sqlx::query_scalar!(
            r#"SELECT coalesce(reserved_by = $2, false) AS "held!" FROM location WHERE id = $1 FOR UPDATE"#,
            id.as_uuid(),
            system.as_uuid(),
        );
        let held = held.fetch_optional(&mut *tx).await?.unwrap_or(false);
        sqlx::query!(
            "INSERT INTO released_system (system_id) VALUES ($1) ON CONFLICT DO NOTHING",
            system.as_uuid()
        )
        .execute(&mut *tx)
        .await?;
        if held {
            let location = set_reservation(&mut tx, id, None).await?;
            return Ok(commit(tx, now, location).await?.position);
        }
        let position = outbox::append(&mut tx, now, Vec::new()).await?;
        tx.commit().await?;
        Ok(position)
    }
}

async fn set_reservation(
    db: &mut PgConnection,
    id: LocationId,
    system: Option<SystemId>,
) -> sqlx::Result<Location> {
    let row = sqlx::query_as!(
        Row,
        "UPDATE location SET reserved_by = $2, version = version + 1 WHERE id = $1 RETURNING *",
        id.as_uuid(),
        system.map(SystemId::as_uuid),
    );
    Ok(row.fetch_one(db).await?.into())
}

async fn commit(
    mut tx: Transaction<'_, Postgres>,
    now: Timestamp,
    location: Location,
) -> sqlx::Result<Committed<Location>> {
    let message = events::location_changed(&location);
    let message = message.map_err(|error| sqlx::Error::Encode(error.into()))?;
    let position = outbox::append(&mut tx, now, vec![message]).await?;
    tx.commit().await?;
    Ok(Committed {
        value: location,
        position,
    })
}
