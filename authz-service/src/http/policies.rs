//! Versions of the policies, and what was decided by them: for policy administrators, where there is a database to keep them in.

mod active;
mod approval;
mod comparison;
mod decisions;
mod deeds;
mod exceptions;
mod export;
mod replay;
mod searches;
mod versions;

use std::sync::Arc;

use access::UserId;
use axum::extract::{FromRef, FromRequestParts};
use chassis::auth::{User, Verifier};
use chassis::problem::Problem;
use http::request::Parts;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problems::NOT_A_POLICY_ADMINISTRATOR;
use crate::app::Administration;
use crate::domain::{Actor, Signed};

/// The application role of those who may.
pub const ROLE: &str = "REALGUARDIO_POLICY_ADMINISTRATOR";

/// What these handlers need.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The use cases.
    pub administration: Arc<Administration>,
    /// Tells valid tokens from others.
    pub verifier: Arc<Verifier>,
}

impl FromRef<Desk> for Arc<Verifier> {
    fn from_ref(desk: &Desk) -> Self {
        desk.verifier.clone()
    }
}

impl FromRef<Desk> for Arc<Administration> {
    fn from_ref(desk: &Desk) -> Self {
        desk.administration.clone()
    }
}

/// All operations, with their documentation.
pub(super) fn routes(desk: Desk) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(versions::list, versions::upload))
        .routes(routes!(versions::get))
        .routes(routes!(approval::approve))
        .routes(routes!(active::get, active::promote))
        .routes(routes!(deeds::list))
        .routes(routes!(comparison::compare))
        .routes(routes!(decisions::list))
        .routes(routes!(export::export))
        .routes(routes!(replay::replay))
        .routes(routes!(searches::list))
        .routes(routes!(exceptions::list, exceptions::ask))
        .routes(routes!(exceptions::history))
        .routes(routes!(exceptions::get, exceptions::take_back))
        .routes(routes!(exceptions::approve))
        .with_state(desk)
}

/// Somebody with the role.
pub(super) struct PolicyAdministrator(pub(super) Actor);

impl FromRequestParts<Desk> for PolicyAdministrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Problem> {
        let user = User::from_request_parts(parts, desk).await?;
        if !user.has(ROLE) {
            return Err(Problem::new(&NOT_A_POLICY_ADMINISTRATOR));
        }
        Ok(Self(Actor {
            id: user.id,
            name: user.name,
        }))
    }
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Person {
    user_id: UserId,
    /// As they were called then.
    name: String,
}

/// By whom, and when.
#[derive(Debug, Serialize, ToSchema)]
struct By {
    by: Person,
    at: Timestamp,
}

impl From<Signed> for By {
    fn from(Signed { by, at }: Signed) -> Self {
        let Actor { id, name } = by;
        Self {
            by: Person { user_id: id, name },
            at,
        }
    }
}
