//! Customers, as a kind of organization.

use access::CustomerId;
use outbox::Message;

use crate::events;
use crate::organization::domain::{OrganizationId, RoleNames};
use crate::organization::{Change, Kind};

/// The kind of organization that this service keeps.
pub static CUSTOMERS: Customers = Customers;

/// See [`CUSTOMERS`].
#[derive(Debug, Clone, Copy)]
pub struct Customers;

impl Kind for Customers {
    fn roles(&self) -> RoleNames {
        RoleNames {
            administrator: "CUSTOMER_EMPLOYEE_ADMINISTRATOR",
        }
    }

    fn founder(&self) -> &'static str {
        "REALGUARDIO_ADMINISTRATOR"
    }

    fn organization(&self, id: OrganizationId) -> access::Organization {
        access::Organization::Customer(CustomerId::from(id.0))
    }

    fn message(&self, change: Change<'_>) -> Result<Message, serde_json::Error> {
        events::message(change)
    }
}
