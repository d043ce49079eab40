//! Readiness, also for whoever waits for a position.

use http::HeaderMap;
use outbox::ConsistencyToken;

use crate::app::App;

/// Whether what is known has come as far as the request's `Consistency-Token` says; if not, why.
///
/// # Errors
///
/// When it has not.
pub async fn reached(app: &App, headers: &HeaderMap) -> Result<(), String> {
    let token = ConsistencyToken::from_headers(headers).map_err(|error| error.to_string())?;
    app.knowledge().reached(&token).await
}
