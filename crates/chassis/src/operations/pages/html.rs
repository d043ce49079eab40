//! The same for people: pages that need no script, in the look of the house.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use ::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use look::Frame;
use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{Options, Parser};

use super::Pages;
use crate::http::Stylesheet;
use crate::problem::ProblemType;

/// Where the style sheet is.
pub(super) const STYLE: &str = "/problems/style.css";

/// Nothing but our own style sheet, whatever a page says.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

static SHEET: LazyLock<Stylesheet> = LazyLock::new(|| {
    let parts = [look::TOKENS, look::PLAIN, include_str!("style.css")];
    Stylesheet::new(STYLE, parts.join("\n"))
});

pub(super) async fn style() -> Response {
    SHEET.into_response()
}

/// All ways to fail, by status.
pub(super) fn contents(pages: &Pages) -> Response {
    let mut by_status = BTreeMap::<StatusCode, Vec<&ProblemType>>::new();
    for kind in pages.kinds.values() {
        by_status.entry(kind.status()).or_default().push(kind);
    }
    let content = html! {
        h1 { "Ways to fail" }
        p {
            "Every answer of RealGuardIO that is not a success names in its " code { "type" }
            " one of these ways to fail. Each has a page: what it means, and what to do."
        }
        @for (status, kinds) in by_status {
            section aria-labelledby={ "status-" (status.as_u16()) } {
                h2 id={ "status-" (status.as_u16()) } { (status.to_string()) }
                (list(&kinds))
            }
        }
        (back(pages))
    };
    layout(pages, "Ways to fail", &content)
}

/// One way to fail, and its siblings: those of the same status.
pub(super) fn page(pages: &Pages, kind: &ProblemType) -> Response {
    let siblings: Vec<_> = pages.kinds.values().collect();
    let siblings: Vec<_> = siblings
        .into_iter()
        .filter(|other| other.status() == kind.status() && other.slug() != kind.slug())
        .collect();
    let content = html! {
        article {
            p class="status" { (kind.status().to_string()) }
            h1 { (kind.title()) }
            (written(kind.text()))
            p class="type" { "Type: " code { (kind.url()) } }
        }
        nav aria-label="Ways to fail" {
            @if !siblings.is_empty() {
                h2 { "Other ways to fail with " (kind.status().as_u16()) }
                (list(&siblings))
            }
            (ways_on(pages))
        }
    };
    layout(pages, kind.title(), &content)
}

/// A page on nothing.
pub(super) fn unknown(pages: &Pages) -> Response {
    let content = html! {
        h1 { "There is no such way to fail" }
        p { "The address may be mistyped, or from another version." }
        nav aria-label="Ways on" { (ways_on(pages)) }
    };
    let page = layout(pages, "No such way to fail", &content);
    (StatusCode::NOT_FOUND, page).into_response()
}

fn ways_on(pages: &Pages) -> Markup {
    html! {
        p { a href="/problems/" { "All ways to fail" } }
        (back(pages))
    }
}

fn back(pages: &Pages) -> Markup {
    html! { @if let Some(home) = pages.home { p { a href=(home) { "Back to RealGuardIO" } } } }
}

/// Markdown as HTML. It is our own, so HTML within it would be too; there is none.
fn written(markdown: &str) -> Markup {
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, Parser::new_ext(markdown, Options::ENABLE_TABLES));
    PreEscaped(html)
}

fn list(kinds: &[&ProblemType]) -> Markup {
    html! {
        ul {
            @for kind in kinds {
                li { a href={ "/problems/" (kind.slug()) } { (kind.title()) } code { (kind.slug()) } }
            }
        }
    }
}

fn layout(pages: &Pages, title: &str, content: &Markup) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::VARY, "accept"),
    ];
    let frame = Frame {
        stylesheet: SHEET.address(),
        home: pages.home,
        foot: None,
    };
    (headers, look::page(title, frame, content)).into_response()
}
