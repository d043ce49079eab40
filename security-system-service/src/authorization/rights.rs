//! All that one caller may do to one system.

use access::{Decision, Facts, LocationId, Named, Operation, Question, UserId, decide};
use jiff::Timestamp;

/// The decisions on all operations, of one instant and from one set of facts. Exists only for
/// somebody who may view the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    location: Named,
    view: Decision,
    arm: Decision,
    disarm: Decision,
    acknowledge: Decision,
}

impl Rights {
    /// What the user may do to a system at this location; nothing, if not even view it.
    pub(super) fn of(
        user: UserId,
        location: LocationId,
        at: Timestamp,
        facts: &Facts,
    ) -> Option<Self> {
        let on = |operation| {
            let question = Question {
                user,
                operation,
                location,
                at,
            };
            decide(&question, facts)
        };
        let named = facts.location.as_ref().map(|location| Named {
            id: location.id.as_uuid(),
            name: location.name.clone(),
        })?;
        let rights = Self {
            location: named,
            view: on(Operation::View),
            arm: on(Operation::Arm),
            disarm: on(Operation::Disarm),
            acknowledge: on(Operation::Acknowledge),
        };
        rights.view.is_allowed().then_some(rights)
    }

    /// The location, with its name.
    #[must_use]
    pub const fn location(&self) -> &Named {
        &self.location
    }

    /// The decision on an operation.
    #[must_use]
    pub const fn decision(&self, operation: Operation) -> &Decision {
        match operation {
            Operation::View => &self.view,
            Operation::Arm => &self.arm,
            Operation::Disarm => &self.disarm,
            Operation::Acknowledge => &self.acknowledge,
        }
    }
}
