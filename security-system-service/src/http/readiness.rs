//! Readiness, also for whoever waits for a position.

use http::HeaderMap;
use outbox::ConsistencyToken;

use super::Api;
use crate::NAME;

/// Whether the database answers, and has come as far as the request's `Consistency-Token` says; if
/// not, why. Positions of other sources mean nothing here: this service keeps none of their events.
///
/// # Errors
///
/// When it has not.
pub async fn reached(api: &Api, headers: &HeaderMap) -> Result<(), String> {
    let token = ConsistencyToken::from_headers(headers).map_err(|error| error.to_string())?;
    let position = api.app.store().position().await;
    let position = position.map_err(|error| error.to_string())?;
    match token.get(NAME) {
        Some(asked) if asked > position => Err(format!("asked for {asked}, reached {position}")),
        _ => Ok(()),
    }
}
