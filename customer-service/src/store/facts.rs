//! Facts about locations, read within a snapshot.

use access::{DealerId, Location, LocationId};
use organization::store::{Keyset, Slice};
use sqlx::PgExecutor;
use uuid::Uuid;

/// A location as the law needs it, and the version that a reservation names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationFacts {
    /// The location. The provider is its dealer's to tell.
    pub location: Location,
    /// Its version.
    pub version: i64,
}

struct Row {
    id: Uuid,
    name: String,
    customer_id: Uuid,
    customer_name: String,
    dealer_id: Option<Uuid>,
    version: i64,
}

impl From<Row> for LocationFacts {
    fn from(row: Row) -> Self {
        Self {
            location: Location {
                id: row.id.into(),
                name: row.name,
                customer: row.customer_id.into(),
                customer_name: row.customer_name,
                dealer: row.dealer_id.map(Into::into),
                provider: None,
            },
            version: row.version,
        }
    }
}

/// Those of the locations that there are.
///
/// # Errors
///
/// When the database fails.
pub async fn locations(
    db: impl PgExecutor<'_>,
    ids: &[LocationId],
) -> sqlx::Result<Vec<LocationFacts>> {
    let ids: Vec<_> = ids.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query_as!(
        Row,
        "SELECT l.id, l.name, customer_id, c.name AS customer_name, dealer_id, l.version
           FROM location l JOIN organization c ON c.id = customer_id
          WHERE l.id = ANY($1) ORDER BY l.id",
        &ids
    );
    let rows = rows.fetch_all(db).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The locations that appointed one of these dealers.
///
/// # Errors
///
/// When the database fails.
pub async fn locations_served(
    db: impl PgExecutor<'_>,
    by: &[DealerId],
    keyset: Keyset,
) -> sqlx::Result<Slice<LocationFacts>> {
    let by: Vec<_> = by.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query_as!(
        Row,
        "SELECT l.id, l.name, customer_id, c.name AS customer_name, dealer_id, l.version
           FROM location l JOIN organization c ON c.id = customer_id
          WHERE dealer_id = ANY($1) AND ($2::uuid IS NULL OR l.id > $2) ORDER BY l.id LIMIT $3",
        &by,
        keyset.after,
        keyset.fetch(),
    );
    let rows = rows.fetch_all(db).await?;
    let locations = rows.into_iter().map(LocationFacts::from).collect();
    Ok(keyset.cut(locations, |it| it.location.id.as_uuid()))
}
