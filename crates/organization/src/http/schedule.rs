//! `…/employees/{employeeId}/schedule`: when roles count.

use access::{EmployeeId, Schedule, ScheduleDraft};
use axum::extract::State;
use axum::response::Response;
use chassis::auth::User;
use chassis::http::{IfMatch, Json, Path};
use chassis::problem::{FieldError, Problem};

use super::{Api, Caller, EmployeeBody, OfEmployee, refusals};
use crate::app::EmployeeOf;
use crate::domain::OrganizationId;

/// Restricts in time what the organization grants to one of its people.
#[utoipa::path(
    put, path = "/employees/{employeeId}/schedule", operation_id = "updateSchedule", tag = "employees",
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
    Json(draft): Json<ScheduleDraft>,
) -> Result<Response, Problem> {
    let schedule = parse("", draft)?;
    change(
        &api,
        &user,
        version,
        EmployeeOf(OrganizationId(organization), employee),
        Some(schedule),
    )
    .await
}

/// Lifts the restriction: what the organization grants counts at any time.
#[utoipa::path(
    delete, path = "/employees/{employeeId}/schedule", operation_id = "liftSchedule", tag = "employees",
    security(("user" = [])), params(("employeeId" = EmployeeId, Path)),
    responses(
        (status = 200, body = EmployeeBody),
        refusals::Employee,
        refusals::Change,
    )
)]
pub(super) async fn lift(
    user: Caller,
    State(api): State<Api>,
    Path((organization, employee)): OfEmployee,
    version: Option<IfMatch>,
) -> Result<Response, Problem> {
    change(
        &api,
        &user,
        version,
        EmployeeOf(OrganizationId(organization), employee),
        None,
    )
    .await
}

async fn change(
    api: &Api,
    user: &User,
    version: Option<IfMatch>,
    of: EmployeeOf,
    schedule: Option<Schedule>,
) -> Result<Response, Problem> {
    let intent = api.intent(user, version);
    let changed = api
        .organizations
        .change_schedule(&intent, of, schedule)
        .await?;
    Ok(api.wrote_employee(changed))
}

/// Reads a schedule, naming every field that is wrong.
pub(super) fn parse(prefix: &str, draft: ScheduleDraft) -> Result<Schedule, Problem> {
    Schedule::try_from(draft).map_err(|invalid| {
        let faults = invalid.faults.into_iter();
        let fault = |fault: access::Fault| {
            FieldError::new(format!("{prefix}{}", fault.field), fault.detail)
        };
        Problem::invalid_fields(faults.map(fault).collect())
    })
}
