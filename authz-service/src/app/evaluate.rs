//! Answering one question.

use pdp::{Answer, Reason};

use super::{App, Inquiry, Known, Lawful, Unanswered};
use crate::domain::Caller;

/// What is to be told with an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Explain {
    /// The facts that it rests on, or the ones that are missing.
    pub facts: bool,
    /// The same as grants, in the words of `RealGuardIO`'s law.
    pub grants: bool,
    /// Of a yes not the grants, which may be many; of a no what is closest to one.
    pub only_missing: bool,
}

/// An answer, with its reasons if they were asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated {
    /// The answer.
    pub answer: Answer,
    /// The facts that it rests on, or the ones that are missing.
    pub reasons: Option<Vec<Reason>>,
    /// The same, in the words of the law.
    pub lawful: Option<Lawful>,
}

impl App {
    /// Answers, by what is known.
    ///
    /// # Errors
    ///
    /// When it is no question that policies could answer, or when something that could not be read might change the answer.
    pub fn evaluate(
        &self,
        known: &Known,
        caller: &Caller,
        inquiry: Inquiry,
        explain: Explain,
    ) -> Result<Evaluated, Unanswered> {
        let inquiry = inquiry.heard(caller, &known.view);
        let evaluated = evaluate(known, inquiry.clone(), explain);
        if let Some(journal) = &self.journal {
            match &evaluated {
                Ok(evaluated) => journal.note(known, caller, inquiry, Some(&evaluated.answer)),
                Err(Unanswered::Undecided(_)) => journal.note(known, caller, inquiry, None),
                Err(_) => {}
            }
        }
        evaluated
    }
}

fn evaluate(known: &Known, inquiry: Inquiry, explain: Explain) -> Result<Evaluated, Unanswered> {
    let question = inquiry.question(&known.view)?;
    let (answer, reasons) = if explain.facts {
        let explained = known.view.explain(&question)?;
        (explained.answer, Some(explained.reasons))
    } else {
        (known.view.ask(&question)?, None)
    };
    if known.doubts(&question) && !known.view.stands(&question)? {
        let why = "a message that could not be applied may matter";
        return Err(Unanswered::Undecided(why.to_owned()));
    }
    let decision = if answer.allowed { "yes" } else { "no" };
    metrics::counter!("decisions_total", "decision" => decision).increment(1);
    if !answer.errors.is_empty() {
        tracing::warn!(policies = ?answer.errors, ?question, "policies have failed and were left out");
    }
    let lawful = explain
        .grants
        .then(|| known.lawful(&question, answer.allowed, explain));
    Ok(Evaluated {
        answer,
        reasons,
        lawful: lawful.flatten(),
    })
}
