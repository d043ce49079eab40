//! Systems as JSON.

use std::collections::BTreeMap;

use access::{CustomerId, LocationId, Missing, SystemId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::authorization::{Basis, Rights};
use crate::domain::{self, Actor, Advice, LastChange, System};

/// A security system, as one caller sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SecuritySystem {
    /// Its id.
    id: SystemId,
    /// Where it is.
    location: Location,
    /// Whose location that is.
    customer: Customer,
    /// What it is doing.
    state: State,
    /// Counts the changes of its state.
    version: i64,
    /// How it came to have this version, as its history tells; null, where it is the first.
    #[schema(required)]
    changed: Option<Change>,
    /// What the caller could do to it now.
    actions: Vec<Action>,
    /// Why not the other actions: what is missing to the caller comes before what does not fit.
    #[schema(value_type = BTreeMap<String, String>, example = json!({ "ARM": "already-armed" }))]
    reasons: BTreeMap<Action, &'static str>,
    /// For each action that the caller is not allowed, the closest missing fact.
    #[schema(value_type = BTreeMap<String, Missing>)]
    missing: BTreeMap<Action, Missing>,
    /// On the answer to an action: why it was allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    authorized_by: Option<Basis>,
}

/// A location.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Location {
    /// Its id.
    id: LocationId,
    /// Its name.
    name: String,
}

/// A customer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Customer {
    /// Its id.
    id: CustomerId,
    /// Its name.
    name: String,
}

/// A change that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Change {
    /// When.
    at: Timestamp,
    /// Who did it.
    by: By,
    /// What.
    #[schema(example = "DISARM")]
    action: String,
}

/// A person; or a machine, which has no `userId`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct By {
    /// The person.
    #[schema(required)]
    user_id: Option<UserId>,
    /// Their name, as it was then; or the machine's.
    name: String,
}

/// What a system is doing.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum State {
    /// It does not guard.
    Disarmed,
    /// It guards.
    Armed,
    /// It guarded, and something happened.
    Alarmed,
}

/// What can be done to a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Action {
    /// Start guarding.
    Arm,
    /// Stop guarding.
    Disarm,
    /// Confirm an alarm, and go on guarding.
    Acknowledge,
}

impl SecuritySystem {
    /// The system, as somebody with these rights sees it.
    pub(super) fn new(system: &System, rights: &Rights) -> Self {
        let advice = Advice::new(system.state, |operation| rights.decision(operation).ok());
        let reasons = advice.reasons.into_iter();
        let missing = advice.missing.into_iter();
        Self {
            id: system.id,
            location: Location {
                id: system.location,
                name: rights.location().name.clone(),
            },
            customer: Customer {
                id: system.customer,
                name: rights.customer().name.clone(),
            },
            state: system.state.into(),
            version: system.version,
            changed: system.changed.clone().map(Change::from),
            actions: advice.actions.into_iter().map(Action::from).collect(),
            reasons: reasons
                .map(|(action, reason)| (action.into(), reason.as_str()))
                .collect(),
            missing: missing
                .map(|(action, missing)| (action.into(), missing))
                .collect(),
            authorized_by: None,
        }
    }

    /// The same, after an action that was allowed for this reason.
    pub(super) fn authorized_by(mut self, basis: Basis) -> Self {
        self.authorized_by = Some(basis);
        self
    }
}

impl From<LastChange> for Change {
    fn from(change: LastChange) -> Self {
        Self {
            at: change.at,
            by: change.by.into(),
            action: change.action,
        }
    }
}

impl From<Actor> for By {
    fn from(actor: Actor) -> Self {
        Self {
            user_id: actor.user,
            name: actor.name,
        }
    }
}

impl From<domain::State> for State {
    fn from(state: domain::State) -> Self {
        match state {
            domain::State::Disarmed => Self::Disarmed,
            domain::State::Armed => Self::Armed,
            domain::State::Alarmed => Self::Alarmed,
        }
    }
}

impl From<domain::Action> for Action {
    fn from(action: domain::Action) -> Self {
        match action {
            domain::Action::Arm => Self::Arm,
            domain::Action::Disarm => Self::Disarm,
            domain::Action::Acknowledge => Self::Acknowledge,
        }
    }
}

impl From<Action> for domain::Action {
    fn from(action: Action) -> Self {
        match action {
            Action::Arm => Self::Arm,
            Action::Disarm => Self::Disarm,
            Action::Acknowledge => Self::Acknowledge,
        }
    }
}
