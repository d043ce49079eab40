//! What a user is in an organization.

use access::UserId;
use sqlx::PgExecutor;

use super::Store;
use crate::domain::OrganizationId;

/// What a user is in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not employed there. Does not even learn that it exists.
    Stranger,
    /// Employed there.
    Member,
    /// Employed there, and administers it.
    Administrator,
}

impl Store {
    /// What the user is in the organization, now.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn standing(
        &self,
        organization: OrganizationId,
        user: UserId,
    ) -> sqlx::Result<Standing> {
        standing(&self.pool, organization, user).await
    }
}

pub(super) async fn standing(
    db: impl PgExecutor<'_>,
    organization: OrganizationId,
    user: UserId,
) -> sqlx::Result<Standing> {
    let administrator = sqlx::query_scalar!(
        "SELECT administrator FROM employment WHERE organization_id = $1 AND user_id = $2",
        organization.0,
        user.as_uuid(),
    )
    .fetch_optional(db)
    .await?;
    Ok(match administrator {
        None => Standing::Stranger,
        Some(false) => Standing::Member,
        Some(true) => Standing::Administrator,
    })
}
