//! `/strategies`: which strategy decides what, chosen while the service runs. In a demonstration alone.

use std::borrow::Cow;

use access::{Operation, UserId};
use axum::extract::{FromRequestParts, State};
use chassis::auth::User;
use chassis::http::{ETag, IfMatch, Json, Path};
use chassis::problem::Problem;
use http::request::Parts;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use super::Api;
use super::problems::NOT_A_PLATFORM_ADMINISTRATOR;
use crate::app::App;
use crate::authorization::{Chosen, Strategy};

/// The application role of those who choose.
const ROLE: &str = "REALGUARDIO_ADMINISTRATOR";

/// Somebody with the role.
pub(super) struct Administrator(User);

impl FromRequestParts<Api> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let user = User::from_request_parts(parts, api).await?;
        if user.has(ROLE) {
            Ok(Self(user))
        } else {
            Err(Problem::new(&NOT_A_PLATFORM_ADMINISTRATOR))
        }
    }
}

/// An operation, by the name that it has in policies and settings.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub(super) struct Named(Operation);

/// Which strategy shall decide.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChooseStrategy {
    strategy: Strategy,
}

/// Which strategy decides what.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct StrategiesInForce {
    /// Those that there are to choose from.
    strategies: Vec<Strategy>,
    /// The one that decides where a token does not tell enough for the chosen one.
    live_strategy: Strategy,
    /// Each operation.
    operations: Vec<StrategyInForce>,
}

/// Which strategy decides an operation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StrategyInForce {
    /// The operation.
    operation: Named,
    /// The strategy that decides.
    strategy: Strategy,
    /// The one that decides where none was chosen.
    configured: Strategy,
    /// The one that was chosen, unless it is to be the configured one.
    #[schema(required)]
    chosen: Option<Strategy>,
    /// Counts the choices that were made for this operation.
    version: i64,
    /// The last of them, if there was one.
    #[schema(required)]
    changed: Option<Changed>,
}

/// A choice that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Changed {
    /// By whom.
    by: Chooser,
    /// When.
    at: Timestamp,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Chooser {
    /// Who.
    user_id: UserId,
    /// Their name, as it was then.
    name: String,
}

type Answer = (ETag, Json<StrategyInForce>);

/// Which strategy decides what, since when, and who chose it.
#[utoipa::path(
    get, path = "/strategies", operation_id = "listStrategies",
    tag = "strategies", security(("user" = [])),
    responses(
        (status = 200, description = "What is in force, at this instance from now on.", body = StrategiesInForce),
        (status = 403, description = "The caller is no administrator."),
    ),
)]
pub(super) async fn list(
    _: Administrator,
    State(api): State<Api>,
) -> Result<Json<StrategiesInForce>, Problem> {
    let chosen = api.app.chosen().await?;
    let operations = Operation::ALL.into_iter();
    Ok(Json(StrategiesInForce {
        strategies: Strategy::ALL.to_vec(),
        live_strategy: api.app.authorizers().live(),
        operations: operations
            .map(|operation| StrategyInForce::new(&api.app, &chosen, operation))
            .collect(),
    }))
}

/// Has a strategy decide an operation from now on, at every instance within a second.
#[utoipa::path(
    put, path = "/strategies/{operation}", operation_id = "chooseStrategy",
    tag = "strategies", security(("user" = [])),
    params(("operation" = Named, Path, description = "The operation.")),
    request_body = ChooseStrategy,
    responses(
        (status = 200, description = "It does.", body = StrategyInForce),
        (status = 403, description = "The caller is no administrator."),
        (status = 404, description = "There is no such operation."),
        (status = 412, description = "Somebody else has chosen meanwhile."),
        (status = 422, description = "There is no such strategy."),
    ),
)]
pub(super) async fn choose(
    Administrator(user): Administrator,
    State(api): State<Api>,
    Path(Named(operation)): Path<Named>,
    seen: Option<IfMatch>,
    Json(body): Json<ChooseStrategy>,
) -> Result<Answer, Problem> {
    change(&api, &user, operation, seen, Some(body.strategy)).await
}

/// Has the configured strategy decide an operation again.
#[utoipa::path(
    delete, path = "/strategies/{operation}", operation_id = "resetStrategy",
    tag = "strategies", security(("user" = [])),
    params(("operation" = Named, Path, description = "The operation.")),
    responses(
        (status = 200, description = "It does.", body = StrategyInForce),
        (status = 403, description = "The caller is no administrator."),
        (status = 404, description = "There is no such operation."),
        (status = 412, description = "Somebody else has chosen meanwhile."),
    ),
)]
pub(super) async fn reset(
    Administrator(user): Administrator,
    State(api): State<Api>,
    Path(Named(operation)): Path<Named>,
    seen: Option<IfMatch>,
) -> Result<Answer, Problem> {
    change(&api, &user, operation, seen, None).await
}

async fn change(
    api: &Api,
    user: &User,
    operation: Operation,
    seen: Option<IfMatch>,
    strategy: Option<Strategy>,
) -> Result<Answer, Problem> {
    let seen = seen.map(|IfMatch(version)| version);
    let chosen = api.app.choose(operation, strategy, seen, user).await?;
    let body = StrategyInForce::new(&api.app, &chosen, operation);
    Ok((ETag(body.version), Json(body)))
}

impl StrategyInForce {
    fn new(app: &App, chosen: &Chosen, operation: Operation) -> Self {
        let configured = app.authorizers().choices().configured(operation);
        let choice = chosen.of(operation).as_ref();
        let chosen = choice.and_then(|choice| choice.strategy);
        Self {
            operation: Named(operation),
            strategy: chosen.unwrap_or(configured),
            configured,
            chosen,
            version: choice.map_or(0, |choice| choice.version),
            changed: choice.map(|choice| Changed {
                by: Chooser {
                    user_id: choice.by,
                    name: choice.name.clone(),
                },
                at: choice.at,
            }),
        }
    }
}

impl TryFrom<String> for Named {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let operation = Operation::from_name(&name).map(Self);
        operation.ok_or_else(|| format!("{name:?} names no operation"))
    }
}

impl From<Named> for &'static str {
    fn from(Named(operation): Named) -> Self {
        operation.as_str()
    }
}

impl utoipa::PartialSchema for Named {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Operation::ALL.map(Operation::as_str)))
            .into()
    }
}

impl ToSchema for Named {
    fn name() -> Cow<'static, str> {
        "OperationName".into()
    }
}
