//! Facts, for services that decide themselves. They come with a machine's token, and the person
//! is named in the body: no person's token is good here.

use access::{Facts, Location, LocationId, UserId};
use axum::extract::State;
use axum::response::Response;
use chassis::auth::Machine;
use chassis::http::Json;
use chassis::problem::Problem;
use organization::http::SCOPE;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use crate::store::facts::LocationFacts;

/// About how many locations can be asked at once.
const LOCATIONS: usize = 100;

/// Who wants to do something, and where.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AboutDecision {
    /// Who.
    user_id: UserId,
    /// Where. Nothing is known about nowhere.
    location_id: Option<LocationId>,
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
    if about.location_ids.len() > LOCATIONS {
        return Err(Problem::invalid(
            "locationIds",
            format!("names more than {LOCATIONS} locations"),
        ));
    }
    let told = api.customers.location_facts(&about.location_ids).await?;
    Ok(api.organization.told(told, |facts| LocationFactsBody {
        locations: facts.into_iter().map(Into::into).collect(),
    }))
}
