//! `POST /decisions/{id}/replay`

use std::sync::Arc;

use axum::extract::State;
use chassis::http::{Json, Path};
use chassis::problem::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use super::PolicyAdministrator;
use super::decisions::DecisionBody;
use crate::app::{Administration, Replayed};

/// A decision, and what is answered to its question by the log alone: its policies, and the facts that were read.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReplayBody {
    decision: DecisionBody,
    /// Whether it is answered as it was; null if it cannot be answered once more.
    #[schema(required)]
    same: Option<bool>,
    /// What is answered otherwise.
    #[schema(required)]
    answer: Option<OtherBody>,
    /// Why it cannot be answered once more.
    #[schema(required)]
    not_replayable: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct OtherBody {
    decision: bool,
    policies: Vec<String>,
}

/// Answers once more what was decided, from the log alone: with the same policies, and the facts that were read then.
#[utoipa::path(
    post, path = "/decisions/{id}/replay", operation_id = "replayDecision",
    tag = "decisions", security(("user" = [])),
    params(("id" = i64, Path, description = "The decision's number in the log.")),
    responses(
        (status = 200, description = "Whether the answer is the same.", body = ReplayBody),
        (status = 403, description = "The caller is no policy administrator."),
        (status = 404, description = "There is no such decision, or not any more."),
    ),
)]
pub(super) async fn replay(
    _: PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    Path(id): Path<i64>,
) -> Result<Json<ReplayBody>, Problem> {
    let (decision, replayed) = administration.replay(id).await?;
    let decision = DecisionBody::from((id, decision));
    let (same, answer, not_replayable) = match replayed {
        Replayed::Same => (Some(true), None, None),
        Replayed::Different { allowed, policies } => {
            let decision = allowed;
            (Some(false), Some(OtherBody { decision, policies }), None)
        }
        Replayed::Not(why) => (None, None, Some(why)),
    };
    Ok(Json(ReplayBody {
        decision,
        same,
        answer,
        not_replayable,
    }))
}
