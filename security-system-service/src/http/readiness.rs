//! Readiness, also for whoever waits for a position.

use http::HeaderMap;
use outbox::ConsistencyToken;

use super::Api;
use crate::NAME;

/// Whether the database answers, and has come as far as the request's `Consistency-Token` says, in this
/// service's own outbox and in what it keeps of others' events; if not, why.
///
/// # Errors
///
/// When it has not.
pub async fn reached(api: &Api, headers: &HeaderMap) -> Result<(), String> {
    let token = ConsistencyToken::from_headers(headers).map_err(|error| error.to_string())?;
    let reached = async {
        outbox::reached(api.app.store().pool(), NAME, &token).await?;
        api.inbox.wait_for(&token, api.patience).await
    };
    reached.await.map_err(|not_yet| not_yet.to_string())
}

/// Whether it is known which strategies were chosen, where they can be; if not, why.
///
/// # Errors
///
/// When it is not.
pub async fn chosen(api: &Api) -> Result<(), String> {
    if !api.demo || api.app.authorizers().choices().are_known() {
        return Ok(());
    }
    let chosen = api.app.chosen().await;
    chosen.map(drop).map_err(|failure| failure.to_string())
}
