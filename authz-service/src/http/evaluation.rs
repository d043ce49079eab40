//! `POST /access/v1/evaluation`

use axum::extract::State;
use chassis::http::Json;
use chassis::problem::Problem;
use freshness::Freshness;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Api;
use super::as_of::AsOf;
use super::asked::Asked;
use super::asker::Asker;
use super::forms::{Action, Decision, Entity, Options, object};
use crate::app::Inquiry;

/// May this subject do this to this resource?
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Evaluation {
    #[serde(deserialize_with = "object")]
    subject: Entity,
    #[serde(deserialize_with = "object")]
    action: Action,
    #[serde(deserialize_with = "object")]
    resource: Entity,
    #[serde(default)]
    #[schema(value_type = Object)]
    context: Map<String, Value>,
    #[serde(default, deserialize_with = "object")]
    options: Options,
}

impl From<Evaluation> for Inquiry {
    fn from(asked: Evaluation) -> Self {
        Self {
            subject: asked.subject.into(),
            action: asked.action.into(),
            resource: asked.resource.into(),
            context: asked.context,
        }
    }
}

/// Whether a subject may do something to a resource.
#[utoipa::path(
    post, path = "/access/v1/evaluation", operation_id = "evaluate",
    tag = "decisions", security(("machine" = ["decisions:ask"])),
    request_body = Evaluation,
    responses((status = 200, description = "Yes or no, and why.", body = Decision)),
)]
pub(super) async fn evaluation(
    State(api): State<Api>,
    Asker(caller): Asker,
    Freshness(freshness): Freshness,
    Asked(asked): Asked<Evaluation>,
) -> Result<(AsOf, Json<Decision>), Problem> {
    let explain = asked.options.explain();
    let known = api.app.known(&freshness).await?;
    let evaluated = api.app.evaluate(&known, &caller, asked.into(), explain)?;
    Ok((
        AsOf(known.token()),
        Json(Decision::answered(evaluated, &known)),
    ))
}
