//! Other names, for an organization, an employee or a team.

use super::{EmployeeOf, Failure, Intent, Organizations, TeamOf};
use crate::domain::{Employment, Name, Organization, OrganizationId, Team};
use crate::store::Committed;

impl Organizations {
    /// Gives an organization another name. That is for those who create organizations.
    ///
    /// # Errors
    ///
    /// When there is none, or it is not what the caller saw.
    pub async fn rename(
        &self,
        intent: &Intent,
        id: OrganizationId,
        name: &Name,
    ) -> Result<Committed<Organization>, Failure> {
        let mut work = self.begin(id).await?;
        intent.applies_to(work.organization.version)?;
        let renamed = work.rename(name).await?;
        Ok(work.commit(intent.at, renamed).await?)
    }

    /// Calls one of the organization's people by another name.
    ///
    /// # Errors
    ///
    /// When there is none for the caller to change, it is themselves, or it is not what they saw.
    pub async fn rename_employee(
        &self,
        intent: &Intent,
        of: EmployeeOf,
        name: Name,
    ) -> Result<Committed<Employment>, Failure> {
        let (mut work, employment) = self.administer_employment(intent, of).await?;
        let renamed = work
            .save_employment(&Employment { name, ..employment })
            .await?;
        Ok(work.commit(intent.at, renamed).await?)
    }

    /// Gives a team another name.
    ///
    /// # Errors
    ///
    /// When there is none for the caller to change, or it is not what they saw.
    pub async fn rename_team(
        &self,
        intent: &Intent,
        of: TeamOf,
        name: &Name,
    ) -> Result<Committed<Team>, Failure> {
        let (mut work, team) = self.administer_team(intent, of).await?;
        let renamed = work.rename_team(team.id, name).await?;
        Ok(work.commit(intent.at, renamed).await?)
    }
}
