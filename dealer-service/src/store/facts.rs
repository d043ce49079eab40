//! Facts about dealers, read within a snapshot.

use access::{DealerId, ProviderId};
use organization::store::{Keyset, Slice};
use sqlx::PgExecutor;
use uuid::Uuid;

/// A dealer, and the monitoring provider that it appointed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DealerFacts {
    /// Which dealer.
    pub id: DealerId,
    /// Its provider, if it appointed one. Whether there is such a provider is its own to tell.
    pub provider: Option<ProviderId>,
}

struct Row {
    id: Uuid,
    appointee: Option<Uuid>,
}

impl From<Row> for DealerFacts {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            provider: row.appointee.map(Into::into),
        }
    }
}

/// Those of the dealers that there are.
///
/// # Errors
///
/// When the database fails.
pub async fn dealers(db: impl PgExecutor<'_>, ids: &[DealerId]) -> sqlx::Result<Vec<DealerFacts>> {
    let ids: Vec<_> = ids.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, appointee FROM organization WHERE id = ANY($1) ORDER BY id",
        &ids
    );
    let rows = rows.fetch_all(db).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The dealers that appointed one of these providers.
///
/// # Errors
///
/// When the database fails.
pub async fn dealers_served(
    db: impl PgExecutor<'_>,
    by: &[ProviderId],
    keyset: Keyset,
) -> sqlx::Result<Slice<DealerFacts>> {
    let by: Vec<_> = by.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, appointee FROM organization
          WHERE appointee = ANY($1) AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3",
        &by,
        keyset.after,
        keyset.fetch(),
    );
    let rows = rows.fetch_all(db).await?;
    let dealers = rows.into_iter().map(DealerFacts::from).collect();
    Ok(keyset.cut(dealers, |dealer| dealer.id.as_uuid()))
}
