//! The forms of its answers.

use std::collections::BTreeMap;
use std::str::FromStr;

use access::{LocationId, Named, Operation, Outcome, SystemId};
use jiff::SignedDuration;
use serde::Deserialize;

use super::{Answers, NAME, Told};
use crate::authorization::{Cause, PerOperation};

/// What was answered to one question, and why.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Whether they may.
    pub allowed: bool,
    /// The same in the words of the law; nothing, if it is not known where the system is.
    pub law: Option<Law>,
    /// The version of the policies that were asked.
    pub policy_version: String,
}

/// An answer in the words of the law.
#[derive(Debug, Clone, Deserialize)]
pub struct Law {
    /// Where the system is.
    pub location: Named,
    /// Whose location that is.
    pub customer: Named,
    /// Grants, or the closest missing fact; nothing, where the policies decide otherwise than the law.
    #[serde(flatten)]
    outcome: Option<Outcome>,
}

impl Answer {
    /// The answer as a decision has it. Where the law would have answered otherwise, it has no reasons.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let lawful = self.law.as_ref().and_then(|law| law.outcome.clone());
        match (self.allowed, lawful) {
            (true, Some(lawful @ Outcome::Allowed { .. }))
            | (false, Some(lawful @ Outcome::Denied { .. })) => lawful,
            (true, _) => Outcome::Allowed { grants: Vec::new() },
            (false, _) => Outcome::Denied { missing: None },
        }
    }
}

/// Answers to several questions.
#[derive(Deserialize)]
pub(super) struct Decisions {
    evaluations: Vec<Decision>,
}

#[derive(Deserialize)]
struct Decision {
    decision: bool,
    context: Context,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    error: Option<Failure>,
    policy_version: Option<String>,
    law: Option<Law>,
    facts_age_ms: Option<i64>,
}

#[derive(Deserialize)]
struct Failure {
    message: String,
}

impl Decisions {
    /// The answers about so many systems, in the order in which they were asked for: all operations on one, and then on the
    /// next. What is not among them is unanswered.
    pub(super) fn answers(self, systems: usize) -> Told<Vec<Answers>> {
        let mut oldest = SignedDuration::ZERO;
        let mut decisions = self.evaluations.into_iter();
        let answers = (0..systems).map(|_| {
            let told = Operation::ALL.into_iter().zip(decisions.by_ref());
            let mut told: BTreeMap<_, _> = told.collect();
            PerOperation::each(|operation| {
                let decision = told.remove(&operation);
                let decision = decision.ok_or_else(|| unsaid("one answer"))?;
                let (answer, age) = decision.answer()?;
                oldest = oldest.max(age);
                Ok(answer)
            })
        });
        (answers.collect(), oldest)
    }
}

impl Decision {
    fn answer(self) -> Result<Told<Answer>, Cause> {
        let context = self.context;
        if let Some(error) = context.error {
            return Err(Cause(format!("{NAME}: {}", error.message)));
        }
        let version = context.policy_version;
        let answer = Answer {
            allowed: self.decision,
            law: context.law,
            policy_version: version.ok_or_else(|| unsaid("by which policies"))?,
        };
        Ok((answer, age(context.facts_age_ms)?))
    }
}

/// A page of what was found.
#[derive(Deserialize)]
pub(super) struct Results {
    #[serde(rename = "results")]
    found: Vec<Found>,
    page: Page,
    context: Grounds,
}

#[derive(Deserialize)]
struct Found {
    id: String,
}

#[derive(Deserialize)]
struct Page {
    next_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Grounds {
    facts_age_ms: Option<i64>,
}

impl Results {
    pub(super) fn found(&self) -> Result<Told<Vec<SystemId>>, Cause> {
        Ok((ids(&self.found)?, age(self.context.facts_age_ms)?))
    }

    /// Where the next page begins, if there is one.
    pub(super) fn next(self) -> Option<String> {
        Some(self.page.next_token).filter(|token| !token.is_empty())
    }
}

/// Values of an attribute.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Values {
    #[serde(rename = "values")]
    found: Vec<Found>,
    pub(super) more: bool,
    facts_age_ms: Option<i64>,
}

impl Values {
    pub(super) fn found(&self) -> Result<Told<Vec<LocationId>>, Cause> {
        Ok((ids(&self.found)?, age(self.facts_age_ms)?))
    }
}

fn ids<T: FromStr>(found: &[Found]) -> Result<Vec<T>, Cause> {
    let ids = found.iter().map(|found| found.id.parse().ok());
    ids.collect::<Option<_>>().ok_or_else(|| unsaid("an id"))
}

/// Whoever is told by nobody cannot say how old facts are.
fn age(ms: Option<i64>) -> Result<SignedDuration, Cause> {
    let ms = ms.ok_or_else(|| unsaid("how old its facts are"))?;
    Ok(SignedDuration::from_millis(ms.max(0)))
}

fn unsaid(what: &str) -> Cause {
    Cause(format!("{NAME} does not say {what}"))
}

#[cfg(test)]
mod tests {
    use access::Operation;
    use serde_json::json;
    use uuid::Uuid;

    use super::Decisions;
    use crate::authz::Resource;

    #[test]
    fn an_operation_has_the_answer_to_the_question_about_it() {
        let systems = [1, 2].map(|number| Resource {
            system: Uuid::from_u128(number).into(),
            location: None,
        });
        let questions = systems.iter().flat_map(|system| system.evaluations());
        // Each says to what it is the answer.
        let told = questions.map(|asked| {
            let asked = json!([asked["action"]["name"], asked["resource"]["id"]]);
            let context = json!({ "policyVersion": asked.to_string(), "factsAgeMs": 0 });
            json!({ "decision": true, "context": context })
        });
        let told = json!({ "evaluations": told.collect::<Vec<_>>() });
        let told: Decisions = serde_json::from_value(told).unwrap();
        let (answers, _) = told.answers(systems.len());
        assert_eq!(answers.len(), systems.len());
        for (Resource { system, .. }, answers) in systems.iter().zip(answers) {
            for operation in Operation::ALL {
                let answer = answers.of(operation).as_ref().unwrap();
                let asked = json!([operation.as_str(), system]).to_string();
                assert_eq!(answer.policy_version, asked);
            }
        }
    }
}
