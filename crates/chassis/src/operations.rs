//! The addresses by which a service is watched.
//!
//! | address | answers |
//! |---|---|
//! | `GET /health/live` | 200 while the process can answer at all |
//! | `GET /health/ready` | 200 when all named checks pass, else 503 and what is missing |
//! | `GET /metrics` | measurements, for Prometheus |
//! | `GET /openapi.json` | what the service offers, and to whom |
//! | `GET /problems/`, `GET /problems/{slug}` | the ways to fail, and a page on each: HTML for browsers, else Markdown |
//!
//! A check gets the request's headers, so that one of them can wait for a `Consistency-Token`.
//! Checks look at the service's own resources only. A service that waited for another one to be
//! ready could never start in a ring of services that need each other.

mod health;
mod pages;

use std::{future::Future, sync::Arc};

use ::http::HeaderMap;
use axum::{Router, routing::get};
use futures::FutureExt as _;
use utoipa_axum::router::OpenApiRouter;

use self::{health::Check, pages::Pages};
use crate::{
    http::{Json, not_found},
    openapi,
    problem::{self, ProblemType},
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
            problems: Pages::default(),
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

    /// Has the pages on these problems too: most often a `PROBLEMS` list of [`problems!`](crate::problems).
    #[must_use]
    pub fn problems<'a>(mut self, problems: impl IntoIterator<Item = &'a ProblemType>) -> Self {
        self.problems.extend(problems.into_iter().copied());
        self
    }

    /// The pages on problems lead back to the application at this path of the same origin.
    #[must_use]
    pub fn home(mut self, path: &'static str) -> Self {
        self.problems.home = Some(path);
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
        let operations = Router::new()
            .route("/health/live", get(health::live))
            .route(
                "/health/ready",
                get(move |headers| health::ready(checks.clone(), headers)),
            )
            .route("/metrics", get(async || telemetry::metrics().render()))
            .route("/openapi.json", get(async move || Json(document)));
        (handlers.merge(self.problems.router()), operations)
    }
}
