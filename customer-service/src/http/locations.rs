//! `…/locations`: list, create; `…/locations/{locationId}`: read, rename, remove.

use access::{CustomerId, DealerId, LocationId};
use axum::extract::State;
use axum::response::Response;
use chassis::http::{ETag, IfMatch, Json, Page, Paging, Path, Query};
use chassis::problem::Problem;
use chassis::turns::Crowded;
use idempotency::IdempotencyKey;
use organization::domain::{Name, OrganizationId};
use organization::http::{Caller, keyset, page, refusals};
use organization::store::{Committed, Once};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problems::LOCATION_RESERVED;
use super::{Api, OfCustomer, OfLocation};
use crate::app::Removal;
use crate::domain::Location;

/// A customer's site.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LocationBody {
    /// Which location.
    id: LocationId,
    /// Its owner, for ever.
    customer_id: CustomerId,
    /// Its name.
    name: String,
    /// The appointed dealer, if any.
    #[schema(required)]
    dealer_id: Option<DealerId>,
    /// Whether a system has it. Then it cannot be removed.
    reserved: bool,
    /// The version, as in the `ETag`.
    version: i64,
}

impl From<Location> for LocationBody {
    fn from(location: Location) -> Self {
        Self {
            id: location.id,
            customer_id: location.customer,
            name: location.name.to_string(),
            dealer_id: location.dealer,
            reserved: location.reserved_by.is_some(),
            version: location.version.0,
        }
    }
}

/// The name of a location.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NamedLocation {
    /// The name.
    #[schema(min_length = 1, max_length = 120, example = "Harbor Tower")]
    name: String,
}

impl Api {
    pub(super) fn wrote_location(&self, written: Committed<Location>) -> Response {
        let Committed { value, position } = written;
        let (version, body) = (value.version, LocationBody::from(value));
        self.organization.wrote(position, version, body)
    }
}

/// The customer's locations.
#[utoipa::path(
    get, path = "/customers/{customerId}/locations", operation_id = "listLocations", tag = "locations",
    security(("user" = [])), params(("customerId" = CustomerId, Path)),
    responses(
        (status = 200, body = Page<LocationBody>),
        (status = 404, description = "No such customer for the caller."),
        Crowded,
    )
)]
pub(super) async fn list(
    user: Caller,
    State(api): State<Api>,
    Path(customer): OfCustomer,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<LocationBody>>, Problem> {
    let locations = api
        .customers
        .locations(user.id, customer, keyset(&paging)?)
        .await?;
    Ok(page(locations, LocationBody::from))
}

/// Creates a location, of this customer for ever.
#[utoipa::path(
    post, path = "/customers/{customerId}/locations", operation_id = "createLocation", tag = "locations",
    security(("user" = [])), params(("customerId" = CustomerId, Path)),
    responses(
        (status = 201, body = LocationBody),
        (status = 403, description = "Not an administrator of the customer."),
        (status = 404, description = "No such customer for the caller."),
        (status = 409, description = "The request with this `Idempotency-Key` is being carried out; or the customer has too many locations."),
        refusals::Creation,
    )
)]
pub(super) async fn create(
    user: Caller,
    State(api): State<Api>,
    Path(customer): OfCustomer,
    key: Option<IdempotencyKey>,
    Json(new): Json<NamedLocation>,
) -> Result<Response, Problem> {
    let organizations = &api.organization.organizations;
    organizations
        .require_administrator(OrganizationId(customer.as_uuid()), user.id)
        .await?;
    let intent = api.intent(&user, None);
    let id = LocationId::generate(intent.at, &mut (api.organization.entropy)());
    let name = Name::parse("name", &new.name)?;
    let describe = |it: &Location| (it.version, LocationBody::from(it.clone()));
    let create = async |once: Once<'_, _>| {
        api.customers
            .create_location(&intent, customer, (id, &name), once)
            .await
    };
    api.organization
        .once(&intent, (key, &new), describe, create)
        .await
}

/// A location.
#[utoipa::path(
    get, path = "/customers/{customerId}/locations/{locationId}", operation_id = "getLocation",
    tag = "locations", security(("user" = [])),
    params(("customerId" = CustomerId, Path), ("locationId" = LocationId, Path)),
    responses(
        (status = 200, body = LocationBody),
        (status = 404, description = "No such location for the caller."),
        Crowded,
    )
)]
pub(super) async fn get(
    user: Caller,
    State(api): State<Api>,
    Path(of): OfLocation,
) -> Result<(ETag, Json<LocationBody>), Problem> {
    let location = api.customers.location(user.id, of).await?;
    Ok((ETag(location.version.0), Json(location.into())))
}

/// Gives a location another name.
#[utoipa::path(
    put, path = "/customers/{customerId}/locations/{locationId}", operation_id = "renameLocation",
    tag = "locations", security(("user" = [])),
    params(("customerId" = CustomerId, Path), ("locationId" = LocationId, Path)),
    responses(
        (status = 200, body = LocationBody),
        (status = 403, description = "Not an administrator of the customer."),
        (status = 404, description = "No such location for the caller."),
        refusals::Change,
    )
)]
pub(super) async fn rename(
    user: Caller,
    State(api): State<Api>,
    Path(of): OfLocation,
    version: Option<IfMatch>,
    Json(rename): Json<NamedLocation>,
) -> Result<Response, Problem> {
    let intent = api.intent(&user, version);
    let name = Name::parse("name", &rename.name)?;
    let renamed = api.customers.rename_location(&intent, of, &name).await?;
    Ok(api.wrote_location(renamed))
}

/// Removes a location that no system has, and the roles that were held there.
#[utoipa::path(
    delete, path = "/customers/{customerId}/locations/{locationId}", operation_id = "removeLocation",
    tag = "locations", security(("user" = [])),
    params(("customerId" = CustomerId, Path), ("locationId" = LocationId, Path)),
    responses(
        (status = 204, description = "Removed."),
        (status = 403, description = "Not an administrator of the customer."),
        (status = 404, description = "No such location for the caller."),
        (status = 409, description = "A system has it."),
        refusals::Change,
    )
)]
pub(super) async fn remove(
    user: Caller,
    State(api): State<Api>,
    Path(of): OfLocation,
    version: Option<IfMatch>,
) -> Result<Response, Problem> {
    let intent = api.intent(&user, version);
    match api.customers.remove_location(&intent, of).await? {
        Removal::Removed(removed) => Ok(api.organization.removed(removed.position)),
        Removal::Reserved => Err(Problem::new(&LOCATION_RESERVED)),
    }
}
