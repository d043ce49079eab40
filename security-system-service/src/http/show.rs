//! `GET /securitysystems/{securitySystemId}`

use access::{Operation, SystemId};
use axum::extract::State;
use axum::response::IntoResponse;
use chassis::auth::User;
use chassis::http::{ETag, Json, Path};
use chassis::problem::Problem;
use chassis::turns::Crowded;
use freshness::Freshness;

use super::Api;
use super::headers::{Chosen, DecidedBy, FactsAge};
use super::representation::SecuritySystem;

/// A system, what the caller may do to it, and why not more.
#[utoipa::path(
    get, path = "/securitysystems/{securitySystemId}", operation_id = "getSecuritySystem",
    tag = "security systems", security(("user" = [])),
    params(("securitySystemId" = SystemId, Path, description = "The system.")),
    responses(
        (status = 200, description = "The system.", body = SecuritySystem),
        (status = 404, description = "There is no such system, or none that the caller may view."),
        Crowded,
    ),
)]
pub(super) async fn show(
    State(api): State<Api>,
    user: User,
    chosen: Chosen,
    Path(system): Path<SystemId>,
    Freshness(freshness): Freshness,
) -> Result<impl IntoResponse, Problem> {
    let inquiry = chosen.inquiry(&user, Operation::View, system, freshness);
    let permit = api.app.show(&inquiry).await?;
    let body = SecuritySystem::new(permit.system(), permit.rights());
    Ok((
        DecidedBy(permit.basis().strategy),
        FactsAge(permit.facts_age()),
        ETag(permit.system().version),
        Json(body),
    ))
}
