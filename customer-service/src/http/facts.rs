//! Facts, for services that decide themselves. They come with a machine's token, and the person
//! is named in the body: no person's token is good here.

use access::{DealerId, Facts, Location, LocationId, UserId};
use axum::extract::State;
use axum::response::Response;
use chassis::auth::Machine;
use chassis::http::Json;
use chassis::problem::Problem;
use organization::http::{SCOPE, part};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use crate::store::facts::LocationFacts;

/// About how many locations, or dealers, can be asked at once.
const MANY: usize = 100;

/// Who wants to do something, and where.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AboutDecision {
    /// Who.
    user_id: UserId,
    /// Where.
    location_id: LocationId,
}

/// Which locations are asked about.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AboutLocations {
    /// Which. Not more than a hundred.
    #[schema(max_items = 100)]
    location_ids: Vec<LocationId>,
}

/// Those of the locations that there are.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LocationFactsBody {
    /// In the order of their ids.
    locations: Vec<VersionedLocation>,
}

/// Whose locations are asked about.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AboutServed {
    /// Which dealers'. Not more than a hundred.
    #[schema(max_items = 100)]
    dealer_ids: Vec<DealerId>,
    /// The previous part's `nextPage`.
    #[serde(default)]
    after: Option<LocationId>,
    /// How many at most.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 500, default = 500)]
    limit: Option<usize>,
}

/// A part of the locations that are served.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServedBody {
    /// In the order of their ids.
    locations: Vec<VersionedLocation>,
    /// What to send as `after` for the next part; null at the end.
    #[schema(required)]
    next_page: Option<LocationId>,
}

/// A location, and the version that a reservation of it names.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct VersionedLocation {
    #[serde(flatten)]
    location: Location,
    /// The version.
    version: i64,
}

impl From<LocationFacts> for VersionedLocation {
    fn from(LocationFacts { location, version }: LocationFacts) -> Self {
        Self { location, version }
    }
}

/// All that is known here about one user at one location, as of one instant.
#[utoipa::path(
    post, path = "/facts/decision", operation_id = "getDecisionFacts", tag = "facts",
    security(("machine" = ["facts:read"])),
    responses((status = 200, body = Facts), (status = 403, description = "Not in the token's scope."))
)]
pub(super) async fn decision(
    machine: Machine,
    State(api): State<Api>,
    Json(about): Json<AboutDecision>,
) -> Result<Response, Problem> {
    machine.require(SCOPE)?;
    let told = api
        .customers
        .decision_facts(about.user_id, about.location_id)
        .await?;
    Ok(api.organization.told(told, |facts| facts))
}

/// Those of the locations that there are, as of one instant.
#[utoipa::path(
    post, path = "/facts/locations", operation_id = "getLocationFacts", tag = "facts",
    security(("machine" = ["facts:read"])),
    responses((status = 200, body = LocationFactsBody), (status = 403, description = "Not in the token's scope."))
)]
pub(super) async fn locations(
    machine: Machine,
    State(api): State<Api>,
    Json(about): Json<AboutLocations>,
) -> Result<Response, Problem> {
    machine.require(SCOPE)?;
    if about.location_ids.len() > MANY {
        return Err(too_many("locationIds"));
    }
    let told = api.customers.location_facts(&about.location_ids).await?;
    Ok(api.organization.told(told, |facts| LocationFactsBody {
        locations: facts.into_iter().map(Into::into).collect(),
    }))
}

/// The locations that appointed one of these dealers, in parts, each as of one instant.
#[utoipa::path(
    post, path = "/facts/locations-served", operation_id = "getLocationsServed", tag = "facts",
    security(("machine" = ["facts:read"])),
    responses((status = 200, body = ServedBody), (status = 403, description = "Not in the token's scope."))
)]
pub(super) async fn locations_served(
    machine: Machine,
    State(api): State<Api>,
    Json(about): Json<AboutServed>,
) -> Result<Response, Problem> {
    machine.require(SCOPE)?;
    if about.dealer_ids.len() > MANY {
        return Err(too_many("dealerIds"));
    }
    let part = part(about.after.map(LocationId::as_uuid), about.limit)?;
    let told = api
        .customers
        .locations_served(&about.dealer_ids, part)
        .await?;
    Ok(api.organization.told(told, |slice| ServedBody {
        locations: slice.items.into_iter().map(Into::into).collect(),
        next_page: slice.next.map(Into::into),
    }))
}

fn too_many(field: &str) -> Problem {
    Problem::invalid(field, format!("names more than {MANY}"))
}
