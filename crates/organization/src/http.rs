//! The routes about organizations, people and teams, below whatever path a kind of organization
//! has.
//!
//! People and teams are for the organization's administrators. To anybody who is not employed by
//! the organization it looks as if there were no such organization, and an id of another
//! organization's employee or team looks like one that nobody has.

mod answer;
mod appointed;
mod caller;
mod employees;
mod facts;
mod members;
mod names;
mod organizations;
mod problems;
mod readiness;
pub mod refusals;
mod roles;
mod schedule;
mod served;
mod team_roles;
mod teams;

pub use answer::{keyset, page};
pub use appointed::{Directory, appointed};
pub use caller::Caller;
pub use employees::EmployeeBody;
pub use facts::{SCOPE, part};
pub use names::{Body, Names, Operations, OrganizationBody};
pub use problems::{NOT_A_PLATFORM_ADMINISTRATOR, PROBLEMS};
pub(crate) use readiness::reached;
pub use served::ServedLocationBody;

use std::sync::Arc;

use access::{EmployeeId, LocationId, TeamId};
use axum::extract::FromRef;
use chassis::auth::{User, Verifier};
use chassis::clock::Clock;
use chassis::entropy::Entropy;
use chassis::http::{IfMatch, Path};
use idempotency::Idempotency;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::domain::Version;
use crate::app::{Intent, Lines, Organizations};

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
    /// Where ids come from.
    pub entropy: Entropy,
    /// What the routes are called.
    pub names: &'static Names,
}

impl FromRef<Api> for Arc<Verifier> {
    fn from_ref(api: &Api) -> Self {
        api.verifier.clone()
    }
}

impl FromRef<Api> for Lines {
    fn from_ref(api: &Api) -> Self {
        api.organizations.lines.clone()
    }
}

impl Api {
    /// By which name others know this service, and its outbox.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.organizations.kind.source
    }

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

/// Another name, for an organization, an employee or a team.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Rename {
    /// The name.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
}

/// The routes that every service of organizations has.
#[must_use]
pub fn routes(api: &Api) -> OpenApiRouter {
    let names = api.names;
    let all = OpenApiRouter::default().routes(routes!(organizations::list, organizations::create));
    let mut one =
        OpenApiRouter::default().nest(&names.path_of_one(), below_one().with_state(api.clone()));
    names.describe_parameter(one.get_openapi_mut());
    let mut routes = OpenApiRouter::default()
        .nest(names.path, all.with_state(api.clone()))
        .merge(one)
        .merge(facts().with_state(api.clone()));
    names.describe(routes.get_openapi_mut());
    routes
}

/// Those below the path of one organization: `/customers/{customerId}`.
fn below_one() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(
            organizations::get,
            organizations::rename,
            organizations::remove
        ))
        .routes(routes!(employees::list, employees::hire))
        .routes(routes!(employees::get, employees::rename, employees::end))
        .routes(routes!(roles::update))
        .routes(routes!(schedule::update, schedule::lift))
        .routes(routes!(teams::list, teams::create))
        .routes(routes!(teams::get, teams::rename, teams::remove))
        .routes(routes!(members::add, members::remove))
        .routes(routes!(team_roles::update, team_roles::remove))
}

fn facts() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(facts::user))
        .routes(routes!(facts::administrator))
}
