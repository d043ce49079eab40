//! What the routes of monitoring providers are called, and how one is shown.

use access::ProviderId;
use organization::domain::Organization;
use organization::http::{Body, NOT_A_PLATFORM_ADMINISTRATOR, Names, Operations};
use serde::Serialize;
use utoipa::ToSchema;

/// What the routes of monitoring providers are called.
pub static NAMES: Names = Names {
    path: "/monitoring-providers",
    parameter: "monitoringProviderId",
    tag: "monitoring-providers",
    operations: Operations {
        list: "listMonitoringProviders",
        create: "createMonitoringProvider",
        get: "getMonitoringProvider",
        rename: "renameMonitoringProvider",
        remove: "removeMonitoringProvider",
    },
    body: Body::of::<MonitoringProviderBody>(),
    not_a_founder: &NOT_A_PLATFORM_ADMINISTRATOR,
};

/// A monitoring provider.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MonitoringProviderBody {
    /// Which monitoring provider.
    id: ProviderId,
    /// Its name.
    name: String,
    /// The version, as in the `ETag`.
    version: i64,
}

impl From<Organization> for MonitoringProviderBody {
    fn from(organization: Organization) -> Self {
        Self {
            id: organization.id.0.into(),
            name: organization.name.to_string(),
            version: organization.version.0,
        }
    }
}
