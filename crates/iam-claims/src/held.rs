//! The parts of the claim.

use std::collections::BTreeSet;

use access::{EmployeeId, LocationId, Organization, Schedule, SystemRole};
use serde::{Deserialize, Deserializer, Serialize};

/// An active employment of the person, with all that the employer grants, and when it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Held {
    /// Which employment.
    pub id: EmployeeId,
    /// The employer.
    pub organization: Organization,
    /// The employer's name, to be shown.
    pub name: String,
    /// Roles held at the organization.
    pub roles: BTreeSet<SystemRole>,
    /// Roles held at single locations of the employer.
    pub location_roles: Vec<At>,
    /// When what is granted counts. `null` means always, and has to be said.
    #[serde(deserialize_with = "said")]
    pub schedule: Option<Schedule>,
}

/// Locations, and the roles that are held at each of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct At {
    /// The roles.
    pub roles: BTreeSet<SystemRole>,
    /// The locations.
    pub locations: BTreeSet<LocationId>,
}

/// Where an employer has a say by an appointment, or grants something by a team, and what that makes of an employment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reached {
    /// By which employment, and so by which schedule.
    pub employment: EmployeeId,
    /// The roles.
    pub roles: BTreeSet<SystemRole>,
    /// At which locations.
    pub locations: BTreeSet<LocationId>,
}

/// An optional field that must nevertheless be present.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Schedule>, D::Error> {
    Option::deserialize(deserializer)
}
