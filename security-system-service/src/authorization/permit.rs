//! Authorization as a type.

use std::fmt;

use access::{Grant, Operation, Outcome};
use jiff::SignedDuration;
use outbox::ConsistencyToken;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::judgement::Judgement;
use super::{AuthorizationRequest, Caller, Cause, Denial, Refusal, Rights, Strategy};
use crate::domain::{Action, Misfit, State, System};

/// That somebody may do something to a system, as it was when that was decided.
///
/// Only an [`Authorizer`](super::Authorizer) has permits to give. With one in hand a system can be changed:
///
/// ```
/// use jiff::Timestamp;
/// use security_system_service::{authorization::Permit, domain::Action, store::Store};
///
/// async fn change(store: &Store, permit: Permit, now: Timestamp) {
///     if let Ok(change) = permit.exercise(Action::Disarm) {
///         store.save(change, now).await.ok();
///     }
/// }
/// ```
///
/// Without one it cannot. There is no other way to make a change:
///
/// ```compile_fail,E0451
/// use jiff::Timestamp;
/// use security_system_service::authorization::{Change, Permit};
/// use security_system_service::{domain::{Action, State}, store::Store};
///
/// async fn change(store: &Store, permit: Permit, now: Timestamp) {
///     let change = Change { permit, action: Action::Disarm, to: State::Disarmed };
///     store.save(change, now).await.ok();
/// }
/// ```
///
/// Nor is there another way to come by a permit than to ask for one:
///
/// ```compile_fail,E0451
/// use access::Operation;
/// use security_system_service::authorization::Permit;
///
/// fn escalate(permit: Permit) -> Permit {
///     Permit { operation: Operation::Disarm, ..permit }
/// }
/// ```
///
/// ```
/// use security_system_service::authorization::{AuthorizationRequest, Authorizer, Permit};
///
/// async fn ask(authorizer: &impl Authorizer, request: &AuthorizationRequest<'_>) -> Option<Permit> {
///     authorizer.authorize(request).await.ok()
/// }
/// ```
///
/// And a permit is good for one change: `exercise` uses it up.
///
/// ```compile_fail,E0382
/// use security_system_service::{authorization::Permit, domain::Action};
///
/// fn twice(permit: Permit) {
///     permit.exercise(Action::Disarm).ok();
///     permit.exercise(Action::Disarm).ok();
/// }
/// ```
///
/// ```
/// use security_system_service::{authorization::Permit, domain::Action};
///
/// fn once(permit: Permit) {
///     permit.exercise(Action::Disarm).ok();
/// }
/// ```
#[derive(Debug)]
pub struct Permit {
    caller: Caller,
    operation: Operation,
    system: System,
    rights: Rights,
    basis: Basis,
    facts_age: SignedDuration,
    freshness: ConsistencyToken,
}

/// What a decision rests on: kept in the history as "authorized by", and in the log as one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Basis {
    /// The strategy that decided.
    pub strategy: Strategy,
    /// The grants that counted.
    pub grants: Vec<Grant>,
    /// Whether there may be more: an owner of facts was silent, and these were proof enough.
    #[serde(default)]
    pub partial: bool,
    /// How old the facts were at most, in milliseconds.
    pub facts_age_ms: i64,
    /// The version of the policy, where a policy decided.
    pub policy_version: Option<String>,
}

/// `SECURITY_SYSTEM_DISARMER at Blue Harbor Offices; facts 12 ms old`
impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, grant) in self.grants.iter().enumerate() {
            let separator = if nth == 0 { "" } else { ", " };
            let shift = grant.schedule.as_ref().map_or("", |_| " on shift");
            write!(f, "{separator}{} at {}{shift}", grant.role, grant.at.name)?;
        }
        write!(f, "; facts {} ms old", self.facts_age_ms)?;
        f.write_str(if self.partial { ", partial" } else { "" })
    }
}

impl Permit {
    /// The one place where permits are made: of a decision that allows, by facts that are no older than those by which the
    /// system was last changed. Facts are as fresh as they were asked to be, or nothing is decided by them; they may be
    /// fresher.
    pub(super) fn mint(
        request: &AuthorizationRequest<'_>,
        judgement: Judgement,
        strategy: Strategy,
    ) -> Result<Self, Refusal> {
        let (Some(system), Some(rights)) = (request.system, judgement.rights) else {
            return Err(Refusal::Hidden);
        };
        let as_of = judgement.as_of.merged(&request.freshness);
        if !as_of.covers(&request.kept) {
            return Err(Refusal::Behind);
        }
        let decision = rights.decision(request.operation).map_err(Cause::clone)?;
        let grants = match &decision.outcome {
            Outcome::Allowed { grants } => grants.clone(),
            Outcome::Denied { missing } => {
                return Err(Refusal::Denied(Denial {
                    operation: request.operation,
                    missing: missing.clone().map(Box::new),
                }));
            }
            Outcome::StepUp { challenge } => return Err(Refusal::StepUp(challenge.clone())),
        };
        let basis = Basis {
            strategy,
            grants,
            partial: rights.is_partial(),
            facts_age_ms: i64::try_from(judgement.age.as_millis()).unwrap_or(i64::MAX),
            policy_version: judgement.policy_version,
        };
        Ok(Self {
            caller: request.caller.clone(),
            operation: request.operation,
            system: system.clone(),
            rights,
            basis,
            facts_age: judgement.age,
            freshness: request.all(),
        })
    }

