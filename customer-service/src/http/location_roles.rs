//! `…/employees/{employeeId}/location-roles`: what somebody holds at single locations.

use std::collections::BTreeMap;

use access::{CustomerId, EmployeeId, LocationId};
use axum::extract::State;
use axum::response::Response;
use chassis::http::{IfMatch, Json, Path};
use chassis::problem::Problem;
use organization::app::EmployeeOf;
use organization::domain::{Invalid, LIMIT, OrganizationId, RolesAt, system_roles};
use organization::http::{Caller, EmployeeBody, refusals};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Api, OfEmployee};

/// All roles that are to be held at single locations.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct LocationRoles {
    /// The roles, by location. None at a location takes all of them away there.
    location_roles: BTreeMap<LocationId, Vec<String>>,
}

impl LocationRoles {
    fn parse(&self) -> Result<RolesAt, Invalid> {
        if self.location_roles.len() > LIMIT {
            return Err(Invalid::new(
                "locationRoles",
                format!("names more than {LIMIT} locations"),
            ));
        }
        let mut roles_at = RolesAt::new();
        for (location, names) in &self.location_roles {
            let roles = system_roles(&format!("locationRoles.{location}"), names)?;
            if !roles.is_empty() {
                roles_at.insert(*location, roles);
            }
        }
        Ok(roles_at)
    }
}

/// Replaces the roles that one of the customer's people holds at single locations.
#[utoipa::path(
    put, path = "/customers/{customerId}/employees/{employeeId}/location-roles",
    operation_id = "updateLocationRoles", tag = "employees", security(("user" = [])),
    params(("customerId" = CustomerId, Path), ("employeeId" = EmployeeId, Path)),
    responses(
        (status = 200, body = EmployeeBody),
        (status = 403, description = "Not an administrator of the customer, or oneself."),
        (status = 404, description = "No such employee for the caller."),
        (status = 409, description = "At one of the locations too many people hold roles of their own."),
        refusals::Change,
    )
)]
pub(super) async fn update(
    user: Caller,
    State(api): State<Api>,
    Path((customer, employee)): OfEmployee,
    version: Option<IfMatch>,
    Json(body): Json<LocationRoles>,
) -> Result<Response, Problem> {
    let intent = api.intent(&user, version);
    let of = EmployeeOf(OrganizationId(customer.as_uuid()), employee);
    let roles = body.parse()?;
    let changed = api
        .customers
        .change_location_roles(&intent, of, &roles)
        .await?;
    Ok(api.organization.wrote_employee(changed))
}
