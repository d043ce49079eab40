use std::collections::{BTreeMap, BTreeSet};

use access::{
    CustomerId, EmployeeId, Employment, LocationId, Organization, Schedule, SystemRole, UserId,
};
use serde::{Deserialize, Serialize};

/// A person's employment by a customer: one aggregate with everything that the customer grants them,
/// so that no grant ever travels ahead of its restriction. (Team memberships are the teams'.)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmploymentState {
    /// Which employment. Hired again, a person has a new one.
    pub employee_id: EmployeeId,
    /// The person.
    pub user_id: UserId,
    /// The employer.
    pub customer_id: CustomerId,
    /// The person's name, for others to display.
    pub name: String,
    /// Whether it lasts. One that has ended grants nothing, whatever roles stand here.
    pub active: bool,
    /// Roles held at the customer, and so at all its locations.
    pub roles: BTreeSet<CustomerRole>,
    /// Roles held at single locations of the customer.
    pub location_roles: BTreeMap<LocationId, BTreeSet<SystemRole>>,
    /// When what this employment grants counts; `null` is always.
    #[serde(deserialize_with = "Option::deserialize")]
    pub schedule: Option<Schedule>,
}

impl EmploymentState {
    /// The roles held at the customer that say something about systems.
    pub fn system_roles(&self) -> impl Iterator<Item = SystemRole> {
        self.roles.iter().filter_map(|role| role.system())
    }

    /// In the words of the law, while it lasts. What the employer is called, another aggregate says.
    #[must_use]
    pub fn employment(self, organization_name: String) -> Option<Employment> {
        self.active.then(|| Employment {
            id: self.employee_id,
            user: self.user_id,
            organization: Organization::Customer(self.customer_id),
            organization_name,
            roles: self.system_roles().collect(),
            location_roles: self.location_roles,
            schedule: self.schedule,
        })
    }
}

/// A role that an employee holds at a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CustomerRole {
    /// Manages the customer's people, locations and teams. Grants nothing on a system.
    CustomerEmployeeAdministrator,
    /// May arm.
    SecuritySystemArmer,
    /// May disarm and acknowledge alarms.
    SecuritySystemDisarmer,
    /// May see.
    SecuritySystemViewer,
}

impl CustomerRole {
    /// The role on systems that this is, if it is one.
    #[must_use]
    pub const fn system(self) -> Option<SystemRole> {
        match self {
            Self::CustomerEmployeeAdministrator => None,
            Self::SecuritySystemArmer => Some(SystemRole::Armer),
            Self::SecuritySystemDisarmer => Some(SystemRole::Disarmer),
            Self::SecuritySystemViewer => Some(SystemRole::Viewer),
        }
    }
}

impl From<SystemRole> for CustomerRole {
    fn from(role: SystemRole) -> Self {
        match role {
            SystemRole::Armer => Self::SecuritySystemArmer,
            SystemRole::Disarmer => Self::SecuritySystemDisarmer,
            SystemRole::Viewer => Self::SecuritySystemViewer,
        }
    }
}
