//! `GET /bff/callback`: back from the provider.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use chassis::http::Query;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Api, cookies, door};
use crate::{
    app::{Answer, LoginFailure, NoSession, SignedIn},
    provider::Callback,
};

/// The codes of RFC 6749 and OpenID Connect are shorter. What is longer is none, and fills no log.
const LONGEST_ERROR: usize = 100;

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
        (status = 303, description = "Signed in, to the page that was asked for; or to a new login, where this one was over."),
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
        Err(LoginFailure::Unknown) if api.sessions.has_issued(session_cookie) => anew(),
        Err(failure) => failed(&failure),
    }
}

fn answer(params: CallbackParams) -> Answer {
    let outcome = match (params.code, params.error) {
        (Some(code), None) => Ok(Callback {
            code,
            issuer: params.iss,
        }),
        (_, Some(error)) => Err(error.chars().take(LONGEST_ERROR).collect()),
        (_, None) => Err("neither a code nor an error".to_owned()),
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

/// Who went back to the provider's page and chose another account brings an answer to a login that is over. It
/// signs nobody in; but this browser keeps our cookies, so a login of its own can begin, and whoever is signed in at
/// the provider is signed in by that. Without a cookie of ours it would go round and round.
fn anew() -> Response {
    let mut response = Redirect::to("/bff/login").into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Why nobody was signed in.
pub(super) fn failed(failure: &LoginFailure) -> Response {
    let (status, title, text) = match failure {
        LoginFailure::Unknown => (
            StatusCode::BAD_REQUEST,
            "This sign-in is over",
            "It was used already, took too long, or began in another browser. Nobody was signed in by it.",
        ),
        LoginFailure::Refused(_) | LoginFailure::Untold(NoSession::SignedOut) => (
            StatusCode::BAD_REQUEST,
            "Signing in did not work",
            "What came back from the sign-in page was refused. Nobody was signed in by it.",
        ),
        LoginFailure::Untold(NoSession::Unavailable(_)) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Signing in is not possible at the moment",
            "Please try again soon.",
        ),
        LoginFailure::Untold(NoSession::Failed(_)) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Signing in did not work",
            "Something went wrong on our side. Nobody was signed in.",
        ),
    };
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::error!(?failure, "internal error");
    } else {
        // With quotes: whoever leads a browser here has chosen the words.
        tracing::info!(?failure, "not signed in");
    }
    let mut response = door::shut(status, title, text);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
