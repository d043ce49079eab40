use access::{CustomerId, EmployeeId};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chassis::auth::User;
use chassis::http::{ETag, IfMatch, Json, Page, Paging, Path, Query};
use chassis::problem::Problem;
use idempotency::IdempotencyKey;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problems::NOT_A_PLATFORM_ADMINISTRATOR;
use super::{Api, OfCustomer};
use crate::organization::app::Founded;
use crate::organization::domain::{Email, Name, Organization, OrganizationId};
use crate::organization::http::{EmployeeBody, keyset, page};
use crate::organization::store::{Listed, Once};

/// A customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CustomerBody {
    /// Which customer.
    id: CustomerId,
    /// Its name.
    name: String,
    /// The version, as in the `ETag`.
    version: i64,
}

impl From<Organization> for CustomerBody {
    fn from(organization: Organization) -> Self {
        Self {
            id: organization.id.0.into(),
            name: organization.name.to_string(),
            version: organization.version.0,
        }
    }
}

/// A customer that was created.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewCustomerBody {
    /// The customer.
    #[serde(flatten)]
    customer: CustomerBody,
    /// Its first employee.
    administrator: EmployeeBody,
}

/// A customer to be created.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewCustomer {
    /// Its name.
    #[schema(min_length = 1, max_length = 120, example = "Blue Harbor Offices")]
    name: String,
    /// Its first employee, who administers it.
    administrator: FirstAdministrator,
}

/// Who administers a new customer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FirstAdministrator {
    /// Where to reach them. Whoever has no account yet gets one, and a link to it.
    #[schema(max_length = 254, example = "admin@blue-harbor.example")]
    email: String,
    /// What the customer calls them.
    #[schema(min_length = 1, max_length = 120, example = "Ada")]
    name: String,
}

/// Another name.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RenameCustomer {
    /// The name.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
}

impl Api {
    fn founded(&self, founded: Founded) -> NewCustomerBody {
        NewCustomerBody {
            customer: founded.organization.into(),
            administrator: self.organization.employee(founded.administrator),
        }
    }

    /// Only who creates customers sees all of them.
    fn listed(&self, user: &User) -> Listed {
        if user.has(self.organization.organizations.kind.founder()) {
            Listed::Every
        } else {
            Listed::Employing(user.id)
        }
    }

    /// Lets those pass who create customers. Others who know of the customer learn why not.
    async fn require_founder(
        &self,
        user: &User,
        customer: Option<OrganizationId>,
    ) -> Result<(), Problem> {
        if user.has(self.organization.organizations.kind.founder()) {
            return Ok(());
        }
        if let Some(customer) = customer {
            self.organization
                .organizations
                .require_member(customer, user.id)
                .await?;
        }
        Err(Problem::new(&NOT_A_PLATFORM_ADMINISTRATOR))
    }
}

/// The customers that the caller works for; for a platform administrator, all.
#[utoipa::path(
    get, path = "/customers", operation_id = "listCustomers", tag = "customers",
    security(("user" = [])),
    responses((status = 200, body = Page<CustomerBody>))
)]
pub(super) async fn list(
    user: User,
    State(api): State<Api>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<CustomerBody>>, Problem> {
    let organizations = &api.organization.organizations;
    let customers = organizations
        .organizations(api.listed(&user), keyset(&paging)?)
        .await?;
    Ok(page(customers, CustomerBody::from))
}

/// Creates a customer with its first employee, who administers it.
#[utoipa::path(
    post, path = "/customers", operation_id = "createCustomer", tag = "customers",
    security(("user" = [])),
    responses(
        (status = 201, body = NewCustomerBody),
        (status = 403, description = "Not a platform administrator, or appointing oneself."),
        (status = 409, description = "The request with this `Idempotency-Key` is being carried out."),
    )
)]
pub(super) async fn create(
    user: User,
    State(api): State<Api>,
    key: Option<IdempotencyKey>,
    Json(new): Json<NewCustomer>,
) -> Result<Response, Problem> {
    api.require_founder(&user, None).await?;
    let intent = api.intent(&user, None);
    let customer = CustomerId::generate(intent.at, &mut rand::rng());
    let customer = OrganizationId(customer.as_uuid());
    let name = Name::parse("name", &new.name)?;
    let employee = EmployeeId::generate(intent.at, &mut rand::rng());
    let email = Email::parse("administrator.email", &new.administrator.email)?;
    let person = Name::parse("administrator.name", &new.administrator.name)?;
    let describe = |it: &Founded| (it.organization.version, api.founded(it.clone()));
    let found = async |once: Once<'_, _>| {
        let organizations = &api.organization.organizations;
        organizations
            .found(&intent, (customer, name), (employee, email, person), once)
            .await
    };
    api.organization
        .once(&intent, (key, &new), describe, found)
        .await
}

