//! `POST /securitysystems`

use access::{LocationId, SystemId};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chassis::auth::User;
use chassis::http::Json;
use chassis::problem::Problem;
use chassis::turns::Crowded;
use freshness::Freshness;
use http::{StatusCode, header};
use idempotency::IdempotencyKey;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use super::headers::WrittenAt;
use crate::app::{Install, Installed};

/// Where to install a system.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CreateSecuritySystem {
    location_id: LocationId,
}

/// A system that was installed, or is being installed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct InstalledSystem {
    /// Its id.
    id: SystemId,
    /// Where it is.
    location_id: LocationId,
    /// `PENDING` while its location is being reserved.
    #[schema(example = "DISARMED")]
    state: &'static str,
}

/// Install a system at a location.
#[utoipa::path(
    post, path = "/securitysystems", operation_id = "createSecuritySystem",
    tag = "security systems", security(("user" = [])),
    request_body = CreateSecuritySystem,
    responses(
        (status = 201, description = "It is in service.", body = InstalledSystem),
        (status = 202, description = "It will be in service once its location is reserved.", body = InstalledSystem),
        (status = 403, description = "The caller is no installer."),
        (status = 409, description = "The location has a system, or has changed."),
        Crowded,
    ),
)]
pub(super) async fn install(
    State(api): State<Api>,
    user: User,
    Freshness(freshness): Freshness,
    key: Option<IdempotencyKey>,
    Json(body): Json<CreateSecuritySystem>,
) -> Result<Response, Problem> {
    let install = Install {
        user,
        location: body.location_id,
        id: SystemId::generate(api.clock.now(), &mut (api.entropy)()),
        key,
        freshness,
    };
    let Installed {
        id,
        state,
        position,
    } = api.app.install(install).await?;
    let (status, state) = match state {
        Some(state) => (StatusCode::CREATED, state.as_str()),
        None => (StatusCode::ACCEPTED, "PENDING"),
    };
    let body = InstalledSystem {
        id,
        location_id: body.location_id,
        state,
    };
    let address = [(header::LOCATION, format!("/securitysystems/{id}"))];
    Ok((status, address, WrittenAt(position), Json(body)).into_response())
}
