//! The locations that a provider watches: customers' own, to be known to who serves them.

use access::ProviderId;
use axum::extract::State;
use chassis::http::{Json, Page, Paging, Path, Query};
use chassis::problem::Problem;
use chassis::turns::Crowded;
use freshness::Freshness;
use organization::http::{Caller, ServedLocationBody, keyset, page};

use super::Api;

/// The locations of the dealers that appointed the provider.
#[utoipa::path(
    get, path = "/monitoring-providers/{monitoringProviderId}/locations", operation_id = "listServedLocations",
    tag = "monitoring-providers", security(("user" = [])), params(("monitoringProviderId" = ProviderId, Path)),
    responses(
        (status = 200, body = Page<ServedLocationBody>),
        (status = 403, description = "Not an administrator of the provider."),
        (status = 404, description = "No such provider for the caller."),
        Crowded,
    )
)]
pub(super) async fn list(
    user: Caller,
    State(api): State<Api>,
    Path(provider): Path<ProviderId>,
    Query(paging): Query<Paging>,
    Freshness(freshness): Freshness,
) -> Result<Json<Page<ServedLocationBody>>, Problem> {
    let keyset = keyset(&paging)?;
    let locations = api
        .providers
        .locations(user.id, provider, keyset, &freshness)
        .await?;
    Ok(page(locations, ServedLocationBody::from))
}
