//! Who creates organizations removes an empty one.

use super::{Failure, Intent, Organizations};
use crate::domain::{OrganizationId, not_their_own};
use crate::store::{Committed, Removal};

impl Organizations {
    /// Removes an empty organization. That is for those who create organizations. The last
    /// administrator, without whom nobody could have emptied it, leaves with it.
    ///
    /// # Errors
    ///
    /// When there is none, it is not empty, it is not what the caller saw, or they are themselves
    /// the last administrator.
    pub async fn remove(
        &self,
        intent: &Intent,
        id: OrganizationId,
    ) -> Result<Committed<()>, Failure> {
        let mut work = self.begin(id).await?;
        intent.applies_to(work.organization.version)?;
        if let Some(last) = work.only_employment().await? {
            not_their_own(intent.by, &last)?;
            work.end_employment(&last).await?;
        }
        match work.remove().await? {
            Removal::Removed => Ok(work.commit(intent.at, ()).await?),
            Removal::NotEmpty => Err(Failure::NotEmpty),
        }
    }
}
