//! The routes of what only monitoring providers have. The others are in [`organization::http`].

mod locations;
mod names;

pub use names::NAMES;

use std::sync::Arc;

use axum::extract::FromRef;
use chassis::auth::Verifier;
use organization::app::Lines;
use organization::http::{Directory, appointed};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::Providers;

/// What the handlers need.
#[derive(Clone)]
pub struct Api {
    /// What can be done.
    pub providers: Providers,
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

/// Where whoever appoints a monitoring provider finds one.
const DIRECTORY: Directory = Directory {
    path: "/directory/monitoring-providers",
    operation: "listMonitoringProviderDirectory",
};

/// The routes of what only monitoring providers have.
pub fn routes(api: Api) -> OpenApiRouter {
    let appointed = appointed(&api.organization, &DIRECTORY);
    OpenApiRouter::default()
        .routes(routes!(locations::list))
        .with_state(api)
        .merge(appointed)
}
