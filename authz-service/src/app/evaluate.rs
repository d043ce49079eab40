//! Answering one question.

use pdp::{Answer, Fact, Question, Reason, Traced, Unfit};

use super::journal::FACTS;
use super::{App, Inquiry, Known, Lawful, Unanswered};
use crate::domain::{Caller, exceptions_in};

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
    /// The numbers of the exceptions to which a yes is due.
    pub exceptions: Vec<String>,
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
        let question = inquiry.clone().question(&known.view)?;
        let Some(journal) = &self.journal else {
            let answer = known.view.ask(&question)?;
            return known.evaluated(&question, answer, explain);
        };
        let Traced { answer, facts } = known.view.trace(&question, FACTS)?;
        let mut evaluated = known.evaluated(&question, answer, explain);
        match &mut evaluated {
            Ok(evaluated) => {
                evaluated.exceptions =
                    known.exceptions(&question, &evaluated.answer, facts.as_deref())?;
                let basis = (&evaluated.answer, facts.as_deref());
                journal.note(known, caller, inquiry, Some(basis));
            }
            Err(Unanswered::Undecided(_)) => journal.note(known, caller, inquiry, None),
            Err(_) => {}
        }
        evaluated
    }
}

impl Known {
    /// The exceptions to which a yes is due, where these facts were read. Where they were too many, none is named.
    fn exceptions(
        &self,
        question: &Question,
        answer: &Answer,
        facts: Option<&[Fact]>,
    ) -> Result<Vec<String>, Unfit> {
        let who = &question.principal;
        let none_was_read = facts.is_none_or(|facts| exceptions_in(who, facts).is_empty());
        if !answer.allowed || none_was_read {
            return Ok(Vec::new());
        }
        // One that was read may be of a policy that did not decide.
        let reasons = self.view.explain(question)?.reasons;
        let facts = reasons.iter().flat_map(|reason| &reason.facts);
        Ok(exceptions_in(who, facts).into_iter().collect())
    }

    /// What is told with an answer, if it stands.
    fn evaluated(
        &self,
        question: &Question,
        answer: Answer,
        explain: Explain,
    ) -> Result<Evaluated, Unanswered> {
        if self.doubts(question) && !self.view.stands(question)? {
            let why = "a message that could not be applied may matter";
            return Err(Unanswered::Undecided(why.to_owned()));
        }
        let decision = if answer.allowed { "yes" } else { "no" };
        metrics::counter!("decisions_total", "decision" => decision).increment(1);
        if !answer.errors.is_empty() {
            tracing::warn!(policies = ?answer.errors, ?question, "policies have failed and were left out");
        }
        let reasons = explain.facts.then(|| self.view.explain(question));
        let lawful = explain
            .grants
            .then(|| self.lawful(question, answer.allowed, explain));
        Ok(Evaluated {
            answer,
            reasons: reasons.transpose()?.map(|explained| explained.reasons),
            lawful: lawful.flatten(),
            exceptions: Vec::new(),
        })
    }
}
