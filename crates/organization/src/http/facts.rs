//! Facts, for services that decide themselves. They come with a machine's token, and the person
//! is named in the body: no person's token is good here.

use access::{Employment, Team, UserId};
use axum::extract::State;
use axum::response::Response;
use chassis::auth::Machine;
use chassis::http::{Cursor, Json};
use chassis::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Api;
use crate::app::Told;
use crate::domain::OrganizationId;
use crate::store::Keyset;

/// The scope of a token that is good for asking about facts.
pub const SCOPE: &str = "facts:read";
/// How many employments are in one part at most. Each comes with all its roles at locations.
const EMPLOYMENTS: usize = 20;
/// How many items are at most in one part of a list of facts.
const PART: usize = 500;

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

/// What a user is granted by the organizations that this service keeps.
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

/// Who may administer what.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AboutAdministrator {
    /// Who.
    user_id: UserId,
    /// Which organization.
    organization_id: Uuid,
}

/// Whether they do.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdministratorBody {
    /// Whether the user is employed by the organization and administers it.
    administrator: bool,
}

/// Which part of a list of facts is asked for: behind this id, so many.
///
/// # Errors
///
/// When the limit is out of bounds.
pub fn part(after: Option<Uuid>, limit: Option<usize>) -> Result<Keyset, Problem> {
    match limit.unwrap_or(PART) {
        limit @ 1..=PART => Ok(Keyset { after, limit }),
        _ => Err(Problem::invalid(
            "limit",
            format!("must be between 1 and {PART}"),
        )),
    }
}

/// What a user is granted by the organizations that this service keeps, in parts, each as of one
/// instant.
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
    let told = api.organizations.user_facts(about.user_id, keyset).await?;
    Ok(api.told(told, |facts| UserFactsBody {
        employments: facts.employments,
        teams: facts.teams,
        next_page: facts.next.as_ref().map(Cursor::write),
    }))
}

/// Whether a user administers an organization.
#[utoipa::path(
    post, path = "/facts/administrator", operation_id = "getAdministratorFacts", tag = "facts",
    security(("machine" = ["facts:read"])),
    responses((status = 200, body = AdministratorBody), (status = 403, description = "Not in the token's scope."))
)]
pub(super) async fn administrator(
    machine: Machine,
    State(api): State<Api>,
    Json(about): Json<AboutAdministrator>,
) -> Result<Response, Problem> {
    machine.require(SCOPE)?;
    let organization = OrganizationId(about.organization_id);
    let told = api
        .organizations
        .is_administrator(about.user_id, organization)
        .await?;
    Ok(api.told(told, |administrator| AdministratorBody { administrator }))
}

impl Api {
    /// The answer to a question about facts: how fresh they are goes with them.
    pub fn told<T, B: Serialize>(&self, told: Told<T>, body: impl FnOnce(T) -> B) -> Response {
        self.fresh(told.position, body(told.facts))
    }
}
