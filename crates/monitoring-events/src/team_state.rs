use std::collections::{BTreeMap, BTreeSet};

use access::{EmployeeId, LocationId, Organization, ProviderId, SystemRole, Team, TeamId};
use serde::{Deserialize, Serialize};

/// A team of a monitoring provider's employees: what it may do at a location, its members may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamState {
    /// Which team.
    pub team_id: TeamId,
    /// The monitoring provider it belongs to.
    pub monitoring_provider_id: ProviderId,
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
            organization: Organization::Provider(self.monitoring_provider_id),
            members: self.members,
            roles: self.roles,
        }
    }
}
