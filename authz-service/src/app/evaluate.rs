//! Answering one question.

use pdp::{Answer, Fact, Question, Reason, Traced};

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
            return known.evaluated(&question, answer, None, explain);
        };
        let Traced { answer, facts } = known.view.trace(&question, FACTS)?;
        let evaluated = known.evaluated(&question, answer, facts.as_deref(), explain);
        match &evaluated {
            Ok(evaluated) => {
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
    /// What is told with an answer that was read from these facts, if it stands. Where they were too many, or it was not
    /// noted which they were, no exception is named.
    fn evaluated(
        &self,
        question: &Question,
        answer: Answer,
        read: Option<&[Fact]>,
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
        let who = &question.principal;
        let is_in_one = |facts: &[Fact]| !exceptions_in(who, facts).is_empty();
        // One that was read may be of a policy that did not decide: the reasons tell.
        let may_be_due_to_one = answer.allowed && read.is_some_and(is_in_one);
        let reasons = if explain.facts || may_be_due_to_one {
            self.view.explain(question)?.reasons
        } else {
            Vec::new()
        };
        let facts = reasons.iter().flat_map(|reason| &reason.facts);
        let exceptions = exceptions_in(who, facts.filter(|_| may_be_due_to_one));
        let exceptions = exceptions.into_iter().collect();
        let lawful = explain
            .grants
            .then(|| self.lawful(question, answer.allowed));
        Ok(Evaluated {
            answer,
            reasons: explain.facts.then_some(reasons),
            lawful: lawful.flatten(),
            exceptions,
        })
    }
}
