//! The pages on problems, as they are written: in Markdown. Browsers get them as HTML.

mod html;

use std::collections::BTreeMap;
use std::sync::Arc;

use ::http::{HeaderMap, header};
use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::problem::{Problem, ProblemType};

/// All pages of a service, by slug.
#[derive(Default)]
pub(super) struct Pages {
    kinds: BTreeMap<&'static str, ProblemType>,
    /// Where the application is, if people come from one.
    pub(super) home: Option<&'static str>,
}

impl Pages {
    pub(super) fn extend(&mut self, problems: impl Iterator<Item = ProblemType>) {
        self.kinds.extend(problems.map(|kind| (kind.slug(), kind)));
    }

    /// The contents, each page, and the style sheet of their HTML.
    pub(super) fn router(self) -> Router {
        let pages = Arc::new(self);
        let all = Arc::clone(&pages);
        Router::new()
            .route(
                "/problems/",
                get(async move |headers: HeaderMap| all.contents(&headers)),
            )
            .route(
                "/problems/{slug}",
                get(async move |headers: HeaderMap, Path(slug): Path<String>| {
                    pages.page(&headers, &slug)
                }),
            )
            .route(html::STYLE, get(html::style))
    }

    fn contents(&self, headers: &HeaderMap) -> Response {
        if is_browser(headers) {
            return html::contents(self);
        }
        let lines = self.kinds.values().map(|kind| {
            let (slug, title, status) = (kind.slug(), kind.title(), kind.status().as_u16());
            format!("- {status} [{slug}]({slug}): {title}\n")
        });
        markdown(format!("# Ways to fail\n\n{}", lines.collect::<String>()))
    }

    fn page(&self, headers: &HeaderMap, slug: &str) -> Result<Response, Problem> {
        match (self.kinds.get(slug), is_browser(headers)) {
            (Some(kind), true) => Ok(html::page(self, kind)),
            (Some(kind), false) => Ok(markdown(kind.document())),
            (None, true) => Ok(html::unknown(self)),
            (None, false) => Err(Problem::not_found()),
        }
    }
}

/// Browsers name HTML when they go to a page. Whoever takes anything, as programs do, gets what was written.
fn is_browser(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|range| range.split(';').next())
        .any(|kind| kind.trim().eq_ignore_ascii_case("text/html"))
}

fn markdown(text: impl IntoResponse) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/markdown; charset=utf-8"),
        (header::VARY, "accept"),
    ];
    (headers, text).into_response()
}
