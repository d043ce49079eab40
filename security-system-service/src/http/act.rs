//! `PUT /securitysystems/{securitySystemId}`

use access::SystemId;
use axum::extract::State;
use axum::response::IntoResponse;
use chassis::auth::User;
use chassis::http::{ETag, IfMatch, Json, Path};
use chassis::problem::Problem;
use chassis::turns::Crowded;
use freshness::Freshness;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Api;
use super::headers::{Chosen, DecidedBy, WrittenAt};
use super::representation::{Action, SecuritySystem};
use crate::app::Act;
use crate::domain;

/// What to do.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateSecuritySystem {
    action: Action,
}

/// Arm, disarm, or acknowledge an alarm.
///
/// To arm what is armed, or disarm what is disarmed, is 200 and changes nothing.
#[utoipa::path(
    put, path = "/securitysystems/{securitySystemId}", operation_id = "disarmSecuritySystem",
    tag = "security systems", security(("user" = [])),
    params(("securitySystemId" = SystemId, Path, description = "The system.")),
    request_body = UpdateSecuritySystem,
    responses(
        (status = 200, description = "Done; the system as it is now.", body = SecuritySystem),
        (status = 403, description = "The caller may view the system, but not do this, or not now."),
        (status = 404, description = "There is no such system, or none that the caller may view."),
        (status = 409, description = "It does not fit the state, or somebody else was faster."),
        (status = 412, description = "The system has another version."),
        Crowded,
    ),
)]
pub(super) async fn act(
    State(api): State<Api>,
    user: User,
    chosen: Chosen,
    Path(system): Path<SystemId>,
    Freshness(freshness): Freshness,
    seen: Option<IfMatch>,
    Json(body): Json<UpdateSecuritySystem>,
) -> Result<impl IntoResponse, Problem> {
    let action = domain::Action::from(body.action);
    let act = Act {
        inquiry: chosen.inquiry(&user, action.operation(), system, freshness),
        action,
        seen: seen.map(|IfMatch(version)| version),
    };
    let acted = api.app.act(act).await?;
    let by = DecidedBy(acted.basis.strategy);
    let body = SecuritySystem::new(&acted.system, &acted.rights).authorized_by(acted.basis);
    let version = ETag(acted.system.version);
    Ok((by, WrittenAt(acted.position), version, Json(body)))
}
