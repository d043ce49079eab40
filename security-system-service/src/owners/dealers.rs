//! What is asked of dealer-service: the owner of dealers, of whom they appointed, and of their people.

use std::collections::{BTreeMap, BTreeSet};

use access::{DealerId, LocationId, ProviderId, UserId};
use chassis::client::ServiceClient;
use outbox::ConsistencyToken;
use serde::Deserialize;
use serde_json::json;

use super::{AT_ONCE, Granted, Owner, WINDOW};
use crate::authorization::Cause;

/// The owner's name.
pub const NAME: &str = dealer_events::SOURCE;

/// The owner of dealers and their employments, where there are dealers.
#[derive(Debug)]
pub struct DealerService {
    owner: Option<Owner>,
}

#[derive(Deserialize)]
struct Dealer {
    id: DealerId,
    provider: Option<ProviderId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Dealers {
    dealers: Vec<Dealer>,
    #[serde(default)]
    next_page: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Administrator {
    administrator: bool,
}

impl DealerService {
    /// By this client; a deployment without dealers has none.
    #[must_use]
    pub fn new(client: Option<ServiceClient>) -> Self {
        let owner = client.map(|client| Owner { name: NAME, client });
        Self { owner }
    }

    /// Whether there are dealers.
    #[must_use]
    pub const fn is_there(&self) -> bool {
        self.owner.is_some()
    }

    /// What dealers grant to a user who wants to do something at a location. Asked without a
    /// location, the answer grants nothing, but takes the owner as a real one does and leads as far.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub async fn facts(
        &self,
        user: UserId,
        location: Option<LocationId>,
        freshness: &ConsistencyToken,
    ) -> Result<Granted, Cause> {
        let Some(owner) = &self.owner else {
            return Ok(Granted::default());
        };
        let question = json!({ "userId": user, "locationId": location });
        let reply = owner.ask("/facts/decision", &question, freshness);
        Ok(reply.await?.body)
    }

    /// What dealers grant to a user, anywhere, and what the owner had come to by then.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub async fn facts_of_user(
        &self,
        user: UserId,
        freshness: &ConsistencyToken,
    ) -> Result<(Granted, ConsistencyToken), Cause> {
        match &self.owner {
            Some(owner) => owner.facts_of_user(user, freshness).await,
            None => Ok(Default::default()),
        }
    }

    /// Whom each of these dealers appointed, if anybody.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub async fn providers(
        &self,
        dealers: &BTreeSet<DealerId>,
        freshness: &ConsistencyToken,
    ) -> Result<BTreeMap<DealerId, ProviderId>, Cause> {
        let Some(owner) = &self.owner else {
            return Ok(BTreeMap::new());
        };
        let ids: Vec<_> = dealers.iter().collect();
        let mut found = BTreeMap::new();
        for ids in ids.chunks(AT_ONCE) {
            let question = json!({ "dealerIds": ids });
            let reply = owner.ask("/facts/dealers", &question, freshness);
            let part: Dealers = reply.await?.body;
            let dealers = part.dealers.into_iter();
            found.extend(dealers.filter_map(|dealer| Some((dealer.id, dealer.provider?))));
        }
        Ok(found)
    }

    /// The dealers that appointed one of these providers.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub async fn served(
        &self,
        providers: &BTreeSet<ProviderId>,
        freshness: &ConsistencyToken,
    ) -> Result<BTreeSet<DealerId>, Cause> {
        let Some(owner) = &self.owner else {
            return Ok(BTreeSet::new());
        };
        let providers: Vec<_> = providers.iter().collect();
        let mut found = BTreeSet::new();
        for providers in providers.chunks(AT_ONCE) {
            let mut after = None;
            loop {
                let question = json!({ "providerIds": providers, "after": after, "limit": WINDOW });
                let reply = owner.ask("/facts/dealers-served", &question, freshness);
                let part: Dealers = reply.await?.body;
                after = part.dealers.last().map(|dealer| dealer.id);
                found.extend(part.dealers.into_iter().map(|dealer| dealer.id));
                if part.next_page.is_none() || after.is_none() {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Whether a user administers the people of a dealer.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub async fn is_administrator(
        &self,
        user: UserId,
        dealer: DealerId,
        freshness: &ConsistencyToken,
    ) -> Result<bool, Cause> {
        let Some(owner) = &self.owner else {
            return Ok(false);
        };
        let question = json!({ "userId": user, "organizationId": dealer });
        let reply = owner.ask("/facts/administrator", &question, freshness);
        let told: Administrator = reply.await?.body;
        Ok(told.administrator)
    }
}
