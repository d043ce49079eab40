//! The routes of what only customers have. The others are in [`organization::http`].

mod dealers;
mod facts;
mod location_roles;
mod locations;
mod names;
mod problems;
mod profiles;
mod reservations;

pub use names::NAMES;
pub use problems::PROBLEMS;

use std::sync::Arc;

use access::{CustomerId, EmployeeId, LocationId};
use axum::extract::FromRef;
use chassis::auth::{User, Verifier};
use chassis::http::{IfMatch, Path};
use organization::app::{Intent, Lines};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::Customers;

/// What the handlers need.
#[derive(Clone)]
pub struct Api {
    /// What can be done.
    pub customers: Customers,
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

impl Api {
    fn intent(&self, by: &User, version: Option<IfMatch>) -> Intent {
        self.organization.intent(by, version)
    }
}

// What stands in the path.
type OfCustomer = Path<CustomerId>;
type OfEmployee = Path<(CustomerId, EmployeeId)>;
type OfLocation = Path<(CustomerId, LocationId)>;

/// The routes of what only customers have.
pub fn routes(api: Api) -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(locations::list, locations::create))
        .routes(routes!(
            locations::get,
            locations::rename,
            locations::remove
        ))
        .routes(routes!(dealers::appoint, dealers::dismiss))
        .routes(routes!(location_roles::update))
        .routes(routes!(profiles::get, profiles::update))
        .routes(routes!(facts::decision))
        .routes(routes!(facts::locations))
        .routes(routes!(facts::locations_served))
        .routes(routes!(reservations::reserve))
        .routes(routes!(reservations::release))
        .with_state(api)
}
