//! `GET /bff/user`: who is signed in; `GET /bff/session`: whether somebody is.

use axum::{extract::State, response::Response};
use chassis::{http::Json, problem::Problem};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Api,
    own_page::OwnPage,
    session::{SignedIn, Visitor, personal},
};
use crate::domain::Session;

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

impl UserBody {
    fn of(session: &Session, demo: bool) -> Self {
        let identity = session.identity.clone();
        Self {
            user_id: identity.user_id,
            name: identity.name,
            email: identity.email,
            roles: identity.roles.into_iter().collect(),
            session_expires_at: session.expires_at,
            demo,
        }
    }
}

/// The session that a browser has, if it has one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionBody {
    /// Who is signed in; null for nobody.
    #[schema(required)]
    user: Option<UserBody>,
}

/// Who is signed in. Never a redirect: a script asks.
#[utoipa::path(
    get, path = "/bff/user", operation_id = "getSessionUser", tag = "session", security(()),
    responses((status = 200, body = UserBody), (status = 401, description = "Nobody."))
)]
pub(super) async fn get_user(_: OwnPage, signed_in: SignedIn, State(api): State<Api>) -> Response {
    let body = UserBody::of(&signed_in.session, api.demo);
    signed_in.answer(Json(body))
}

/// Whether somebody is signed in, and who. That nobody is, is no failure here: a page that is opened for the first
/// time asks, and browsers show their owners each answer that is one.
#[utoipa::path(
    get, path = "/bff/session", operation_id = "getSession", tag = "session", security(()),
    responses((status = 200, body = SessionBody))
)]
pub(super) async fn get_session(
    _: OwnPage,
    visitor: Visitor,
    State(api): State<Api>,
) -> Result<Response, Problem> {
    match visitor {
        Visitor::SignedIn(signed_in) => {
            let user = Some(UserBody::of(&signed_in.session, api.demo));
            Ok(signed_in.answer(Json(SessionBody { user })))
        }
        Visitor::Nobody(removal) => Ok(personal(Json(SessionBody { user: None }), removal)),
        Visitor::Untold(problem) => Err(problem),
    }
}
