//! What is asked of monitoring-service: the owner of monitoring providers and their people.

use access::{LocationId, UserId};
use chassis::client::ServiceClient;
use outbox::ConsistencyToken;
use serde_json::json;

use super::{Granted, Owner};
use crate::authorization::Cause;

/// The owner's name.
pub const NAME: &str = monitoring_events::SOURCE;

/// The owner of monitoring providers and their employments, where there are any.
#[derive(Debug)]
pub struct MonitoringService {
    owner: Option<Owner>,
}

impl MonitoringService {
    /// By this client; a deployment without monitoring providers has none.
    #[must_use]
    pub fn new(client: Option<ServiceClient>) -> Self {
        let owner = client.map(|client| Owner { name: NAME, client });
        Self { owner }
    }

    /// Whether there are monitoring providers.
    #[must_use]
    pub const fn is_there(&self) -> bool {
        self.owner.is_some()
    }

    /// What providers grant to a user who wants to do something at a location. Asked without a
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

    /// What providers grant to a user, anywhere, and what the owner had come to by then.
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
}
