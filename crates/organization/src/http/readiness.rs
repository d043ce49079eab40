//! Readiness, also for whoever waits for a position.

use axum::http::HeaderMap;
use outbox::ConsistencyToken;

use super::Api;

/// Whether the database answers, and has come as far as the request's `Consistency-Token` says; if not, why.
pub(crate) async fn reached(api: &Api, headers: &HeaderMap) -> Result<(), String> {
    let token = ConsistencyToken::from_headers(headers).map_err(|error| error.to_string())?;
    let reached = outbox::reached(&api.organizations.store.pool, api.source(), &token).await;
    reached.map_err(|not_yet| not_yet.to_string())
}
