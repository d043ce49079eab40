//! The routes of what only dealers have. The others are in [`organization::http`].

mod facts;
mod locations;
mod monitoring_provider;
mod names;
mod problems;

pub use names::NAMES;
pub use problems::PROBLEMS;

use std::sync::Arc;

use axum::extract::FromRef;
use chassis::auth::Verifier;
use organization::app::Lines;
use organization::http::{Directory, appointed};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::Dealers;

/// What the handlers need.
#[derive(Clone)]
pub struct Api {
    /// What can be done.
    pub dealers: Dealers,
    /// What the routes of an organization need, and these do too.
    pub organization: organization::http::Api,
}

impl FromRef<Api> for Arc<Verifier> {
    fn from_ref(api: &Api) -> Self {
        api.organization.verifier.clone()
    }
}

impl FromRef<Api> for Lines {
    fn from_ref(api: &Api) -> Self {
        api.organization.organizations.lines.clone()
    }
}

/// Where whoever appoints a dealer finds one.
const DIRECTORY: Directory = Directory {
    path: "/directory/dealers",
    operation: "listDealerDirectory",
};

/// The routes of what only dealers have.
pub fn routes(api: Api) -> OpenApiRouter {
    let appointed = appointed(&api.organization, &DIRECTORY);
    OpenApiRouter::default()
        .routes(routes!(
            monitoring_provider::appoint,
            monitoring_provider::dismiss
        ))
        .routes(routes!(locations::list))
        .routes(routes!(facts::dealers))
        .routes(routes!(facts::dealers_served))
        .with_state(api)
        .merge(appointed)
}
