//! Locations, for the customer's own people.

use access::{CustomerId, LocationId, UserId};
use organization::app::Failure;
use organization::store::{Keyset, Slice};

use super::{Customers, organization};
use crate::domain::Location;

impl Customers {
    /// A location, for the customer's own people.
    ///
    /// # Errors
    ///
    /// When there is none for the caller to see.
    pub async fn location(
        &self,
        by: UserId,
        (customer, id): (CustomerId, LocationId),
    ) -> Result<Location, Failure> {
        self.organizations
            .require_member(organization(customer), by)
            .await?;
        self.store
            .location(customer, id)
            .await?
            .ok_or(Failure::Hidden)
    }

    /// The customer's locations, for its own people.
    ///
    /// # Errors
    ///
    /// When they are not for the caller to see.
    pub async fn locations(
        &self,
        by: UserId,
        customer: CustomerId,
        keyset: Keyset,
    ) -> Result<Slice<Location>, Failure> {
        self.organizations
            .require_member(organization(customer), by)
            .await?;
        Ok(self.store.locations(customer, keyset).await?)
    }
}
