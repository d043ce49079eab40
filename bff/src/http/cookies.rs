//! Cookies, in and out.
//!
//! Both are `Secure`, `HttpOnly`, for `/` and this host alone, which is what their prefix
//! `__Host-Http-` makes browsers insist on: no script and no neighbour can plant one.

use cookie::{Cookie, SameSite, time::Duration};
use http::{HeaderMap, HeaderValue, header};

/// How long a login may be under way.
const LOGIN: Duration = Duration::minutes(15);

/// The first cookie with this name.
pub(super) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let pairs = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .into_iter()
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// The session cookie. It lasts as long as the browser runs, and never goes along from other sites.
pub(super) fn session(name: &str, value: String) -> HeaderValue {
    written(&hardened(name, value).same_site(SameSite::Strict))
}

/// The login cookie. It must go along when the provider sends the browser back.
pub(super) fn login(name: &str, value: String) -> HeaderValue {
    written(
        &hardened(name, value)
            .same_site(SameSite::Lax)
            .max_age(LOGIN),
    )
}

/// Removes a cookie.
pub(super) fn removal(name: &str) -> HeaderValue {
    written(
        &hardened(name, String::new())
            .same_site(SameSite::Strict)
            .max_age(Duration::ZERO),
    )
}

fn hardened(name: &str, value: String) -> cookie::CookieBuilder<'static> {
    Cookie::build((name.to_owned(), value))
        .path("/")
        .secure(true)
        .http_only(true)
}

fn written(cookie: &cookie::CookieBuilder<'static>) -> HeaderValue {
    // Names and values are ours: letters, digits, `-`, `_` and `.`.
    let mut value =
        HeaderValue::try_from(cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}
