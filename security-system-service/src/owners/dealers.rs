//! What is asked of dealer-service: the owner of dealers, of whom they appointed, and of their people.

use std::collections::{BTreeMap, BTreeSet};

use access::{DealerId, ProviderId, UserId};
use chassis::client::ServiceClient;
use outbox::ConsistencyToken;
use serde::Deserialize;
use serde_json::json;

use super::{AT_ONCE, DECISION, Grantor, USER, WINDOW};
use crate::authorization::Cause;

/// The owner's name.
pub const NAME: &str = dealer_events::SOURCE;

/// Where it is asked for facts.
pub const FACTS: [&str; 4] = [DECISION, USER, DEALERS, DEALERS_SERVED];

/// Dealers by their ids.
const DEALERS: &str = "/facts/dealers";

/// Dealers of providers.
const DEALERS_SERVED: &str = "/facts/dealers-served";

/// The owner of dealers and their employments, where there are dealers.
#[derive(Debug)]
pub struct DealerService {
    grantor: Grantor,
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
    next_page: Option<DealerId>,
}

#[derive(Deserialize)]
struct Administrator {
    administrator: bool,
}

impl DealerService {
    /// By this client; a deployment without dealers has none.
    #[must_use]
    pub fn new(client: Option<ServiceClient>) -> Self {
        let grantor = Grantor::of_dealers(client);
        Self { grantor }
    }

    /// What dealers grant.
    #[must_use]
    pub const fn grantor(&self) -> &Grantor {
        &self.grantor
    }

    /// Whether there are dealers.
    #[must_use]
    pub const fn is_there(&self) -> bool {
        self.grantor.is_there()
    }

    /// Whom each of these dealers appointed, if anybody. Without a dealer the owner is asked all the same, so
    /// that its outage tells nobody whether there is one.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub async fn providers(
        &self,
        dealers: &BTreeSet<DealerId>,
        freshness: &ConsistencyToken,
    ) -> Result<BTreeMap<DealerId, ProviderId>, Cause> {
        let Some(owner) = &self.grantor.owner else {
            return Ok(BTreeMap::new());
        };
        let nobody = [DealerId::NIL].into();
        let dealers = if dealers.is_empty() { &nobody } else { dealers };
        let ids: Vec<_> = dealers.iter().collect();
        let mut found = BTreeMap::new();
        for ids in ids.chunks(AT_ONCE) {
            let question = json!({ "dealerIds": ids });
            let reply = owner.ask(DEALERS, &question, freshness);
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
        let Some(owner) = &self.grantor.owner else {
            return Ok(BTreeSet::new());
        };
        let providers: Vec<_> = providers.iter().collect();
        let mut found = BTreeSet::new();
        for providers in providers.chunks(AT_ONCE) {
            let mut after = None;
            loop {
                let question = json!({ "providerIds": providers, "after": after, "limit": WINDOW });
                let reply = owner.ask(DEALERS_SERVED, &question, freshness);
                let part: Dealers = reply.await?.body;
                found.extend(part.dealers.into_iter().map(|dealer| dealer.id));
                after = part.next_page;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Whether a user administers the people of a dealer. Without a dealer the owner is asked all the same,
    /// so that its outage tells nobody whether there is one.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub async fn is_administrator(
        &self,
        user: UserId,
        dealer: Option<DealerId>,
        freshness: &ConsistencyToken,
    ) -> Result<bool, Cause> {
        let Some(owner) = &self.grantor.owner else {
            return Ok(false);
        };
        let about = dealer.unwrap_or(DealerId::NIL);
        let question = json!({ "userId": user, "organizationId": about });
        let reply = owner.ask("/facts/administrator", &question, freshness);
        let told: Administrator = reply.await?.body;
        Ok(told.administrator && dealer.is_some())
    }
}
