use access::{CustomerId, DealerId, LocationId, SystemId};
use serde::{Deserialize, Serialize};

/// A customer's site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LocationState {
    /// Which location.
    pub location_id: LocationId,
    /// Its name.
    pub name: String,
    /// Its owner, for ever.
    pub customer_id: CustomerId,
    /// The dealer whom the customer appointed, if any.
    #[serde(deserialize_with = "Option::deserialize")]
    pub dealer_id: Option<DealerId>,
    /// The security system that the location is reserved for, if any.
    #[serde(deserialize_with = "Option::deserialize")]
    pub reserved_by: Option<SystemId>,
}
