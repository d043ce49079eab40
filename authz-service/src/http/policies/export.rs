//! `GET /decisions/export`

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chassis::http::Query;
use chassis::problem::Problem;
use futures::stream;
use http::header;

use super::PolicyAdministrator;
use super::decisions::{DecisionBody, Sought};
use crate::app::{Administration, Rejected};
use crate::store::{Filter, Place};

/// Decisions that are read at once, while a line of each is on its way.
const PART: usize = 500;
/// The media type of lines that are JSON.
const LINES: &str = "application/x-ndjson";

/// What was decided, the newest first, each a line of its own: as much as there is, at the pace of whoever reads it.
#[utoipa::path(
    get, path = "/decisions/export", operation_id = "exportDecisions",
    tag = "decisions", security(("user" = [])), params(Sought),
    responses(
        (status = 200, description = "All of it, a line each; a page and a limit mean nothing here.", body = DecisionBody, content_type = "application/x-ndjson"),
        (status = 403, description = "The caller is no policy administrator."),
        (status = 422, description = "No such outcome."),
    ),
)]
pub(super) async fn export(
    _: PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    Query(sought): Query<Sought>,
) -> Result<Response, Problem> {
    let filter = sought.filter()?;
    // The first part is read before anything is answered: what fails at once is told as everywhere.
    let (first, next) = part(&administration, &filter, None).await?;
    let rest = stream::try_unfold(next, move |next| {
        let (administration, filter) = (administration.clone(), filter.clone());
        async move {
            let Some(before) = next else {
                return Ok::<_, Rejected>(None);
            };
            part(&administration, &filter, Some(before)).await.map(Some)
        }
    });
    let lines = futures::StreamExt::chain(stream::iter([Ok(first)]), rest);
    let headers = [(header::CONTENT_TYPE, LINES)];
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// Some lines, and behind which place there are more.
async fn part(
    administration: &Administration,
    filter: &Filter,
    before: Option<Place>,
) -> Result<(String, Option<Place>), Rejected> {
    let decisions = administration.decisions(filter, before, PART).await?;
    let last = decisions.get(PART - 1);
    let next = last.map(|(number, decision)| (decision.at, *number));
    let mut lines = String::new();
    for decision in decisions {
        let line = serde_json::to_string(&DecisionBody::from(decision));
        lines.push_str(&line.unwrap_or_default());
        lines.push('\n');
    }
    Ok((lines, next))
}
