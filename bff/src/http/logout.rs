//! `POST /bff/logout`: signed out here; the browser goes on to sign out at the provider.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chassis::{http::Json, problem::Problem};
use http::{HeaderMap, HeaderValue, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Api, cookies, own_page::OwnCall};

/// Where to go to sign out at the provider as well.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignedOutBody {
    /// A page to navigate to; it comes back to ours.
    end_session_url: String,
}

/// Ends the session. Whoever has none is signed out already, and gets the same answer.
#[utoipa::path(
    post, path = "/bff/logout", operation_id = "logout", tag = "session", security(()),
    responses((status = 200, body = SignedOutBody), (status = 403, description = "Not from our own page."))
)]
pub(super) async fn logout(
    _: OwnCall,
    State(api): State<Api>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let name = api.sessions.public_url().session_cookie();
    let cookie = cookies::read(&headers, name);
    let url = api.sessions.sign_out(cookie).await?;
    let body = SignedOutBody {
        end_session_url: url.into(),
    };
    let mut response = Json(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.append(header::SET_COOKIE, cookies::removal(name));
    Ok(response)
}
