//! Whom a customer appointed to install and service what stands at a location.

use access::{CustomerId, DealerId, LocationId};
use axum::extract::State;
use axum::response::Response;
use chassis::http::{IfMatch, Json, Path};
use chassis::problem::Problem;
use organization::http::{Caller, refusals};
use serde::Deserialize;
use utoipa::ToSchema;

use super::locations::LocationBody;
use super::{Api, OfLocation};

/// Which dealer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AppointDealer {
    /// Which. Of one that does not exist, nothing follows.
    dealer_id: DealerId,
}

/// Appoints a dealer for a location, in place of the one before.
#[utoipa::path(
    put, path = "/customers/{customerId}/locations/{locationId}/dealer", operation_id = "appointDealer",
    tag = "locations", security(("user" = [])),
    params(("customerId" = CustomerId, Path), ("locationId" = LocationId, Path)),
    responses(
        (status = 200, body = LocationBody),
        (status = 403, description = "Not an administrator of the customer."),
        (status = 404, description = "No such location for the caller."),
        refusals::Change,
    )
)]
pub(super) async fn appoint(
    user: Caller,
    State(api): State<Api>,
    Path(of): OfLocation,
    version: Option<IfMatch>,
    Json(appoint): Json<AppointDealer>,
) -> Result<Response, Problem> {
    let intent = api.intent(&user, version);
    let dealer = Some(appoint.dealer_id);
    let changed = api.customers.change_dealer(&intent, of, dealer).await?;
    Ok(api.wrote_location(changed))
}

/// Dismisses a location's dealer, if there is one.
#[utoipa::path(
    delete, path = "/customers/{customerId}/locations/{locationId}/dealer", operation_id = "dismissDealer",
    tag = "locations", security(("user" = [])),
    params(("customerId" = CustomerId, Path), ("locationId" = LocationId, Path)),
    responses(
        (status = 200, body = LocationBody),
        (status = 403, description = "Not an administrator of the customer."),
        (status = 404, description = "No such location for the caller."),
        refusals::Change,
    )
)]
pub(super) async fn dismiss(
    user: Caller,
    State(api): State<Api>,
    Path(of): OfLocation,
    version: Option<IfMatch>,
) -> Result<Response, Problem> {
    let intent = api.intent(&user, version);
    let changed = api.customers.change_dealer(&intent, of, None).await?;
    Ok(api.wrote_location(changed))
}
