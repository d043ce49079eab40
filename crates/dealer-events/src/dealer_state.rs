use access::{DealerId, ProviderId};
use serde::{Deserialize, Serialize};

/// A dealer: installs and services systems at the locations that appointed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DealerState {
    /// Which dealer.
    pub dealer_id: DealerId,
    /// Its name.
    pub name: String,
    /// The monitoring provider whom the dealer appointed, if any.
    #[serde(deserialize_with = "Option::deserialize")]
    pub monitoring_provider_id: Option<ProviderId>,
}
