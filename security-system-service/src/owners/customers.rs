//! What is asked of customer-service: the owner of locations and of customers' people.

use std::collections::{BTreeMap, BTreeSet};

use access::{DealerId, Facts, Location, LocationId, Organization, SystemId, UserId};
use chassis::client::{ClientError, ServiceClient};
use http::StatusCode;
use outbox::ConsistencyToken;
use serde::Deserialize;
use serde_json::json;

use super::{AT_ONCE, DECISION, Granted, Owner, USER, WINDOW};
use crate::authorization::Cause;

/// The owner's name.
pub const NAME: &str = customer_events::SOURCE;

/// Where it is asked for facts.
pub const FACTS: [&str; 4] = [DECISION, USER, LOCATIONS, LOCATIONS_SERVED];

/// Locations by their ids.
const LOCATIONS: &str = "/facts/locations";

/// Locations of dealers.
const LOCATIONS_SERVED: &str = "/facts/locations-served";

/// The owner of customers, their locations and employments.
#[derive(Debug)]
pub struct CustomerService {
    owner: Owner,
}

/// A location, and the version at which it was read.
#[derive(Debug, Clone, Deserialize)]
pub struct VersionedLocation {
    /// The location.
    #[serde(flatten)]
    pub location: Location,
    /// Its version.
    pub version: i64,
}

/// A stretch of a list of locations in the order of their ids.
#[derive(Debug, Clone, Default)]
pub struct Window {
    /// What is on the list.
    pub locations: BTreeSet<LocationId>,
    /// How far the stretch reaches; to the end of the list, if nothing.
    pub until: Option<LocationId>,
}

/// The location will not be reserved for this system: a definite answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotReserved;

#[derive(Deserialize)]
struct Locations {
    locations: Vec<VersionedLocation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Served {
    locations: Vec<VersionedLocation>,
    next_page: Option<LocationId>,
}

impl CustomerService {
    /// By this client.
    #[must_use]
    pub const fn new(client: ServiceClient) -> Self {
        Self {
            owner: Owner {
                name: NAME,
                client,
                keeps: |organization| matches!(organization, Organization::Customer(_)),
            },
        }
    }

    /// What bears on a user at a location.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub async fn facts(
        &self,
        user: UserId,
        location: LocationId,
        freshness: &ConsistencyToken,
    ) -> Result<Facts, Cause> {
        let mut facts = self.owner.facts(user, location, freshness).await?;
        facts.location = facts.location.map(without_provider);
        Ok(facts)
    }

    /// What customers grant to a user, anywhere, and what the owner had come to by then.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub async fn facts_of_user(
        &self,
        user: UserId,
        freshness: &ConsistencyToken,
    ) -> Result<(Granted, ConsistencyToken), Cause> {
        self.owner.facts_of_user(user, freshness).await
    }

    /// Those of the locations that there are.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub async fn locations(
        &self,
        ids: &BTreeSet<LocationId>,
        freshness: &ConsistencyToken,
    ) -> Result<BTreeMap<LocationId, Location>, Cause> {
        let ids: Vec<_> = ids.iter().collect();
        let mut found = BTreeMap::new();
        for ids in ids.chunks(AT_ONCE) {
            let question = json!({ "locationIds": ids });
            let reply = self.owner.ask(LOCATIONS, &question, freshness);
            let part: Locations = reply.await?.body;
            let locations = part.locations.into_iter().map(|found| found.location);
            let locations = locations.map(without_provider);
            found.extend(locations.map(|location| (location.id, location)));
        }
        Ok(found)
    }

    /// One location, if there is one of this id, with its version.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub async fn location(
        &self,
        id: LocationId,
        freshness: &ConsistencyToken,
    ) -> Result<Option<VersionedLocation>, Cause> {
        let question = json!({ "locationIds": [id] });
        let reply = self.owner.ask(LOCATIONS, &question, freshness);
        let mut found: Locations = reply.await?.body;
        Ok(found.locations.pop())
    }

    /// The next of the locations that appointed one of these dealers, behind a location.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub async fn served(
        &self,
        dealers: &BTreeSet<DealerId>,
        after: Option<LocationId>,
        freshness: &ConsistencyToken,
    ) -> Result<Window, Cause> {
        let dealers: Vec<_> = dealers.iter().collect();
        let mut window = Window::default();
        for dealers in dealers.chunks(AT_ONCE) {
            let question = json!({ "dealerIds": dealers, "after": after, "limit": WINDOW });
            let reply = self.owner.ask(LOCATIONS_SERVED, &question, freshness);
            let part: Served = reply.await?.body;
            let ids = part.locations.iter().map(|found| found.location.id);
            window.join(ids, part.next_page);
        }
        Ok(window)
    }

    /// Reserves a location, as it was at this version, for a system. May be asked again.
    ///
    /// # Errors
    ///
    /// When it is not known whether it was reserved.
    pub async fn reserve(
        &self,
        location: LocationId,
        version: i64,
        system: SystemId,
    ) -> Result<Result<(), NotReserved>, Cause> {
        let body = json!({ "systemId": system, "version": version });
        let path = format!("/locations/{location}/reservation");
        match self.owner.client.put(&path).json(&body).done().await {
            Ok(_) => Ok(Ok(())),
            Err(ClientError::Refused { status, .. }) if is_definite(status) => Ok(Err(NotReserved)),
            Err(error) => Err(error.into()),
        }
    }

    /// Releases a location from a system, and refuses every later reservation for it. May be asked
    /// again.
    ///
    /// # Errors
    ///
    /// When it is not known whether it was released.
    pub async fn release(&self, location: LocationId, system: SystemId) -> Result<(), Cause> {
        let path = format!("/locations/{location}/reservation/{system}");
        self.owner.client.delete(&path).done().await?;
        Ok(())
    }
}

impl Window {
    /// Takes in a part of the list, which reaches so far. Both together are known as far as the shorter one is.
    fn join(&mut self, part: impl IntoIterator<Item = LocationId>, until: Option<LocationId>) {
        self.until = match (self.until, until) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.locations.extend(part);
        if let Some(until) = self.until {
            self.locations.retain(|location| *location <= until);
        }
    }
}

/// Whom the dealer appointed is dealer-service's to tell.
fn without_provider(location: Location) -> Location {
    Location {
        provider: None,
        ..location
    }
}

/// Gone; or taken, changed since, or released before. Other refusals say that *we* asked wrongly, which is no answer
/// to what was asked.
fn is_definite(status: StatusCode) -> bool {
    matches!(status, StatusCode::NOT_FOUND | StatusCode::CONFLICT)
}
