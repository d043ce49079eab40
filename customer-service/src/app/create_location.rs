use access::{CustomerId, LocationId};

use super::{Customers, organization};
use crate::domain::Location;
use crate::events;
use crate::organization::app::{Intent, Refusal};
use crate::organization::domain::Name;
use crate::organization::store::{Committed, Once};
use crate::store::locations;

impl Customers {
    /// Creates a location, of this customer for ever.
    ///
    /// # Errors
    /// If the caller is not an administrator of the customer.
    pub async fn create_location(
        &self,
        intent: &Intent,
        customer: CustomerId,
        (id, name): (LocationId, &Name),
        once: Once<'_, Location>,
    ) -> Result<Committed<Location>, Refusal> {
        let mut work = self
            .organizations
            .administer(organization(customer), intent.by)
            .await?;
        let location = locations::insert(work.connection(), customer, id, name).await?;
        work.publish_message(events::location_changed(&location))?;
        Ok(work.commit_once(intent.at, location, once).await?)
    }
}
