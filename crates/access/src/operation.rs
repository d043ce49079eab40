//! What can be done to a system, and the roles that are needed for it.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A role that grants something on security systems. No role implies another.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
pub enum SystemRole {
    /// May arm.
    #[serde(rename = "SECURITY_SYSTEM_ARMER")]
    Armer,
    /// May disarm, and acknowledge alarms.
    #[serde(rename = "SECURITY_SYSTEM_DISARMER")]
    Disarmer,
    /// May look.
    #[serde(rename = "SECURITY_SYSTEM_VIEWER")]
    Viewer,
}

impl SystemRole {
    /// Every role there is.
    pub const ALL: [Self; 3] = [Self::Armer, Self::Disarmer, Self::Viewer];

    /// The name used in tables, tokens and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Armer => "SECURITY_SYSTEM_ARMER",
            Self::Disarmer => "SECURITY_SYSTEM_DISARMER",
            Self::Viewer => "SECURITY_SYSTEM_VIEWER",
        }
    }

    /// The role of that name, if it is one of the system roles.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

impl fmt::Display for SystemRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An operation on a security system.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Operation {
    /// See the system, its state and its history. Never restricted in time.
    View,
    /// Start guarding.
    Arm,
    /// Stop guarding.
    Disarm,
    /// Confirm an alarm and go on guarding.
    Acknowledge,
}

impl Operation {
    /// Every operation there is.
    pub const ALL: [Self; 4] = [Self::View, Self::Arm, Self::Disarm, Self::Acknowledge];

    /// The name used in policies and settings. JSON has it in capitals.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Arm => "arm",
            Self::Disarm => "disarm",
            Self::Acknowledge => "acknowledge",
        }
    }

    /// The operation of that name, if it is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|operation| operation.as_str() == name)
    }

    /// The roles of which one is needed. The first is the one to ask for.
    #[must_use]
    pub const fn roles(self) -> &'static [SystemRole] {
        match self {
            Self::View => &[SystemRole::Viewer, SystemRole::Armer, SystemRole::Disarmer],
            Self::Arm => &[SystemRole::Armer],
            Self::Disarm | Self::Acknowledge => &[SystemRole::Disarmer],
        }
    }

    /// Whether schedules restrict it. A person off shift still sees the system, and why it
    /// cannot be disarmed now.
    #[must_use]
    pub const fn is_restricted_in_time(self) -> bool {
        !matches!(self, Self::View)
    }
}