/// A customer.
#[utoipa::path(
    get, path = "/customers/{customerId}", operation_id = "getCustomer", tag = "customers",
    security(("user" = [])), params(("customerId" = CustomerId, Path)),
    responses(
        (status = 200, body = CustomerBody),
        (status = 404, description = "No such customer for the caller."),
    )
)]
pub(super) async fn get(
    user: User,
    State(api): State<Api>,
    Path(customer): OfCustomer,
) -> Result<(ETag, Json<CustomerBody>), Problem> {
    let organizations = &api.organization.organizations;
    let id = OrganizationId(customer.as_uuid());
    let customer = organizations.organization(api.listed(&user), id).await?;
    Ok((ETag(customer.version.0), Json(customer.into())))
}

/// Gives a customer another name.
#[utoipa::path(
    put, path = "/customers/{customerId}", operation_id = "renameCustomer", tag = "customers",
    security(("user" = [])), params(("customerId" = CustomerId, Path)),
    responses(
        (status = 200, body = CustomerBody),
        (status = 403, description = "Not a platform administrator."),
        (status = 404, description = "No such customer for the caller."),
        (status = 412, description = "Changed meanwhile."),
    )
)]
pub(super) async fn rename(
    user: User,
    State(api): State<Api>,
    Path(customer): OfCustomer,
    version: Option<IfMatch>,
    Json(rename): Json<RenameCustomer>,
) -> Result<Response, Problem> {
    let id = OrganizationId(customer.as_uuid());
    api.require_founder(&user, Some(id)).await?;
    let intent = api.intent(&user, version);
    let name = Name::parse("name", &rename.name)?;
    let renamed = api
        .organization
        .organizations
        .rename(&intent, id, &name)
        .await?;
    let version = renamed.value.version;
    let body = CustomerBody::from(renamed.value);
    Ok(api
        .organization
        .wrote(StatusCode::OK, renamed.position, version, body))
}

/// Removes an empty customer, and the employment of its last administrator.
#[utoipa::path(
    delete, path = "/customers/{customerId}", operation_id = "removeCustomer", tag = "customers",
    security(("user" = [])), params(("customerId" = CustomerId, Path)),
    responses(
        (status = 204, description = "Removed."),
        (status = 403, description = "Not a platform administrator, or its last administrator oneself."),
        (status = 404, description = "No such customer for the caller."),
        (status = 409, description = "It still has people, teams or locations."),
        (status = 412, description = "Changed meanwhile."),
    )
)]
pub(super) async fn remove(
    user: User,
    State(api): State<Api>,
    Path(customer): OfCustomer,
    version: Option<IfMatch>,
) -> Result<Response, Problem> {
    let id = OrganizationId(customer.as_uuid());
    api.require_founder(&user, Some(id)).await?;
    let intent = api.intent(&user, version);
    let removed = api.organization.organizations.remove(&intent, id).await?;
    Ok(api.organization.removed(removed.position))
}
