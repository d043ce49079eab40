//! An administrator removes a team.

use super::{Failure, Intent, Organizations, TeamOf};
use crate::domain::not_their_own_team;
use crate::store::Committed;

impl Organizations {
    /// Removes a team, and all that was granted through it.
    ///
    /// # Errors
    ///
    /// When there is none for the caller to remove, they belong to it, or it is not what they saw.
    pub async fn remove_team(&self, intent: &Intent, of: TeamOf) -> Result<Committed<()>, Failure> {
        let (mut work, team) = self.administer_team(intent, of).await?;
        not_their_own_team(intent.by, &work.users_in(team.id).await?)?;
        work.remove_team(&team).await?;
        Ok(work.commit(intent.at, ()).await?)
    }
}
