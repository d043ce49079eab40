//! What RealGuardIO's services tell, in the words of the law.

use access::{Employment, Location, LocationId, Organization, ProviderId, Team};
use uuid::Uuid;

/// Kinds of aggregates that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A customer, a dealer or a monitoring provider.
    Organization,
    /// A location.
    Location,
    /// An employment.
    Employment,
    /// A team.
    Team,
    /// A security system.
    System,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Organization,
        Self::Location,
        Self::Employment,
        Self::Team,
        Self::System,
    ];
}

/// The state of one aggregate.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// An organization.
    Organization {
        /// Which.
        is: Organization,
        /// Its name.
        name: String,
        /// Whom it appointed to watch, if it is a dealer.
        provider: Option<ProviderId>,
    },
    /// A location. Whom its dealer appointed, and what its owner is called, others tell.
    Location(Location),
    /// An active employment. What the employer is called, others tell.
    Employment(Employment),
    /// A team.
    Team(Team),
    /// A security system.
    System {
        /// Which.
        id: Uuid,
        /// Where it is.
        location: LocationId,
    },
}
