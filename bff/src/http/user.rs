//! `GET /bff/user`: who is signed in.

use axum::{extract::State, response::Response};
use chassis::http::Json;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Api, own_page::OwnPage, session::SignedIn};

/// The person behind a session, for showing.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserBody {
    /// Never changes.
    user_id: String,
    name: String,
    email: Option<String>,
    /// Application roles. They grant nothing on a security system.
    roles: Vec<String>,
    /// When the session ends, whatever happens.
    session_expires_at: Timestamp,
    /// Whether this is a demonstration.
    demo: bool,
}

/// Who is signed in. Never a redirect: a script asks.
#[utoipa::path(
    get, path = "/bff/user", operation_id = "getSessionUser", tag = "session", security(()),
    responses((status = 200, body = UserBody), (status = 401, description = "Nobody."))
)]
pub(super) async fn get_user(_: OwnPage, signed_in: SignedIn, State(api): State<Api>) -> Response {
    let session = &signed_in.session;
    let identity = session.identity.clone();
    let body = UserBody {
        user_id: identity.user_id,
        name: identity.name,
        email: identity.email,
        roles: identity.roles.into_iter().collect(),
        session_expires_at: session.expires_at,
        demo: api.demo,
    };
    signed_in.answer(Json(body))
}
