//! `…/employees`: list, hire; `…/employees/{employeeId}`: read, rename, end.

use std::collections::{BTreeMap, BTreeSet};

use access::{EmployeeId, LocationId, Schedule, ScheduleDraft, SystemRole, UserId};
use axum::extract::State;
use axum::response::Response;
use chassis::http::{ETag, IfMatch, Json, Page, Paging, Path, Query};
use chassis::problem::Problem;
use chassis::turns::Crowded;
use idempotency::IdempotencyKey;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Api, Caller, OfEmployee, OfOrganization, Rename, keyset, page, refusals, schedule};
use crate::app::EmployeeOf;
use crate::domain::{Email, Employment, Name, NewEmployment, OrganizationId, RoleNames};
use crate::store::{Committed, Once};

/// One of the organization's people.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmployeeBody {
    /// Which employment.
    pub id: EmployeeId,
    /// The person.
    pub user_id: UserId,
    /// What the organization calls them.
    pub name: String,
    /// Roles at the organization.
    pub roles: Vec<&'static str>,
    /// Roles at single locations.
    pub location_roles: BTreeMap<LocationId, BTreeSet<SystemRole>>,
    /// When the roles count; null means always.
    #[schema(required)]
    pub schedule: Option<Schedule>,
    /// The version, as in the `ETag`.
    pub version: i64,
}

impl EmployeeBody {
    fn of(names: RoleNames, employment: Employment) -> Self {
        Self {
            id: employment.id,
            user_id: employment.user,
            name: employment.name.to_string(),
            roles: names.of(&employment.roles),
            location_roles: employment.location_roles,
            schedule: employment.schedule,
            version: employment.version.0,
        }
    }
}

/// Somebody to hire.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Hire {
    /// Where to reach them. Whoever has no account yet gets one, and a link to it.
    #[schema(max_length = 254, example = "grace@blue-harbor.example")]
    email: String,
    /// What the organization calls them.
    #[schema(min_length = 1, max_length = 120, example = "Grace")]
    name: String,
    /// Roles at the organization.
    #[serde(default)]
    #[schema(example = json!(["SECURITY_SYSTEM_VIEWER"]))]
    roles: Vec<String>,
    /// When the roles count; null or absent means always.
    #[serde(default)]
    schedule: Option<ScheduleDraft>,
}

impl Api {
    /// Tells of an employment.
    pub(super) fn employee(&self, employment: Employment) -> EmployeeBody {
        EmployeeBody::of(self.organizations.kind.roles, employment)
    }

    /// The answer to a change of an employment.
    #[must_use]
    pub fn wrote_employee(&self, written: Committed<Employment>) -> Response {
        let Committed { value, position } = written;
        let version = value.version;
        self.wrote(position, version, self.employee(value))
    }
}

/// The organization's people.
#[utoipa::path(
    get, path = "/employees", operation_id = "listEmployees", tag = "employees",
    security(("user" = [])),
    responses(
        (status = 200, body = Page<EmployeeBody>),
        (status = 403, description = "Not an administrator of the organization."),
        (status = 404, description = "No such organization for the caller."),
        Crowded,
    )
)]
pub(super) async fn list(
    user: Caller,
    State(api): State<Api>,
    Path(organization): OfOrganization,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<EmployeeBody>>, Problem> {
    let organization = OrganizationId(organization);
    let keyset = keyset(&paging)?;
    let employees = api
        .organizations
        .employees(user.id, organization, keyset)
        .await?;
    Ok(page(employees, |employment| api.employee(employment)))
}

/// Hires somebody. Whoever was hired before, and left, is hired anew, under another id.
#[utoipa::path(
    post, path = "/employees", operation_id = "hireEmployee", tag = "employees",
    security(("user" = [])),
    responses(
        (status = 201, body = EmployeeBody),
        (status = 403, description = "Not an administrator of the organization, or hiring oneself."),
        (status = 404, description = "No such organization for the caller."),
        (status = 409, description = "Employed there already, or the request with this `Idempotency-Key` is being carried out; or the organization employs too many people."),
        refusals::Creation,
    )
)]
pub(super) async fn hire(
    user: Caller,
    State(api): State<Api>,
    Path(organization): OfOrganization,
    key: Option<IdempotencyKey>,
    Json(hire): Json<Hire>,
) -> Result<Response, Problem> {
    let organization = OrganizationId(organization);
    api.organizations
        .require_administrator(organization, user.id)
        .await?;
    let intent = api.intent(&user, None);
    let request = (key, &hire);
    let email = Email::parse("email", &hire.email)?;
    let new = NewEmployment {
        id: EmployeeId::generate(intent.at, &mut (api.entropy)()),
        name: Name::parse("name", &hire.name)?,
        roles: api.organizations.kind.roles.parse("roles", &hire.roles)?,
        schedule: hire
            .schedule
            .clone()
            .map(|draft| schedule::parse("schedule.", draft))
            .transpose()?,
    };
    let describe = |it: &Employment| (it.version, api.employee(it.clone()));
    let hire = async |once: Once<'_, _>| {
        api.organizations
            .hire(&intent, organization, &email, &new, once)
            .await
    };
    api.once(&intent, request, describe, hire).await
}

/// One of the organization's people.
#[utoipa::path(
    get, path = "/employees/{employeeId}", operation_id = "getEmployee", tag = "employees",
    security(("user" = [])), params(("employeeId" = EmployeeId, Path)),
    responses(
        (status = 200, body = EmployeeBody),
        (status = 403, description = "Not an administrator of the organization."),
        (status = 404, description = "No such employee for the caller."),
        Crowded,
    )
)]
pub(super) async fn get(
    user: Caller,
    State(api): State<Api>,
    Path((organization, employee)): OfEmployee,
) -> Result<(ETag, Json<EmployeeBody>), Problem> {
    let of = EmployeeOf(OrganizationId(organization), employee);
    let employment = api.organizations.employee(user.id, of).await?;
    Ok((ETag(employment.version.0), Json(api.employee(employment))))
}

/// Calls one of the organization's people by another name.
#[utoipa::path(
    put, path = "/employees/{employeeId}", operation_id = "renameEmployee", tag = "employees",
    security(("user" = [])), params(("employeeId" = EmployeeId, Path)),
    responses(
        (status = 200, body = EmployeeBody),
        refusals::Employee,
        refusals::Change,
    )
)]
pub(super) async fn rename(
    user: Caller,
    State(api): State<Api>,
    Path((organization, employee)): OfEmployee,
    version: Option<IfMatch>,
    Json(rename): Json<Rename>,
) -> Result<Response, Problem> {
    let intent = api.intent(&user, version);
    let of = EmployeeOf(OrganizationId(organization), employee);
    let name = Name::parse("name", &rename.name)?;
    let renamed = api.organizations.rename_employee(&intent, of, name).await?;
    Ok(api.wrote_employee(renamed))
}

/// Ends an employment, and all that was granted through it.
#[utoipa::path(
    delete, path = "/employees/{employeeId}", operation_id = "endEmployment", tag = "employees",
    security(("user" = [])), params(("employeeId" = EmployeeId, Path)),
    responses(
        (status = 204, description = "Ended."),
        refusals::Employee,
        refusals::Change,
    )
)]
pub(super) async fn end(
    user: Caller,
    State(api): State<Api>,
    Path((organization, employee)): OfEmployee,
    version: Option<IfMatch>,
) -> Result<Response, Problem> {
    let intent = api.intent(&user, version);
    let of = EmployeeOf(OrganizationId(organization), employee);
    let ended = api.organizations.end_employment(&intent, of).await?;
    Ok(api.removed(ended.position))
}
