//! A location, as it is shown to those who serve it.

use access::{CustomerId, DealerId, LocationId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::served::ServedLocation;

/// A location that appointed the dealer, or whose dealer appointed the provider.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServedLocationBody {
    /// Which location.
    id: LocationId,
    /// Its name.
    name: String,
    /// Its owner.
    customer_id: CustomerId,
    /// The dealer that it appointed.
    dealer_id: DealerId,
}

impl From<ServedLocation> for ServedLocationBody {
    fn from(location: ServedLocation) -> Self {
        Self {
            id: location.id,
            name: location.name,
            customer_id: location.customer,
            dealer_id: location.dealer,
        }
    }
}
