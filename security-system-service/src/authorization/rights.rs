//! All that one caller may do to one system.

use access::{Decision, Facts, LocationId, Named, Operation, Question, UserId, decide};
use jiff::{SignedDuration, Timestamp};

use super::{Bounds, Cause, PerOperation};
use crate::authz::Answers;
use crate::domain::System;

/// The decisions on all operations, of one instant and from one set of facts. Exists only for
/// somebody who may view the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    location: Named,
    customer: Named,
    decisions: PerOperation<Result<Decision, Cause>>,
    partial: bool,
}

impl Rights {
    /// What the user may do to a system at this location; nothing, if not even view it. Where a part
    /// of the facts is unknown, what these allow is allowed, and the rest is not decided.
    ///
    /// # Errors
    ///
    /// When it is not known whether they may view it.
    pub(super) fn of(
        user: UserId,
        location: LocationId,
        at: Timestamp,
        facts: &Facts,
        unknown: Option<&Cause>,
    ) -> Result<Option<Self>, Cause> {
        let on = |operation| {
            let question = Question {
                user,
                operation,
                location,
                at,
            };
            let decision = decide(&question, facts);
            match unknown {
                Some(cause) if !decision.is_allowed() => Err(cause.clone()),
                _ => Ok(decision),
            }
        };
        let may_view = on(Operation::View)?.is_allowed();
        let Some(location) = facts.location.as_ref().filter(|_| may_view) else {
            return Ok(None);
        };
        Ok(Some(Self {
            location: Named {
                id: location.id.as_uuid(),
                name: location.name.clone(),
            },
            customer: Named {
                id: location.customer.as_uuid(),
                name: location.customer_name.clone(),
            },
            decisions: PerOperation::each(on),
            partial: unknown.is_some(),
        }))
    }

    /// What the user may do to this system, as somebody else has answered; nothing, if not even view it. Where there is
    /// no answer to an operation, it is not decided.
    ///
    /// # Errors
    ///
    /// When it is not known whether they may view it.
    pub(super) fn answered(
        user: UserId,
        system: &System,
        at: Timestamp,
        answers: &Answers,
    ) -> Result<Option<Self>, Cause> {
        let view = answers.of(Operation::View).as_ref().map_err(Cause::clone)?;
        let Some(law) = view.law.as_ref().filter(|_| view.allowed) else {
            return Ok(None);
        };
        let on = |operation| {
            let question = Question {
                user,
                operation,
                location: system.location,
                at,
            };
            let answer = answers.of(operation).as_ref().map_err(Cause::clone)?;
            let outcome = answer.outcome();
            Ok(Decision { question, outcome })
        };
        let mut all = Operation::ALL.into_iter();
        Ok(Some(Self {
            location: law.location.clone(),
            customer: law.customer.clone(),
            partial: all.any(|operation| answers.of(operation).is_err()),
            decisions: PerOperation::each(on),
        }))
    }

    /// The same, by facts of this age: what they are too old for is not decided. Whoever sees the system
    /// goes on seeing it; how old what they see may be is asked before, or said with it.
    pub(super) fn within(self, bounds: &Bounds, age: SignedDuration) -> Self {
        let decisions = PerOperation::each(|operation| match operation {
            Operation::View => self.decisions.of(operation).clone(),
            _ => bounds
                .hold(operation, age)
                .and_then(|()| self.decisions.of(operation).clone()),
        });
        Self { decisions, ..self }
    }

    /// The location, with its name.
    #[must_use]
    pub const fn location(&self) -> &Named {
        &self.location
    }

    /// Whose location that is, with their name.
    #[must_use]
    pub const fn customer(&self) -> &Named {
        &self.customer
    }

    /// Whether a part of the facts is unknown.
    #[must_use]
    pub const fn is_partial(&self) -> bool {
        self.partial
    }

    /// The decision on an operation.
    ///
    /// # Errors
    ///
    /// When what is known does not allow it, and something is unknown; or when it is too old.
    pub fn decision(&self, operation: Operation) -> Result<&Decision, &Cause> {
        self.decisions.of(operation).as_ref()
    }
}
