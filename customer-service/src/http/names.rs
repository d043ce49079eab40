//! What the routes of customers are called, and how one is shown.

use access::CustomerId;
use organization::domain::Organization;
use organization::http::{Body, NOT_A_PLATFORM_ADMINISTRATOR, Names, Operations};
use serde::Serialize;
use utoipa::ToSchema;

/// What the routes of customers are called.
pub static NAMES: Names = Names {
    path: "/customers",
    parameter: "customerId",
    tag: "customers",
    operations: Operations {
        list: "listCustomers",
        create: "createCustomer",
        get: "getCustomer",
        rename: "renameCustomer",
        remove: "removeCustomer",
    },
    body: Body::of::<CustomerBody>(),
    not_a_founder: &NOT_A_PLATFORM_ADMINISTRATOR,
};

/// A customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CustomerBody {
    /// Which customer.
    id: CustomerId,
    /// Its name.
    name: String,
    /// The version, as in the `ETag`.
    version: i64,
}

impl From<Organization> for CustomerBody {
    fn from(organization: Organization) -> Self {
        Self {
            id: organization.id.0.into(),
            name: organization.name.to_string(),
            version: organization.version.0,
        }
    }
}
