//! `…/teams`: list, create; `…/teams/{teamId}`: read, rename, remove.

use std::collections::{BTreeMap, BTreeSet};

use access::{EmployeeId, LocationId, SystemRole, TeamId};
use axum::extract::State;
use axum::response::Response;
use chassis::http::{ETag, IfMatch, Json, Page, Paging, Path, Query};
use chassis::problem::Problem;
use chassis::turns::Crowded;
use idempotency::IdempotencyKey;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Api, Caller, OfOrganization, OfTeam, Rename, keyset, page, refusals};
use crate::app::TeamOf;
use crate::domain::{Name, OrganizationId, Team};
use crate::store::{Committed, Once};

/// A team of the organization.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TeamBody {
    /// Which team.
    id: TeamId,
    /// Its name.
    name: String,
    /// The employees who belong to it.
    members: BTreeSet<EmployeeId>,
    /// Its roles at locations, granted to its members.
    roles: BTreeMap<LocationId, BTreeSet<SystemRole>>,
    /// The version, as in the `ETag`.
    version: i64,
}

impl From<Team> for TeamBody {
    fn from(team: Team) -> Self {
        Self {
            id: team.id,
            name: team.name.to_string(),
            members: team.members,
            roles: team.roles,
            version: team.version.0,
        }
    }
}

/// A team to be made.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewTeam {
    /// Its name.
    #[schema(min_length = 1, max_length = 120, example = "Night Watch")]
    name: String,
}

impl Api {
    /// The answer to a change of a team.
    pub(super) fn wrote_team(&self, written: Committed<Team>) -> Response {
        let Committed { value, position } = written;
        let version = value.version;
        self.wrote(position, version, TeamBody::from(value))
    }
}

/// The organization's teams.
#[utoipa::path(
    get, path = "/teams", operation_id = "listTeams", tag = "teams",
    security(("user" = [])),
    responses(
        (status = 200, body = Page<TeamBody>),
        (status = 403, description = "Not an administrator of the organization."),
        (status = 404, description = "No such organization for the caller."),
        Crowded,
    )
)]
pub(super) async fn list(
    user: Caller,
    State(api): State<Api>,
    Path(organization): OfOrganization,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<TeamBody>>, Problem> {
    let organization = OrganizationId(organization);
    let keyset = keyset(&paging)?;
    let teams = api
        .organizations
        .teams(user.id, organization, keyset)
        .await?;
    Ok(page(teams, TeamBody::from))
}

/// Creates a team, without members and roles.
#[utoipa::path(
    post, path = "/teams", operation_id = "createTeam", tag = "teams",
    security(("user" = [])),
    responses(
        (status = 201, body = TeamBody),
        (status = 403, description = "Not an administrator of the organization."),
        (status = 404, description = "No such organization for the caller."),
        (status = 409, description = "The request with this `Idempotency-Key` is being carried out; or the organization has too many teams."),
        refusals::Creation,
    )
)]
pub(super) async fn create(
    user: Caller,
    State(api): State<Api>,
    Path(organization): OfOrganization,
    key: Option<IdempotencyKey>,
    Json(new): Json<NewTeam>,
) -> Result<Response, Problem> {
    let organization = OrganizationId(organization);
    api.organizations
        .require_administrator(organization, user.id)
        .await?;
    let intent = api.intent(&user, None);
    let id = TeamId::generate(intent.at, &mut (api.entropy)());
    let name = Name::parse("name", &new.name)?;
    let describe = |it: &Team| (it.version, TeamBody::from(it.clone()));
    let create = async |once: Once<'_, _>| {
        api.organizations
            .create_team(&intent, organization, (id, &name), once)
            .await
    };
    api.once(&intent, (key, &new), describe, create).await
}

/// A team of the organization.
#[utoipa::path(
    get, path = "/teams/{teamId}", operation_id = "getTeam", tag = "teams",
    security(("user" = [])), params(("teamId" = TeamId, Path)),
    responses(
        (status = 200, body = TeamBody),
        (status = 403, description = "Not an administrator of the organization."),
        (status = 404, description = "No such team for the caller."),
        Crowded,
    )
)]
pub(super) async fn get(
    user: Caller,
    State(api): State<Api>,
    Path((organization, team)): OfTeam,
) -> Result<(ETag, Json<TeamBody>), Problem> {
    let team = api
        .organizations
        .team(user.id, TeamOf(OrganizationId(organization), team))
        .await?;
    Ok((ETag(team.version.0), Json(team.into())))
}

/// Gives a team another name.
#[utoipa::path(
    put, path = "/teams/{teamId}", operation_id = "renameTeam", tag = "teams",
    security(("user" = [])), params(("teamId" = TeamId, Path)),
    responses(
        (status = 200, body = TeamBody),
        (status = 403, description = "Not an administrator of the organization."),
        (status = 404, description = "No such team for the caller."),
        refusals::Change,
    )
)]
pub(super) async fn rename(
    user: Caller,
    State(api): State<Api>,
    Path((organization, team)): OfTeam,
    version: Option<IfMatch>,
    Json(rename): Json<Rename>,
) -> Result<Response, Problem> {
    let intent = api.intent(&user, version);
    let name = Name::parse("name", &rename.name)?;
    let renamed = api
        .organizations
        .rename_team(&intent, TeamOf(OrganizationId(organization), team), &name)
        .await?;
    Ok(api.wrote_team(renamed))
}

/// Removes a team, and all that was granted through it.
#[utoipa::path(
    delete, path = "/teams/{teamId}", operation_id = "removeTeam", tag = "teams",
    security(("user" = [])), params(("teamId" = TeamId, Path)),
    responses(
        (status = 204, description = "Removed."),
        (status = 403, description = "Not an administrator of the organization, or one's own team."),
        (status = 404, description = "No such team for the caller."),
        refusals::Change,
    )
)]
pub(super) async fn remove(
    user: Caller,
    State(api): State<Api>,
    Path((organization, team)): OfTeam,
    version: Option<IfMatch>,
) -> Result<Response, Problem> {
    let intent = api.intent(&user, version);
    let removed = api
        .organizations
        .remove_team(&intent, TeamOf(OrganizationId(organization), team))
        .await?;
    Ok(api.removed(removed.position))
}
