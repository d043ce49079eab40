//! `GET /bff/callback`: back from the provider.

use axum::{
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
};
use chassis::http::Query;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Api, cookies};
use crate::{
    app::{Answer, LoginFailure, NoSession, SignedIn},
    provider::Callback,
};

/// The authorization response (RFC 6749 section 4.1.2, RFC 9207).
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CallbackParams {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// Completes a login.
#[utoipa::path(
    get, path = "/bff/callback", operation_id = "completeLogin", tag = "session", security(()),
    responses(
        (status = 303, description = "Signed in; to the page that was asked for."),
        (status = 400, description = "Not signed in.", content_type = "text/html"),
        (status = 503, description = "The provider or the database did not answer.", content_type = "text/html"),
    )
)]
pub(super) async fn callback(
    State(api): State<Api>,
    Query(params): Query<CallbackParams>,
    headers: HeaderMap,
) -> Response {
    let names = api.sessions.public_url();
    let login_cookie = cookies::read(&headers, names.login_cookie());
    let session_cookie = cookies::read(&headers, names.session_cookie());
    match api
        .sessions
        .complete_login(answer(params), login_cookie, session_cookie)
        .await
    {
        Ok(signed_in) => welcome(&api, signed_in),
        Err(failure) => failed(&failure),
    }
}

fn answer(params: CallbackParams) -> Answer {
    let outcome = match (params.code, params.error) {
        (Some(code), None) => Ok(Callback {
            code,
            issuer: params.iss,
        }),
        (_, error) => Err(error.unwrap_or_else(|| "neither a code nor an error".to_owned())),
    };
    Answer {
        state: params.state.unwrap_or_default(),
        outcome,
    }
}

fn welcome(api: &Api, signed_in: SignedIn) -> Response {
    let names = api.sessions.public_url();
    let login_cookie = match signed_in.login_cookie {
        Some(value) => cookies::login(names.login_cookie(), value),
        None => cookies::removal(names.login_cookie()),
    };
    let mut response = Redirect::to(signed_in.return_to.as_str()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.append(
        header::SET_COOKIE,
        cookies::session(names.session_cookie(), signed_in.ticket),
    );
    headers.append(header::SET_COOKIE, login_cookie);
    response
}

/// A page for the person who is on the way: what happened, and a way on. It tells nothing of what
/// came in, so there is nothing to inject.
pub(super) fn failed(failure: &LoginFailure) -> Response {
    let (status, text) = match failure {
        LoginFailure::Unknown
        | LoginFailure::Refused(_)
        | LoginFailure::Untold(NoSession::SignedOut) => (
            StatusCode::BAD_REQUEST,
            "Signing in did not work. You are not signed in.",
        ),
        LoginFailure::Untold(NoSession::Unavailable(_)) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Signing in is not possible at the moment. Please try again soon.",
        ),
        LoginFailure::Untold(NoSession::Failed(_)) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on our side. You are not signed in.",
        ),
    };
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::error!(%failure, "internal error");
    } else {
        tracing::info!(%failure, "not signed in");
    }
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>RealGuardIO</title><main><h1>RealGuardIO</h1><p role=alert>{text}</p>\
         <p><a href=/bff/login>Sign in again</a></p></main></html>"
    );
    let mut response = (status, Html(page)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
