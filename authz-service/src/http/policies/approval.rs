//! `POST /policies/versions/{version}/approval`

use std::sync::Arc;

use axum::extract::State;
use chassis::http::{Json, Path};
use chassis::problem::Problem;

use super::PolicyAdministrator;
use super::versions::VersionBody;
use crate::app::Administration;

/// Approves a version that somebody else has uploaded.
#[utoipa::path(
    post, path = "/policies/versions/{version}/approval", operation_id = "approvePolicyVersion",
    tag = "policies", security(("user" = [])),
    params(("version" = i64, Path, description = "Its number.")),
    responses(
        (status = 200, description = "The version.", body = VersionBody),
        (status = 403, description = "The caller is no policy administrator, or has uploaded it."),
        (status = 404, description = "There is no such version."),
    ),
)]
pub(super) async fn approve(
    PolicyAdministrator(by): PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    Path(number): Path<i64>,
) -> Result<Json<VersionBody>, Problem> {
    Ok(Json(administration.approve(number, &by).await?.into()))
}
