//! What a caller is told about actions before trying them.
//!
//! Advice, not permission: it is computed from the same decisions as an action is, but at another
//! instant. Only the attempt decides.

use std::collections::BTreeMap;

use access::{Decision, Missing, Operation, Outcome, SystemRole};

use super::{Action, Misfit, State};

/// Which actions would do something now, and why the others would not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The actions that would do something.
    pub actions: Vec<Action>,
    /// For each of the others, why not. What is not allowed comes before what does not fit.
    pub reasons: BTreeMap<Action, Reason>,
    /// For each action that is not allowed, the closest missing fact.
    pub missing: BTreeMap<Action, Missing>,
}

/// Why an action is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Arming needs a role that is not held.
    NotAnArmer,
    /// Disarming or acknowledging needs a role that is not held.
    NotADisarmer,
    /// The role is held, but its schedule is closed now.
    OutsideSchedule,
    /// The system guards already.
    AlreadyArmed,
    /// The system does not guard anyhow.
    AlreadyDisarmed,
    /// There is an alarm, so arming does not fit.
    AlarmStands,
    /// There is no alarm to acknowledge.
    NoAlarm,
    /// It is not known now whether it is allowed.
    Undecided,
}

impl Advice {
    /// Advice on all actions in this state, by the decision on each operation, as far as there is one.
    pub fn new<'a>(state: State, decision: impl Fn(Operation) -> Option<&'a Decision>) -> Self {
        let mut advice = Self {
            actions: Vec::new(),
            reasons: BTreeMap::new(),
            missing: BTreeMap::new(),
        };
        for action in Action::ALL {
            advice.consider(action, state, decision(action.operation()));
        }
        advice
    }

    fn consider(&mut self, action: Action, state: State, decision: Option<&Decision>) {
        let reason = match decision.map(|decision| &decision.outcome) {
            None => Some(Reason::Undecided),
            Some(Outcome::Denied { missing }) => {
                self.missing
                    .extend(missing.clone().map(|missing| (action, missing)));
                Some(Reason::denied(action.operation(), missing.as_ref()))
            }
            // A stronger sign-in is asked for when the action is tried.
            Some(Outcome::Allowed { .. } | Outcome::StepUp { .. }) => Reason::unfit(state, action),
        };
        match reason {
            Some(reason) => drop(self.reasons.insert(action, reason)),
            None => self.actions.push(action),
        }
    }
}

impl Reason {
    /// Why an operation is not allowed.
    #[must_use]
    pub fn denied(operation: Operation, missing: Option<&Missing>) -> Self {
        if missing.is_some_and(Missing::is_only_schedule) {
            Self::OutsideSchedule
        } else if operation.roles().contains(&SystemRole::Armer) {
            Self::NotAnArmer
        } else {
            Self::NotADisarmer
        }
    }

    fn unfit(state: State, action: Action) -> Option<Self> {
        match (state.after(action), action) {
            (Err(Misfit::AlarmStands), _) => Some(Self::AlarmStands),
            (Err(Misfit::NoAlarm), _) => Some(Self::NoAlarm),
            (Ok(after), Action::Disarm) if after == state => Some(Self::AlreadyDisarmed),
            (Ok(after), _) if after == state => Some(Self::AlreadyArmed),
            (Ok(_), _) => None,
        }
    }

    /// Its name in JSON: that of the problem type that the attempt would meet. An attempt that would
    /// change nothing meets none.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAnArmer => "not-an-armer",
            Self::NotADisarmer => "not-a-disarmer",
            Self::OutsideSchedule => "outside-schedule",
            Self::AlreadyArmed => "already-armed",
            Self::AlreadyDisarmed => "already-disarmed",
            Self::AlarmStands => "alarm-stands",
            Self::NoAlarm => "no-alarm",
            Self::Undecided => "undecided",
        }
    }
}
