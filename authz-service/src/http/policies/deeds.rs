//! `GET /policies/history`

use std::sync::Arc;

use axum::extract::State;
use chassis::http::{Json, Page, Paging, Query};
use chassis::problem::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use super::{By, PolicyAdministrator};
use crate::app::Administration;
use crate::domain::Deed;

/// Something that somebody did with a version.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeedBody {
    /// What: `UPLOADED`, `APPROVED`, `PROMOTED`, `ROLLED_BACK`.
    deed: &'static str,
    /// With which version.
    version: i64,
    /// The digest of its files: version 0 is another one with each version of the service. Null for a deed of long ago.
    #[schema(required)]
    digest: Option<String>,
    #[serde(flatten)]
    by: By,
}

impl From<Deed> for DeedBody {
    fn from(deed: Deed) -> Self {
        Self {
            deed: deed.kind.name(),
            version: deed.version,
            digest: deed.digest,
            by: deed.signed.into(),
        }
    }
}

/// Who did what with which version, and when, the newest first.
#[utoipa::path(
    get, path = "/policies/history", operation_id = "listPolicyHistory",
    tag = "policies", security(("user" = [])), params(Paging),
    responses(
        (status = 200, description = "A part of it.", body = Page<DeedBody>),
        (status = 403, description = "The caller is no policy administrator."),
        (status = 422, description = "No such page."),
    ),
)]
pub(super) async fn list(
    _: PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<DeedBody>>, Problem> {
    let (before, limit) = (paging.after::<i64>()?, paging.limit()?);
    let deeds = administration.deeds(before, limit + 1).await?;
    let page = Page::of(deeds, limit, |deed| deed.number);
    Ok(Json(page.map(DeedBody::from)))
}
