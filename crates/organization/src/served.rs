//! Where dealers serve: asked of customer-service, which owns the appointments.
//!
//! The kinds that others appoint own no locations, and their administrators have to know those
//! that they serve: to give their teams roles there. Who administers an organization is known
//! here; what it serves is asked of those who appointed it, at every request. A customer that
//! dismissed a dealer a moment ago is seen by it no more.

use access::{CustomerId, DealerId, LocationId};
use chassis::client::{ClientError, ServiceClient};
use freshness::at_least;
use outbox::ConsistencyToken;
use serde::Deserialize;
use serde_json::json;

use crate::store::{Keyset, Slice};

/// How many dealers can be asked about at once.
const AT_ONCE: usize = 100;

/// A location that a dealer serves.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ServedLocation {
    /// Which location.
    pub id: LocationId,
    /// Its name.
    pub name: String,
    /// Its owner.
    pub customer: CustomerId,
    /// The dealer that it appointed.
    pub dealer: DealerId,
}

/// A client of customer-service.
#[derive(Debug)]
pub struct ServedLocations {
    client: ServiceClient,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    locations: Vec<ServedLocation>,
    next_page: Option<LocationId>,
}

impl ServedLocations {
    /// A client that calls customer-service by this one.
    #[must_use]
    pub const fn new(client: ServiceClient) -> Self {
        Self { client }
    }

    /// The locations that appointed one of these dealers, in order of their ids; at least as fresh
    /// as this.
    ///
    /// # Errors
    ///
    /// When customer-service does not answer.
    pub async fn of(
        &self,
        dealers: &[DealerId],
        keyset: Keyset,
        freshness: &ConsistencyToken,
    ) -> Result<Slice<ServedLocation>, ClientError> {
        let (mut items, mut more) = (Vec::new(), false);
        for dealers in dealers.chunks(AT_ONCE) {
            let about =
                json!({ "dealerIds": dealers, "after": keyset.after, "limit": keyset.limit });
            let call = self.client.post("/facts/locations-served").json(&about);
            let part: Part = at_least(freshness, call).send().await?.body;
            more |= part.next_page.is_some();
            items.extend(part.locations);
        }
        items.sort_by_key(|location| location.id);
        more |= items.len() > keyset.limit;
        items.truncate(keyset.limit);
        let next = items.last().filter(|_| more).map(|it| it.id.as_uuid());
        Ok(Slice { items, next })
    }
}
