//! Consistency tokens: a client that wants an answer at least as fresh as what it has seen says so.

use std::time::Duration;

use axum::http::HeaderMap;
use outbox::{CONSISTENCY_TOKEN, ConsistencyToken, Inbox, InvalidToken, NotYet};

use crate::app::Failure;

/// How long to wait where no deadline is known.
const PATIENCE: Duration = Duration::from_secs(2);
/// What the answer itself still needs of the deadline.
const RESERVE: Duration = Duration::from_millis(500);

/// The consistency token of a request; one that asks for nothing if there is none.
pub(super) fn asked(headers: &HeaderMap) -> Result<ConsistencyToken, InvalidToken> {
    let mut token = ConsistencyToken::new();
    for line in headers.get_all(CONSISTENCY_TOKEN) {
        let text = line
            .to_str()
            .map_err(|error| InvalidToken::NotADictionary(error.to_string()))?;
        token.merge(&text.parse()?);
    }
    Ok(token)
}

/// Waits until the events that the token asks for are in effect.
pub(super) async fn wait(inbox: &Inbox, token: &ConsistencyToken) -> Result<(), Failure> {
    if token.is_empty() {
        return Ok(());
    }
    let deadline = chassis::http::deadline::remaining()
        .unwrap_or(PATIENCE)
        .saturating_sub(RESERVE);
    match inbox.wait_for(token, deadline).await {
        Ok(()) => Ok(()),
        Err(NotYet::Behind { .. }) => Err(Failure::NotYet),
        Err(NotYet::Unknown(error)) => Err(Failure::Internal(error.into())),
    }
}
