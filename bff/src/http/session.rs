//! The session of a request, as a parameter of its handler.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use chassis::problem::Problem;
use http::{HeaderValue, header, request::Parts};

use super::{Api, cookies, problems::SIGNED_OUT};
use crate::{
    app::{Current, NoSession},
    domain::Session,
};

/// Who is signed in. Without a live session the answer is 401, and a cookie that stands for none is
/// removed by it.
pub(super) struct SignedIn {
    pub(super) session: Session,
    cookie: Option<HeaderValue>,
}

/// Whoever asks, signed in or not.
pub(super) enum Visitor {
    /// Somebody.
    SignedIn(Box<SignedIn>),
    /// Nobody; and a cookie that stands for no session is removed by this one.
    Nobody(Option<HeaderValue>),
    /// There is no telling.
    Untold(Problem),
}

impl SignedIn {
    /// The answer, with the cookie's new value where it has one. It is never stored: it is this
    /// person's.
    pub(super) fn answer(self, answer: impl IntoResponse) -> Response {
        personal(answer, self.cookie)
    }
}

/// An answer that is never stored, with a cookie where there is one.
pub(super) fn personal(answer: impl IntoResponse, cookie: Option<HeaderValue>) -> Response {
    let mut response = answer.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = cookie {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

impl FromRequestParts<Api> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Infallible> {
        let name = api.sessions.public_url().session_cookie();
        let Some(value) = cookies::read(&parts.headers, name) else {
            return Ok(Self::Nobody(None));
        };
        Ok(match api.sessions.current(value).await {
            Ok(Current { session, ticket }) => Self::SignedIn(Box::new(SignedIn {
                session,
                cookie: ticket.map(|value| cookies::session(name, value)),
            })),
            Err(NoSession::SignedOut) => Self::Nobody(Some(cookies::removal(name))),
            Err(NoSession::Unavailable(why)) => Self::Untold(Problem::unavailable(why)),
            Err(NoSession::Failed(why)) => Self::Untold(Problem::internal(why)),
        })
    }
}

impl FromRequestParts<Api> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let Ok(visitor) = Visitor::from_request_parts(parts, api).await;
        match visitor {
            Visitor::SignedIn(signed_in) => Ok(*signed_in),
            Visitor::Nobody(removal) => {
                Err(removal.into_iter().fold(signed_out(), |answer, cookie| {
                    answer.header(header::SET_COOKIE, cookie)
                }))
            }
            Visitor::Untold(problem) => Err(problem),
        }
    }
}

fn signed_out() -> Problem {
    let challenge = HeaderValue::from_static("Session realm=\"RealGuardIO\"");
    Problem::new(&SIGNED_OUT).header(header::WWW_AUTHENTICATE, challenge)
}
