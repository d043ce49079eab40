//! An administrator puts somebody into a team, or takes them out.

use access::EmployeeId;

use super::{Failure, Intent, Organizations, TeamOf};
use crate::domain::{LIMIT, TEAMS, Team, not_their_own};
use crate::store::Committed;

impl Organizations {
    /// Makes somebody else a member of a team. One who is a member stays it.
    ///
    /// # Errors
    ///
    /// When there is no such team or person for the caller to change, it is themselves, the team is
    /// full or is not what they saw, or they belong to too many teams.
    pub async fn add_member(
        &self,
        intent: &Intent,
        of: TeamOf,
        member: EmployeeId,
    ) -> Result<Committed<Team>, Failure> {
        let (mut work, team) = self.administer_team(intent, of).await?;
        let employment = work.employment(member).await?.ok_or(Failure::Hidden)?;
        not_their_own(intent.by, &employment)?;
        if team.members.contains(&member) {
            return Ok(work.commit(intent.at, team).await?);
        }
        if team.members.len() >= LIMIT {
            let full = "The team has as many members as a team may.";
            return Err(Failure::LimitReached(full));
        }
        if work.teams_of(member).await?.len() >= TEAMS {
            let enough = "The employee belongs to as many teams as one may.";
            return Err(Failure::LimitReached(enough));
        }
        let team = work.add_member(team.id, member).await?;
        Ok(work.commit(intent.at, team).await?)
    }

    /// Takes somebody else out of a team.
    ///
    /// # Errors
    ///
    /// When there is no such team or member for the caller to change, it is themselves, or the team
    /// is not what they saw.
    pub async fn remove_member(
        &self,
        intent: &Intent,
        of: TeamOf,
        member: EmployeeId,
    ) -> Result<Committed<Team>, Failure> {
        let (mut work, team) = self.administer_team(intent, of).await?;
        let employment = work.employment(member).await?;
        let employment = employment.filter(|it| team.members.contains(&it.id));
        not_their_own(intent.by, &employment.ok_or(Failure::Hidden)?)?;
        let team = work.remove_member(team.id, member).await?;
        Ok(work.commit(intent.at, team).await?)
    }
}
