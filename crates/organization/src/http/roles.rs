//! `…/employees/{employeeId}/roles`: what somebody holds at the organization.

use access::EmployeeId;
use axum::extract::State;
use axum::response::Response;
use chassis::http::{IfMatch, Json, Path};
use chassis::problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Api, Caller, EmployeeBody, OfEmployee, refusals};
use crate::app::EmployeeOf;
use crate::domain::OrganizationId;

/// All roles that are to be held, by name.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RolesBody {
    /// The roles. None takes all of them away.
    #[schema(example = json!(["SECURITY_SYSTEM_ARMER", "SECURITY_SYSTEM_DISARMER"]))]
    pub(super) roles: Vec<String>,
}

/// Replaces the roles that one of the organization's people holds at the organization.
#[utoipa::path(
    put, path = "/employees/{employeeId}/roles", operation_id = "updateRoles", tag = "employees",
    security(("user" = [])), params(("employeeId" = EmployeeId, Path)),
    responses(
        (status = 200, body = EmployeeBody),
        refusals::Employee,
        refusals::Change,
    )
)]
pub(super) async fn update(
    user: Caller,
    State(api): State<Api>,
    Path((organization, employee)): OfEmployee,
    version: Option<IfMatch>,
    Json(body): Json<RolesBody>,
) -> Result<Response, Problem> {
    let intent = api.intent(&user, version);
    let of = EmployeeOf(OrganizationId(organization), employee);
    let roles = api.organizations.kind.roles.parse("roles", &body.roles)?;
    let changed = api.organizations.change_roles(&intent, of, roles).await?;
    Ok(api.wrote_employee(changed))
}
