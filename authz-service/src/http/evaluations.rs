//! `POST /access/v1/evaluations`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chassis::http::Json;
use chassis::problem::{MALFORMED, Problem};
use freshness::Freshness;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Api;
use super::as_of::AsOf;
use super::asked::Asked;
use super::asker::Asker;
use super::forms::{Action, Decision, Entity, Options, object};
use super::problems::TOO_MANY_EVALUATIONS;
use crate::app::{Inquiry, Known};
use crate::domain::Caller;

/// The most that is answered at once.
pub const MOST: usize = 1000;

/// Several questions. What one of them does not say, it has from here, each part as a whole.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Evaluations {
    #[serde(flatten)]
    parts: Parts,
    #[serde(default)]
    #[schema(value_type = Vec<Parts>)]
    #[serde(rename = "evaluations")]
    items: Vec<Value>,
    #[serde(default, deserialize_with = "object")]
    options: Options,
}

/// Parts of a question, of one of several too. They are read where they are used: one question that makes no sense leaves the others alone.
#[derive(Debug, Deserialize, ToSchema)]
struct Parts {
    #[schema(value_type = Option<Entity>)]
    subject: Option<Value>,
    #[schema(value_type = Option<Action>)]
    action: Option<Value>,
    #[schema(value_type = Option<Entity>)]
    resource: Option<Value>,
    #[schema(value_type = Option<Object>)]
    context: Option<Value>,
}

/// The answers, in the order of the questions. Where not all are answered, the last one says why.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Decisions {
    evaluations: Vec<Decision>,
}

/// The same of several at once, all by what is known at one moment. Without `evaluations` it is one question.
#[utoipa::path(
    post, path = "/access/v1/evaluations", operation_id = "evaluateSeveral",
    tag = "decisions", security(("machine" = ["decisions:ask"])),
    request_body = Evaluations,
    responses((status = 200, description = "The answers, or the one answer.", body = Decisions)),
)]
pub(super) async fn evaluations(
    State(api): State<Api>,
    Asker(caller): Asker,
    Freshness(freshness): Freshness,
    Asked(asked): Asked<Evaluations>,
) -> Result<Response, Problem> {
    let (defaults, options) = (&asked.parts, asked.options);
    let known = api.app.known(&freshness).await?;
    let as_of = AsOf(known.token());
    if asked.items.is_empty() {
        let inquiry = defaults.inquiry(defaults).map_err(|why| malformed(&why))?;
        let evaluated = api
            .app
            .evaluate(&known, &caller, inquiry, options.explain())?;
        return Ok((as_of, Json(Decision::answered(evaluated, &known))).into_response());
    }
    if asked.items.len() > MOST {
        return Err(Problem::new(&TOO_MANY_EVALUATIONS));
    }
    let mut evaluations = Vec::with_capacity(asked.items.len());
    for item in &asked.items {
        let decision = decide(&api, &known, &caller, item, defaults, options);
        let is_last = options.evaluations_semantic.ends_with(decision.decision);
        evaluations.push(decision);
        if is_last {
            break;
        }
    }
    Ok((as_of, Json(Decisions { evaluations })).into_response())
}

fn decide(
    api: &Api,
    known: &Known,
    caller: &Caller,
    item: &Value,
    defaults: &Parts,
    options: Options,
) -> Decision {
    let parts = read::<Parts>("the evaluation", item);
    let inquiry = match parts.and_then(|parts| parts.inquiry(defaults)) {
        Ok(inquiry) => inquiry,
        Err(why) => return Decision::failed(&malformed(&why)),
    };
    match api.app.evaluate(known, caller, inquiry, options.explain()) {
        Ok(evaluated) => Decision::answered(evaluated, known),
        Err(unanswered) => Decision::failed(&unanswered.into()),
    }
}

impl Parts {
    fn inquiry(&self, defaults: &Self) -> Result<Inquiry, String> {
        let said = |part: fn(&Self) -> Option<&Value>| part(self).or(part(defaults));
        let context = said(|parts| parts.context.as_ref());
        let context = context.map(|context| read::<Map<String, Value>>("context", context));
        let subject = part::<Entity>("subject", said(|parts| parts.subject.as_ref()))?;
        let action = part::<Action>("action", said(|parts| parts.action.as_ref()))?;
        let resource = part::<Entity>("resource", said(|parts| parts.resource.as_ref()))?;
        Ok(Inquiry {
            subject: subject.into(),
            action: action.into(),
            resource: resource.into(),
            context: context.transpose()?.unwrap_or_default(),
        })
    }
}

fn part<T: DeserializeOwned>(name: &str, said: Option<&Value>) -> Result<T, String> {
    read(name, said.ok_or_else(|| format!("{name} is missing"))?)
}

fn read<T: DeserializeOwned>(name: &str, value: &Value) -> Result<T, String> {
    object(value).map_err(|error| format!("{name}: {error}"))
}

fn malformed(why: &str) -> Problem {
    Problem::new(&MALFORMED).detail(format!("{why}."))
}
