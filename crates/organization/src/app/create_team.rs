//! An administrator creates a team.

use access::TeamId;

use super::{Failure, Intent, Organizations};
use crate::domain::{Name, OrganizationId, TEAMS_OF_ORGANIZATION, Team};
use crate::store::{Committed, Once};

impl Organizations {
    /// Creates a team, without members and roles.
    ///
    /// # Errors
    ///
    /// When the caller is not an administrator of the organization, or it has as many teams as it may.
    pub async fn create_team(
        &self,
        intent: &Intent,
        organization: OrganizationId,
        (id, name): (TeamId, &Name),
        once: Once<'_, Team>,
    ) -> Result<Committed<Team>, Failure> {
        let mut work = self.administer(organization, intent.by).await?;
        if work.count_teams().await? >= TEAMS_OF_ORGANIZATION {
            let enough = "The organization has as many teams as one may.";
            return Err(Failure::LimitReached(enough));
        }
        let team = work.create_team(id, name).await?;
        Ok(work.commit_once(intent.at, team, once).await?)
    }
}
