//! `POST /access/v1/condition`

use axum::extract::State;
use chassis::http::Json;
use chassis::problem::Problem;
use freshness::Freshness;
use pdp::Uid;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Api;
use super::as_of::AsOf;
use super::asked::Asked;
use super::asker::Asker;
use super::forms::{Action, Entity, object};
use super::grounds::Grounds;
use super::pages::Named;
use crate::app::{self, LARGEST};

/// For which values may the subject do this to a resource that has one of them?
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Condition {
    #[serde(deserialize_with = "object")]
    subject: Entity,
    #[serde(deserialize_with = "object")]
    action: Action,
    #[serde(deserialize_with = "object")]
    resource: Attribute,
    #[serde(default)]
    #[schema(value_type = Object)]
    context: Map<String, Value>,
    /// How many values at most.
    #[schema(minimum = 1, maximum = 1000)]
    limit: usize,
    /// The value after which to go on.
    after: Option<Point>,
}

/// An attribute of resources.
#[derive(Debug, Deserialize, ToSchema)]
struct Attribute {
    /// The resources' type.
    r#type: String,
    /// The attribute, by which policies know them.
    attribute: String,
}

#[derive(Debug, Deserialize, ToSchema)]
struct Point {
    r#type: String,
    id: String,
}

/// The values, in the order of their ids.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Values {
    #[serde(rename = "values")]
    found: Vec<Named>,
    /// Whether there may be more, after the last of these.
    more: bool,
    #[serde(flatten)]
    grounds: Grounds,
}

/// A condition for a list that the caller keeps: computed from the policies, and refused where no list of values says it.
#[utoipa::path(
    post, path = "/access/v1/condition", operation_id = "findCondition",
    tag = "searches", security(("machine" = ["decisions:ask"])),
    request_body = Condition,
    responses((status = 200, description = "The values for which the answer is yes.", body = Values)),
)]
pub(super) async fn condition(
    State(api): State<Api>,
    Asker(caller): Asker,
    Freshness(freshness): Freshness,
    Asked(asked): Asked<Condition>,
) -> Result<(AsOf, Json<Values>), Problem> {
    let condition = app::Condition {
        kind: asked.resource.r#type,
        attribute: asked.resource.attribute,
        after: asked.after.map(|after| Uid::new(after.r#type, after.id)),
    };
    let known = api.app.known(&freshness).await?;
    let found = api.app.condition(
        &known,
        &caller,
        (asked.subject.into(), asked.action.into(), asked.context),
        condition,
        asked.limit.clamp(1, LARGEST),
    )?;
    let values = Values {
        more: found.next.is_some(),
        found: found.found.into_iter().map(Named::from).collect(),
        grounds: (&known).into(),
    };
    Ok((AsOf(known.token()), Json(values)))
}
