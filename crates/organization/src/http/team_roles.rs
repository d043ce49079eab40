//! `…/teams/{teamId}/roles/{locationId}`: what a team holds at a location.

use std::collections::BTreeSet;

use access::{LocationId, TeamId};
use axum::extract::State;
use axum::response::Response;
use chassis::http::{IfMatch, Json, Path};
use chassis::problem::Problem;

use super::roles::RolesBody;
use super::teams::TeamBody;
use super::{Api, Caller, OfTeamLocation, refusals};
use crate::app::TeamOf;
use crate::domain::{OrganizationId, system_roles};

/// Replaces the roles that a team holds at one location.
#[utoipa::path(
    put, path = "/teams/{teamId}/roles/{locationId}", operation_id = "updateTeamRoles", tag = "teams",
    security(("user" = [])), params(("teamId" = TeamId, Path), ("locationId" = LocationId, Path)),
    responses(
        (status = 200, body = TeamBody),
        (status = 403, description = "Not an administrator of the organization, or one's own team."),
        (status = 404, description = "No such team or location for the caller."),
        (status = 409, description = "The team, or all of them together, hold roles at too many locations."),
        refusals::Change,
    )
)]
pub(super) async fn update(
    user: Caller,
    State(api): State<Api>,
    Path((organization, team, location)): OfTeamLocation,
    version: Option<IfMatch>,
    Json(body): Json<RolesBody>,
) -> Result<Response, Problem> {
    let intent = api.intent(&user, version);
    let of = TeamOf(OrganizationId(organization), team);
    let roles = system_roles("roles", &body.roles)?;
    let changed = api
        .organizations
        .change_team_roles(&intent, of, location, &roles)
        .await?;
    Ok(api.wrote_team(changed))
}

/// Takes away the roles that a team holds at one location.
#[utoipa::path(
    delete, path = "/teams/{teamId}/roles/{locationId}", operation_id = "removeTeamRoles", tag = "teams",
    security(("user" = [])), params(("teamId" = TeamId, Path), ("locationId" = LocationId, Path)),
    responses(
        (status = 200, body = TeamBody),
        (status = 403, description = "Not an administrator of the organization, or one's own team."),
        (status = 404, description = "No such team for the caller."),
        refusals::Change,
    )
)]
pub(super) async fn remove(
    user: Caller,
    State(api): State<Api>,
    Path((organization, team, location)): OfTeamLocation,
    version: Option<IfMatch>,
) -> Result<Response, Problem> {
    let intent = api.intent(&user, version);
    let of = TeamOf(OrganizationId(organization), team);
    let none = BTreeSet::new();
    let changed = api
        .organizations
        .change_team_roles(&intent, of, location, &none)
        .await?;
    Ok(api.wrote_team(changed))
}
