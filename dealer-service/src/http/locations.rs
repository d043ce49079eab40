//! The locations that appointed a dealer: customers' own, to be known to who serves them.

use access::DealerId;
use axum::extract::State;
use chassis::http::{Json, Page, Paging, Path, Query};
use chassis::problem::Problem;
use chassis::turns::Crowded;
use freshness::Freshness;
use organization::http::{Caller, ServedLocationBody, keyset, page};

use super::Api;

/// The locations that appointed the dealer.
#[utoipa::path(
    get, path = "/dealers/{dealerId}/locations", operation_id = "listServedLocations",
    tag = "dealers", security(("user" = [])), params(("dealerId" = DealerId, Path)),
    responses(
        (status = 200, body = Page<ServedLocationBody>),
        (status = 403, description = "Not an administrator of the dealer."),
        (status = 404, description = "No such dealer for the caller."),
        Crowded,
    )
)]
pub(super) async fn list(
    user: Caller,
    State(api): State<Api>,
    Path(dealer): Path<DealerId>,
    Query(paging): Query<Paging>,
    Freshness(freshness): Freshness,
) -> Result<Json<Page<ServedLocationBody>>, Problem> {
    let keyset = keyset(&paging)?;
    let locations = api
        .dealers
        .locations(user.id, dealer, keyset, &freshness)
        .await?;
    Ok(page(locations, ServedLocationBody::from))
}
