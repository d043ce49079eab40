//! `GET /policies/versions/{version}/comparison`

use std::sync::Arc;

use axum::extract::State;
use chassis::http::{Json, Path};
use chassis::problem::Problem;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::PolicyAdministrator;
use crate::app::{Administration, Comparison, Difference, Said};

/// What a version would answer otherwise, by what is known at this moment.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ComparisonBody {
    /// How many different questions were asked lately.
    asked: usize,
    /// How many of them it would answer otherwise.
    different: usize,
    /// The latest of these, a hundred at most.
    differences: Vec<DifferenceBody>,
}

#[derive(Debug, Serialize, ToSchema)]
struct DifferenceBody {
    /// As it was recorded.
    #[schema(value_type = Object)]
    question: Value,
    /// What is answered; null, if it is no question any more.
    #[schema(required)]
    active: Option<AnswerBody>,
    /// What the version would answer; null, if it is no question then.
    #[schema(required)]
    candidate: Option<AnswerBody>,
}

#[derive(Debug, Serialize, ToSchema)]
struct AnswerBody {
    decision: bool,
    policies: Vec<String>,
}

fn answer(said: Said) -> Option<AnswerBody> {
    said.map(|(decision, policies)| AnswerBody { decision, policies })
}

impl From<Difference> for DifferenceBody {
    fn from(difference: Difference) -> Self {
        Self {
            question: difference.question,
            active: answer(difference.active),
            candidate: answer(difference.candidate),
        }
    }
}

impl From<Comparison> for ComparisonBody {
    fn from(comparison: Comparison) -> Self {
        let differences = comparison.differences.into_iter();
        Self {
            asked: comparison.asked,
            different: comparison.different,
            differences: differences.map(DifferenceBody::from).collect(),
        }
    }
}

/// Asks a version what was asked lately, and tells where it answers otherwise than the one that is active.
#[utoipa::path(
    get, path = "/policies/versions/{version}/comparison", operation_id = "comparePolicyVersion",
    tag = "policies", security(("user" = [])),
    params(("version" = i64, Path, description = "Its number.")),
    responses(
        (status = 200, description = "Where it does.", body = ComparisonBody),
        (status = 403, description = "The caller is no policy administrator."),
        (status = 404, description = "There is no such version."),
        (status = 409, description = "What is known does not fit its schema."),
    ),
)]
pub(super) async fn compare(
    _: PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    Path(number): Path<i64>,
) -> Result<Json<ComparisonBody>, Problem> {
    Ok(Json(administration.compare(number).await?.into()))
}
