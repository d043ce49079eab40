//! `GET /securitysystems/{securitySystemId}/explanation`

use access::{Challenge, Grant, Missing, Operation, Outcome, SystemId};
use axum::extract::State;
use axum::response::IntoResponse;
use chassis::auth::User;
use chassis::http::{Json, Path};
use chassis::problem::Problem;
use chassis::turns::Crowded;
use freshness::Freshness;
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::headers::{Chosen, DecidedBy, FactsAge};
use crate::app;
use crate::authorization::{Permit, Strategy};
use crate::domain::Reason;

/// What the caller may do to a system now, and why, or why not: all by the same facts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Explanation {
    /// The strategy that decided this. Each operation may have one of its own, which decides when it is tried.
    strategy: Strategy,
    /// How old the facts were at most, in milliseconds.
    facts_age_ms: i64,
    /// The version of the policies, where policies decided.
    #[schema(required)]
    policy_version: Option<String>,
    /// Whether a source of facts was silent.
    partial: bool,
    /// How long it took to load the system and to decide, in microseconds.
    took_micros: u64,
    /// Each operation.
    operations: Vec<Explained>,
}

/// What is decided about an operation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Explained {
    /// The operation.
    operation: Operation,
    /// The strategy that decides when it is tried, unless the token does not tell enough for it.
    strategy: Strategy,
    /// What is decided.
    #[serde(flatten)]
    verdict: Verdict,
}

/// A decision, and what it rests on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "camelCase")]
pub(super) enum Verdict {
    /// The caller may.
    Allowed {
        /// Why: each of them would be enough. None, where policies allow what no role does.
        grants: Vec<Grant>,
    },
    /// The caller may not.
    Denied {
        /// Why not: the name of the problem that an attempt would meet.
        #[schema(value_type = String, example = "not-a-disarmer")]
        reason: &'static str,
        /// The closest missing fact, if they work for anybody who has a say here.
        #[schema(required)]
        missing: Option<Missing>,
    },
    /// The caller may, after a stronger sign-in.
    StepUp {
        /// Which.
        challenge: Challenge,
    },
    /// It is not known: facts are out of reach, or too old to do this by.
    Undecided,
}

/// What the caller may do to a system, by which facts, or which is missing; who decided, how old the facts were, and how
/// long it took. It has the same form under every strategy.
#[utoipa::path(
    get, path = "/securitysystems/{securitySystemId}/explanation", operation_id = "explainSecuritySystem",
    tag = "security systems", security(("user" = [])),
    params(("securitySystemId" = SystemId, Path, description = "The system.")),
    responses(
        (status = 200, description = "The explanation.", body = Explanation),
        (status = 404, description = "There is no such system, or none that the caller may view."),
        Crowded,
    ),
)]
pub(super) async fn explain(
    State(api): State<Api>,
    user: User,
    chosen: Chosen,
    Path(system): Path<SystemId>,
    Freshness(freshness): Freshness,
) -> Result<impl IntoResponse, Problem> {
    let inquiry = chosen.inquiry(&user, Operation::View, system, freshness);
    let explanation = api.app.explain(&inquiry).await?;
    let permit = &explanation.permit;
    let (by, age) = (permit.basis().strategy, permit.facts_age());
    let body = Explanation::new(&explanation, &chosen);
    Ok((DecidedBy(by), FactsAge(age), Json(body)))
}

impl Explanation {
    fn new(explanation: &app::Explanation, chosen: &Chosen) -> Self {
        let permit = &explanation.permit;
        let basis = permit.basis().clone();
        let operations = Operation::ALL.into_iter().map(|operation| Explained {
            operation,
            strategy: chosen.strategy(operation),
            verdict: Verdict::of(permit, operation),
        });
        Self {
            strategy: basis.strategy,
            facts_age_ms: basis.facts_age_ms,
            policy_version: basis.policy_version,
            partial: basis.partial,
            took_micros: u64::try_from(explanation.took.as_micros()).unwrap_or(u64::MAX),
            operations: operations.collect(),
        }
    }
}

impl Verdict {
    fn of(permit: &Permit, operation: Operation) -> Self {
        let Ok(decision) = permit.rights().decision(operation) else {
            return Self::Undecided;
        };
        match decision.outcome.clone() {
            Outcome::Allowed { grants } => Self::Allowed { grants },
            Outcome::Denied { missing } => Self::Denied {
                reason: Reason::denied(operation, missing.as_ref()).as_str(),
                missing,
            },
            Outcome::StepUp { challenge } => Self::StepUp { challenge },
        }
    }
}
