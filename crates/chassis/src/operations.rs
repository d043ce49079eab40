//! The addresses by which a service is watched.
//!
//! | address | answers |
//! |---|---|
//! | `GET /health/live` | 200 while the process can answer at all |
//! | `GET /health/ready` | 200 when all named checks pass, else 503 and what is missing |
//! | `GET /metrics` | measurements, for Prometheus |
//! | `GET /openapi.json` | what the service offers, and to whom |
//! | `GET /problems/`, `GET /problems/{slug}` | the ways to fail, and a page on each |
//!
//! A check gets the request's headers, so that one of them can wait for a `Consistency-Token`.
//! Checks look at the service's own resources only. A service that waited for another one to be
//! ready could never start in a ring of services that need each other.

mod health;

use std::{collections::BTreeMap, future::Future, sync::Arc};

use ::http::{HeaderMap, header};
use axum::{Router, extract::Path, response::IntoResponse, routing::get};
use futures::FutureExt as _;
use utoipa_axum::router::OpenApiRouter;

use self::health::Check;
use crate::{
    http::{Json, not_found},
    openapi,
    problem::{self, Problem, ProblemType},
    telemetry,
};

/// What a service tells about itself.
pub struct Operations {
    service: &'static str,
    checks: Vec<Check>,
    problems: Pages,
}

impl Operations {
    /// Those of the service of this name.
    #[must_use]
    pub fn new(service: &'static str) -> Self {
        let operations = Self {
            service,
            checks: Vec::new(),
            problems: BTreeMap::new(),
        };
        operations.problems(problem::PROBLEMS)
    }

    /// Is ready only if this passes; what it returns otherwise says what is missing.
    #[must_use]
    pub fn check<F, Fut>(mut self, name: &'static str, check: F) -> Self
    where
        F: Fn(HeaderMap) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.checks.push(Check {
            name,
            run: Box::new(move |headers| check(headers).boxed()),
        });
        self
    }

    /// Answers with these problems too: a `PROBLEMS` list of [`problems!`](crate::problems).
    #[must_use]
    pub fn problems(mut self, problems: &'static [&'static ProblemType]) -> Self {
        self.problems
            .extend(problems.iter().map(|kind| (kind.slug(), *kind)));
        self
    }

    /// The service's routes, their document, and these.
    pub fn router(self, routes: OpenApiRouter) -> Router {
        let (handlers, operations) = self.apart(routes);
        handlers.merge(operations).fallback(not_found)
    }

    /// The same in two: what callers may reach (the routes, and the pages of problems), and what is
    /// for those who watch the service: health, metrics, the document.
    pub fn apart(self, routes: OpenApiRouter) -> (Router, Router) {
        let (handlers, document) = routes.split_for_parts();
        let document = Arc::new(openapi::complete(document, self.service));
        let checks = Arc::new(self.checks);
        let problems = Arc::new(self.problems);
        let operations = Router::new()
            .route("/health/live", get(health::live))
            .route(
                "/health/ready",
                get(move |headers| health::ready(checks.clone(), headers)),
            )
            .route("/metrics", get(async || telemetry::metrics().render()))
            .route("/openapi.json", get(async move || Json(document)));
        let contents = contents(&problems);
        let handlers = handlers
            .route("/problems/", get(async move || ([MARKDOWN], contents)))
            .route(
                "/problems/{slug}",
                get(async move |slug| page(&problems, &slug)),
            );
        (handlers, operations)
    }
}

type Pages = BTreeMap<&'static str, &'static ProblemType>;

fn page(pages: &Pages, Path(slug): &Path<String>) -> Result<impl IntoResponse + use<>, Problem> {
    let kind = pages.get(slug.as_str()).ok_or_else(Problem::not_found)?;
    Ok(([MARKDOWN], kind.document()))
}

const MARKDOWN: (header::HeaderName, &str) = (header::CONTENT_TYPE, "text/markdown; charset=utf-8");

/// All pages, each with its status.
fn contents(pages: &Pages) -> String {
    let lines = pages.values().map(|kind| {
        let (slug, title, status) = (kind.slug(), kind.title(), kind.status().as_u16());
        format!("- {status} [{slug}]({slug}): {title}\n")
    });
    format!("# Ways to fail\n\n{}", lines.collect::<String>())
}
