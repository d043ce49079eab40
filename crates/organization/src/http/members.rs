//! `…/teams/{teamId}/members/{employeeId}`: who belongs to a team.

use access::{EmployeeId, TeamId};
use axum::extract::State;
use axum::response::Response;
use chassis::http::{IfMatch, Path};
use chassis::problem::Problem;

use super::teams::TeamBody;
use super::{Api, Caller, OfMember, refusals};
use crate::app::TeamOf;
use crate::domain::OrganizationId;

/// Makes somebody else a member of a team. One who is a member stays it.
#[utoipa::path(
    put, path = "/teams/{teamId}/members/{employeeId}", operation_id = "addTeamMember", tag = "teams",
    security(("user" = [])), params(("teamId" = TeamId, Path), ("employeeId" = EmployeeId, Path)),
    responses(
        (status = 200, body = TeamBody),
        (status = 403, description = "Not an administrator of the organization, or oneself."),
        (status = 404, description = "No such team or employee for the caller."),
        (status = 409, description = "The team is full, or they belong to too many."),
        refusals::Change,
    )
)]
pub(super) async fn add(
    user: Caller,
    State(api): State<Api>,
    Path((organization, team, member)): OfMember,
    version: Option<IfMatch>,
) -> Result<Response, Problem> {
    let intent = api.intent(&user, version);
    let of = TeamOf(OrganizationId(organization), team);
    let team = api.organizations.add_member(&intent, of, member).await?;
    Ok(api.wrote_team(team))
}

/// Takes somebody else out of a team.
#[utoipa::path(
    delete, path = "/teams/{teamId}/members/{employeeId}", operation_id = "removeTeamMember", tag = "teams",
    security(("user" = [])), params(("teamId" = TeamId, Path), ("employeeId" = EmployeeId, Path)),
    responses(
        (status = 200, body = TeamBody),
        (status = 403, description = "Not an administrator of the organization, or oneself."),
        (status = 404, description = "No such team or member for the caller."),
        refusals::Change,
    )
)]
pub(super) async fn remove(
    user: Caller,
    State(api): State<Api>,
    Path((organization, team, member)): OfMember,
    version: Option<IfMatch>,
) -> Result<Response, Problem> {
    let intent = api.intent(&user, version);
    let of = TeamOf(OrganizationId(organization), team);
    let team = api.organizations.remove_member(&intent, of, member).await?;
    Ok(api.wrote_team(team))
}
