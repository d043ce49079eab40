//! One deadline for all that a request causes.
//!
//! The deadline is set where a request comes in, and known to everything that it awaits: a call to
//! another service takes what remains of it, so that the answer *undecided* is given in time
//! instead of the caller giving up.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tokio::time::Instant;

use crate::problem::{Problem, TIMEOUT};

tokio::task_local! {
    static DEADLINE: Instant;
}

/// What remains of the running request's deadline; nothing is known outside of a request.
#[must_use]
pub fn remaining() -> Option<Duration> {
    DEADLINE
        .try_with(|deadline| deadline.saturating_duration_since(Instant::now()))
        .ok()
}

/// Answers 503 when the answer is not there in time. A stream that has begun may go on.
pub(super) async fn enforce(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    let deadline = Instant::now() + limit;
    let answer = DEADLINE.scope(deadline, next.run(request));
    match tokio::time::timeout_at(deadline, answer).await {
        Ok(response) => response,
        Err(_) => Problem::new(&TIMEOUT).retry_after(1).into_response(),
    }
}
