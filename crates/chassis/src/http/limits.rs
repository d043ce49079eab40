//! Limits of what a request may be.

use ::http::{HeaderMap, header};
use axum::{
    body::Body,
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http_body_util::Limited;

use crate::problem::{HEADERS_TOO_LARGE, PAYLOAD_TOO_LARGE, Problem};

/// Bytes that a body may have.
pub const MAX_BODY: usize = 64 * 1024;
/// Bytes that all headers together may have.
pub const MAX_HEADERS: usize = 16 * 1024;
/// Header fields that a request may have.
pub const MAX_HEADER_FIELDS: usize = 64;

/// Refuses large headers at once; large bodies at once where their length is said, else when read.
pub(super) async fn enforce(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let size: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if size > MAX_HEADERS || headers.len() > MAX_HEADER_FIELDS {
        return Problem::new(&HEADERS_TOO_LARGE).into_response();
    }
    if content_length(headers).is_some_and(|length| length > MAX_BODY) {
        return Problem::new(&PAYLOAD_TOO_LARGE).into_response();
    }
    let request = request.map(|body| Body::new(Limited::new(body, MAX_BODY)));
    next.run(request).await
}

fn content_length(headers: &HeaderMap) -> Option<usize> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}
