//! `POST /securitysystems/{securitySystemId}/alarms`

use access::SystemId;
use axum::extract::State;
use axum::response::IntoResponse;
use chassis::auth::Machine;
use chassis::http::Path;
use chassis::problem::Problem;
use http::StatusCode;

use super::Api;
use super::headers::WrittenAt;
use crate::authorization::panel::Panel;

/// Report an alarm. A system that guards is alarmed by it; of any other it changes nothing.
#[utoipa::path(
    post, path = "/securitysystems/{securitySystemId}/alarms", operation_id = "reportAlarm",
    tag = "security systems", security(("machine" = ["alarms"])),
    params(("securitySystemId" = SystemId, Path, description = "The system.")),
    responses(
        (status = 202, description = "Taken."),
        (status = 403, description = "The client lacks the scope."),
        (status = 404, description = "There is no such system."),
    ),
)]
pub(super) async fn alarm(
    State(api): State<Api>,
    machine: Machine,
    Path(system): Path<SystemId>,
) -> Result<impl IntoResponse, Problem> {
    let panel = Panel::of(machine)?;
    let position = api.app.alarm(&panel, system).await?;
    Ok((StatusCode::ACCEPTED, WrittenAt(position), ()))
}
