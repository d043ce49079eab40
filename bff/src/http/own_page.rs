//! Requests that only our own pages may make.
//!
//! Three layers keep other sites from using a person's session. The cookie is `SameSite=Strict`.
//! A call carries a header that no form can send, and no script of another origin without a
//! preflight that nobody answers. And the browser's own word on where a request comes from must be
//! *this origin*: a neighbouring subdomain is same-site to cookies, but not one of us. A program
//! that is no browser gives no such word, and passes on the header alone.

use axum::extract::FromRequestParts;
use chassis::problem::Problem;
use http::{HeaderMap, header, request::Parts};

use super::{Api, problems::CROSS_SITE};

/// The header that our pages send with every call, and its value.
const HEADER: (&str, &str) = ("x-requested-with", "RealGuardIO");

/// A call by one of our own pages: the header is there, and the browser does not object.
pub(super) struct OwnCall;

/// The same for what browsers request without being able to add headers, such as event streams.
pub(super) struct OwnPage;

impl FromRequestParts<Api> for OwnCall {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let (name, value) = HEADER;
        let there = parts.headers.get(name).is_some_and(|sent| sent == value);
        if !there {
            return Err(Problem::new(&CROSS_SITE).detail("The header X-Requested-With is missing."));
        }
        OwnPage::from_request_parts(parts, api).await.map(|_| Self)
    }
}

impl FromRequestParts<Api> for OwnPage {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let own = same_origin(&parts.headers, &api.sessions.public_url().origin());
        own.then_some(Self).ok_or_else(|| {
            Problem::new(&CROSS_SITE)
                .detail("The browser says that the request comes from another site.")
        })
    }
}

/// Both words, as often as given, must say so.
fn same_origin(headers: &HeaderMap, origin: &str) -> bool {
    let mut sites = headers.get_all("sec-fetch-site").iter();
    let mut named = headers.get_all(header::ORIGIN).iter();
    sites.all(|site| site == "same-origin") && named.all(|named| named == origin)
}
