//! Versions of what is read and changed: `ETag` and `If-Match` (RFC 9110).

use std::{convert::Infallible, fmt};

use ::http::{HeaderValue, header, request::Parts};
use axum::{
    extract::OptionalFromRequestParts,
    response::{IntoResponseParts, ResponseParts},
};

use crate::problem::{MALFORMED, PRECONDITION_FAILED, Problem};

/// The version of what is answered: `(ETag(system.version), Json(system))`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ETag(pub i64);

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

impl IntoResponseParts for ETag {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        if let Ok(value) = HeaderValue::from_str(&self.to_string()) {
            parts.headers_mut().insert(header::ETAG, value);
        }
        Ok(parts)
    }
}

/// The version that the caller means to change: a handler takes an `Option<IfMatch>`, and documents
/// 412, by which [`openapi`](crate::openapi) knows of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub i64);

impl<S: Send + Sync> OptionalFromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        read(parts)
    }
}

/// One strong tag of ours; what is none of ours cannot be the current version.
fn read(parts: &Parts) -> Result<Option<IfMatch>, Problem> {
    let mut values = parts.headers.get_all(header::IF_MATCH).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let tag = value
        .to_str()
        .ok()
        .and_then(|text| text.strip_prefix('"')?.strip_suffix('"'))
        .filter(|_| values.next().is_none())
        .ok_or_else(|| Problem::new(&MALFORMED).detail("If-Match takes one ETag."))?;
    match tag.parse() {
        Ok(version) => Ok(Some(IfMatch(version))),
        Err(_) => Err(Problem::new(&PRECONDITION_FAILED)),
    }
}
