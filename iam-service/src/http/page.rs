//! Pages for people: plain HTML that works without script.

mod form;
mod layout;

pub(super) use self::form::{Forms, Mark};
pub(super) use self::layout::{layout, notice, way_to_mailbox};

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chassis::problem::Problem;
use maud::{Markup, html};
use url::Url;

use crate::app::Failure;

/// An answer instead of the one that was asked for: most often a page that says why.
#[derive(Debug)]
pub(super) struct PageError(Box<Response>);

impl PageError {
    pub(super) fn new(status: StatusCode, title: &'static str, text: impl AsRef<str>) -> Self {
        let page = layout(
            title,
            &html! {
                h1 { (title) }
                p { (text.as_ref()) }
            },
        );
        Self(Box::new((status, page).into_response()))
    }

    /// A client that nobody should be sent to.
    pub(super) fn bad_client(why: &str) -> Self {
        let text = format!("{why} You were not sent back to it, for your own safety.");
        Self::new(StatusCode::BAD_REQUEST, "This sign-in link is wrong", text)
    }

    /// A client that is told itself.
    pub(super) fn told_to_client(redirect: Response) -> Self {
        Self(Box::new(redirect))
    }
}

impl From<Failure> for PageError {
    fn from(failure: Failure) -> Self {
        let (passes, error) = (failure.passes(), anyhow::Error::new(failure));
        if !passes {
            tracing::error!(error = format!("{error:#}"), "internal error");
            let text = "Something went wrong on our side. It has been noted.";
            return Self::new(StatusCode::INTERNAL_SERVER_ERROR, "That did not work", text);
        }
        tracing::warn!(error = format!("{error:#}"), "unavailable");
        let text = "We cannot answer right now. Please try again in a moment.";
        let mut page = Self::new(StatusCode::SERVICE_UNAVAILABLE, "Please try again", text);
        let headers = page.0.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        page
    }
}

impl From<anyhow::Error> for PageError {
    fn from(error: anyhow::Error) -> Self {
        Failure::Internal(error).into()
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// A page whose form leads to another origin in the end: browsers look at where a form's answer redirects to.
pub(super) struct LeadsTo(pub(super) Option<Url>, pub(super) Markup);

impl IntoResponse for LeadsTo {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        let origin = self.0.map(|url| url.origin().ascii_serialization());
        if let Some(policy) = origin.and_then(|origin| HeaderValue::from_str(&policy(&origin)).ok())
        {
            response
                .headers_mut()
                .insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

fn policy(form_action: &str) -> String {
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' {form_action}; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

/// What every answer of this service says to browsers: nothing of it is kept, framed, guessed or told to others.
pub(super) async fn protect(State(secure): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut default = |name, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    default(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
    );
    default(header::CACHE_CONTROL, "no-store");
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::X_FRAME_OPTIONS, "DENY");
    // `same-origin`, not `no-referrer`: that would take the origin from our own forms as well.
    default(header::REFERRER_POLICY, "same-origin");
    default(
        header::HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    default(
        header::HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    if secure {
        default(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=63072000; includeSubDomains",
        );
    }
    response
}

/// Forms and pages are refused in the language of pages, by people's browsers.
impl From<Problem> for PageError {
    fn from(problem: Problem) -> Self {
        Self::new(problem.status(), "That did not work", problem.to_string())
    }
}
