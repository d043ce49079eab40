//! A question, and the decision that answers it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{EmployeeId, LocationId, Operation, Schedule, SystemRole, UserId};

/// May this user do this to the system at this location, at this instant?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// Who asks.
    pub user: UserId,
    /// To do what.
    pub operation: Operation,
    /// Where the system is.
    pub location: LocationId,
    /// When.
    pub at: Timestamp,
}

/// The answer to a question, and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// What was asked.
    pub question: Question,
    /// What is answered.
    pub outcome: Outcome,
}

impl Decision {
    /// Whether the answer is yes, now and without any condition.
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        matches!(self.outcome, Outcome::Allowed { .. })
    }
}

/// Yes, no, or not yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "camelCase")]
pub enum Outcome {
    /// Yes, for each of these reasons; there is at least one.
    Allowed {
        /// The grants that count now, in the order of their paths.
        grants: Vec<Grant>,
    },
    /// No.
    Denied {
        /// What would have to change, if the caller works for anybody who has a say here.
        missing: Option<Missing>,
    },
    /// Yes, once the caller has signed in more strongly. The rule itself never answers this:
    /// it is for policies that weigh risk on top of it.
    StepUp {
        /// What to ask of the caller.
        challenge: Challenge,
    },
}

/// What a caller must do before the answer is yes (the parameters of RFC 9470).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Challenge {
    /// Authentication context classes of which one is needed, best first.
    pub acr_values: Vec<String>,
    /// The greatest age of the sign-in, in seconds.
    pub max_age: Option<u32>,
}

/// The way from an employment to a role. The order is that in which ties are broken.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum Path {
    /// A role of a customer's employee at this one location.
    Location,
    /// A role at the customer.
    Customer,
    /// A role at the dealer appointed for the location.
    Dealer,
    /// A role at the monitoring provider appointed by that dealer.
    Provider,
    /// A role of a team at this location.
    Team,
}

/// A thing with a name that can be shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct Named {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// A role that counts, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// The way it came.
    pub path: Path,
    /// The role.
    pub role: SystemRole,
    /// Where the role is held.
    pub at: Named,
    /// The employment through which it came.
    pub employee: EmployeeId,
    /// The schedule of that employment, as far as it bears on the instant of the question.
    pub schedule: Option<Schedule>,
}

/// The closest missing fact: the least that would have to change for the answer to be yes.
///
/// It speaks of the caller's own employments and roles only. That another organization could
/// grant the role, or to whom it did, is nobody's business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    /// The way on which least is missing.
    pub path: Path,
    /// The role needed.
    pub role: SystemRole,
    /// Where it is needed.
    pub at: Named,
    /// The employment in question.
    pub employee: EmployeeId,
    /// The system roles that this employment does have at the location, by any path.
    pub held: BTreeSet<SystemRole>,
    /// The schedule of that employment, as far as it bears on the instant of the question, if it is closed then.
    pub outside_schedule: Option<Schedule>,
}

impl Missing {
    /// Whether the role is there, and nothing but the schedule stands in the way.
    #[must_use]
    pub fn is_only_schedule(&self) -> bool {
        self.outside_schedule.is_some() && self.held.contains(&self.role)
    }
}
