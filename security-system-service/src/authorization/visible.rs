//! What a caller may view, for lists.

use std::collections::BTreeSet;

use access::{CustomerId, DealerId, Facts, LocationId, SystemId, UserId};
use jiff::{SignedDuration, Timestamp};
use outbox::ConsistencyToken;

use super::asking::Asking;
use super::{ListRequest, Strategy, TokenFacts};
use crate::domain::System;
use crate::store::replica::{Bearing, Listing};

/// The systems that a caller may view: a condition for the store, and what it follows from; or, where that
/// is kept beside the systems, a page of them, read together with what it follows from.
///
/// Never a list of all ids, so that somebody who may view a hundred thousand systems
/// is answered a page as quickly as somebody who may view one. Only where somebody else finds what is visible there is one.
#[derive(Debug, Clone)]
pub struct Visible {
    pub(super) user: UserId,
    pub(super) at: Timestamp,
    freshness: ConsistencyToken,
    pub(super) asking: Asking,
    strategy: Strategy,
    age: SignedDuration,
    found: Found,
    /// What the caller's token tells.
    pub(super) told: TokenFacts,
    /// All grants, where they were asked for.
    pub(super) known: Known,
}

#[derive(Debug, Clone)]
enum Found {
    At(Candidates),
    Page(Box<Listing>),
}

/// Where the systems are looked for. Each that is found is then judged by itself, from the same facts
/// as it is acted on; so what is found must hold all that may be viewed, and may hold more.
#[derive(Debug, Clone, Default)]
pub struct Candidates {
    /// Customers whose systems are all visible.
    pub customers: Vec<CustomerId>,
    /// Single locations.
    pub locations: BTreeSet<LocationId>,
    /// Dealers whose locations are looked up here.
    pub dealers: Vec<DealerId>,
    /// Single systems.
    pub systems: Vec<SystemId>,
    /// How far all of this has been told; to the end, if nothing.
    pub until: Option<LocationId>,
}

/// What is known of a user's grants, and how well.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// All their grants.
    pub(super) facts: Facts,
    /// What their sources had come to.
    pub(super) as_of: ConsistencyToken,
}

impl Known {
    /// Whether nothing that `required` asks for can be missing.
    pub(super) fn covers(&self, required: &ConsistencyToken) -> bool {
        self.as_of.covers(required)
    }
}

impl Visible {
    /// What this strategy found out, and as of when.
    pub(super) fn found(
        request: &ListRequest<'_>,
        strategy: Strategy,
        asking: Asking,
        age: SignedDuration,
        candidates: Candidates,
    ) -> Self {
        Self::new(request, strategy, asking, age, Found::At(candidates))
    }

    /// What this strategy has read already, and as of when.
    pub(super) fn read(
        request: &ListRequest<'_>,
        strategy: Strategy,
        asking: Asking,
        age: SignedDuration,
        listing: Listing,
    ) -> Self {
        let page = Found::Page(Box::new(listing));
        Self::new(request, strategy, asking, age, page)
    }

    fn new(
        request: &ListRequest<'_>,
        strategy: Strategy,
        asking: Asking,
        age: SignedDuration,
        found: Found,
    ) -> Self {
        Self {
            user: request.caller.user,
            at: request.at,
            freshness: request.freshness.clone(),
            asking,
            strategy,
            age,
            found,
            told: request.caller.facts.clone(),
            known: Known::default(),
        }
    }

    /// With all of the user's grants, where they were asked for.
    pub(super) fn knowing(self, known: Known) -> Self {
        Self { known, ..self }
    }

    /// Where to look, if nothing has been read yet.
    #[must_use]
    pub const fn candidates(&self) -> Option<&Candidates> {
        match &self.found {
            Found::At(candidates) => Some(candidates),
            Found::Page(..) => None,
        }
    }

    /// What has been read already: the page that was asked for.
    #[must_use]
    pub fn page(&self) -> Option<&[(System, ConsistencyToken)]> {
        match &self.found {
            Found::At(_) => None,
            Found::Page(listing) => Some(&listing.systems),
        }
    }

    /// What bears on that page, if it was read with it, and nothing that `required` asks for can be missing.
    pub(super) fn bearing(&self, required: &ConsistencyToken) -> Option<&Bearing> {
        match &self.found {
            Found::Page(listing) if listing.reached.covers(required) => Some(&listing.bearing),
            _ => None,
        }
    }

    /// The location at which this part of the list ends, whatever was found; nothing, if it goes on to
    /// the end.
    #[must_use]
    pub fn until(&self) -> Option<LocationId> {
        self.candidates()?.until
    }

    /// How fresh the facts must be to judge these systems: each may have been changed meanwhile by
    /// somebody who knew more.
    #[must_use]
    pub fn freshness_of(&self, systems: &[(System, ConsistencyToken)]) -> ConsistencyToken {
        let tokens = systems.iter().map(|(_, freshness)| freshness);
        tokens.fold(self.freshness.clone(), ConsistencyToken::merged)
    }

    /// The strategy that decided.
    #[must_use]
    pub const fn strategy(&self) -> Strategy {
        self.strategy
    }

    /// How old the facts were at most.
    #[must_use]
    pub const fn facts_age(&self) -> SignedDuration {
        self.age
    }
}
