//! What people see who did not get in: a page of the house, whatever came in.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use chassis::http::Stylesheet;
use http::{HeaderValue, StatusCode, header};
use look::Frame;
use maud::html;

/// Where the style sheet is.
pub(super) const STYLE: &str = "/bff/style.css";

static SHEET: LazyLock<Stylesheet> = LazyLock::new(|| {
    let parts = [look::TOKENS, look::PLAIN];
    Stylesheet::new(STYLE, parts.join("\n"))
});

/// The style sheet of the BFF's own pages.
pub(super) async fn stylesheet() -> Response {
    SHEET.into_response()
}

/// What browsers ask for on their own where a page names no icon.
pub(super) async fn icon() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
    ];
    (headers, look::ICON).into_response()
}

/// A page for the person who is on the way: what happened, and two ways on. It tells nothing of what
/// came in, so there is nothing to inject.
pub(super) fn shut(status: StatusCode, title: &str, text: &str) -> Response {
    let frame = Frame {
        stylesheet: SHEET.address(),
        home: Some("/"),
        foot: None,
    };
    let content = html! {
        h1 { (title) }
        p role="alert" { (text) }
        p { a href="/bff/login" { "Sign in again" } }
        p { a href="/" { "Back to RealGuardIO" } }
    };
    let mut response = (status, look::page(title, frame, &content)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
