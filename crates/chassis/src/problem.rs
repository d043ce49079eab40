//! Every failure has a documented type ([RFC 9457]).
//!
//! A problem type is a page, `docs/problems/<slug>.md`, compiled into the service that may answer
//! with it, and served by it at `/problems/<slug>`. So an undocumented failure does not compile, nor
//! one whose page names another status, and the documentation that a client is pointed to is the one
//! of the version that it talks to:
//!
//! ```
//! # mod example {
//! chassis::problems! {
//!     in "../../docs/problems";
//!     /// The caller proved nothing.
//!     pub UNAUTHENTICATED = 401 "invalid-token";
//! }
//! # }
//! # use example::UNAUTHENTICATED;
//! # use chassis::problem::Problem;
//! let problem = Problem::new(&UNAUTHENTICATED).detail("The access token has expired.");
//! assert_eq!(problem.status(), 401);
//! ```
//!
//! A [`Problem`] is an answer. Handlers return `Result<_, Problem>`, and [`http::harden`] adds what
//! the answer alone cannot know: which request it belongs to (`instance`, `traceId`).
//!
//! [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457
//! [`http::harden`]: crate::http::harden

mod body;
mod catalog;
mod kind;

pub use self::{
    body::{FieldError, ProblemBody},
    catalog::*,
    kind::{ProblemType, TYPE_BASE},
};

use std::fmt;

use ::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::{
    body::Body,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::telemetry;

/// A failure on its way to the client.
#[derive(Clone)]
pub struct Problem(Box<Content>);

#[derive(Clone)]
struct Content {
    kind: &'static ProblemType,
    detail: Option<String>,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A failure of this type.
    #[must_use]
    pub fn new(kind: &'static ProblemType) -> Self {
        Self(Box::new(Content {
            kind,
            detail: None,
            members: Map::new(),
            headers: Vec::new(),
        }))
    }

    /// What happened this time, for a person to read.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// A member of its own, such as the roles that are missing.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Serialize) -> Self {
        match serde_json::to_value(value) {
            Ok(value) => {
                self.0.members.insert(member.to_owned(), value);
            }
            Err(error) => tracing::error!(%error, member, "a problem's member is not JSON"),
        }
        self
    }

    /// A header to send along.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// When to try again.
    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// A failure of ours. What it was is logged, never sent.
    #[must_use]
    pub fn internal(error: impl fmt::Display) -> Self {
        tracing::error!(error = format!("{error:#}"), "internal error");
        Self::new(&INTERNAL)
    }

    /// Something that this service needs is not there. What it was is logged, never sent.
    #[must_use]
    pub fn unavailable(error: impl fmt::Display) -> Self {
        tracing::warn!(error = format!("{error:#}"), "unavailable");
        Self::new(&UNAVAILABLE).retry_after(1)
    }

    /// No such thing, or none that the caller may know of: the same answer for both.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(&NOT_FOUND)
    }

    /// A field that holds what it must not.
    #[must_use]
    pub fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::invalid_fields(vec![FieldError::new(field, detail)])
    }

    /// Several such fields.
    #[must_use]
    pub fn invalid_fields(errors: Vec<FieldError>) -> Self {
        Self::new(&INVALID).with("errors", errors)
    }

    /// Its type.
    #[must_use]
    pub fn kind(&self) -> &'static ProblemType {
        self.0.kind
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.kind.status()
    }

    fn render(&self, instance: Option<&str>) -> Response {
        let body = ProblemBody {
            r#type: self.0.kind.url(),
            title: self.0.kind.title().to_owned(),
            status: self.status().as_u16(),
            detail: self.0.detail.clone(),
            instance: instance.map(ToOwned::to_owned),
            trace_id: telemetry::trace_id(),
            members: self.0.members.clone(),
        };
        let mut response = Response::new(Body::from(body.to_json()));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in &self.0.headers {
            headers.append(name, value.clone());
        }
        response
    }
}

/// The media type of problem details.
pub const CONTENT_TYPE: &str = "application/problem+json";

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.render(None);
        response.extensions_mut().insert(self);
        response
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.kind.title())?;
        match &self.0.detail {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Problem({} {self})", self.status().as_u16())
    }
}

impl std::error::Error for Problem {}

/// Renders a problem once more, knowing the request that it answers. Refusals in plain text, which
/// extractors of axum's own make, become problems too.
pub(crate) async fn complete(request: Request, next: Next) -> Response {
    let instance = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let problem = response.extensions_mut().remove::<Problem>();
    let Some(problem) = problem.or_else(|| plain(&response)) else {
        return response;
    };
    let mut headers = std::mem::take(response.headers_mut());
    let mut rendered = problem.render(Some(&instance));
    // What layers in between added stays; what describes the body is the new one's.
    headers.remove(header::CONTENT_LENGTH);
    headers.extend(rendered.headers_mut().drain());
    *rendered.headers_mut() = headers;
    rendered
}

fn plain(response: &Response) -> Option<Problem> {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let is_plain = content_type.is_none_or(|value| value.as_bytes().starts_with(b"text/plain"));
    let kind = PROBLEMS.iter().find(|kind| kind.status() == status)?;
    (is_error && is_plain).then(|| Problem::new(kind))
}
