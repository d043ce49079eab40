//! Monitoring providers, as a kind of organization.

use access::{Organization, ProviderId};
use organization::Kind;
use organization::domain::RoleNames;

use crate::events;

/// The kind of organization that this service keeps.
pub static PROVIDERS: Kind = Kind {
    source: monitoring_events::SOURCE,
    roles: RoleNames {
        administrator: "MONITORING_PROVIDER_EMPLOYEE_ADMINISTRATOR",
    },
    founder: "REALGUARDIO_ADMINISTRATOR",
    organization: |id| Organization::Provider(ProviderId::from(id.0)),
    events: events::NAMES,
    state: events::state,
};
