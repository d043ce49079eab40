//! Facts, for services that decide themselves. They come with a machine's token, and the person
//! is named in the body: no person's token is good here.

use access::{Employment, Facts, Location, LocationId, Team, UserId};
use axum::extract::State;
use axum::response::Response;
use chassis::auth::Machine;
use chassis::http::{Cursor, Json};
use chassis::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use crate::app::Told;
use crate::organization::store::Keyset;
use crate::store::facts::LocationFacts;

const SCOPE: &str = "facts:read";
/// How many employments are in one part. Each comes with all its roles at locations.
const EMPLOYMENTS: usize = 20;
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

/// Whose grants are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AboutUser {
    /// Whose.
    user_id: UserId,
    /// The previous part's `nextPage`.
    #[serde(default)]
    page: Option<String>,
}

/// What a user is granted by customers.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserFactsBody {
    /// Their employments, with all their roles.
    employments: Vec<Employment>,
    /// The teams that these employments belong to, without their other members.
    teams: Vec<Team>,
    /// What to send as `page` for the next part; null at the end.
    #[schema(required)]
    next_page: Option<String>,
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
    Ok(api.told(told, |facts| facts))
}

/// What a user is granted by customers, in parts, each as of one instant.
#[utoipa::path(
    post, path = "/facts/user", operation_id = "getUserFacts", tag = "facts",
    security(("machine" = ["facts:read"])),
    responses((status = 200, body = UserFactsBody), (status = 403, description = "Not in the token's scope."))
)]
pub(super) async fn user(
    machine: Machine,
    State(api): State<Api>,
    Json(about): Json<AboutUser>,
) -> Result<Response, Problem> {
    machine.require(SCOPE)?;
    let keyset = Keyset {
        after: about.page.as_deref().map(Cursor::read).transpose()?,
        limit: EMPLOYMENTS,
    };
    let told = api.customers.user_facts(about.user_id, keyset).await?;
    Ok(api.told(told, |facts| UserFactsBody {
        employments: facts.employments,
        teams: facts.teams,
        next_page: facts.next.as_ref().map(Cursor::write),
    }))
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
    Ok(api.told(told, |facts| LocationFactsBody {
        locations: facts.into_iter().map(Into::into).collect(),
    }))
}

impl Api {
    /// The facts, and how fresh they are.
    fn told<T, B: Serialize>(&self, told: Told<T>, body: impl FnOnce(T) -> B) -> Response {
        self.organization.told(told.position, body(told.facts))
    }
}
