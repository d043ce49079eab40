//! People, teams and the roles granted to them: the types, and the rules between them.

mod employment;
mod guard;
mod id;
mod name;
mod role;
mod team;

pub use employment::{Employment, NewEmployment};
pub use guard::{Own, not_their_own, not_their_own_team};
pub use id::{OrganizationId, Version};
pub use name::{Email, Invalid, Name};
pub use role::{RoleNames, Roles, RolesAt, system_roles};
pub use team::Team;

/// An organization, of whichever kind this service keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Which organization.
    pub id: OrganizationId,
    /// Its name, which others display.
    pub name: Name,
    /// The organization that it appointed, where its kind appoints anybody: a dealer its
    /// monitoring provider. Appointed and dismissed by its own administrators alone.
    pub appointee: Option<OrganizationId>,
    /// Grows with every change.
    pub version: Version,
}

/// At how many locations one employment, or one team, may hold roles; how many members a team
/// may have. An aggregate travels in one event, which has to stay well under a message's limit.
pub const LIMIT: usize = 1000;

/// To how many teams one employment may belong. All that is granted to a person through it is told
/// in one answer, which has to stay well below what the caller reads.
pub const TEAMS: usize = 20;

/// How many people may hold roles at one location, others than through teams: when it is removed, each of them is told of,
/// in one transaction.
pub const PEOPLE_AT_LOCATION: i64 = 1000;

/// How many people one organization may employ: each service that keeps facts keeps them all, and some in memory.
pub const EMPLOYMENTS_OF_ORGANIZATION: i64 = 10_000;

/// How many teams one organization may have, and at how many locations these may hold roles, all taken together: for
/// the same reason.
pub const TEAMS_OF_ORGANIZATION: i64 = 500;
/// See [`TEAMS_OF_ORGANIZATION`].
pub const ROLES_OF_TEAMS: i64 = 10_000;
