//! One deadline for all that a request causes.
//!
//! The deadline is set where a request comes in, and known to everything that it awaits: a call to
//! another service takes what remains of it but a reserve, in which its caller is told what came of
//! it. Without one, a service whose own downstream is slow would seem dead to those who call it:
//! they would give up in the moment in which it says so, and leave it alone for everything else too.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tokio::time::Instant;

use crate::problem::{Problem, TIMEOUT};

/// What is kept of a deadline for answering, where there is so much.
const RESERVE: Duration = Duration::from_millis(500);

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

/// What may be spent on waiting for others: what [remains](remaining), but half a second of it, or a
/// quarter where that is less.
#[must_use]
pub fn spendable() -> Option<Duration> {
    remaining().map(|left| left.saturating_sub(RESERVE.min(left / 4)))
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
