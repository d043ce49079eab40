//! All that one caller may do to one system.

use access::{Decision, Facts, LocationId, Named, Operation, Question, UserId, decide};
use jiff::Timestamp;

use super::Cause;

/// The decisions on all operations, of one instant and from one set of facts. Exists only for
/// somebody who may view the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    location: Named,
    view: Decision,
    arm: Decision,
    disarm: Decision,
    acknowledge: Decision,
    unknown: Option<Cause>,
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
            decide(&question, facts)
        };
        let view = on(Operation::View);
        let Some(location) = facts.location.as_ref().filter(|_| view.is_allowed()) else {
            return unknown.map_or(Ok(None), |cause| Err(cause.clone()));
        };
        Ok(Some(Self {
            location: Named {
                id: location.id.as_uuid(),
                name: location.name.clone(),
            },
            view,
            arm: on(Operation::Arm),
            disarm: on(Operation::Disarm),
            acknowledge: on(Operation::Acknowledge),
            unknown: unknown.cloned(),
        }))
    }

    /// The location, with its name.
    #[must_use]
    pub const fn location(&self) -> &Named {
        &self.location
    }

    /// Whether a part of the facts is unknown.
    #[must_use]
    pub const fn is_partial(&self) -> bool {
        self.unknown.is_some()
    }

    /// The decision on an operation.
    ///
    /// # Errors
    ///
    /// When what is known does not allow it, and something is unknown.
    pub fn decision(&self, operation: Operation) -> Result<&Decision, &Cause> {
        let decision = match operation {
            Operation::View => &self.view,
            Operation::Arm => &self.arm,
            Operation::Disarm => &self.disarm,
            Operation::Acknowledge => &self.acknowledge,
        };
        match &self.unknown {
            Some(cause) if !decision.is_allowed() => Err(cause),
            _ => Ok(decision),
        }
    }
}
