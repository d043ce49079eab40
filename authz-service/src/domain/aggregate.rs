//! What RealGuardIO's services tell, in the words of the law.

use access::{Employment, Location, LocationId, Organization, ProviderId, Team};
use uuid::Uuid;

/// Who tells of an aggregate, and alone may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// customer-service.
    Customers,
    /// dealer-service.
    Dealers,
    /// monitoring-service.
    Providers,
    /// security-system-service.
    Systems,
}

impl Owner {
    /// Who tells of organizations of this kind, and of what they grant.
    #[must_use]
    pub const fn of(organization: Organization) -> Self {
        match organization {
            Organization::Customer(_) => Self::Customers,
            Organization::Dealer(_) => Self::Dealers,
            Organization::Provider(_) => Self::Providers,
        }
    }
}

/// Which aggregate. What two owners call by one id are two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Who tells of it.
    pub owner: Owner,
    /// What it is.
    pub kind: Kind,
    /// Which.
    pub id: Uuid,
}

impl Key {
    /// What this owner calls so.
    #[must_use]
    pub fn new(owner: Owner, kind: Kind, id: impl Into<Uuid>) -> Self {
        let id = id.into();
        Self { owner, kind, id }
    }

    /// This organization.
    #[must_use]
    pub fn organization(organization: Organization) -> Self {
        let owner = Owner::of(organization);
        Self::new(owner, Kind::Organization, organization.id())
    }
}

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
