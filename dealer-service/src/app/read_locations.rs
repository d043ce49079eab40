//! Where a dealer serves, for its administrators.

use access::{DealerId, UserId};
use organization::app::Failure;
use organization::domain::OrganizationId;
use organization::served::ServedLocation;
use organization::store::{Keyset, Slice};
use outbox::ConsistencyToken;

use super::Dealers;

impl Dealers {
    /// The locations that a dealer serves, for its administrators; at least as fresh as this.
    ///
    /// # Errors
    ///
    /// When the caller does not administer the dealer, or customer-service does not answer.
    pub async fn locations(
        &self,
        by: UserId,
        dealer: DealerId,
        keyset: Keyset,
        freshness: &ConsistencyToken,
    ) -> Result<Slice<ServedLocation>, Failure> {
        self.organizations
            .require_administrator(OrganizationId(dealer.as_uuid()), by)
            .await?;
        let served = self.served.of(&[dealer], keyset, freshness).await;
        served.map_err(Failure::Unavailable)
    }
}
