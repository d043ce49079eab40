//! What this service asks of customer-service, the owner of locations and of who may do what there.
//!
//! | call | for |
//! |---|---|
//! | `POST /facts/decision` | a decision on one system |
//! | `POST /facts/user`, `POST /facts/locations` | a list |
//! | `PUT /locations/{id}/reservation`, `DELETE …/{systemId}` | installing and removing a system |
//!
//! Always as a machine, with the person's id in the body.

use std::collections::{BTreeMap, BTreeSet};

use access::{Employment, Facts, Location, LocationId, SystemId, Team, UserId};
use chassis::client::{Call, ClientError, ServiceClient};
use http::{HeaderMap, HeaderName, StatusCode};
use outbox::{CONSISTENCY_TOKEN, ConsistencyToken};
use serde::Deserialize;
use serde_json::json;

use crate::authorization::Cause;

/// The owner's name: audience of tokens, source in consistency tokens.
pub const NAME: &str = "customer-service";

/// How many locations may be asked about at once.
const LOCATIONS_AT_ONCE: usize = 100;

/// The owner of customers, their locations and employments.
#[derive(Debug)]
pub struct CustomerService {
    client: ServiceClient,
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

/// The location will not be reserved for this system: a definite answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotReserved;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserFacts {
    employments: Vec<Employment>,
    teams: Vec<Team>,
    next_page: Option<String>,
}

#[derive(Deserialize)]
struct Locations {
    locations: Vec<VersionedLocation>,
}

impl CustomerService {
    /// By this client.
    #[must_use]
    pub const fn new(client: ServiceClient) -> Self {
        Self { client }
    }

    /// What bears on a user at a location. Asked without a location, the answer says nothing, but
    /// takes the owner as a real one does.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub async fn facts(
        &self,
        user: UserId,
        location: Option<LocationId>,
        freshness: &ConsistencyToken,
    ) -> Result<Facts, Cause> {
        let question = json!({ "userId": user, "locationId": location });
        let call = self.client.post("/facts/decision").json(&question);
        Ok(at_least(freshness, call).send().await?.body)
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
    ) -> Result<(Facts, ConsistencyToken), Cause> {
        let mut facts = Facts::default();
        let mut as_of = None;
        let mut page = None;
        loop {
            let question = json!({ "userId": user, "page": page });
            let call = self.client.post("/facts/user").json(&question);
            let reply = at_least(freshness, call).send::<UserFacts>().await?;
            // The first part is the oldest.
            let as_of = as_of.get_or_insert_with(|| position(&reply.headers));
            facts.employments.extend(reply.body.employments);
            facts.teams.extend(reply.body.teams);
            page = reply.body.next_page;
            if page.is_none() {
                return Ok((facts, std::mem::take(as_of)));
            }
        }
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
        let found = self.versioned(ids, freshness).await?;
        let locations = found.into_iter().map(|found| found.location);
        Ok(locations.map(|location| (location.id, location)).collect())
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
        Ok(self.versioned(&[id].into(), freshness).await?.pop())
    }

    async fn versioned(
        &self,
        ids: &BTreeSet<LocationId>,
        freshness: &ConsistencyToken,
    ) -> Result<Vec<VersionedLocation>, Cause> {
        let ids: Vec<_> = ids.iter().collect();
        let mut found = Vec::new();
        for ids in ids.chunks(LOCATIONS_AT_ONCE) {
            let question = json!({ "locationIds": ids });
            let call = self.client.post("/facts/locations").json(&question);
            let part: Locations = at_least(freshness, call).send().await?.body;
            found.extend(part.locations);
        }
        Ok(found)
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
        match self.client.put(&path).json(&body).done().await {
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
        self.client.delete(&path).done().await?;
        Ok(())
    }
}

/// Gone, taken, or changed since. Other refusals say that *we* asked wrongly, which is no answer
/// to what was asked.
fn is_definite(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::NOT_FOUND | StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED
    )
}

/// Asks for an answer that is at least so fresh. Only the owner's own position means anything to it.
fn at_least<'a>(freshness: &ConsistencyToken, call: Call<'a>) -> Call<'a> {
    let Some(position) = freshness.get(NAME) else {
        return call;
    };
    match ConsistencyToken::of(NAME, position).header_value() {
        Some(value) => call.header(HeaderName::from_static(CONSISTENCY_TOKEN), value),
        None => call,
    }
}

/// What the owner had come to when it answered. An answer that does not say is taken for the oldest.
fn position(headers: &HeaderMap) -> ConsistencyToken {
    ConsistencyToken::from_headers(headers).unwrap_or_default()
}

impl From<ClientError> for Cause {
    fn from(error: ClientError) -> Self {
        if matches!(error, ClientError::Refused { .. }) {
            tracing::error!(%error, "an owner of facts refuses to tell them");
        }
        Self(error.to_string())
    }
}
