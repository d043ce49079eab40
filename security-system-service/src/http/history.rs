//! `GET /securitysystems/{securitySystemId}/history`

use access::{Operation, SystemId};
use axum::extract::State;
use axum::response::IntoResponse;
use chassis::auth::User;
use chassis::http::{Cursor, Json, Page, Paging, Path, Query};
use chassis::problem::Problem;
use chassis::turns::Crowded;
use freshness::Freshness;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::headers::{Chosen, DecidedBy};
use super::representation::{self, By};
use crate::authorization::Basis;
use crate::store::Entry;

/// Something that happened to a system.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct HistoryEntry {
    /// When.
    at: Timestamp,
    /// Who did it.
    by: By,
    /// What.
    #[schema(example = "DISARM")]
    action: String,
    /// The state before.
    from: representation::State,
    /// The state after.
    to: representation::State,
    /// The version that the system has since.
    version: i64,
    /// Why it was allowed; null for an alarm.
    #[schema(required)]
    authorized_by: Option<Basis>,
}

/// What happened to a system, the newest first.
#[utoipa::path(
    get, path = "/securitysystems/{securitySystemId}/history", operation_id = "getSecuritySystemHistory",
    tag = "security systems", security(("user" = [])),
    params(("securitySystemId" = SystemId, Path, description = "The system."), Paging),
    responses(
        (status = 200, description = "A part of the history: as much as was asked for, or less where that is long.", body = Page<HistoryEntry>),
        (status = 404, description = "There is no such system, or none that the caller may view."),
        (status = 422, description = "No such page."),
        Crowded,
    ),
)]
pub(super) async fn history(
    State(api): State<Api>,
    user: User,
    chosen: Chosen,
    Path(system): Path<SystemId>,
    Freshness(freshness): Freshness,
    Query(paging): Query<Paging>,
) -> Result<impl IntoResponse, Problem> {
    let (before, limit) = (paging.after::<i64>()?, paging.limit()?);
    let inquiry = chosen.inquiry(&user, Operation::View, system, freshness);
    let (past, by) = api.app.history(&inquiry, before, limit).await?;
    let last = past.entries.last().filter(|_| past.more);
    let page = Page {
        next_page: last.map(|entry| Cursor::write(&entry.version)),
        items: past.entries.into_iter().map(HistoryEntry::from).collect(),
    };
    Ok((DecidedBy(by), Json(page)))
}

impl From<Entry> for HistoryEntry {
    fn from(entry: Entry) -> Self {
        Self {
            at: entry.at,
            by: entry.by.into(),
            action: entry.action,
            from: entry.from.into(),
            to: entry.to.into(),
            version: entry.version,
            authorized_by: entry.authorized_by,
        }
    }
}
