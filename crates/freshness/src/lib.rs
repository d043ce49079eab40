//! "At least as fresh as this": the `Consistency-Token` of requests, those to this service and those to others.
//!
//! | what | does |
//! |---|---|
//! | [`require`] | the layer of all routes that take a token: answers 503 while this service's own outbox is behind |
//! | [`Freshness`] | the token, for a handler that asks others, or waits for what is heard of them |
//! | [`at_least`] | passes on to another service what it is asked of itself |
//! | [`knowing`] | passes the whole token on, to a service that is told by others |
//!
//! What is written at a service is answered from the tables that were written to, so it is as fresh as any token that
//! it gave. One that is ahead of it was given by a database that is no more: one was restored, and stands before what
//! its callers have seen. Of what they have seen it cannot speak.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chassis::auth::{Machine, User, Verifier};
use chassis::client::Call;
use chassis::problem::{MALFORMED, NOT_FRESH_ENOUGH, Problem};
use database::is_outage;
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use outbox::{CONSISTENCY_TOKEN, ConsistencyToken, NotYet};
use sqlx::PgPool;

/// A service's own outbox, as [`require`] asks it.
#[derive(Debug, Clone)]
pub struct OwnOutbox {
    /// By which name others know the service, and its outbox.
    pub name: &'static str,
    /// The service's database.
    pub pool: PgPool,
    /// Tells callers from others.
    pub verifier: Arc<Verifier>,
}

impl FromRef<OwnOutbox> for Arc<Verifier> {
    fn from_ref(outbox: &OwnOutbox) -> Self {
        outbox.verifier.clone()
    }
}

/// The layer that answers a request only if the service has come as far as its `Consistency-Token` says.
///
/// That it has not is for callers only to know: who is none gets the handler's 401.
pub async fn require(State(outbox): State<OwnOutbox>, request: Request, next: Next) -> Response {
    let Err(problem) = outbox.reached(request.headers()).await else {
        return next.run(request).await;
    };
    let (mut parts, body) = request.into_parts();
    if outbox.knows(&mut parts).await {
        return problem.into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}

impl OwnOutbox {
    async fn reached(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let asked = asked(headers)?;
        if asked.get(self.name).is_none() {
            return Ok(());
        }
        let reached = outbox::reached(&self.pool, self.name, &asked).await;
        reached.map_err(|not_yet| match not_yet {
            NotYet::Unknown(error) if is_outage(&error) => Problem::unavailable(error),
            NotYet::Unknown(error) => Problem::internal(error),
            NotYet::Behind { .. } => Problem::new(&NOT_FRESH_ENOUGH)
                .detail(format!("{not_yet}."))
                .retry_after(1),
        })
    }

    /// Whether the request is by a caller of any kind.
    async fn knows(&self, parts: &mut Parts) -> bool {
        User::from_request_parts(parts, self).await.is_ok()
            || Machine::from_request_parts(parts, self).await.is_ok()
    }
}

/// What the request's `Consistency-Token` asks for; nothing, if there is none.
#[derive(Debug)]
pub struct Freshness(pub ConsistencyToken);

impl<S: Sync> FromRequestParts<S> for Freshness {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        asked(&parts.headers).map(Self)
    }
}

fn asked(headers: &HeaderMap) -> Result<ConsistencyToken, Problem> {
    ConsistencyToken::from_headers(headers)
        .map_err(|error| Problem::new(&MALFORMED).detail(format!("Consistency-Token is {error}.")))
}

/// Asks another service for an answer that is at least so fresh. Only its own position means anything to it.
pub fn at_least<'a>(freshness: &ConsistencyToken, call: Call<'a>) -> Call<'a> {
    let its_own = freshness.of_sources(&[call.service()]);
    knowing(&its_own, call)
}

/// Asks another service, which hears of several, for an answer that knows of all this.
pub fn knowing<'a>(freshness: &ConsistencyToken, call: Call<'a>) -> Call<'a> {
    match freshness.header_value() {
        Some(value) => call.header(HeaderName::from_static(CONSISTENCY_TOKEN), value),
        None => call,
    }
}
