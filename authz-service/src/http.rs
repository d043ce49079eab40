//! The service's HTTP interface: the [Authorization API 1.0](https://openid.net/specs/authorization-api-1_0.html) of
//! OpenID AuthZEN. Only here status codes are known.
//!
//! | operation | answers |
//! |---|---|
//! | `POST /access/v1/evaluation` | whether the subject may do it to the resource |
//! | `POST /access/v1/evaluations` | the same of several at once, all by what is known at one moment |
//! | `POST /access/v1/search/subject` | who may, in pages |
//! | `POST /access/v1/search/resource` | to what they may do it, in pages |
//! | `POST /access/v1/search/action` | what they may do to it, in pages |
//! | `POST /access/v1/condition` | for which values of an attribute they may do it to a resource that has it; not of AuthZEN |
//! | `GET /.well-known/authzen-configuration` | where all of these are |
//!
//! and, where there is a database, for policy administrators:
//!
//! | operation | does |
//! |---|---|
//! | `POST /policies/versions` | uploads policies, if they make sense and pass their own tests |
//! | `GET /policies/versions`, `GET /policies/versions/{version}` | lists versions; one with its files |
//! | `POST /policies/versions/{version}/approval` | approves what somebody else has uploaded |
//! | `GET`, `PUT /policies/active` | which version is asked; promotes one, or rolls back to one |
//! | `GET /policies/history` | who did what, and when |
//! | `GET /policies/versions/{version}/comparison` | what a version would answer otherwise to what was asked lately |
//! | `GET /decisions`, `GET /decisions/export` | what was decided: in pages; all of it, a line each |
//! | `POST /decisions/{id}/replay` | whether a decision is the same, answered once more from the log alone |
//! | `POST`, `GET /exceptions`, `GET /exceptions/history` | asks for an exception; lists them; who did what with them |
//! | `POST /exceptions/{id}/approval`, `GET`, `DELETE /exceptions/{id}` | approves one that somebody else has asked for; reads one; takes it back |
//! | `GET /searches` | what was looked for, and how much was found |
//!
//! *No* is an answer like *yes*, with status 200. What is no question is 400, whatever is wrong with it.

mod as_of;
mod asked;
mod asker;
mod condition;
mod configuration;
mod evaluation;
mod evaluations;
mod forms;
mod grounds;
mod pages;
mod policies;
pub mod problems;
mod readiness;
mod request_id;
mod search;

use std::sync::Arc;

use axum::extract::FromRef;
use axum::middleware;
use chassis::auth::Verifier;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{Administration, App};
use crate::domain::Callers;

pub use asker::SCOPE;
pub use evaluations::MOST;
pub use policies::{Desk, ROLE};
pub use readiness::reached;

/// What handlers need.
#[derive(Debug, Clone)]
pub struct Api {
    /// The use cases.
    pub app: Arc<App>,
    /// Who is known by name or key.
    pub callers: Arc<Callers>,
    /// Tells valid tokens from others.
    pub verifier: Arc<Verifier>,
    /// Whether tokens are believed.
    pub tokens: bool,
    /// Whether anybody may ask.
    pub anonymous: bool,
    /// Where callers reach the service.
    pub public_url: String,
    /// What policy administrators do, where there is a database.
    pub administration: Option<Arc<Administration>>,
}

impl FromRef<Api> for Arc<Verifier> {
    fn from_ref(api: &Api) -> Self {
        api.verifier.clone()
    }
}

/// All operations, with their documentation.
pub fn routes(api: Api) -> OpenApiRouter {
    let desk = api.administration.clone().map(|administration| Desk {
        administration,
        verifier: api.verifier.clone(),
    });
    let policies = desk.map(policies::routes).unwrap_or_default();
    OpenApiRouter::new()
        .routes(routes!(evaluation::evaluation))
        .routes(routes!(evaluations::evaluations))
        .routes(routes!(search::subjects))
        .routes(routes!(search::resources))
        .routes(routes!(search::actions))
        .routes(routes!(condition::condition))
        .routes(routes!(configuration::configuration))
        .with_state(api)
        .merge(policies)
        .layer(middleware::from_fn(request_id::echo))
}
