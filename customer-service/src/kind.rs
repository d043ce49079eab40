//! Customers, as a kind of organization.

use access::CustomerId;
use organization::domain::{OrganizationId, RoleNames};
use organization::{Aggregate, Events, Kind};
use serde_json::Value;

use crate::events;

/// The kind of organization that this service keeps.
pub static CUSTOMERS: Customers = Customers;

/// See [`CUSTOMERS`].
#[derive(Debug, Clone, Copy)]
pub struct Customers;

impl Kind for Customers {
    fn source(&self) -> &'static str {
        customer_events::SOURCE
    }

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

    fn events(&self) -> &'static Events {
        &events::NAMES
    }

    fn state(&self, of: Aggregate<'_>) -> Result<Value, serde_json::Error> {
        events::state(of)
    }
}
