//! A security system as the API represents it to this person.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::change::Change;
use super::missing::Missing;

/// The reason of an action of which nobody could tell whether this person may do it.
pub const UNDECIDED: &str = "undecided";

/// The identity of a security system; opaque.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(transparent)]
pub struct SystemId(pub String);

impl fmt::Display for SystemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a system stands, or what grants a role: an identity and a name to show.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Named {
    /// Opaque.
    pub id: String,
    /// As its owner calls it.
    pub name: String,
}

/// What a system is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum State {
    /// Not guarding.
    Disarmed,
    /// Guarding.
    Armed,
    /// Guarding, and something happened.
    Alarmed,
}

impl State {
    /// The word that stands on the plate.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Disarmed => "DISARMED",
            Self::Armed => "ARMED",
            Self::Alarmed => "ALARM",
        }
    }
}

/// What a person can do to a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Action {
    /// Start guarding.
    Arm,
    /// Stop guarding.
    Disarm,
    /// Take note of an alarm, and guard on.
    Acknowledge,
}

impl Action {
    /// The state that the action leads to.
    #[must_use]
    pub const fn leads_to(self) -> State {
        match self {
            Self::Arm | Self::Acknowledge => State::Armed,
            Self::Disarm => State::Disarmed,
        }
    }

    /// On a button.
    #[must_use]
    pub const fn imperative(self) -> &'static str {
        match self {
            Self::Arm => "Arm",
            Self::Disarm => "Disarm",
            Self::Acknowledge => "Acknowledge",
        }
    }

    /// While the answer is awaited.
    #[must_use]
    pub const fn progressive(self) -> &'static str {
        match self {
            Self::Arm => "Arming…",
            Self::Disarm => "Disarming…",
            Self::Acknowledge => "Acknowledging…",
        }
    }

    /// When it has, or has not, been done.
    #[must_use]
    pub const fn participle(self) -> &'static str {
        match self {
            Self::Arm => "armed",
            Self::Disarm => "disarmed",
            Self::Acknowledge => "acknowledged",
        }
    }
}

/// A system, and what this person may do to it now.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct System {
    /// Which one.
    pub id: SystemId,
    /// Where it stands; a system never moves.
    pub location: Named,
    /// Whose location that is.
    pub customer: Named,
    /// What it is doing.
    pub state: State,
    /// Grows with every change; sent back as `If-Match`.
    pub version: u64,
    /// What this person may do now: advice, the service decides.
    #[serde(default)]
    pub actions: Vec<Action>,
    /// Why the other actions are not among them.
    #[serde(default)]
    pub reasons: BTreeMap<Action, String>,
    /// What is missing to this person, where that is the reason.
    #[serde(default)]
    pub missing: BTreeMap<Action, Missing>,
    /// Who made this version; nobody made the first.
    #[serde(default)]
    pub changed: Option<Change>,
}

impl System {
    /// May this person do this now, as far as is known?
    #[must_use]
    pub fn offers(&self, action: Action) -> bool {
        self.actions.contains(&action)
    }

    /// Has nothing been done to it since it was installed?
    #[must_use]
    pub const fn is_untouched(&self) -> bool {
        self.version == 1
    }

    /// Could it not be decided what this person may do?
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        self.reasons.values().any(|reason| reason == UNDECIDED)
    }
}
