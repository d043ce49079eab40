use access::ProviderId;
use serde::{Deserialize, Serialize};

/// A monitoring provider: watches systems for the dealers that appointed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MonitoringProviderState {
    /// Which monitoring provider.
    pub monitoring_provider_id: ProviderId,
    /// Its name.
    pub name: String,
}
