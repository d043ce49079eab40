//! An administrator changes what a team holds at a location.

use std::collections::BTreeSet;

use access::{LocationId, SystemRole};

use super::{Failure, Intent, Organizations, TeamOf};
use crate::domain::{LIMIT, ROLES_OF_TEAMS, Team, not_their_own_team};
use crate::store::Committed;

impl Organizations {
    /// Replaces the roles that a team holds at one location; none takes them away, if there are any.
    ///
    /// # Errors
    ///
    /// When there is no such team or location for the caller to change, they belong to the team,
    /// it, or all teams of the organization together, hold roles at too many locations, or it is not what they saw.
    pub async fn change_team_roles(
        &self,
        intent: &Intent,
        of: TeamOf,
        location: LocationId,
        roles: &BTreeSet<SystemRole>,
    ) -> Result<Committed<Team>, Failure> {
        let (mut work, team) = self.administer_team(intent, of).await?;
        not_their_own_team(intent.by, &work.users_in(team.id).await?)?;
        let held = team.roles.contains_key(&location);
        if roles.is_empty() && !held {
            return Ok(work.commit(intent.at, team).await?);
        }
        if !held && team.roles.len() >= LIMIT {
            return Err(Failure::LimitReached(
                "The team holds roles at as many locations as a team may.",
            ));
        }
        if !held && work.count_team_roles().await? >= ROLES_OF_TEAMS {
            return Err(Failure::LimitReached(
                "The organization's teams hold roles at as many locations as all of them may.",
            ));
        }
        let changed = work.save_team_roles(team.id, location, roles).await?;
        Ok(work
            .commit(intent.at, changed.ok_or(Failure::Hidden)?)
            .await?)
    }
}
