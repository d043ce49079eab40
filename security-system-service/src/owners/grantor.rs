//! Owners of organizations that a deployment may do without.

use access::{LocationId, UserId};
use chassis::client::ServiceClient;
use outbox::ConsistencyToken;

use super::{Granted, Owner};
use crate::authorization::Cause;

/// The owner of one kind of organization and of what these grant, where there is one.
#[derive(Debug)]
pub struct Grantor {
    pub(super) owner: Option<Owner>,
}

impl Grantor {
    /// The owner, by this client; a deployment without such organizations has none.
    #[must_use]
    pub fn new(client: Option<ServiceClient>) -> Self {
        let owner = client.map(|client| Owner { client });
        Self { owner }
    }

    /// Whether there are such organizations.
    #[must_use]
    pub const fn is_there(&self) -> bool {
        self.owner.is_some()
    }

    /// What they grant to a user who wants to do something at a location.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub async fn facts(
        &self,
        user: UserId,
        location: LocationId,
        freshness: &ConsistencyToken,
    ) -> Result<Granted, Cause> {
        match &self.owner {
            Some(owner) => owner.facts(user, location, freshness).await,
            None => Ok(Granted::default()),
        }
    }

    /// What they grant to a user, anywhere, and what the owner had come to by then.
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
