//! The headers of authorized requests and answers.

use std::convert::Infallible;

use access::{Operation, SystemId};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponseParts, ResponseParts};
use chassis::auth::User;
use chassis::problem::Problem;
use http::request::Parts;
use http::{HeaderName, HeaderValue, header};
use jiff::SignedDuration;
use outbox::{CONSISTENCY_TOKEN, ConsistencyToken, Position};

use super::Api;
use super::problems::UNKNOWN_STRATEGY;
use crate::NAME;
use crate::app::Inquiry;
use crate::authorization::Strategy;

/// Names the strategy: on an answer the one that decided, on a request the one that shall.
pub(super) const AUTHORIZATION_STRATEGY: HeaderName =
    HeaderName::from_static("authorization-strategy");

/// The strategies that decide this request: those that are configured, or, in a demonstration, the
/// one that the request names. Outside of a demonstration that header means nothing.
pub(super) struct Chosen {
    asked: Option<Strategy>,
    api: Api,
}

impl Chosen {
    /// The strategy for an operation.
    pub(super) fn strategy(&self, operation: Operation) -> Strategy {
        self.api.app.authorizers().strategy(operation, self.asked)
    }

    /// That this person asks about a system, so that it has to be decided whether they may do this to it.
    pub(super) fn inquiry(
        &self,
        user: &User,
        operation: Operation,
        system: SystemId,
        freshness: ConsistencyToken,
    ) -> Inquiry {
        Inquiry {
            caller: user.into(),
            system,
            strategy: self.strategy(operation),
            freshness,
        }
    }
}

impl FromRequestParts<Api> for Chosen {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let named = parts
            .headers
            .get(AUTHORIZATION_STRATEGY)
            .filter(|_| api.demo);
        let asked = named.map(|name| {
            let strategy = name.to_str().ok().and_then(|name| name.parse().ok());
            strategy.ok_or_else(|| Problem::new(&UNKNOWN_STRATEGY))
        });
        Ok(Self {
            asked: asked.transpose()?,
            api: api.clone(),
        })
    }
}

/// Says which strategy decided.
#[derive(Clone, Copy)]
pub(super) struct DecidedBy(pub(super) Strategy);

impl DecidedBy {
    pub(super) const fn value(self) -> HeaderValue {
        HeaderValue::from_static(self.0.as_str())
    }
}

impl IntoResponseParts for DecidedBy {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts
            .headers_mut()
            .insert(AUTHORIZATION_STRATEGY, self.value());
        Ok(parts)
    }
}

/// Says how old the facts may be behind what is shown, in whole seconds.
pub(super) struct FactsAge(pub(super) SignedDuration);

impl IntoResponseParts for FactsAge {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        let seconds = self.0.as_secs().max(0);
        parts.headers_mut().insert(header::AGE, seconds.into());
        Ok(parts)
    }
}

/// Says where the outbox stands after a write, for whoever wants to read what knows of it.
pub(super) struct WrittenAt(pub(super) Position);

impl IntoResponseParts for WrittenAt {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        if let Some(value) = ConsistencyToken::of(NAME, self.0).header_value() {
            parts.headers_mut().insert(CONSISTENCY_TOKEN, value);
        }
        Ok(parts)
    }
}
