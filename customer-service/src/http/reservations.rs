//! Locations reserved for systems, by security-system-service.

use access::{LocationId, SystemId};
use axum::extract::State;
use axum::response::Response;
use chassis::auth::Machine;
use chassis::http::{Json, Path};
use chassis::problem::Problem;
use organization::domain::Version;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;

const SCOPE: &str = "locations:reserve";

type OfReserved = Path<LocationId>;
type OfReservation = Path<(LocationId, SystemId)>;

/// Which system wants a location.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Reserve {
    /// Which system.
    system_id: SystemId,
    /// The version of the location by which it was judged.
    version: i64,
}

/// A location reserved for a system.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReservationBody {
    /// Which location.
    location_id: LocationId,
    /// For which system.
    system_id: SystemId,
}

/// Reserves a location for a system, if it is still what the system judged. Asked again, the
/// answer is the same. 404 and 409 are definite; after anything else it is to be asked again.
#[utoipa::path(
    put, path = "/locations/{locationId}/reservation", operation_id = "reserveLocation",
    tag = "reservations", security(("machine" = ["locations:reserve"])),
    params(("locationId" = LocationId, Path)),
    responses(
        (status = 200, body = ReservationBody),
        (status = 403, description = "Not in the token's scope."),
        (status = 404, description = "No such location, or no more."),
        (status = 409, description = "Reserved for another, changed since, or released before."),
    )
)]
pub(super) async fn reserve(
    machine: Machine,
    State(api): State<Api>,
    Path(location): OfReserved,
    Json(reserve): Json<Reserve>,
) -> Result<Response, Problem> {
    machine.require(SCOPE)?;
    let (system, seen) = (reserve.system_id, Version(reserve.version));
    let now = api.organization.clock.now();
    let reserved = api.customers.reserve(location, system, seen, now).await??;
    let body = ReservationBody {
        location_id: location,
        system_id: system,
    };
    let version = reserved.value.version;
    Ok(api.organization.wrote(reserved.position, version, body))
}

/// Gives a reservation back, and refuses any later one for the system. Done again, it changes
/// nothing.
#[utoipa::path(
    delete, path = "/locations/{locationId}/reservation/{systemId}", operation_id = "releaseLocation",
    tag = "reservations", security(("machine" = ["locations:reserve"])),
    params(("locationId" = LocationId, Path), ("systemId" = SystemId, Path)),
    responses(
        (status = 204, description = "Released."),
        (status = 403, description = "Not in the token's scope."),
    )
)]
pub(super) async fn release(
    machine: Machine,
    State(api): State<Api>,
    Path((location, system)): OfReservation,
) -> Result<Response, Problem> {
    machine.require(SCOPE)?;
    let released = api
        .customers
        .release(location, system, api.organization.clock.now())
        .await?;
    Ok(api.organization.removed(released))
}
