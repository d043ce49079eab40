//! States, and the actions that lead from one to another.
//!
//! ```text
//!                 ARM                     alarm
//!   ┌──────────┐ ─────────▶ ┌─────────┐ ─────────────▶ ┌─────────┐
//!   │ DISARMED │            │  ARMED  │                │ ALARMED │
//!   └──────────┘ ◀───────── └─────────┘ ◀───────────── └─────────┘
//!        ▲        DISARM                  ACKNOWLEDGE       │
//!        └──────────────────────────────────────────────────┘
//!                               DISARM
//! ```
//!
//! To arm what is armed and to disarm what is disarmed changes nothing, and is no mistake: whoever
//! asks for it has what they asked for. To arm over an alarm would hide it, so that is refused.

use access::Operation;

/// What a system is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It does not guard.
    Disarmed,
    /// It guards.
    Armed,
    /// It guarded, and something happened.
    Alarmed,
}

/// What a person may have a system do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Start guarding.
    Arm,
    /// Stop guarding.
    Disarm,
    /// Confirm an alarm, and go on guarding.
    Acknowledge,
}

/// Why an action does not fit a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// There is an alarm, which somebody has to acknowledge or end by disarming.
    #[error("there is an alarm")]
    AlarmStands,
    /// There is no alarm to acknowledge.
    #[error("there is no alarm")]
    NoAlarm,
}

impl State {
    /// Every state there is.
    pub const ALL: [Self; 3] = [Self::Disarmed, Self::Armed, Self::Alarmed];

    /// The state in which an action leaves a system; the same one where nothing is to do.
    ///
    /// # Errors
    ///
    /// When the action does not fit.
    pub const fn after(self, action: Action) -> Result<Self, Misfit> {
        match (self, action) {
            (Self::Disarmed | Self::Armed, Action::Arm) | (Self::Alarmed, Action::Acknowledge) => {
                Ok(Self::Armed)
            }
            (_, Action::Disarm) => Ok(Self::Disarmed),
            (Self::Alarmed, Action::Arm) => Err(Misfit::AlarmStands),
            (_, Action::Acknowledge) => Err(Misfit::NoAlarm),
        }
    }

    /// The state in which an alarm leaves a system: one that does not guard cannot be alarmed.
    #[must_use]
    pub const fn after_alarm(self) -> Self {
        match self {
            Self::Disarmed => Self::Disarmed,
            Self::Armed | Self::Alarmed => Self::Alarmed,
        }
    }

    /// Its name in tables, events and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disarmed => "DISARMED",
            Self::Armed => "ARMED",
            Self::Alarmed => "ALARMED",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

impl Action {
    /// Every action there is.
    pub const ALL: [Self; 3] = [Self::Arm, Self::Disarm, Self::Acknowledge];

    /// The operation that has to be allowed for it.
    #[must_use]
    pub const fn operation(self) -> Operation {
        match self {
            Self::Arm => Operation::Arm,
            Self::Disarm => Operation::Disarm,
            Self::Acknowledge => Operation::Acknowledge,
        }
    }

    /// Its name in tables, events and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Arm => "ARM",
            Self::Disarm => "DISARM",
            Self::Acknowledge => "ACKNOWLEDGE",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Misfit, State};

    #[test]
    fn every_action_in_every_state() {
        use Action::{Acknowledge, Arm, Disarm};
        use State::{Alarmed, Armed, Disarmed};
        for (state, action, after) in [
            (Disarmed, Arm, Ok(Armed)),
            (Disarmed, Disarm, Ok(Disarmed)),
            (Disarmed, Acknowledge, Err(Misfit::NoAlarm)),
            (Armed, Arm, Ok(Armed)),
            (Armed, Disarm, Ok(Disarmed)),
            (Armed, Acknowledge, Err(Misfit::NoAlarm)),
            (Alarmed, Arm, Err(Misfit::AlarmStands)),
            (Alarmed, Disarm, Ok(Disarmed)),
            (Alarmed, Acknowledge, Ok(Armed)),
        ] {
            assert_eq!(state.after(action), after, "{action:?} of {state:?}");
        }
    }

    #[test]
    fn only_what_guards_can_be_alarmed() {
        assert_eq!(State::Disarmed.after_alarm(), State::Disarmed);
        assert_eq!(State::Armed.after_alarm(), State::Alarmed);
        assert_eq!(State::Alarmed.after_alarm(), State::Alarmed);
    }
}
