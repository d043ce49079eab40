use std::collections::{BTreeMap, BTreeSet};

use access::{CustomerId, EmployeeId, LocationId, Organization, SystemRole, Team, TeamId};
use serde::{Deserialize, Serialize};

/// A team of a customer's employees: what it may do at a location, its members may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamState {
    /// Which team.
    pub team_id: TeamId,
    /// The customer it belongs to.
    pub customer_id: CustomerId,
    /// Its name.
    pub name: String,
    /// The employments that belong to it.
    pub members: BTreeSet<EmployeeId>,
    /// Roles held at locations.
    pub roles: BTreeMap<LocationId, BTreeSet<SystemRole>>,
}

impl TeamState {
    /// In the words of the law.
    #[must_use]
    pub fn team(self) -> Team {
        Team {
            id: self.team_id,
            name: self.name,
            organization: Organization::Customer(self.customer_id),
            members: self.members,
            roles: self.roles,
        }
    }
}
