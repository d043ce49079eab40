//! Locations, within the transaction that changes their customer.

use access::{CustomerId, DealerId, LocationId};
use organization::domain::{Name, Version};
use organization::store::{Keyset, Slice};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::Store;
use crate::domain::Location;

pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) customer_id: Uuid,
    pub(super) name: String,
    pub(super) dealer_id: Option<Uuid>,
    pub(super) reserved_by: Option<Uuid>,
    pub(super) version: i64,
}

impl From<Row> for Location {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            customer: row.customer_id.into(),
            name: Name::stored(row.name),
            dealer: row.dealer_id.map(Into::into),
            reserved_by: row.reserved_by.map(Into::into),
            version: Version(row.version),
        }
    }
}

impl Store {
    /// A location of the customer.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn location(
        &self,
        customer: CustomerId,
        id: LocationId,
    ) -> sqlx::Result<Option<Location>> {
        let row = sqlx::query_as!(
            Row,
            "SELECT * FROM location WHERE customer_id = $1 AND id = $2",
            customer.as_uuid(),
            id.as_uuid(),
        );
        Ok(row.fetch_optional(&self.pool).await?.map(Into::into))
    }

    /// Locations of the customer.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn locations(
        &self,
        customer: CustomerId,
        keyset: Keyset,
    ) -> sqlx::Result<Slice<Location>> {
        let rows = sqlx::query_as!(
            Row,
            "SELECT * FROM location
              WHERE customer_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3",
            customer.as_uuid(),
            keyset.after,
            keyset.fetch(),
        )
        .fetch_all(&self.pool)
        .await?;
        let locations = rows.into_iter().map(Location::from).collect();
        Ok(keyset.cut(locations, |location| location.id.as_uuid()))
    }
}

/// How many locations the customer has.
///
/// # Errors
///
/// When the database fails.
pub async fn count(db: impl PgExecutor<'_>, customer: CustomerId) -> sqlx::Result<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM location WHERE customer_id = $1"#,
        customer.as_uuid()
    );
    count.fetch_one(db).await
}

/// Makes a location.
///
/// # Errors
///
/// When the database fails.
pub async fn insert(
    db: impl PgExecutor<'_>,
    customer: CustomerId,
    id: LocationId,
    name: &Name,
) -> sqlx::Result<Location> {
    let row = sqlx::query_as!(
        Row,
        "INSERT INTO location (id, customer_id, name) VALUES ($1, $2, $3) RETURNING *",
        id.as_uuid(),
        customer.as_uuid(),
        name.as_str(),
    );
    Ok(row.fetch_one(db).await?.into())
}

/// A location of the customer, which stays as it is until the end of the transaction: changes
/// of a customer hold a lock on the customer, but reservations come without.
///
/// # Errors
///
/// When the database fails.
pub async fn locked(
    db: impl PgExecutor<'_>,
    customer: CustomerId,
    id: LocationId,
) -> sqlx::Result<Option<Location>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT * FROM location WHERE customer_id = $1 AND id = $2 FOR UPDATE",
        customer.as_uuid(),
        id.as_uuid(),
    );
    Ok(row.fetch_optional(db).await?.map(Into::into))
}

/// Gives a location another name.
///
/// # Errors
///
/// When the database fails.
pub async fn rename(
    db: impl PgExecutor<'_>,
    id: LocationId,
    name: &Name,
) -> sqlx::Result<Location> {
    let row = sqlx::query_as!(
        Row,
        "UPDATE location SET name = $2, version = version + 1 WHERE id = $1 RETURNING *",
        id.as_uuid(),
        name.as_str(),
    );
    Ok(row.fetch_one(db).await?.into())
}

/// Appoints a dealer for a location, or nobody.
///
/// # Errors
///
/// When the database fails.
pub async fn set_dealer(
    db: impl PgExecutor<'_>,
    id: LocationId,
    dealer: Option<DealerId>,
) -> sqlx::Result<Location> {
    let row = sqlx::query_as!(
        Row,
        "UPDATE location SET dealer_id = $2, version = version + 1 WHERE id = $1 RETURNING *",
        id.as_uuid(),
        dealer.map(DealerId::as_uuid),
    );
    Ok(row.fetch_one(db).await?.into())
}

/// Removes a location.
///
/// # Errors
///
/// When the database fails.
pub async fn remove(db: &mut PgConnection, id: LocationId) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM location WHERE id = $1", id.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

/// Those of the locations that are none of the customer's.
///
/// # Errors
///
/// When the database fails.
pub async fn foreign(
    db: impl PgExecutor<'_>,
    customer: CustomerId,
    locations: impl Iterator<Item = &LocationId>,
) -> sqlx::Result<Vec<LocationId>> {
    let locations: Vec<_> = locations.map(|id| id.as_uuid()).collect();
    let foreign = sqlx::query_scalar!(
        r#"SELECT asked AS "asked!" FROM unnest($2::uuid[]) AS asked
            WHERE NOT EXISTS (SELECT FROM location WHERE customer_id = $1 AND id = asked)"#,
        customer.as_uuid(),
        &locations,
    )
    .fetch_all(db)
    .await?;
    Ok(foreign.into_iter().map(Into::into).collect())
}
