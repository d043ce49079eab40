//! Waiting for what a `Consistency-Token` asks for, where the answer is made of what others tell.

use std::time::Duration;

use axum::http::HeaderMap;
use chassis::http::deadline;
use outbox::{ConsistencyToken, Inbox, NotYet};

use crate::NAME;
use crate::app::{App, Failure};
use crate::store;

/// How long to wait where no deadline is known.
const PATIENCE: Duration = Duration::from_secs(2);

/// Waits until the events that the token asks for are in effect. Its own are, or will never be.
pub(super) async fn until_reached(
    app: &App,
    inbox: &Inbox,
    token: &ConsistencyToken,
) -> Result<(), Failure> {
    let deadline = deadline::spendable().unwrap_or(PATIENCE);
    let reached = async {
        outbox::reached(app.store.pool(), NAME, token).await?;
        inbox.wait_for(token, deadline).await
    };
    reached.await.map_err(|not_yet| match not_yet {
        NotYet::Behind { .. } => Failure::NotYet,
        NotYet::Unknown(error) => store::Error::from(error).into(),
    })
}

/// Readiness, also for whoever waits for a position; if not, why.
pub(super) async fn until_ready(
    app: &App,
    inbox: &Inbox,
    headers: &HeaderMap,
) -> Result<(), String> {
    let token = ConsistencyToken::from_headers(headers).map_err(|error| error.to_string())?;
    let reached = until_reached(app, inbox, &token).await;
    reached.map_err(|error| error.to_string())
}
