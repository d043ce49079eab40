//! What the routes of dealers are called, and how one is shown.

use access::{DealerId, ProviderId};
use organization::domain::Organization;
use organization::http::{Body, Names, Operations};
use serde::Serialize;
use utoipa::ToSchema;

use super::problems::NOT_A_DEALER_ADMINISTRATOR;

/// What the routes of dealers are called.
pub static NAMES: Names = Names {
    path: "/dealers",
    parameter: "dealerId",
    tag: "dealers",
    operations: Operations {
        list: "listDealers",
        create: "onboardSecuritySystemDealer",
        get: "getDealer",
        rename: "renameDealer",
        remove: "removeDealer",
    },
    body: Body::of::<DealerBody>(),
    not_a_founder: &NOT_A_DEALER_ADMINISTRATOR,
};

/// A dealer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DealerBody {
    /// Which dealer.
    id: DealerId,
    /// Its name.
    name: String,
    /// The monitoring provider that it appointed, if any.
    #[schema(required)]
    monitoring_provider_id: Option<ProviderId>,
    /// The version, as in the `ETag`.
    version: i64,
}

impl From<Organization> for DealerBody {
    fn from(organization: Organization) -> Self {
        Self {
            id: organization.id.0.into(),
            name: organization.name.to_string(),
            monitoring_provider_id: organization.appointee.map(|provider| provider.0.into()),
            version: organization.version.0,
        }
    }
}
