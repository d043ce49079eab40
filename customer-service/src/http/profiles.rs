//! `/profiles`: the caller's own.

use access::UserId;
use axum::extract::State;
use axum::response::Response;
use chassis::auth::User;
use chassis::http::{ETag, IfMatch, Json};
use chassis::problem::Problem;
use chassis::turns::Crowded;
use organization::domain::{Name, Version};
use organization::http::Caller;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use super::problems::NOT_A_CUSTOMER_EMPLOYEE;
use crate::domain::{Phone, Profile};

/// A person's own profile.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProfileBody {
    /// Whose.
    user_id: UserId,
    /// What they call themselves.
    name: String,
    /// Where they get security notifications, if anywhere.
    #[schema(required)]
    phone: Option<String>,
    /// The version, as in the `ETag`.
    version: i64,
}

impl From<Profile> for ProfileBody {
    fn from(profile: Profile) -> Self {
        Self {
            user_id: profile.user,
            name: profile.name.to_string(),
            phone: profile.phone.map(|phone| phone.to_string()),
            version: profile.version.0,
        }
    }
}

/// What a person can say about themselves.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct UpdateProfile {
    /// What they call themselves.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// Where they get security notifications; null for nowhere.
    #[schema(max_length = 32, example = "+1 212 555 0100")]
    phone: Option<String>,
}

/// By what the token says alone: the caller is an employee, and the profile is theirs.
fn require_employee(user: &User) -> Result<(), Problem> {
    if user.has("CUSTOMER_EMPLOYEE") {
        Ok(())
    } else {
        Err(Problem::new(&NOT_A_CUSTOMER_EMPLOYEE))
    }
}

/// The caller's own profile.
#[utoipa::path(
    get, path = "/profiles", operation_id = "getProfile", tag = "profiles",
    security(("user" = [])),
    responses(
        (status = 200, body = ProfileBody),
        (status = 403, description = "Not an employee of a customer."),
        Crowded,
    )
)]
pub(super) async fn get(
    user: Caller,
    State(api): State<Api>,
) -> Result<(ETag, Json<ProfileBody>), Problem> {
    require_employee(&user)?;
    let profile = api.customers.profile(user.id, &user.name).await?;
    Ok((ETag(profile.version.0), Json(profile.into())))
}

/// Changes the caller's own profile.
#[utoipa::path(
    put, path = "/profiles", operation_id = "updateProfile", tag = "profiles",
    security(("user" = [])),
    responses(
        (status = 200, body = ProfileBody),
        (status = 403, description = "Not an employee of a customer."),
        (status = 412, description = "Changed meanwhile."),
        Crowded,
    )
)]
pub(super) async fn update(
    user: Caller,
    State(api): State<Api>,
    version: Option<IfMatch>,
    Json(body): Json<UpdateProfile>,
) -> Result<Response, Problem> {
    require_employee(&user)?;
    let intent = api.intent(&user, version);
    let phone = body.phone.filter(|phone| !phone.is_empty());
    let changed = Profile {
        user: user.id,
        name: Name::parse("name", &body.name)?,
        phone: phone
            .map(|phone| Phone::parse("phone", &phone))
            .transpose()?,
        version: Version(0),
    };
    let saved = api.customers.save_profile(&intent, &changed).await?;
    let version = saved.value.version;
    let body = ProfileBody::from(saved.value);
    Ok(api.organization.wrote(saved.position, version, body))
}
