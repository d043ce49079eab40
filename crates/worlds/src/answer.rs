//! An answer, in a form in which a service's and the model's can be laid side by side.

use std::collections::BTreeSet;

use access::{Decision, EmployeeId, Outcome, Path, SystemRole};
use uuid::Uuid;

/// May they?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// They may not even see it.
    Hidden,
    /// No, and this is what is missing least.
    Denied(Option<Missing>),
    /// Yes, for these reasons.
    Allowed(BTreeSet<Grant>),
}

/// A reason why somebody may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// The way it came.
    pub path: Path,
    /// The role.
    pub role: SystemRole,
    /// Where it is held.
    pub at: Uuid,
    /// By which employment.
    pub employee: EmployeeId,
}

/// The least that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The way on which it is.
    pub path: Path,
    /// The role needed.
    pub role: SystemRole,
    /// Where.
    pub at: Uuid,
    /// By which employment.
    pub employee: EmployeeId,
    /// What this employment holds there, by any way.
    pub held: BTreeSet<SystemRole>,
    /// Whether its schedule is closed.
    pub closed: bool,
}

impl Answer {
    /// What a decision says; nothing, if it demands what the rule never does.
    #[must_use]
    pub fn of(decision: &Decision) -> Option<Self> {
        match &decision.outcome {
            Outcome::Allowed { grants } => Some(grants.iter().collect()),
            Outcome::Denied { missing } => Some(Self::Denied(missing.as_ref().map(Missing::from))),
            Outcome::StepUp { .. } => None,
        }
    }
}

impl<'a> FromIterator<&'a access::Grant> for Answer {
    fn from_iter<T: IntoIterator<Item = &'a access::Grant>>(grants: T) -> Self {
        Self::Allowed(grants.into_iter().map(Grant::from).collect())
    }
}

impl From<&access::Grant> for Grant {
    fn from(grant: &access::Grant) -> Self {
        Self {
            path: grant.path,
            role: grant.role,
            at: grant.at.id,
            employee: grant.employee,
        }
    }
}

impl From<&access::Missing> for Missing {
    fn from(missing: &access::Missing) -> Self {
        Self {
            path: missing.path,
            role: missing.role,
            at: missing.at.id,
            employee: missing.employee,
            held: missing.held.clone(),
            closed: missing.outside_schedule.is_some(),
        }
    }
}
