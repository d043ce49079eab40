//! The one stylesheet: the palette of the house, and what these pages make of it.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

static STYLE: LazyLock<String> =
    LazyLock::new(|| format!("{}\n{}", look::TOKENS, include_str!("style.css")));

/// Where pages find it. The query changes with the content, so that it can be kept for ever.
pub(super) fn path() -> &'static str {
    static PATH: LazyLock<String> = LazyLock::new(|| {
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(&*STYLE));
        format!("/style.css?{}", digest.get(..12).unwrap_or_default())
    });
    &PATH
}

/// The stylesheet of the pages.
#[utoipa::path(get, path = "/style.css", operation_id = "getStylesheet", tag = "pages", security(()),
    responses((status = 200, description = "The stylesheet.", content_type = "text/css")))]
pub(super) async fn stylesheet() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, STYLE.as_str()).into_response()
}
