//! `/policies/active`

use std::sync::Arc;

use axum::extract::State;
use chassis::http::{ETag, IfMatch, Json};
use chassis::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::PolicyAdministrator;
use crate::app::Administration;
use crate::domain::Active;

/// Which version is to be asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Choice {
    /// Its number; 0 is the one that is shipped with the service.
    version: i64,
}

/// Which version is asked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ActiveBody {
    /// Its number; 0 is the one that is shipped with the service.
    version: i64,
    /// The deed since which it is; 0, if none was ever promoted.
    since: i64,
}

type Answer = (ETag, Json<ActiveBody>);

fn answer(Active { since, version }: Active) -> Answer {
    (ETag(since), Json(ActiveBody { version, since }))
}

/// Which version is asked.
#[utoipa::path(
    get, path = "/policies/active", operation_id = "getActivePolicyVersion",
    tag = "policies", security(("user" = [])),
    responses(
        (status = 200, description = "The version.", body = ActiveBody),
        (status = 403, description = "The caller is no policy administrator."),
    ),
)]
pub(super) async fn get(
    _: PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
) -> Result<Answer, Problem> {
    Ok(answer(administration.active().await?))
}

/// Has every instance ask a version from now on: a new one, or one that was asked before, which is to roll back.
#[utoipa::path(
    put, path = "/policies/active", operation_id = "promotePolicyVersion",
    tag = "policies", security(("user" = [])),
    request_body = Choice,
    responses(
        (status = 200, description = "The version is asked by all instances within a second.", body = ActiveBody),
        (status = 403, description = "The caller is no policy administrator."),
        (status = 404, description = "There is no such version."),
        (status = 409, description = "It was not approved, or too long ago, what is known does not fit its schema, or something was done with an exception meanwhile."),
        (status = 412, description = "Another version was promoted meanwhile."),
        (status = 422, description = "That is no choice."),
    ),
)]
pub(super) async fn promote(
    PolicyAdministrator(by): PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    expected: Option<IfMatch>,
    Json(choice): Json<Choice>,
) -> Result<Answer, Problem> {
    let expected = expected.map(|IfMatch(since)| since);
    let active = administration.promote(choice.version, expected, &by);
    Ok(answer(active.await?))
}
