//! Where a provider watches, for its administrators.

use access::{ProviderId, UserId};
use organization::app::Failure;
use organization::domain::OrganizationId;
use organization::served::ServedLocation;
use organization::store::{Keyset, Slice};
use outbox::ConsistencyToken;

use super::Providers;

impl Providers {
    /// The locations that a provider watches on behalf of the dealers that appointed it, for its
    /// administrators; at least as fresh as this.
    ///
    /// # Errors
    ///
    /// When the caller does not administer the provider, or one of the owners does not answer.
    pub async fn locations(
        &self,
        by: UserId,
        provider: ProviderId,
        keyset: Keyset,
        freshness: &ConsistencyToken,
    ) -> Result<Slice<ServedLocation>, Failure> {
        self.organizations
            .require_administrator(OrganizationId(provider.as_uuid()), by)
            .await?;
        let dealers = self.dealers.served_by(provider, freshness).await;
        let dealers = dealers.map_err(Failure::Unavailable)?;
        let served = self.served.of(&dealers, keyset, freshness).await;
        served.map_err(Failure::Unavailable)
    }
}
