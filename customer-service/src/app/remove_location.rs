//! An administrator removes a location.

use access::{CustomerId, LocationId};
use organization::app::{Failure, Intent};
use organization::store::Committed;

use super::{Customers, organization};
use crate::events;
use crate::store::locations;

/// What came of removing a location.
#[derive(Debug, Clone)]
pub enum Removal {
    /// It is gone.
    Removed(Committed<()>),
    /// A system has it.
    Reserved,
}

impl Customers {
    /// Removes a location that no system has, and the roles that were held there.
    ///
    /// These may be the caller's own. As nothing stands there any more they count for nothing,
    /// and nobody's permissions change.
    ///
    /// # Errors
    ///
    /// When there is none for the caller to remove, or it is not what they saw.
    pub async fn remove_location(
        &self,
        intent: &Intent,
        (customer, id): (CustomerId, LocationId),
    ) -> Result<Removal, Failure> {
        let mut work = self
            .organizations
            .administer(organization(customer), intent.by)
            .await?;
        let location = locations::locked(work.connection(), customer, id).await?;
        let location = location.ok_or(Failure::Hidden)?;
        intent.applies_to(location.version)?;
        if location.reserved_by.is_some() {
            return Ok(Removal::Reserved);
        }
        work.forget_location(id).await?;
        locations::remove(work.connection(), id).await?;
        work.publish(Ok(events::location_removed(&location)))?;
        Ok(Removal::Removed(work.commit(intent.at, ()).await?))
    }
}
