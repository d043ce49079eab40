//! What a caller may view, for lists.

use access::{CustomerId, Facts, LocationId, Organization, Reach, UserId};
use jiff::{SignedDuration, Timestamp};
use outbox::ConsistencyToken;

use super::Strategy;

/// The systems that a caller may view: a condition for the store, and what it follows from.
///
/// A condition instead of a list of ids, so that somebody who may view a hundred thousand systems
/// is answered a page as quickly as somebody who may view one.
#[derive(Debug, Clone)]
pub struct Visible {
    pub(super) user: UserId,
    pub(super) at: Timestamp,
    pub(super) freshness: ConsistencyToken,
    pub(super) known: Known,
    reach: Reach,
}

/// What is known of a user's grants, and how well.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// All their grants.
    pub(super) facts: Facts,
    /// What their sources had come to.
    pub(super) as_of: ConsistencyToken,
    /// How old they were at most.
    pub(super) age: SignedDuration,
    /// Who found them.
    pub(super) strategy: Strategy,
}

impl Known {
    /// Whether nothing that `required` asks for can be missing.
    pub(super) fn covers(&self, required: &ConsistencyToken) -> bool {
        let mut positions = required.iter();
        positions.all(|(source, position)| self.as_of.get(source) >= Some(position))
    }
}

impl Visible {
    /// What follows from all that is known of a user.
    pub(super) fn new(
        user: UserId,
        at: Timestamp,
        freshness: ConsistencyToken,
        known: Known,
    ) -> Self {
        let reach = Reach::of(user, &known.facts);
        Self {
            user,
            at,
            freshness,
            known,
            reach,
        }
    }

    /// Customers whose systems are all visible.
    pub fn customers(&self) -> impl Iterator<Item = CustomerId> {
        self.reach
            .organizations
            .iter()
            .filter_map(|organization| customer(*organization))
    }

    /// Locations whose systems are visible while they belong to this customer.
    pub fn locations(&self) -> impl Iterator<Item = (CustomerId, LocationId)> {
        self.reach
            .locations
            .iter()
            .flat_map(|(organization, locations)| {
                let customer = customer(*organization);
                locations
                    .iter()
                    .filter_map(move |location| Some((customer?, *location)))
            })
    }

    /// The strategy that decided.
    #[must_use]
    pub const fn strategy(&self) -> Strategy {
        self.known.strategy
    }

    /// How old the facts were at most.
    #[must_use]
    pub const fn facts_age(&self) -> SignedDuration {
        self.known.age
    }
}

const fn customer(organization: Organization) -> Option<CustomerId> {
    match organization {
        Organization::Customer(customer) => Some(customer),
        Organization::Dealer(_) | Organization::Provider(_) => None,
    }
}
