//! `DELETE /securitysystems/{securitySystemId}`

use access::{Operation, SystemId};
use axum::extract::State;
use axum::response::IntoResponse;
use chassis::auth::User;
use chassis::http::{IfMatch, Path};
use chassis::problem::Problem;
use chassis::turns::Crowded;
use freshness::Freshness;
use http::StatusCode;

use super::Api;
use super::headers::{Chosen, WrittenAt};
use crate::app::Remove;

/// Remove a system from service, and release its location.
#[utoipa::path(
    delete, path = "/securitysystems/{securitySystemId}", operation_id = "removeSecuritySystem",
    tag = "security systems", security(("user" = [])),
    params(("securitySystemId" = SystemId, Path, description = "The system.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 403, description = "The caller may view the system, but is no installer."),
        (status = 404, description = "There is no such system, or none that the caller may know of."),
        (status = 409, description = "Somebody else was faster."),
        (status = 412, description = "The system has another version."),
        Crowded,
    ),
)]
pub(super) async fn remove(
    State(api): State<Api>,
    user: User,
    chosen: Chosen,
    Path(system): Path<SystemId>,
    Freshness(freshness): Freshness,
    seen: Option<IfMatch>,
) -> Result<impl IntoResponse, Problem> {
    let remove = Remove {
        user,
        system,
        strategy: chosen.strategy(Operation::View),
        freshness,
        seen: seen.map(|IfMatch(version)| version),
    };
    // No strategy decides who may remove, so none is named.
    let position = api.app.remove(remove).await?;
    Ok((StatusCode::NO_CONTENT, WrittenAt(position), ()))
}
