//! An administrator renames a location.

use access::{CustomerId, LocationId};
use organization::app::{Failure, Intent};
use organization::domain::Name;
use organization::store::Committed;

use super::{Customers, organization};
use crate::domain::Location;
use crate::events;
use crate::store::locations;

impl Customers {
    /// Gives a location another name.
    ///
    /// # Errors
    ///
    /// When there is none for the caller to change, or it is not what they saw.
    pub async fn rename_location(
        &self,
        intent: &Intent,
        (customer, id): (CustomerId, LocationId),
        name: &Name,
    ) -> Result<Committed<Location>, Failure> {
        let mut work = self
            .organizations
            .administer(organization(customer), intent.by)
            .await?;
        let location = locations::locked(work.connection(), customer, id).await?;
        intent.applies_to(location.ok_or(Failure::Hidden)?.version)?;
        let renamed = locations::rename(work.connection(), id, name).await?;
        work.publish(events::location_changed(&renamed))?;
        Ok(work.commit(intent.at, renamed).await?)
    }
}
