//! Whom a dealer appointed to watch the systems at the locations that it serves.

use access::{DealerId, ProviderId};
use axum::extract::State;
use axum::response::Response;
use chassis::auth::User;
use chassis::http::{IfMatch, Json, Path};
use chassis::problem::Problem;
use organization::domain::OrganizationId;
use organization::http::{Caller, OrganizationBody, refusals};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Api;

/// Which monitoring provider.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AppointProvider {
    /// Which. Of one that does not exist, nothing follows.
    monitoring_provider_id: ProviderId,
}

/// Appoints a monitoring provider, in place of the one before.
#[utoipa::path(
    put, path = "/dealers/{dealerId}/monitoring-provider", operation_id = "appointMonitoringProvider",
    tag = "dealers", security(("user" = [])), params(("dealerId" = DealerId, Path)),
    responses(
        (status = 200, body = OrganizationBody),
        (status = 403, description = "Not an administrator of the dealer."),
        (status = 404, description = "No such dealer for the caller."),
        refusals::Change,
    )
)]
pub(super) async fn appoint(
    user: Caller,
    State(api): State<Api>,
    Path(dealer): Path<DealerId>,
    version: Option<IfMatch>,
    Json(appoint): Json<AppointProvider>,
) -> Result<Response, Problem> {
    let provider = OrganizationId(appoint.monitoring_provider_id.as_uuid());
    change(&api, &user, version, dealer, Some(provider)).await
}

/// Dismisses the monitoring provider, if there is one.
#[utoipa::path(
    delete, path = "/dealers/{dealerId}/monitoring-provider", operation_id = "dismissMonitoringProvider",
    tag = "dealers", security(("user" = [])), params(("dealerId" = DealerId, Path)),
    responses(
        (status = 200, body = OrganizationBody),
        (status = 403, description = "Not an administrator of the dealer."),
        (status = 404, description = "No such dealer for the caller."),
        refusals::Change,
    )
)]
pub(super) async fn dismiss(
    user: Caller,
    State(api): State<Api>,
    Path(dealer): Path<DealerId>,
    version: Option<IfMatch>,
) -> Result<Response, Problem> {
    change(&api, &user, version, dealer, None).await
}

async fn change(
    api: &Api,
    user: &User,
    version: Option<IfMatch>,
    dealer: DealerId,
    provider: Option<OrganizationId>,
) -> Result<Response, Problem> {
    let intent = api.organization.intent(user, version);
    let of = (
        api.organization.listed(user),
        OrganizationId(dealer.as_uuid()),
    );
    let organizations = &api.organization.organizations;
    let changed = organizations.appoint(&intent, of, provider).await?;
    Ok(api.organization.wrote_organization(changed))
}
