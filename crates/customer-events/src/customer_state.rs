use access::CustomerId;
use serde::{Deserialize, Serialize};

/// A customer: owns locations and employs people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerState {
    /// Which customer.
    pub customer_id: CustomerId,
    /// Its name.
    pub name: String,
}
