//! Customers, as a kind of organization.

use access::{CustomerId, Organization};
use organization::Kind;
use organization::domain::RoleNames;

use crate::events;

/// The kind of organization that this service keeps.
pub static CUSTOMERS: Kind = Kind {
    source: customer_events::SOURCE,
    roles: RoleNames {
        administrator: "CUSTOMER_EMPLOYEE_ADMINISTRATOR",
    },
    founder: "REALGUARDIO_ADMINISTRATOR",
    organization: |id| Organization::Customer(CustomerId::from(id.0)),
    events: events::NAMES,
    state: events::state,
};
