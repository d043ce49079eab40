//! An administrator creates a location.

use access::{CustomerId, LocationId};
use organization::app::{Failure, Intent};
use organization::domain::Name;
use organization::store::{Committed, Once};

use super::{Customers, organization};
use crate::domain::{LOCATIONS_OF_CUSTOMER, Location};
use crate::events;
use crate::store::locations;

impl Customers {
    /// Creates a location, of this customer for ever.
    ///
    /// # Errors
    ///
    /// When the caller is not an administrator of the customer, or it has as many locations as it may.
    pub async fn create_location(
        &self,
        intent: &Intent,
        customer: CustomerId,
        (id, name): (LocationId, &Name),
        once: Once<'_, Location>,
    ) -> Result<Committed<Location>, Failure> {
        let mut work = self
            .organizations
            .administer(organization(customer), intent.by)
            .await?;
        if locations::count(work.connection(), customer).await? >= LOCATIONS_OF_CUSTOMER {
            let enough = "The customer has as many locations as one may.";
            return Err(Failure::LimitReached(enough));
        }
        let location = locations::insert(work.connection(), customer, id, name).await?;
        work.publish(events::location_changed(&location))?;
        Ok(work.commit_once(intent.at, location, once).await?)
    }
}
