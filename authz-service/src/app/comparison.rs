//! What another version of the policies would answer to the questions that were asked lately.

use pdp::{Policies, Refused, View};
use serde::Deserialize as _;
use serde_json::Value;

use super::recorded::RecordedQuestion;
use super::{Inquiry, Knowledge};

/// Decisions that are looked at, at most.
pub(super) const LATEST: i64 = 10_000;
/// Differences that are told, at most.
pub const TOLD: usize = 100;

/// How two versions answer what was asked lately, by what is known at this moment.
#[derive(Debug, Default)]
pub struct Comparison {
    /// How many questions there were.
    pub asked: usize,
    /// How many of them are answered differently.
    pub different: usize,
    /// The latest of these.
    pub differences: Vec<Difference>,
}

/// A question to which two versions give different answers.
#[derive(Debug)]
pub struct Difference {
    /// The question, as it was recorded.
    pub question: Value,
    /// What is answered.
    pub active: Said,
    /// What the other version would answer.
    pub candidate: Said,
}

/// An answer, if it is a question at all, and the policies to which it is due.
pub type Said = Option<(bool, Vec<String>)>;

impl Knowledge {
    /// Asks both versions.
    pub(super) fn compare(
        &self,
        policies: &Policies,
        questions: Vec<Value>,
    ) -> Result<Comparison, Refused> {
        let active = self.view();
        let candidate = active.under(policies)?;
        let mut comparison = Comparison::default();
        for question in questions {
            let Ok(asked) = RecordedQuestion::deserialize(&question) else {
                continue;
            };
            comparison.asked += 1;
            let now = said(&active, asked.clone().into());
            let then = said(&candidate, asked.into());
            if now.as_ref().map(|now| now.0) == then.as_ref().map(|then| then.0) {
                continue;
            }
            comparison.different += 1;
            if comparison.differences.len() < TOLD {
                comparison.differences.push(Difference {
                    question,
                    active: now,
                    candidate: then,
                });
            }
        }
        Ok(comparison)
    }
}

/// What is answered to this.
fn said(view: &View, inquiry: Inquiry) -> Said {
    let question = inquiry.question(view).ok()?;
    let answer = view.ask(&question).ok()?;
    let policies = answer.policies.iter().map(ToString::to_string);
    Some((answer.allowed, policies.collect()))
}
