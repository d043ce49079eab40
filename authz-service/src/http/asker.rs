//! Who asks.

use axum::extract::FromRequestParts;
use chassis::auth::{Machine, Rejection, bearer};
use chassis::problem::Problem;
use http::header;
use http::request::Parts;

use super::Api;
use crate::domain::Caller;

/// The scope of tokens of those who may ask.
pub const SCOPE: &str = "decisions:ask";

/// A caller who may ask: by an API key, or by a token of their own with the scope.
pub(super) struct Asker(pub(super) Caller);

impl FromRequestParts<Api> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        if api.anonymous && !parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(Self(api.callers.by_name("anonymous")));
        }
        let known = api.callers.by_key(bearer(&parts.headers)?);
        if let Some(caller) = known {
            return Ok(Self(caller));
        }
        if !api.tokens {
            return Err(Rejection::Invalid("nobody's key").into());
        }
        let machine = Machine::from_request_parts(parts, api).await?;
        machine.require(SCOPE)?;
        Ok(Self(api.callers.by_name(&machine.client_id)))
    }
}
