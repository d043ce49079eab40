//! A request and its answer on the wire.

use ::http::HeaderMap;
use reqwest::RequestBuilder;
use thiserror::Error;

use super::{Reply, send_repeatable};
use crate::telemetry;

/// Bytes that an answer may have.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// Sends a request within the current trace, and reads the whole answer.
pub(super) async fn exchange(request: RequestBuilder) -> Result<Reply<Vec<u8>>, ExchangeError> {
    let mut response = send_repeatable(request.headers(trace_headers())).await?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            return Err(ExchangeError::TooLarge);
        }
    }
    Ok(Reply {
        status: response.status(),
        headers: std::mem::take(response.headers_mut()),
        body,
    })
}

fn trace_headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    telemetry::inject(&mut headers);
    headers
}

/// Why there was no answer.
#[derive(Debug, Error)]
pub(super) enum ExchangeError {
    #[error(transparent)]
    Transport(#[from] reqwest::Error),
    #[error("the answer is too large")]
    TooLarge,
}

impl ExchangeError {
    /// The error with its causes: reqwest's own text stops before the one that matters.
    pub(super) fn describe(self) -> String {
        format!("{:#}", anyhow::Error::new(self))
    }
}
