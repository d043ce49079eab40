//! The routes about people and teams, below whatever path an organization has.
//!
//! Everything here is for the organization's administrators. To anybody who is not employed by
//! the organization it looks as if there were no such organization, and an id of another
//! organization's employee or team looks like one that nobody has.

mod answer;
mod employees;
mod members;
mod problems;
mod roles;
mod schedule;
mod team_roles;
mod teams;

pub use answer::{keyset, page};
pub use employees::EmployeeBody;
pub use problems::PROBLEMS;

use std::sync::Arc;

use access::{EmployeeId, LocationId, TeamId};
use axum::extract::FromRef;
use chassis::auth::{User, Verifier};
use chassis::clock::Clock;
use chassis::http::{IfMatch, Path};
use idempotency::Idempotency;
use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{OpenApi, Required};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::app::{Intent, Organizations};
use super::domain::Version;

/// What the handlers need.
#[derive(Clone)]
pub struct Api {
    /// The organizations.
    pub organizations: Organizations,
    /// Who is calling.
    pub verifier: Arc<Verifier>,
    /// What was created before.
    pub idempotency: Idempotency,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// By which name others know this service's outbox.
    pub source: &'static str,
}

impl FromRef<Api> for Arc<Verifier> {
    fn from_ref(api: &Api) -> Self {
        api.verifier.clone()
    }
}

impl Api {
    /// Who asks for a change, when, and to which version.
    #[must_use]
    pub fn intent(&self, by: &User, version: Option<IfMatch>) -> Intent {
        Intent {
            by: by.id,
            at: self.clock.now(),
            expected: version.map(|IfMatch(version)| Version(version)),
        }
    }
}

// What stands in the path: the organization that the routes are nested below, then their own.
type OfOrganization = Path<Uuid>;
type OfEmployee = Path<(Uuid, EmployeeId)>;
type OfTeam = Path<(Uuid, TeamId)>;
type OfMember = Path<(Uuid, TeamId, EmployeeId)>;
type OfTeamLocation = Path<(Uuid, TeamId, LocationId)>;

/// The routes, below the path of an organization: `/customers/{customerId}`.
#[must_use]
pub fn routes(path: &str, parameter: &str, api: Api) -> OpenApiRouter {
    let routes = OpenApiRouter::default()
        .routes(routes!(employees::list, employees::hire))
        .routes(routes!(employees::get, employees::rename, employees::end))
        .routes(routes!(roles::update))
        .routes(routes!(schedule::update, schedule::lift))
        .routes(routes!(teams::list, teams::create))
        .routes(routes!(teams::get, teams::rename, teams::remove))
        .routes(routes!(members::add, members::remove))
        .routes(routes!(team_roles::update, team_roles::remove))
        .with_state(api);
    let mut nested = OpenApiRouter::default().nest(path, routes);
    document(nested.get_openapi_mut(), parameter);
    nested
}

/// Documents the parameter in the path that the routes were nested below.
fn document(openapi: &mut OpenApi, parameter: &str) {
    let uuid = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
    let id = ParameterBuilder::new()
        .name(parameter)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .schema(Some(uuid))
        .build();
    for item in openapi.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.post,
            &mut item.put,
            &mut item.delete,
        ];
        for operation in operations.into_iter().flatten() {
            let parameters = operation.parameters.get_or_insert_default();
            parameters.insert(0, id.clone().into());
        }
    }
}
