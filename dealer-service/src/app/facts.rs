//! Facts for those who decide elsewhere. Each answer is read at one instant.

use access::{DealerId, ProviderId};
use organization::app::{Failure, Told};
use organization::store::{Keyset, Slice};

use super::Dealers;
use crate::store::facts::{self, DealerFacts};

impl Dealers {
    /// Those of the dealers that there are.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn dealer_facts(&self, ids: &[DealerId]) -> Result<Told<Vec<DealerFacts>>, Failure> {
        let mut snapshot = self.organizations.store.snapshot().await?;
        let facts = facts::dealers(snapshot.connection(), ids).await?;
        Ok(Told {
            facts,
            position: snapshot.position,
        })
    }

    /// The dealers that appointed one of these providers.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn dealers_served(
        &self,
        by: &[ProviderId],
        keyset: Keyset,
    ) -> Result<Told<Slice<DealerFacts>>, Failure> {
        let mut snapshot = self.organizations.store.snapshot().await?;
        let facts = facts::dealers_served(snapshot.connection(), by, keyset).await?;
        Ok(Told {
            facts,
            position: snapshot.position,
        })
    }
}
