//! The organizations themselves. What a representation shows beside the id, the name and the
//! version, each kind says for itself: see [`Names`](super::Names).

use access::EmployeeId;
use axum::extract::State;
use axum::response::Response;
use chassis::auth::User;
use chassis::http::{ETag, IfMatch, Json, Page, Paging, Path, Query};
use chassis::problem::Problem;
use chassis::turns::Crowded;
use idempotency::IdempotencyKey;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::names::OrganizationBody;
use super::{Api, Caller, EmployeeBody, OfOrganization, Rename, keyset, page, refusals};
use crate::app::Founded;
use crate::domain::{Email, Name, Organization, OrganizationId};
use crate::store::{Committed, Listed, Once};

/// An organization that was created.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewOrganizationBody {
    /// The organization.
    #[serde(flatten)]
    organization: OrganizationBody,
    /// Its first employee.
    administrator: EmployeeBody,
}

/// An organization to be created.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewOrganization {
    /// Its name.
    #[schema(min_length = 1, max_length = 120, example = "Blue Harbor Offices")]
    name: String,
    /// Its first employee, who administers it.
    administrator: FirstAdministrator,
}

/// Who administers a new organization.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FirstAdministrator {
    /// Where to reach them. Whoever has no account yet gets one, and a link to it.
    #[schema(max_length = 254, example = "admin@blue-harbor.example")]
    email: String,
    /// What the organization calls them.
    #[schema(min_length = 1, max_length = 120, example = "Ada")]
    name: String,
}

impl Api {
    /// The answer to a change of an organization.
    #[must_use]
    pub fn wrote_organization(&self, written: Committed<Organization>) -> Response {
        let Committed { value, position } = written;
        let version = value.version;
        self.wrote(position, version, self.names.body(value))
    }

    fn founded(&self, founded: Founded) -> NewOrganizationBody {
        NewOrganizationBody {
            organization: self.names.body(founded.organization),
            administrator: self.employee(founded.administrator),
        }
    }

    /// Which organizations the caller sees. Only who creates them sees all.
    #[must_use]
    pub fn listed(&self, user: &User) -> Listed {
        if user.has(self.organizations.kind.founder) {
            Listed::Every
        } else {
            Listed::Employing(user.id)
        }
    }

    /// Lets those pass who create organizations. Others who know of this one learn why not.
    async fn require_founder(
        &self,
        user: &User,
        organization: Option<OrganizationId>,
    ) -> Result<(), Problem> {
        if user.has(self.organizations.kind.founder) {
            return Ok(());
        }
        if let Some(organization) = organization {
            self.organizations
                .require_member(organization, user.id)
                .await?;
        }
        Err(Problem::new(self.names.not_a_founder))
    }
}

/// The organizations that the caller works for; for those who create organizations, all.
#[utoipa::path(
    get, path = "/", operation_id = "list", tag = "organizations",
    security(("user" = [])),
    responses(
        (status = 200, body = Page<OrganizationBody>),
        Crowded,
    )
)]
pub(super) async fn list(
    user: Caller,
    State(api): State<Api>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<OrganizationBody>>, Problem> {
    let organizations = api
        .organizations
        .organizations(api.listed(&user), keyset(&paging)?)
        .await?;
    Ok(page(organizations, |it| api.names.body(it)))
}

/// Creates an organization with its first employee, who administers it.
#[utoipa::path(
    post, path = "/", operation_id = "create", tag = "organizations",
    security(("user" = [])),
    responses(
        (status = 201, body = NewOrganizationBody),
        (status = 403, description = "Not one of those who create organizations, or appointing oneself."),
        (status = 409, description = "The request with this `Idempotency-Key` is being carried out."),
        refusals::Creation,
    )
)]
pub(super) async fn create(
    user: Caller,
    State(api): State<Api>,
    key: Option<IdempotencyKey>,
    Json(new): Json<NewOrganization>,
) -> Result<Response, Problem> {
    api.require_founder(&user, None).await?;
    let intent = api.intent(&user, None);
    let mut rng = (api.entropy)();
    let id = OrganizationId::generate(intent.at, &mut rng);
    let name = Name::parse("name", &new.name)?;
    let employee = EmployeeId::generate(intent.at, &mut rng);
    let email = Email::parse("administrator.email", &new.administrator.email)?;
    let person = Name::parse("administrator.name", &new.administrator.name)?;
    let describe = |it: &Founded| (it.organization.version, api.founded(it.clone()));
    let found = async |once: Once<'_, _>| {
        api.organizations
            .found(&intent, (id, name), (employee, email, person), once)
            .await
    };
    api.once(&intent, (key, &new), describe, found).await
}

/// An organization.
#[utoipa::path(
    get, path = "/", operation_id = "get", tag = "organizations",
    security(("user" = [])),
    responses(
        (status = 200, body = OrganizationBody),
        (status = 404, description = "No such organization for the caller."),
        Crowded,
    )
)]
pub(super) async fn get(
    user: Caller,
    State(api): State<Api>,
    Path(id): OfOrganization,
) -> Result<(ETag, Json<OrganizationBody>), Problem> {
    let id = OrganizationId(id);
    let organization = api
        .organizations
        .organization(api.listed(&user), id)
        .await?;
    Ok((
        ETag(organization.version.0),
        Json(api.names.body(organization)),
    ))
}

/// Gives an organization another name.
#[utoipa::path(
    put, path = "/", operation_id = "rename", tag = "organizations",
    security(("user" = [])),
    responses(
        (status = 200, body = OrganizationBody),
        (status = 403, description = "Not one of those who create organizations."),
        (status = 404, description = "No such organization for the caller."),
        refusals::Change,
    )
)]
pub(super) async fn rename(
    user: Caller,
    State(api): State<Api>,
    Path(id): OfOrganization,
    version: Option<IfMatch>,
    Json(rename): Json<Rename>,
) -> Result<Response, Problem> {
    let id = OrganizationId(id);
    api.require_founder(&user, Some(id)).await?;
    let intent = api.intent(&user, version);
    let name = Name::parse("name", &rename.name)?;
    let renamed = api.organizations.rename(&intent, id, &name).await?;
    Ok(api.wrote_organization(renamed))
}

/// Removes an empty organization, and the employment of its last administrator.
#[utoipa::path(
    delete, path = "/", operation_id = "remove", tag = "organizations",
    security(("user" = [])),
    responses(
        (status = 204, description = "Removed."),
        (status = 403, description = "Not one of those who create organizations, or its last administrator oneself."),
        (status = 404, description = "No such organization for the caller."),
        (status = 409, description = "It still has people, teams or places."),
        refusals::Change,
    )
)]
pub(super) async fn remove(
    user: Caller,
    State(api): State<Api>,
    Path(id): OfOrganization,
    version: Option<IfMatch>,
) -> Result<Response, Problem> {
    let id = OrganizationId(id);
    api.require_founder(&user, Some(id)).await?;
    let intent = api.intent(&user, version);
    let removed = api.organizations.remove(&intent, id).await?;
    Ok(api.removed(removed.position))
}