    /// The system, as it was when it was decided.
    #[must_use]
    pub const fn system(&self) -> &System {
        &self.system
    }

    /// All that the caller may do to it.
    #[must_use]
    pub const fn rights(&self) -> &Rights {
        &self.rights
    }

    /// What the decision rests on.
    #[must_use]
    pub const fn basis(&self) -> &Basis {
        &self.basis
    }

    /// How old the facts were at most.
    #[must_use]
    pub const fn facts_age(&self) -> SignedDuration {
        self.facts_age
    }

    /// Does what was permitted: the change to be saved. Also where the state is already what it shall be:
    /// that this was asked for, by somebody who knew so much, is to be saved as well. Only now it matters
    /// whether it fits the state: who may not do a thing learns nothing about that.
    ///
    /// # Errors
    ///
    /// When something else was permitted, or it does not fit.
    pub fn exercise(self, action: Action) -> Result<Change, Unexercised> {
        if action.operation() != self.operation {
            return Err(Unexercised::NotPermitted);
        }
        let to = self.system.state.after(action)?;
        Ok(Change {
            permit: self,
            action,
            to,
        })
    }
}

/// Why a permit leads to no change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unexercised {
    /// It permits something else.
    #[error("something else was permitted")]
    NotPermitted,
    /// What it permits does not fit the state.
    #[error(transparent)]
    Misfit(#[from] Misfit),
}

/// A permitted change, to be saved on condition that the system still has the version that was
/// authorized.
#[derive(Debug)]
pub struct Change {
    permit: Permit,
    action: Action,
    to: State,
}

impl Change {
    /// Who makes it.
    #[must_use]
    pub const fn caller(&self) -> &Caller {
        &self.permit.caller
    }

    /// The system before.
    #[must_use]
    pub const fn before(&self) -> &System {
        &self.permit.system
    }

    /// The system after: the same, if it is already what it shall be.
    #[must_use]
    pub fn after(&self) -> System {
        let before = &self.permit.system;
        System {
            state: self.to,
            version: before.version + i64::from(self.to != before.state),
            ..before.clone()
        }
    }

    /// Whether the system is already what it shall be.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.to == self.permit.system.state
    }

    /// What was done.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// Why it was allowed.
    #[must_use]
    pub const fn basis(&self) -> &Basis {
        &self.permit.basis
    }

    /// How fresh the facts were at least. Kept with the system, so that no later decision on it is
    /// made from older ones.
    #[must_use]
    pub const fn freshness(&self) -> &ConsistencyToken {
        &self.permit.freshness
    }
}

#[cfg(test)]
mod tests {
    use access::{Employment, Facts, Location, Operation, Organization, SystemRole};
    use iam_claims::Untold;
    use jiff::{SignedDuration, Timestamp};
    use outbox::ConsistencyToken;
    use tokio::time::Instant;
    use uuid::Uuid;

    use super::{Permit, Unexercised};
    use crate::authorization::findings::Findings;
    use crate::authorization::{AuthorizationRequest, Caller, Strategy, TokenFacts};
    use crate::domain::{Action, Names, State, System};

    const ID: Uuid = Uuid::from_u128(1);

    /// What a customer's employee who may do everything is permitted, if it is this that they ask for.
    fn permit(operation: Operation) -> Permit {
        let caller = Caller {
            user: ID.into(),
            name: "Dana".to_owned(),
            facts: TokenFacts::new(Err(Untold::Absent), SignedDuration::ZERO),
        };
        let system = System {
            id: ID.into(),
            location: ID.into(),
            customer: ID.into(),
            state: State::Armed,
            version: 1,
            names: Names::default(),
            changed: None,
        };
        let request = AuthorizationRequest {
            caller: &caller,
            operation,
            system: Some(&system),
            at: Timestamp::UNIX_EPOCH,
            freshness: ConsistencyToken::new(),
            kept: ConsistencyToken::new(),
            until: Instant::now(),
        };
        let findings = Findings::now(facts(), ConsistencyToken::new(), SignedDuration::ZERO);
        let judgement = findings.judge(&request).unwrap();
        Permit::mint(&request, judgement, Strategy::Fetch).unwrap()
    }

    fn facts() -> Facts {
        let location = Location {
            id: ID.into(),
            name: "Harbor Tower".to_owned(),
            customer: ID.into(),
            customer_name: "Blue Harbor Offices".to_owned(),
            dealer: None,
            provider: None,
        };
        let employment = Employment {
            id: ID.into(),
            user: ID.into(),
            organization: Organization::Customer(ID.into()),
            organization_name: "Blue Harbor Offices".to_owned(),
            roles: [SystemRole::Armer, SystemRole::Disarmer].into(),
            location_roles: [].into(),
            schedule: None,
        };
        Facts {
            location: Some(location),
            employments: vec![employment],
            teams: Vec::new(),
        }
    }

    #[test]
    fn a_permit_is_good_for_what_it_permits() {
        let other = permit(Operation::View).exercise(Action::Disarm);
        assert_eq!(other.unwrap_err(), Unexercised::NotPermitted);
        let other = permit(Operation::Arm).exercise(Action::Disarm);
        assert_eq!(other.unwrap_err(), Unexercised::NotPermitted);
        let change = permit(Operation::Disarm).exercise(Action::Disarm).unwrap();
        assert_eq!(change.after().state, State::Disarmed);
    }
}
