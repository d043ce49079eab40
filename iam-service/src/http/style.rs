//! The one stylesheet: the look of the house, and what these pages make of it.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use chassis::http::Stylesheet;

static SHEET: LazyLock<Stylesheet> = LazyLock::new(|| {
    let parts = [look::TOKENS, look::PLAIN, include_str!("style.css")];
    Stylesheet::new("/style.css", parts.join("\n"))
});

/// Where pages find it.
pub(super) fn path() -> &'static str {
    SHEET.address()
}

/// The stylesheet of the pages.
#[utoipa::path(get, path = "/style.css", operation_id = "getStylesheet", tag = "pages", security(()),
    responses((status = 200, description = "The stylesheet.", content_type = "text/css")))]
pub(super) async fn stylesheet() -> Response {
    SHEET.into_response()
}
