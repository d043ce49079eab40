//! Style sheets of pages that a service draws itself.

use ::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// How much of the digest is in the address.
const TAG: usize = 12;

/// A style sheet that browsers keep for ever: its address changes with its content.
#[derive(Debug)]
pub struct Stylesheet {
    address: String,
    text: String,
}

impl Stylesheet {
    /// This text, answered at this path.
    #[must_use]
    pub fn new(path: &str, text: String) -> Self {
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(&text));
        let tag = digest.get(..TAG).unwrap_or_default();
        Self {
            address: format!("{path}?{tag}"),
            text,
        }
    }

    /// Where pages find it.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl IntoResponse for &Stylesheet {
    fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, "text/css; charset=utf-8"),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        ];
        (headers, self.text.clone()).into_response()
    }
}
