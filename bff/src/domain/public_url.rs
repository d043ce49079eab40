//! The one origin that browsers know.

use url::Url;

/// The origin under which browsers reach the BFF, and the names that follow from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: Url,
    session_cookie: String,
    login_cookie: String,
}

/// Not an origin that can be served.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not the origin of a site, such as https://realguardio.example")]
pub struct NotAPublicUrl(String);

impl PublicUrl {
    /// Reads an origin: scheme, host and maybe a port, no path.
    ///
    /// # Errors
    ///
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, NotAPublicUrl> {
        let bad = || NotAPublicUrl(text.to_owned());
        let origin = Url::parse(text).map_err(|_| bad())?;
        let bare = origin[url::Position::BeforePath..] == *"/" && origin.username().is_empty();
        if !bare || !matches!(origin.scheme(), "http" | "https") {
            return Err(bad());
        }
        // Cookies ignore ports: two of us on one host must not overwrite each other's.
        let port = origin
            .port()
            .map(|port| format!("-{port}"))
            .unwrap_or_default();
        Ok(Self {
            session_cookie: format!("__Host-Http-realguardio{port}"),
            login_cookie: format!("__Host-Http-realguardio-login{port}"),
            origin,
        })
    }

    /// A URL of this origin.
    #[must_use]
    pub fn at(&self, path: &str) -> Url {
        let mut url = self.origin.clone();
        url.set_path(path);
        url
    }

    /// The origin as browsers write it in `Origin`.
    #[must_use]
    pub fn origin(&self) -> String {
        self.origin.origin().ascii_serialization()
    }

    /// Whether browsers come by TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.origin.scheme() == "https"
    }

    /// The session cookie's name.
    #[must_use]
    pub fn session_cookie(&self) -> &str {
        &self.session_cookie
    }

    /// The login cookie's name.
    #[must_use]
    pub fn login_cookie(&self) -> &str {
        &self.login_cookie
    }
}

impl std::str::FromStr for PublicUrl {
    type Err = NotAPublicUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}
