//! OAuth parameters: from a query or a form, each at most once, an empty one like none (RFC 6749, section 3.1).

use std::collections::BTreeSet;
use std::convert::Infallible;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use chassis::problem::{MALFORMED, Problem, UNSUPPORTED_MEDIA_TYPE};
use url::form_urlencoded;

/// Parameters as they came.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn parse(text: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(text).into_owned();
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// The value of a parameter; the first, should it come twice, which [`Self::repeated`] tells.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A parameter that comes more than once.
    pub(super) fn repeated(&self) -> Option<&str> {
        let mut seen = BTreeSet::new();
        self.0
            .iter()
            .map(|(key, _)| key.as_str())
            .find(|key| !seen.insert(*key))
    }

    /// The parameters as a query.
    pub(super) fn to_query(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }
}

/// Parameters from the query.
#[derive(Debug, Clone)]
pub(super) struct QueryParameters(pub(super) Parameters);

impl<S: Send + Sync> FromRequestParts<S> for QueryParameters {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(Parameters::parse(
            parts.uri.query().unwrap_or_default().as_bytes(),
        )))
    }
}

/// Parameters from a form.
#[derive(Debug, Clone)]
pub(super) struct FormParameters(pub(super) Parameters);

impl<S: Send + Sync> FromRequest<S> for FormParameters {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_form(request.headers()) {
            return Err(Problem::new(&UNSUPPORTED_MEDIA_TYPE));
        }
        let body = String::from_request(request, state).await;
        let body = body.map_err(|_| Problem::new(&MALFORMED).detail("The form cannot be read."))?;
        Ok(Self(Parameters::parse(body.as_bytes())))
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_parameter_is_none_and_a_repeated_one_is_noticed() {
        let parameters = Parameters::parse(b"a=1&b=&c=%20x+y&a=2");
        assert_eq!(parameters.get("a"), Some("1"));
        assert_eq!(parameters.get("b"), None);
        assert_eq!(parameters.get("c"), Some(" x y"));
        assert_eq!(parameters.repeated(), Some("a"));
        assert_eq!(Parameters::parse(b"a=&a=1").repeated(), None);
    }
}
