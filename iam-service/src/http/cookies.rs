//! This service's own cookies.
//!
//! `__Host-Http-`: set by this host for itself, over a secure connection, and out of reach of any script. Cookies do
//! not know ports, so off the default ports the names do: several services on one machine keep theirs apart.

use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use cookie::time::Duration;
use url::Url;

use crate::app::DEVICE_LIFETIME;

/// The names of the cookies.
#[derive(Debug, Clone)]
pub struct Cookies {
    session: String,
    form: String,
    device: String,
}

impl Cookies {
    /// Those of the service at this address.
    #[must_use]
    pub fn new(issuer: &Url) -> Self {
        let port = issuer
            .port()
            .map(|port| format!("-{port}"))
            .unwrap_or_default();
        Self {
            session: format!("__Host-Http-realguardio-identity{port}"),
            form: format!("__Host-Http-realguardio-identity-form{port}"),
            device: format!("__Host-Http-realguardio-identity-device{port}"),
        }
    }

    /// The cookie of the session, as it came.
    pub(super) fn session<'a>(&self, jar: &'a CookieJar) -> Option<&'a str> {
        jar.get(&self.session).map(Cookie::value)
    }

    /// The cookie that ties forms to this browser, as it came.
    pub(super) fn form<'a>(&self, jar: &'a CookieJar) -> Option<&'a str> {
        jar.get(&self.form).map(Cookie::value)
    }

    /// The cookie by which a browser is known again, as it came.
    pub(super) fn devices<'a>(&self, jar: &'a CookieJar) -> &'a str {
        jar.get(&self.device).map_or("", Cookie::value)
    }

    pub(super) fn set_session(&self, jar: CookieJar, value: String) -> CookieJar {
        jar.add(cookie(&self.session, value))
    }

    pub(super) fn set_form(&self, jar: CookieJar, value: String) -> CookieJar {
        jar.add(cookie(&self.form, value))
    }

    /// Stays when the session ends, and when the browser is closed: it is there for the next sign-in.
    pub(super) fn set_devices(&self, jar: CookieJar, value: String) -> CookieJar {
        let mut kept = cookie(&self.device, value);
        kept.set_max_age(Duration::seconds(DEVICE_LIFETIME.as_secs()));
        jar.add(kept)
    }

    /// Takes the session's cookie away. (It is set to nothing with the same attributes: browsers ignore the removal of a
    /// prefixed cookie that does not look like one.)
    pub(super) fn end_session(&self, jar: CookieJar) -> CookieJar {
        let mut gone = cookie(&self.session, String::new());
        gone.make_removal();
        jar.add(gone)
    }
}

fn cookie(name: &str, value: String) -> Cookie<'static> {
    Cookie::build((name.to_owned(), value))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_the_port_off_the_default_ones() {
        let name = |issuer: &str| Cookies::new(&issuer.parse().unwrap()).session;
        assert_eq!(
            name("https://id.example"),
            "__Host-Http-realguardio-identity"
        );
        assert_eq!(
            name("https://id.example:443"),
            "__Host-Http-realguardio-identity"
        );
        assert_eq!(
            name("http://localhost:3001"),
            "__Host-Http-realguardio-identity-3001"
        );
    }
}
