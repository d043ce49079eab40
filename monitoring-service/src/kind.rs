//! Monitoring providers, as a kind of organization.

use access::ProviderId;
use organization::domain::{OrganizationId, RoleNames};
use organization::{Aggregate, Events, Kind};
use serde_json::Value;

use crate::events;

/// The kind of organization that this service keeps.
pub static PROVIDERS: Providers = Providers;

/// See [`PROVIDERS`].
#[derive(Debug, Clone, Copy)]
pub struct Providers;

impl Kind for Providers {
    fn source(&self) -> &'static str {
        monitoring_events::SOURCE
    }

    fn roles(&self) -> RoleNames {
        RoleNames {
            administrator: "MONITORING_PROVIDER_EMPLOYEE_ADMINISTRATOR",
        }
    }

    fn founder(&self) -> &'static str {
        "REALGUARDIO_ADMINISTRATOR"
    }

    fn organization(&self, id: OrganizationId) -> access::Organization {
        access::Organization::Provider(ProviderId::from(id.0))
    }

    fn events(&self) -> &'static Events {
        &events::NAMES
    }

    fn state(&self, of: Aggregate<'_>) -> Result<Value, serde_json::Error> {
        events::state(of)
    }
}
