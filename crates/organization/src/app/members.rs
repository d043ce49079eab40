use access::EmployeeId;

use super::{Intent, Organizations, Refusal, TeamOf};
use crate::domain::{LIMIT, Team, not_their_own};
use crate::store::Committed;

impl Organizations {
    /// Makes somebody else a member of a team. One who is a member stays it.
    ///
    /// # Errors
    /// If there is no such team or person for the caller to change, it is themselves, the team is
    /// full or is not what they saw.
    pub async fn add_member(
        &self,
        intent: &Intent,
        of: TeamOf,
        member: EmployeeId,
    ) -> Result<Committed<Team>, Refusal> {
        let (mut work, team) = self.administer_team(intent, of).await?;
        let employment = work.employment(member).await?.ok_or(Refusal::Hidden)?;
        not_their_own(intent.by, &employment)?;
        let team = if team.members.contains(&member) {
            team
        } else if team.members.len() < LIMIT {
            work.add_member(team.id, member).await?
        } else {
            return Err(Refusal::LimitReached);
        };
        Ok(work.commit(intent.at, team).await?)
    }

    /// Takes somebody else out of a team.
    ///
    /// # Errors
    /// If there is no such team or member for the caller to change, it is themselves, or the team
    /// is not what they saw.
    pub async fn remove_member(
        &self,
        intent: &Intent,
        of: TeamOf,
        member: EmployeeId,
    ) -> Result<Committed<Team>, Refusal> {
        let (mut work, team) = self.administer_team(intent, of).await?;
        let employment = work.employment(member).await?;
        let employment = employment.filter(|it| team.members.contains(&it.id));
        not_their_own(intent.by, &employment.ok_or(Refusal::Hidden)?)?;
        let team = work.remove_member(team.id, member).await?;
        Ok(work.commit(intent.at, team).await?)
    }
}
