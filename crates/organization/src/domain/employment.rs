//! An employment.

use access::{EmployeeId, Schedule, UserId};

use super::{Name, OrganizationId, Roles, RolesAt, Version};

/// One person in one organization, from hiring to leaving. It is one aggregate, with all that
/// the organization grants to the person and the schedule that restricts it, so that a grant
/// never travels ahead of its restriction.
///
/// There is no ended employment: ending one deletes it with everything granted through it, and
/// publishes a tombstone. Hiring again makes another one, under another id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Employment {
    /// Which employment.
    pub id: EmployeeId,
    /// The employer.
    pub organization: OrganizationId,
    /// The person. At most one employment per organization and user.
    pub user: UserId,
    /// What the employer calls the person.
    pub name: Name,
    /// Roles held at the organization.
    pub roles: Roles,
    /// Roles held at single locations.
    pub location_roles: RolesAt,
    /// When the roles count. `None` means always.
    pub schedule: Option<Schedule>,
    /// Grows with every change.
    pub version: Version,
}

/// An employment about to begin. It can begin restricted.
#[derive(Debug, Clone)]
pub struct NewEmployment {
    /// Which employment it will be.
    pub id: EmployeeId,
    /// What the employer calls the person.
    pub name: Name,
    /// Roles held at the organization.
    pub roles: Roles,
    /// When the roles count. `None` means always.
    pub schedule: Option<Schedule>,
}
