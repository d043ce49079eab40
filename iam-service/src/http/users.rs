//! Users.

use std::sync::Arc;

use access::UserId;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chassis::auth::{Machine, User as Caller};
use chassis::http::{Json, Page, Paging, Query};
use chassis::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problems::NOT_AN_ADMINISTRATOR;
use super::written;
use crate::app::App;
use crate::domain::user::{ApplicationRole, Email, User};

/// A user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserBody {
    id: UserId,
    email: String,
    name: String,
    /// The application roles that administrators have granted. Those that follow from employments are in tokens only.
    roles: Vec<&'static str>,
    version: i64,
}

impl From<&User> for UserBody {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            email: user.email.as_str().to_owned(),
            name: user.name.as_str().to_owned(),
            roles: user.roles.iter().map(|role| role.as_str()).collect(),
            version: user.version,
        }
    }
}

/// Refuses a caller whose token does not even say administrator; what the table says is asked where something is changed.
pub(super) fn require_administrator(caller: &Caller) -> Result<(), Problem> {
    if caller.has(ApplicationRole::Administrator.as_str()) {
        Ok(())
    } else {
        Err(Problem::new(&NOT_AN_ADMINISTRATOR))
    }
}

/// Whether the caller is an administrator, by their token, which may be older than that they are none any more, and by
/// the table.
pub(super) async fn administers(app: &App, caller: &Caller) -> Result<bool, Problem> {
    Ok(require_administrator(caller).is_ok() && app.is_administrator(caller.id).await?)
}

/// Refuses a caller who may not know of this user at all: nobody but administrators, and the user.
pub(super) fn require_sight(caller: &Caller, id: UserId) -> Result<(), Problem> {
    let sees = caller.id == id || require_administrator(caller).is_ok();
    sees.then_some(()).ok_or_else(Problem::not_found)
}

/// All users, in the order of their addresses.
#[utoipa::path(get, path = "/users", operation_id = "listUsers", tag = "users", security(("user" = [])), params(Paging),
    responses(
        (status = 200, description = "Users.", body = Page<UserBody>),
        (status = 403, description = "The caller is no administrator."),
        (status = 422, description = "No such page.")))]
pub(super) async fn list(
    caller: Caller,
    State(app): State<Arc<App>>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<UserBody>>, Problem> {
    if !administers(&app, &caller).await? {
        return Err(Problem::new(&NOT_AN_ADMINISTRATOR));
    }
    let after = paging.after::<String>()?;
    let after = after.map(|after| after.parse::<Email>());
    let after = after
        .transpose()
        .map_err(|_| Problem::invalid("page", "is not a page of this list"))?;
    let page = app.users(after.as_ref(), paging.limit()?).await?;
    Ok(Json(Page {
        items: page.users.iter().map(UserBody::from).collect(),
        next_page: page
            .next
            .map(|email| chassis::http::Cursor::write(&email.as_str())),
    }))
}

/// Somebody, by address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Person {
    /// The address. Its case does not matter.
    email: String,
    /// The user who hires them: how much mail follows from that is limited.
    on_behalf_of: UserId,
}

/// The address that a person is reached by.
pub(super) fn parse_email(text: &str) -> Result<Email, Problem> {
    text.parse()
        .map_err(|error| Problem::invalid("email", format!("{error}")))
}

/// Finds the user of an address, or creates one. Can be repeated. Who has no password is sent a one-time link, until too
/// many were sent.
#[utoipa::path(post, path = "/users", operation_id = "findOrCreateUser", tag = "users",
    security(("machine" = ["users:write"])), request_body = Person,
    responses(
        (status = 200, description = "There was one.", body = UserBody),
        (status = 201, description = "There is one now.", body = UserBody),
        (status = 403, description = "The client has not the scope.")))]
pub(super) async fn find_or_create(
    caller: Machine,
    State(app): State<Arc<App>>,
    Json(person): Json<Person>,
) -> Result<Response, Problem> {
    caller.require("users:write")?;
    let email = parse_email(&person.email)?;
    let found = app.find_or_create_user(&email, person.on_behalf_of).await?;
    let status = if found.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((
        status,
        written(found.position),
        Json(UserBody::from(&found.user)),
    )
        .into_response())
}
