//! `POST /bff/backchannel-logout`: the provider says who is signed out, everywhere at once
//! (OpenID Connect Back-Channel Logout 1.0). The logout token is what authenticates it.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    response::{IntoResponse, Response},
};
use chassis::{http::Json, problem::Problem};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use crate::{app::NotLoggedOut, provider::NotALogoutToken};

#[derive(Deserialize, ToSchema)]
pub(super) struct LogoutForm {
    logout_token: String,
}

/// An error as OAuth writes it: it is the provider that reads it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OAuthError {
    error: &'static str,
    error_description: String,
}

/// Ends the sessions that a logout token is about.
#[utoipa::path(
    post, path = "/bff/backchannel-logout", operation_id = "backchannelLogout", tag = "session", security(()),
    request_body(content = LogoutForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Ended, in all replicas."),
        (status = 400, body = OAuthError, description = "No valid logout token."),
    )
)]
pub(super) async fn backchannel_logout(
    State(api): State<Api>,
    form: Result<Form<LogoutForm>, FormRejection>,
) -> Response {
    let outcome = match form {
        Ok(Form(form)) => api.sessions.provider_logout(&form.logout_token).await,
        Err(rejection) => return refused(&rejection),
    };
    let mut response = match outcome {
        Ok(_) => StatusCode::OK.into_response(),
        Err(NotLoggedOut::Token(error @ NotALogoutToken::Invalid(_))) => refused(&error),
        // The provider may tell again.
        Err(NotLoggedOut::Token(error)) => Problem::unavailable(error).into_response(),
        Err(NotLoggedOut::Store(error)) => Problem::from(error).into_response(),
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn refused(why: &dyn std::fmt::Display) -> Response {
    let body = OAuthError {
        error: "invalid_request",
        error_description: why.to_string(),
    };
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}
