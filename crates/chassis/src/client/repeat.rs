//! Requests that may be heard twice.

use ::http::{HeaderMap, Method};
use reqwest::{RequestBuilder, Response};

/// Whether a request may be heard twice by a service of ours: it changes nothing, or has a key by which the service
/// knows it again. A change that names the version which it is of is heard once: the second time the version would be
/// another, and that would be the answer.
#[must_use]
pub fn is_repeatable(method: &Method, headers: &HeaderMap) -> bool {
    method.is_safe() || headers.contains_key("idempotency-key")
}

/// Sends a request that may be heard twice, and sends it again, once, if its connection ends without an answer. So it does
/// when a service stops just as it is asked, and whoever is asked next by the same name is another instance. Who
/// refuses a connection, or is silent, is not asked again.
///
/// # Errors
///
/// When there is no answer.
pub async fn send_repeatable(request: RequestBuilder) -> reqwest::Result<Response> {
    let again = request.try_clone();
    match (request.send().await, again) {
        (Err(error), Some(again)) if is_unanswered(&error) => {
            tracing::debug!(
                error = format!("{:#}", anyhow::Error::new(error)),
                "sent again"
            );
            again.send().await
        }
        (sent, _) => sent,
    }
}

/// Whether the connection was there, and ended.
fn is_unanswered(error: &reqwest::Error) -> bool {
    error.is_request() && !error.is_connect() && !error.is_timeout()
}
