//! `GET /decisions`

use std::sync::Arc;

use axum::extract::State;
use chassis::http::{Json, Page, Paging, Query};
use chassis::problem::Problem;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::PolicyAdministrator;
use crate::app::{Administration, OUTCOMES};
use crate::store::{Filter, LoggedDecision, Place};

/// Which decisions are looked for: those of which all of this is so.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Sought {
    /// Who asked.
    caller: Option<String>,
    /// The id of whoever wanted to do something.
    subject: Option<String>,
    /// What.
    action: Option<String>,
    /// The id of what they wanted to do it to.
    resource: Option<String>,
    /// `ALLOWED`, `DENIED` or `UNDECIDED`.
    outcome: Option<String>,
    /// The digest of the policies.
    policy_version: Option<String>,
    /// Not before.
    from: Option<Timestamp>,
    /// Before.
    until: Option<Timestamp>,
    /// The previous part's `nextPage`.
    page: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u16>,
}

impl Sought {
    /// Those decisions, as the log looks for them.
    pub(super) fn filter(self) -> Result<Filter, Problem> {
        let outcome = self.outcome.as_deref();
        if outcome.is_some_and(|outcome| !OUTCOMES.contains(&outcome)) {
            return Err(Problem::invalid("outcome", "is none that there is"));
        }
        let filter = Filter {
            caller: self.caller,
            subject: self.subject,
            action: self.action,
            resource: self.resource,
            outcome: self.outcome,
            policy_version: self.policy_version,
            from: self.from,
            until: self.until,
        };
        let texts = [
            ("caller", &filter.caller),
            ("subject", &filter.subject),
            ("action", &filter.action),
            ("resource", &filter.resource),
            ("policyVersion", &filter.policy_version),
        ];
        let unreadable =
            |text: &Option<String>| text.as_ref().is_some_and(|text| text.contains('\0'));
        if let Some((field, _)) = texts.into_iter().find(|(_, text)| unreadable(text)) {
            return Err(Problem::invalid(
                field,
                "contains a character that is no text",
            ));
        }
        Ok(filter)
    }
}

/// A decision.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DecisionBody {
    /// Its number in the log.
    id: i64,
    at: Timestamp,
    /// Who asked.
    caller: String,
    /// What counted of the question.
    #[schema(value_type = Object)]
    question: Value,
    /// `ALLOWED`, `DENIED` or `UNDECIDED`.
    outcome: String,
    /// The policies to which it is due.
    policies: Vec<String>,
    /// The digest of all that were asked.
    policy_version: String,
    /// The revision of the facts, in the instance that answered.
    revision: i64,
    /// How far the facts' sources had come: a consistency token.
    facts_at: String,
    /// How old the facts were at most.
    facts_age_ms: i64,
    /// The facts that were read, in Cedar's form for entities: enough to answer once more.
    #[schema(required, value_type = Option<Vec<Object>>)]
    facts: Option<Value>,
    /// Why it cannot be answered once more, where that is known already.
    #[schema(required)]
    not_replayable: Option<String>,
}

impl From<(i64, LoggedDecision)> for DecisionBody {
    fn from((id, decision): (i64, LoggedDecision)) -> Self {
        let facts = decision.facts.as_deref();
        Self {
            id,
            facts: facts.and_then(|facts| serde_json::from_str(facts).ok()),
            not_replayable: decision.not_replayable,
            at: decision.at,
            caller: decision.caller,
            question: decision.question,
            outcome: decision.outcome,
            policies: decision.policies,
            policy_version: decision.policy_version,
            revision: decision.revision,
            facts_at: decision.facts_at,
            facts_age_ms: decision.facts_age_ms,
        }
    }
}

/// What was decided, the newest first.
#[utoipa::path(
    get, path = "/decisions", operation_id = "listDecisions",
    tag = "decisions", security(("user" = [])), params(Sought),
    responses(
        (status = 200, description = "A part of it.", body = Page<DecisionBody>),
        (status = 403, description = "The caller is no policy administrator."),
        (status = 422, description = "No such page, or no such outcome."),
    ),
)]
pub(super) async fn list(
    _: PolicyAdministrator,
    State(administration): State<Arc<Administration>>,
    Query(sought): Query<Sought>,
) -> Result<Json<Page<DecisionBody>>, Problem> {
    let paging = Paging {
        page: sought.page.clone(),
        limit: sought.limit,
    };
    let (before, limit) = (paging.after::<Place>()?, paging.limit()?);
    let filter = sought.filter()?;
    let decisions = administration.decisions(&filter, before, limit + 1).await?;
    let page = Page::of(decisions, limit, |(number, decision)| {
        (decision.at, *number)
    });
    Ok(Json(page.map(DecisionBody::from)))
}
