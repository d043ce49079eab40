use access::{CustomerId, DealerId, Location, LocationId, SystemId};
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

impl LocationState {
    /// In the words of the law, as far as its owner tells: whom the dealer appointed, the dealer does, and what the owner is
    /// called, another aggregate.
    #[must_use]
    pub fn location(self) -> Location {
        Location {
            id: self.location_id,
            name: self.name,
            customer: self.customer_id,
            customer_name: String::new(),
            dealer: self.dealer_id,
            provider: None,
        }
    }
}
