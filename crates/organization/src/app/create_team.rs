//! An administrator creates a team.

use access::TeamId;

use super::{Failure, Intent, Organizations};
use crate::domain::{Name, OrganizationId, Team};
use crate::store::{Committed, Once};

impl Organizations {
    /// Creates a team, without members and roles.
    ///
    /// # Errors
    ///
    /// When the caller is not an administrator of the organization.
    pub async fn create_team(
        &self,
        intent: &Intent,
        organization: OrganizationId,
        (id, name): (TeamId, &Name),
        once: Once<'_, Team>,
    ) -> Result<Committed<Team>, Failure> {
        let mut work = self.administer(organization, intent.by).await?;
        let team = work.create_team(id, name).await?;
        Ok(work.commit_once(intent.at, team, once).await?)
    }
}
