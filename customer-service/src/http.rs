//! The routes: those of an organization below `/customers/{customerId}`, and what only customers
//! have.

mod customers;
mod facts;
mod freshness;
mod location_roles;
mod locations;
mod problems;
mod profiles;
mod reservations;

pub use freshness::reached;
pub use problems::PROBLEMS;

use std::sync::Arc;

use access::{CustomerId, EmployeeId, LocationId};
use axum::extract::FromRef;
use axum::middleware;
use chassis::auth::{User, Verifier};
use chassis::http::{IfMatch, Path};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::Customers;
use crate::organization;
use crate::organization::app::Intent;

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

impl Api {
    fn intent(&self, by: &User, version: Option<IfMatch>) -> Intent {
        self.organization.intent(by, version)
    }
}

// What stands in the path.
type OfCustomer = Path<CustomerId>;
type OfEmployee = Path<(CustomerId, EmployeeId)>;
type OfLocation = Path<(CustomerId, LocationId)>;

/// All routes.
pub fn routes(api: Api) -> OpenApiRouter {
    let people = organization::http::routes(
        "/customers/{customerId}",
        "customerId",
        api.organization.clone(),
    );
    OpenApiRouter::default()
        .routes(routes!(customers::list, customers::create))
        .routes(routes!(
            customers::get,
            customers::rename,
            customers::remove
        ))
        .routes(routes!(locations::list, locations::create))
        .routes(routes!(
            locations::get,
            locations::rename,
            locations::remove
        ))
        .routes(routes!(location_roles::update))
        .routes(routes!(profiles::get, profiles::update))
        .routes(routes!(facts::decision))
        .routes(routes!(facts::user))
        .routes(routes!(facts::locations))
        .routes(routes!(reservations::reserve))
        .routes(routes!(reservations::release))
        .with_state(api.clone())
        .merge(people)
        .layer(middleware::from_fn_with_state(api, freshness::require))
}
