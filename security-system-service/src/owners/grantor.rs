//! Owners of organizations that a deployment may do without.

use access::{LocationId, Organization, UserId};
use chassis::client::ServiceClient;
use outbox::ConsistencyToken;

use super::{Granted, Owner, dealers, monitoring};
use crate::authorization::Cause;

/// The owner of one kind of organization and of what these grant, where there is one.
#[derive(Debug)]
pub struct Grantor {
    pub(super) owner: Option<Owner>,
}

impl Grantor {
    /// The owner of dealers, by this client; a deployment without dealers has none.
    #[must_use]
    pub fn of_dealers(client: Option<ServiceClient>) -> Self {
        let keeps = |organization| matches!(organization, Organization::Dealer(_));
        Self::new(dealers::NAME, client, keeps)
    }

    /// The owner of monitoring providers, likewise.
    #[must_use]
    pub fn of_providers(client: Option<ServiceClient>) -> Self {
        let keeps = |organization| matches!(organization, Organization::Provider(_));
        Self::new(monitoring::NAME, client, keeps)
    }

    fn new(
        name: &'static str,
        client: Option<ServiceClient>,
        keeps: fn(Organization) -> bool,
    ) -> Self {
        let owner = client.map(|client| Owner {
            name,
            client,
            keeps,
        });
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
            Some(owner) => {
                let told = owner.facts(user, location, freshness).await?;
                Ok(Granted {
                    employments: told.employments,
                    teams: told.teams,
                })
            }
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
