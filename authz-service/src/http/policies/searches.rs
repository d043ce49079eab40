//! `GET /searches`

use std::sync::Arc;

use axum::extract::State;
use chassis::http::{Json, Page, Paging, Query};
use chassis::problem::Problem;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::PolicyAdministrator;
use crate::app::Administration;
use crate::store::{LoggedSearch, Place};

/// Which searches are looked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Sought {
    /// Who asked.
    caller: Option<String>,
    /// The previous part's `nextPage`.
    page: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u16>,
}

/// A search.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SearchBody {
    at: Timestamp,
    /// Who asked.
    caller: String,
    /// What was looked for: `SUBJECTS`, `RESOURCES`, `ACTIONS` or `VALUES` of an attribute.
    kind: String,
    /// What counted of what was said.
    #[schema(value_type = Object)]
    question: Value,
    /// How many were found, on this page. Which ones is not kept.
    found: i64,
    /// Whether there may have been more, on another page.
    more: bool,
    /// The digest of the policies that were asked.
    policy_version: String,
    /// The revision of the facts, in the instance that answered.
    revision: i64,
    /// How far the facts' sources had come: a consistency token.
    facts_at: String,
    /// How old the facts were at most.
    facts_age_ms: i64,
}

impl From<LoggedSearch> for SearchBody {
    fn from(search: LoggedSearch) -> Self {
        Self {
            at: search.at,
            caller: search.caller,
            kind: search.kind,
            question: search.question,
            found: search.found,
            more: search.more,
            policy_version: search.policy_version,
            revision: search.revision,
            facts_at: search.facts_at,
            facts_age_ms: search.facts_age_ms,
        }
    }
}

/// What was looked for, the newest first.
#[utoipa::path(
    get, path = "/searches", operation_id = "listSearches",
    tag = "decisions", security(("user" = [])), params(Sought),
    responses(
        (status = 200, description = "A part of it.", body = Page<SearchBody>),
        (status = 403, description = "The caller is no policy administrator."),
        (status = 422, description = "No such page."),
    ),
)]
pub(super) async fn list(
    _: PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    Query(Sought {
        caller,
        page,
        limit,
    }): Query<Sought>,
) -> Result<Json<Page<SearchBody>>, Problem> {
    if caller.as_ref().is_some_and(|caller| caller.contains('\0')) {
        return Err(Problem::invalid(
            "caller",
            "contains a character that is no text",
        ));
    }
    let paging = Paging { page, limit };
    let (before, limit) = (paging.after::<Place>()?, paging.limit()?);
    let caller = caller.as_deref();
    let searches = administration.searches(caller, before, limit + 1).await?;
    let page = Page::of(searches, limit, |(number, search)| (search.at, *number));
    Ok(Json(page.map(|(_, search)| search.into())))
}
