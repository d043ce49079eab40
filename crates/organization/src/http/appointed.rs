//! The routes of the kinds that others appoint, and that own no locations: dealers and monitoring
//! providers.

use access::{Employment, LocationId, Team, UserId};
use axum::extract::State;
use axum::response::Response;
use chassis::auth::Machine;
use chassis::http::{Json, Page, Paging, Query};
use chassis::problem::Problem;
use chassis::turns::Crowded;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::problems::NOT_AN_EMPLOYEE;
use super::{Api, Caller, SCOPE, keyset, page};
use crate::domain::Organization;
use crate::store::Listed;

/// What the directory of one kind of organization is called.
pub struct Directory {
    /// Its path: `/directory/dealers`.
    pub path: &'static str,
    /// The id of the operation that reads it.
    pub operation: &'static str,
}

/// The application roles of those who may look for whom to appoint. iam-service derives them from
/// employments, so the token alone says it.
const EMPLOYEES: [&str; 3] = [
    "CUSTOMER_EMPLOYEE",
    "SECURITY_SYSTEM_DEALER_EMPLOYEE",
    "MONITORING_PROVIDER_EMPLOYEE",
];

/// An organization that can be appointed.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DirectoryEntry {
    /// Which organization.
    id: Uuid,
    /// Its name.
    name: String,
}

impl From<Organization> for DirectoryEntry {
    fn from(organization: Organization) -> Self {
        Self {
            id: organization.id.0,
            name: organization.name.to_string(),
        }
    }
}

/// Who wants to do something, and where.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AboutDecision {
    /// Who.
    user_id: UserId,
    /// Where.
    location_id: LocationId,
}

/// What is known here about a user at a location.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DecisionFactsBody {
    /// Their employments.
    employments: Vec<Employment>,
    /// Those of their teams that hold a role at the location, without their other members.
    teams: Vec<Team>,
}

/// The routes of a kind that others appoint.
#[must_use]
pub fn appointed(api: &Api, directory: &Directory) -> OpenApiRouter {
    let mut listed = OpenApiRouter::default().nest(
        directory.path,
        OpenApiRouter::default()
            .routes(routes!(list))
            .with_state(api.clone()),
    );
    for item in listed.get_openapi_mut().paths.paths.values_mut() {
        if let Some(operation) = &mut item.get {
            operation.operation_id = Some(directory.operation.to_owned());
        }
    }
    OpenApiRouter::default()
        .routes(routes!(decision))
        .with_state(api.clone())
        .merge(listed)
}

/// All of them, by id and name, for whoever works for an organization: so as to appoint one.
#[utoipa::path(
    get, path = "/", operation_id = "listDirectory", tag = "directory",
    security(("user" = [])),
    responses(
        (status = 200, body = Page<DirectoryEntry>),
        (status = 403, description = "Nobody's employee."),
        Crowded,
    )
)]
async fn list(
    user: Caller,
    State(api): State<Api>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<DirectoryEntry>>, Problem> {
    if !EMPLOYEES.iter().any(|role| user.has(role)) {
        return Err(Problem::new(&NOT_AN_EMPLOYEE));
    }
    let organizations = api
        .organizations
        .organizations(Listed::Every, keyset(&paging)?)
        .await?;
    Ok(page(organizations, DirectoryEntry::from))
}

/// All that is known here about one user at one location, as of one instant. Whether it counts
/// there depends on who was appointed, which is others' to tell.
#[utoipa::path(
    post, path = "/facts/decision", operation_id = "getDecisionFacts", tag = "facts",
    security(("machine" = ["facts:read"])),
    responses(
        (status = 200, body = DecisionFactsBody),
        (status = 403, description = "Not in the token's scope."),
    )
)]
async fn decision(
    machine: Machine,
    State(api): State<Api>,
    Json(about): Json<AboutDecision>,
) -> Result<Response, Problem> {
    machine.require(SCOPE)?;
    let told = api
        .organizations
        .facts_at(about.user_id, about.location_id)
        .await?;
    Ok(api.told(told, |facts| DecisionFactsBody {
        employments: facts.employments,
        teams: facts.teams,
    }))
}
