//! `GET /bff/login`: off to the provider.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use chassis::http::Query;
use http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Api, callback, cookies};
use crate::domain::ReturnPath;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct LoginParams {
    /// The page to come back to: a path of this origin. Anything else is taken as the front page.
    return_to: Option<String>,
}

/// Begins a login.
#[utoipa::path(
    get, path = "/bff/login", operation_id = "beginLogin", tag = "session", security(()),
    responses((status = 303, description = "To the provider's sign-in page."))
)]
pub(super) async fn login(
    State(api): State<Api>,
    Query(params): Query<LoginParams>,
    headers: HeaderMap,
) -> Response {
    let return_to = params
        .return_to
        .as_deref()
        .and_then(ReturnPath::parse)
        .unwrap_or_default();
    let name = api.sessions.public_url().login_cookie();
    let begun = match api
        .sessions
        .begin_login(return_to, cookies::read(&headers, name))
        .await
    {
        Ok(begun) => begun,
        Err(failure) => return callback::failed(&failure.into()),
    };
    let mut response = Redirect::to(begun.authorization_url.as_str()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.append(header::SET_COOKIE, cookies::login(name, begun.cookie));
    response
}
