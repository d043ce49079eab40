//! A user's application roles.

use std::collections::BTreeSet;
use std::sync::Arc;

use access::UserId;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chassis::auth::User as Caller;
use chassis::http::{ETag, IfMatch, Json, Path};
use chassis::problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;

use super::users::{UserBody, require_administrator, require_sight};
use super::written;
use crate::app::App;
use crate::domain::user::ApplicationRole;

/// Roles.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Roles {
    /// All that the user is to have: `REALGUARDIO_ADMINISTRATOR`, `REALGUARDIO_DEALER_ADMINISTRATOR`,
    /// `REALGUARDIO_POLICY_ADMINISTRATOR`.
    roles: Vec<String>,
}

/// Only listed roles can be granted; those that follow from employments cannot.
pub(super) fn parse(roles: &[String]) -> Result<BTreeSet<ApplicationRole>, Problem> {
    let parse = |(at, role): (usize, &String)| {
        role.parse()
            .map_err(|_| Problem::invalid(format!("roles[{at}]"), "is no role that can be granted"))
    };
    roles.iter().enumerate().map(parse).collect()
}

/// Replaces a user's application roles.
#[utoipa::path(put, path = "/users/{userId}/roles", operation_id = "updateUserRoles", tag = "users",
    security(("user" = [])), request_body = Roles,
    params(("userId" = UserId, Path, description = "Which user.")),
    responses(
        (status = 200, description = "The user.", body = UserBody),
        (status = 403, description = "The caller is the user."),
        (status = 404, description = "No such user, or none that the caller may know of."),
        (status = 412, description = "The user has changed.")))]
pub(super) async fn replace(
    caller: Caller,
    State(app): State<Arc<App>>,
    Path(id): Path<UserId>,
    expected: Option<IfMatch>,
    Json(body): Json<Roles>,
) -> Result<Response, Problem> {
    require_sight(&caller, id)?;
    require_administrator(&caller)?;
    let roles = parse(&body.roles)?;
    let (user, position) = app
        .set_roles(caller.id, id, &roles, expected.map(|version| version.0))
        .await?;
    Ok((
        written(position),
        ETag(user.version),
        Json(UserBody::from(&user)),
    )
        .into_response())
}
