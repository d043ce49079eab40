//! The key, and what it is a key to.

use std::borrow::Cow;

use axum::extract::{OptionalFromRequestParts, OriginalUri};
use chassis::problem::{MALFORMED, Problem};
use http::request::Parts;
use percent_encoding::percent_decode_str;
use uuid::Uuid;

/// The `Idempotency-Key` of a request, with the route that it was sent to.
///
/// As a parameter of a handler: `Option<IdempotencyKey>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    route: String,
    text: String,
}

impl IdempotencyKey {
    pub(crate) fn route(&self) -> &str {
        &self.route
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        let mut values = parts.headers.get_all("idempotency-key").iter();
        let Some(value) = values.next() else {
            return Ok(None);
        };
        let text = value
            .to_str()
            .ok()
            .filter(|text| (1..=255).contains(&text.len()) && values.next().is_none())
            .ok_or_else(|| {
                Problem::new(&MALFORMED)
                    .detail("Idempotency-Key takes one text of 1 to 255 characters.")
            })?;
        // Below a nested router the address is only a part of it, and keys of different tenants
        // would meet.
        let nested = parts.extensions.get::<OriginalUri>();
        let path = nested.map_or(&parts.uri, |OriginalUri(uri)| uri).path();
        let route = format!("{} {}", parts.method, canonical(path));
        Ok(Some(Self {
            route,
            text: text.to_owned(),
        }))
    }
}

/// The same for all ways to write the same address: an id may be in capitals, without hyphens, and
/// percent-encoded.
fn canonical(path: &str) -> String {
    let segments: Vec<_> = path.split('/').map(segment).collect();
    segments.join("/")
}

fn segment(text: &str) -> Cow<'_, str> {
    let decoded = percent_decode_str(text).decode_utf8().ok();
    let id = decoded.and_then(|text| Uuid::try_parse(&text).ok());
    id.map_or(Cow::Borrowed(text), |id| id.to_string().into())
}
