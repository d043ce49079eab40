//! Answering one question.

use pdp::{Answer, Reason, View};

use super::{App, Inquiry, Unanswered};
use crate::domain::Caller;

/// An answer, with its reasons if they were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluated {
    /// The answer.
    pub answer: Answer,
    /// The facts that it rests on, or the ones that are missing.
    pub reasons: Option<Vec<Reason>>,
}

impl App {
    /// Answers, by what was known when the view was taken.
    ///
    /// # Errors
    ///
    /// When it is no question that policies could answer.
    pub fn evaluate(
        &self,
        view: &View,
        caller: &Caller,
        inquiry: Inquiry,
        explain: bool,
    ) -> Result<Evaluated, Unanswered> {
        let question = inquiry.question(caller, view)?;
        let (answer, reasons) = if explain {
            let explained = view.explain(&question)?;
            (explained.answer, Some(explained.reasons))
        } else {
            (view.ask(&question)?, None)
        };
        let decision = if answer.allowed { "yes" } else { "no" };
        metrics::counter!("decisions_total", "decision" => decision).increment(1);
        if !answer.errors.is_empty() {
            tracing::warn!(policies = ?answer.errors, ?question, "policies have failed and were left out");
        }
        Ok(Evaluated { answer, reasons })
    }
}
