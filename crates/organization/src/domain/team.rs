//! A team.

use std::collections::BTreeSet;

use access::{EmployeeId, TeamId};

use super::{Name, OrganizationId, RolesAt, Version};

/// Roles at locations, granted to whoever is a member. Teams do not nest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Which team.
    pub id: TeamId,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Its name.
    pub name: Name,
    /// Employments of the organization.
    pub members: BTreeSet<EmployeeId>,
    /// Roles held at locations.
    pub roles: RolesAt,
    /// Grows with every change.
    pub version: Version,
}
