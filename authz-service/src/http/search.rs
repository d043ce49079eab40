//! `POST /access/v1/search/…`

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
use super::forms::{Action, Entity, Kind, object};
use super::pages::{self, Named, NamedAction, Results};
use crate::app::{Act, Inquiry, Sought};

/// Who may do this to this resource?
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Subjects {
    #[serde(deserialize_with = "object")]
    subject: Kind,
    #[serde(deserialize_with = "object")]
    action: Action,
    #[serde(deserialize_with = "object")]
    resource: Entity,
    #[serde(default)]
    #[schema(value_type = Object)]
    context: Map<String, Value>,
    #[serde(default, deserialize_with = "object")]
    page: pages::Turn,
}

/// To what may this subject do this?
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Resources {
    #[serde(deserialize_with = "object")]
    subject: Entity,
    #[serde(deserialize_with = "object")]
    action: Action,
    #[serde(deserialize_with = "object")]
    resource: Kind,
    #[serde(default)]
    #[schema(value_type = Object)]
    context: Map<String, Value>,
    #[serde(default, deserialize_with = "object")]
    page: pages::Turn,
}

/// What may this subject do to this resource?
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Actions {
    #[serde(deserialize_with = "object")]
    subject: Entity,
    #[serde(deserialize_with = "object")]
    resource: Entity,
    #[serde(default)]
    #[schema(value_type = Object)]
    context: Map<String, Value>,
    #[serde(default, deserialize_with = "object")]
    page: pages::Turn,
}

/// Who may do something to a resource.
#[utoipa::path(
    post, path = "/access/v1/search/subject", operation_id = "searchSubjects",
    tag = "searches", security(("machine" = ["decisions:ask"])),
    request_body = Subjects,
    responses((status = 200, description = "Those who may.", body = Results<Named>)),
)]
pub(super) async fn subjects(
    State(api): State<Api>,
    Asker(caller): Asker,
    Freshness(freshness): Freshness,
    Asked(asked): Asked<Subjects>,
) -> Result<(AsOf, Json<Results<Named>>), Problem> {
    let known = api.app.known(&freshness).await?;
    let found = api.app.search(
        &known,
        &caller,
        (Sought::Subjects, asked.subject.r#type),
        (asked.resource.into(), asked.action.into(), asked.context),
        asked.page.looking()?,
    )?;
    Ok((AsOf(known.token()), Json(Results::new(found, &known))))
}

/// To what a subject may do something.
#[utoipa::path(
    post, path = "/access/v1/search/resource", operation_id = "searchResources",
    tag = "searches", security(("machine" = ["decisions:ask"])),
    request_body = Resources,
    responses((status = 200, description = "What they may do it to.", body = Results<Named>)),
)]
pub(super) async fn resources(
    State(api): State<Api>,
    Asker(caller): Asker,
    Freshness(freshness): Freshness,
    Asked(asked): Asked<Resources>,
) -> Result<(AsOf, Json<Results<Named>>), Problem> {
    let known = api.app.known(&freshness).await?;
    let found = api.app.search(
        &known,
        &caller,
        (Sought::Resources, asked.resource.r#type),
        (asked.subject.into(), asked.action.into(), asked.context),
        asked.page.looking()?,
    )?;
    Ok((AsOf(known.token()), Json(Results::new(found, &known))))
}

/// What a subject may do to a resource.
#[utoipa::path(
    post, path = "/access/v1/search/action", operation_id = "searchActions",
    tag = "searches", security(("machine" = ["decisions:ask"])),
    request_body = Actions,
    responses((status = 200, description = "What they may do to it.", body = Results<NamedAction>)),
)]
pub(super) async fn actions(
    State(api): State<Api>,
    Asker(caller): Asker,
    Freshness(freshness): Freshness,
    Asked(asked): Asked<Actions>,
) -> Result<(AsOf, Json<Results<NamedAction>>), Problem> {
    let inquiry = Inquiry {
        subject: asked.subject.into(),
        action: Act::default(),
        resource: asked.resource.into(),
        context: asked.context,
    };
    let looking = asked.page.looking()?;
    let known = api.app.known(&freshness).await?;
    let found = api.app.actions(&known, &caller, inquiry, &looking)?;
    Ok((AsOf(known.token()), Json(Results::new(found, &known))))
}
