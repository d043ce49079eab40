//! As of when an answer is.

use std::convert::Infallible;

use axum::response::{IntoResponseParts, ResponseParts};
use outbox::{CONSISTENCY_TOKEN, ConsistencyToken};

/// Says what the sources of the facts had come to, where there are any.
pub(super) struct AsOf(pub(super) ConsistencyToken);

impl IntoResponseParts for AsOf {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        if let Some(value) = self.0.header_value() {
            parts.headers_mut().insert(CONSISTENCY_TOKEN, value);
        }
        Ok(parts)
    }
}
