//! The `Consistency-Token` of requests.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chassis::auth::{Machine, User};
use chassis::problem::{MALFORMED, NOT_FRESH_ENOUGH, Problem};
use outbox::{ConsistencyToken, NotYet};

use super::Api;
use crate::app::Failure;

/// "At least as fresh as this": a request may say so by a `Consistency-Token`.
///
/// Everything here is answered from the tables that were written to, so this service is as fresh
/// as any token that it gave. One that is ahead of it was given by a database that is no more, and
/// the answer to it is for callers only: who is none gets the handler's 401.
pub(crate) async fn require_freshness(
    State(api): State<Api>,
    request: Request,
    next: Next,
) -> Response {
    let Err(problem) = check(&api, request.headers()).await else {
        return next.run(request).await;
    };
    let (mut parts, body) = request.into_parts();
    let is_caller = User::from_request_parts(&mut parts, &api).await.is_ok()
        || Machine::from_request_parts(&mut parts, &api).await.is_ok();
    if is_caller {
        return problem.into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}

/// Whether this service has come as far as the token in the headers says; if not, why.
pub(crate) async fn reached(api: &Api, headers: &HeaderMap) -> Result<(), String> {
    let token = ConsistencyToken::from_headers(headers).map_err(|error| error.to_string())?;
    let reached = outbox::reached(&api.organizations.store.pool, api.source(), &token).await;
    reached.map_err(|not_yet| not_yet.to_string())
}

async fn check(api: &Api, headers: &HeaderMap) -> Result<(), Problem> {
    let token = ConsistencyToken::from_headers(headers).map_err(|error| {
        Problem::new(&MALFORMED).detail(format!("Consistency-Token is {error}."))
    })?;
    if token.get(api.source()).is_none() {
        return Ok(());
    }
    match outbox::reached(&api.organizations.store.pool, api.source(), &token).await {
        Ok(()) => Ok(()),
        Err(NotYet::Unknown(error)) => Err(Failure::from(error).into()),
        Err(behind @ NotYet::Behind { .. }) => Err(Problem::new(&NOT_FRESH_ENOUGH)
            .detail(format!("{behind}."))
            .retry_after(1)),
    }
}
