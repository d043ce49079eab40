//! What only customers do: one use case a file. The others are in [`organization::app`].

mod change_dealer;
mod change_location_roles;
mod create_location;
mod facts;
mod profile;
mod read_locations;
mod remove_location;
mod rename_location;
mod reserve;

pub use remove_location::Removal;
pub use reserve::Reservation;

use access::CustomerId;
use organization::app::Organizations;
use organization::domain::OrganizationId;

use crate::store::Store;

/// Customers, their locations, and their people's profiles.
#[derive(Clone)]
pub struct Customers {
    /// Customers as organizations.
    pub organizations: Organizations,
    /// What only customers have.
    pub store: Store,
}

/// The customer as the organization that it is.
fn organization(customer: CustomerId) -> OrganizationId {
    OrganizationId(customer.as_uuid())
}

/// The organization as the customer that it is.
fn customer(organization: OrganizationId) -> CustomerId {
    CustomerId::from(organization.0)
}
