//! What a caller may view, for lists.

use std::collections::BTreeSet;

use access::{CustomerId, DealerId, Facts, LocationId, SystemId};
use jiff::{SignedDuration, Timestamp};
use outbox::ConsistencyToken;

use super::asking::Asking;
use super::{Caller, ListRequest, Strategy};
use crate::domain::System;
use crate::store::replica::{Bearing, Listing};

/// The systems that a caller may view: a condition for the store, and what it follows from; or, where that
/// is kept beside the systems, a page of them, read together with what it follows from.
///
/// Never a list of all ids, so that somebody who may view a hundred thousand systems
/// is answered a page as quickly as somebody who may view one. Only where somebody else finds what is visible there is one.
#[derive(Debug, Clone)]
pub struct Visible {
    pub(super) caller: Caller,
    pub(super) at: Timestamp,
    pub(super) freshness: ConsistencyToken,
    pub(super) asking: Asking,
    strategy: Strategy,
    age: SignedDuration,
    found: Found,
    /// All grants, where they were asked for.
    pub(super) known: Known,
}

#[derive(Debug, Clone)]
enum Found {
    At(Candidates),
    Page(ConsistencyToken, Box<Listing>),
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

    /// What this strategy has read already, when its sources had come so far.
    pub(super) fn read(
        request: &ListRequest<'_>,
        strategy: Strategy,
        asking: Asking,
        age: SignedDuration,
        (as_of, listing): (ConsistencyToken, Listing),
    ) -> Self {
        let page = Found::Page(as_of, Box::new(listing));
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
            caller: request.caller.clone(),
            at: request.at,
            freshness: request.freshness.clone(),
            asking,
            strategy,
            age,
            found,
            known: Known::default(),
        }
    }

    /// With all of the user's grants, where they were asked for.
    pub(super) fn knowing(self, known: Known) -> Self {
        Self { known, ..self }
    }

    /// The same, and nothing of what was read for it: to be read anew.
    pub(super) fn unread(&self) -> Self {
        Self {
            found: Found::At(Candidates::default()),
            known: Known::default(),
            caller: self.caller.clone(),
            freshness: self.freshness.clone(),
            ..*self
        }
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
            Found::Page(_, listing) => Some(&listing.systems),
        }
    }

    /// What bears on that page, if it was read with it, and nothing that `required` asks for can be missing; and as of when
    /// it is.
    pub(super) fn bearing(
        &self,
        required: &ConsistencyToken,
    ) -> Option<(&ConsistencyToken, &Bearing)> {
        match &self.found {
            Found::Page(as_of, listing) if as_of.covers(required) => {
                Some((as_of, &listing.bearing))
            }
            _ => None,
        }
    }

    /// The location at which this part of the list ends, whatever was found; nothing, if it goes on to
    /// the end.
    #[must_use]
    pub fn until(&self) -> Option<LocationId> {
        self.candidates()?.until
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
