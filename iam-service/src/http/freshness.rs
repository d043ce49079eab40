//! Consistency tokens: a client that wants an answer at least as fresh as what it has seen says so.

use std::time::Duration;

use chassis::http::deadline;
use outbox::{ConsistencyToken, Inbox, NotYet};

use crate::app::Failure;
use crate::store;

/// How long to wait where no deadline is known.
const PATIENCE: Duration = Duration::from_secs(2);

/// Waits until the events that the token asks for are in effect.
pub(super) async fn wait(inbox: &Inbox, token: &ConsistencyToken) -> Result<(), Failure> {
    if token.is_empty() {
        return Ok(());
    }
    let deadline = deadline::spendable().unwrap_or(PATIENCE);
    match inbox.wait_for(token, deadline).await {
        Ok(()) => Ok(()),
        Err(NotYet::Behind { .. }) => Err(Failure::NotYet),
        Err(NotYet::Unknown(error)) => Err(store::Error::from(error).into()),
    }
}
