//! Facts for those who decide elsewhere. Each answer is read at one instant.

use access::{CustomerId, DealerId, Facts, LocationId, UserId};
use organization::app::{Failure, Told};
use organization::store::{Keyset, Relevant, Slice};

use super::{Customers, organization};
use crate::store::facts::{self, LocationFacts};

/// One user has one employment per customer.
const ONE: Keyset = Keyset {
    after: None,
    limit: 1,
};

impl Customers {
    /// All that this service knows about one user at one location. Where there is no such
    /// location there is nothing to know.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn decision_facts(
        &self,
        user: UserId,
        location: LocationId,
    ) -> Result<Told<Facts>, Failure> {
        let mut snapshot = self.organizations.store.snapshot().await?;
        let position = snapshot.position;
        let found = facts::locations(snapshot.connection(), &[location]).await?;
        let found = found.into_iter().next().map(|found| found.location);
        // Where there is no location there is nobody's, and they are asked about all the same.
        let customer = found
            .as_ref()
            .map_or(CustomerId::NIL, |found| found.customer);
        let relevant = Relevant {
            user,
            by: Some(organization(customer)),
            at: Some(location),
        };
        let kind = self.organizations.kind;
        let employments = snapshot.employments(kind, relevant, ONE).await?.items;
        let teams = snapshot.teams(kind, relevant, &employments).await?;
        let facts = Facts {
            location: found,
            employments,
            teams,
        };
        Ok(Told { facts, position })
    }

    /// Those of the locations that there are.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn location_facts(
        &self,
        ids: &[LocationId],
    ) -> Result<Told<Vec<LocationFacts>>, Failure> {
        let mut snapshot = self.organizations.store.snapshot().await?;
        let facts = facts::locations(snapshot.connection(), ids).await?;
        Ok(Told {
            facts,
            position: snapshot.position,
        })
    }

    /// The locations that appointed one of these dealers.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn locations_served(
        &self,
        by: &[DealerId],
        keyset: Keyset,
    ) -> Result<Told<Slice<LocationFacts>>, Failure> {
        let mut snapshot = self.organizations.store.snapshot().await?;
        let facts = facts::locations_served(snapshot.connection(), by, keyset).await?;
        Ok(Told {
            facts,
            position: snapshot.position,
        })
    }
}
