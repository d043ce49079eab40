//! An administrator appoints a location's dealer, or dismisses it.

use access::{CustomerId, DealerId, LocationId};
use organization::app::{Failure, Intent};
use organization::store::Committed;

use super::{Customers, organization};
use crate::domain::Location;
use crate::events;
use crate::store::locations;

impl Customers {
    /// Appoints a dealer for a location, in place of the one before, or dismisses it. Whether
    /// there is such a dealer is not asked: of one that is not, or no more, nothing follows. Done
    /// again, it changes nothing.
    ///
    /// # Errors
    ///
    /// When there is no such location for the caller to change, or it is not what they saw.
    pub async fn change_dealer(
        &self,
        intent: &Intent,
        (customer, id): (CustomerId, LocationId),
        dealer: Option<DealerId>,
    ) -> Result<Committed<Location>, Failure> {
        let mut work = self
            .organizations
            .administer(organization(customer), intent.by)
            .await?;
        let location = locations::locked(work.connection(), customer, id).await?;
        let location = location.ok_or(Failure::Hidden)?;
        intent.applies_to(location.version)?;
        if location.dealer == dealer {
            return Ok(work.commit(intent.at, location).await?);
        }
        let changed = locations::set_dealer(work.connection(), id, dealer).await?;
        work.publish(events::location_changed(&changed))?;
        let committed = work.commit(intent.at, changed).await?;
        let appointee = dealer.map(DealerId::as_uuid);
        tracing::info!(by = %intent.by, location = %id, ?appointee, "appointed");
        Ok(committed)
    }
}
