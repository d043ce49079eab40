//! Dealers, as a kind of organization.

use access::{DealerId, Organization};
use organization::Kind;
use organization::domain::RoleNames;

use crate::events;

/// The kind of organization that this service keeps.
pub static DEALERS: Kind = Kind {
    source: dealer_events::SOURCE,
    roles: RoleNames {
        administrator: "SECURITY_SYSTEM_DEALER_EMPLOYEE_ADMINISTRATOR",
    },
    founder: "REALGUARDIO_DEALER_ADMINISTRATOR",
    organization: |id| Organization::Dealer(DealerId::from(id.0)),
    events: events::NAMES,
    state: events::state,
};
