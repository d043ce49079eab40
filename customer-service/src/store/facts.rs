//! Facts about locations, read within a snapshot.

use access::{CustomerId, Location, LocationId};
use sqlx::PgExecutor;

/// A location as the law needs it, and the version that a reservation names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationFacts {
    /// The location. The provider is its dealer's to tell.
    pub location: Location,
    /// Its version.
    pub version: i64,
}

/// Those of the locations that there are.
///
/// # Errors
/// If the database fails.
pub async fn locations(
    db: impl PgExecutor<'_>,
    ids: &[LocationId],
) -> sqlx::Result<Vec<LocationFacts>> {
    let ids: Vec<_> = ids.iter().map(|id| id.as_uuid()).collect();
    sqlx::query!(
        "SELECT id, name, customer_id, dealer_id, version FROM location WHERE id = ANY($1) ORDER BY id",
        &ids
    )
    .map(|row| LocationFacts {
        location: Location {
            id: row.id.into(),
            name: row.name,
            customer: CustomerId::from(row.customer_id),
            dealer: row.dealer_id.map(Into::into),
            provider: None,
        },
        version: row.version,
    })
    .fetch_all(db)
    .await
}
