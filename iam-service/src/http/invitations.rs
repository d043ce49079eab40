//! Inviting users.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chassis::auth::User as Caller;
use chassis::http::{ETag, Json};
use chassis::problem::Problem;
use idempotency::{Idempotency, IdempotencyKey, Mark};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::users::{UserBody, parse_email, require_administrator};
use super::{user_roles, written};
use crate::app::App;
use crate::domain::user::{Name, User};

/// Somebody to invite.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Invitation {
    /// The address. Its case does not matter.
    email: String,
    /// What the person is called, until they say it themselves.
    name: String,
    /// The application roles that the user is to have.
    #[serde(default)]
    roles: Vec<String>,
}

fn parse_name(text: &str) -> Result<Name, Problem> {
    text.parse()
        .map_err(|error| Problem::invalid("name", format!("{error}")))
}

/// Creates a user and sends a one-time link; once, however often it is asked with the same `Idempotency-Key`.
#[utoipa::path(post, path = "/invitations", operation_id = "inviteUser", tag = "users", security(("user" = [])),
    request_body = Invitation,
    responses(
        (status = 201, description = "The user.", body = UserBody),
        (status = 403, description = "The caller is no administrator."),
        (status = 409, description = "There is a user of this address, or the request is being carried out.")))]
pub(super) async fn invite(
    caller: Caller,
    State(app): State<Arc<App>>,
    State(idempotency): State<Idempotency>,
    key: Option<IdempotencyKey>,
    Json(body): Json<Invitation>,
) -> Result<Response, Problem> {
    require_administrator(&caller)?;
    let email = parse_email(&body.email)?;
    let name = parse_name(&body.name)?;
    let roles = user_roles::parse(&body.roles)?;
    let work = async |mark: &mut Mark| app.invite(caller.id, (&email, &name), &roles, mark).await;
    let invited = idempotency
        .run(caller.id, key.as_ref(), &body, app.now(), work)
        .await?;
    let user = User {
        id: invited.id,
        email,
        name,
        roles,
        has_password: false,
        version: invited.version,
    };
    let answer = (
        written(invited.position),
        ETag(user.version),
        Json(UserBody::from(&user)),
    );
    Ok((StatusCode::CREATED, answer).into_response())
}
