//! The session of a request, as a parameter of its handler.

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

impl SignedIn {
    /// The answer, with the cookie's new value where it has one. It is never stored: it is this
    /// person's.
    pub(super) fn answer(self, answer: impl IntoResponse) -> Response {
        let mut response = answer.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(cookie) = self.cookie {
            headers.append(header::SET_COOKIE, cookie);
        }
        response
    }
}

impl FromRequestParts<Api> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let name = api.sessions.public_url().session_cookie();
        let Some(value) = cookies::read(&parts.headers, name) else {
            return Err(signed_out());
        };
        match api.sessions.current(value).await {
            Ok(Current { session, ticket }) => Ok(Self {
                session,
                cookie: ticket.map(|value| cookies::session(name, value)),
            }),
            Err(NoSession::SignedOut) => {
                Err(signed_out().header(header::SET_COOKIE, cookies::removal(name)))
            }
            Err(NoSession::Unavailable(why)) => Err(Problem::unavailable(why)),
            Err(NoSession::Failed(why)) => Err(Problem::internal(why)),
        }
    }
}

fn signed_out() -> Problem {
    let challenge = HeaderValue::from_static("Session realm=\"RealGuardIO\"");
    Problem::new(&SIGNED_OUT).header(header::WWW_AUTHENTICATE, challenge)
}
