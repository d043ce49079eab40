//! Dealers, as a kind of organization.

use access::DealerId;
use organization::domain::{OrganizationId, RoleNames};
use organization::{Aggregate, Events, Kind};
use serde_json::Value;

use crate::events;

/// The kind of organization that this service keeps.
pub static DEALERS: Dealers = Dealers;

/// See [`DEALERS`].
#[derive(Debug, Clone, Copy)]
pub struct Dealers;

impl Kind for Dealers {
    fn source(&self) -> &'static str {
        dealer_events::SOURCE
    }

    fn roles(&self) -> RoleNames {
        RoleNames {
            administrator: "SECURITY_SYSTEM_DEALER_EMPLOYEE_ADMINISTRATOR",
        }
    }

    fn founder(&self) -> &'static str {
        "REALGUARDIO_DEALER_ADMINISTRATOR"
    }

    fn organization(&self, id: OrganizationId) -> access::Organization {
        access::Organization::Dealer(DealerId::from(id.0))
    }

    fn events(&self) -> &'static Events {
        &events::NAMES
    }

    fn state(&self, of: Aggregate<'_>) -> Result<Value, serde_json::Error> {
        events::state(of)
    }
}
