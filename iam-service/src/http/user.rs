//! One user.

use std::sync::Arc;

use access::UserId;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chassis::auth::User as Caller;
use chassis::http::{ETag, IfMatch, Json, Path};
use chassis::problem::Problem;

use super::users::{UserBody, administers, require_administrator, require_sight};
use super::written;
use crate::app::App;

/// A user, for administrators and for the user.
#[utoipa::path(get, path = "/users/{userId}", operation_id = "getUser", tag = "users", security(("user" = [])),
    params(("userId" = UserId, Path, description = "Which user.")),
    responses(
        (status = 200, description = "The user.", body = UserBody),
        (status = 404, description = "No such user, or none that the caller may know of.")))]
pub(super) async fn read(
    caller: Caller,
    State(app): State<Arc<App>>,
    Path(id): Path<UserId>,
) -> Result<Response, Problem> {
    if caller.id != id && !administers(&app, &caller).await? {
        return Err(Problem::not_found());
    }
    let user = app.user(id).await?.ok_or_else(Problem::not_found)?;
    Ok((ETag(user.version), Json(UserBody::from(&user))).into_response())
}

/// Removes a user and ends their sessions.
#[utoipa::path(delete, path = "/users/{userId}", operation_id = "removeUser", tag = "users", security(("user" = [])),
    params(("userId" = UserId, Path, description = "Which user.")),
    responses(
        (status = 204, description = "The user is gone."),
        (status = 403, description = "The caller is the user."),
        (status = 404, description = "No such user, or none that the caller may know of."),
        (status = 412, description = "The user has changed.")))]
pub(super) async fn remove(
    caller: Caller,
    State(app): State<Arc<App>>,
    Path(id): Path<UserId>,
    expected: Option<IfMatch>,
) -> Result<Response, Problem> {
    require_sight(&caller, id)?;
    require_administrator(&caller)?;
    let position = app
        .remove_user(caller.id, id, expected.map(|version| version.0))
        .await?;
    Ok((written(position), StatusCode::NO_CONTENT).into_response())
}
