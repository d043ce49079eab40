use access::UserId;

use super::{EmployeeOf, Organizations, Refusal, TeamOf, require_administrator};
use crate::domain::{Employment, Organization, OrganizationId, Team};
use crate::store::{Keyset, Listed, Slice, Standing};

/// Who reads what: members their organization, its administrators also its people, teams and
/// schedules, those who create organizations all organizations, and nobody anything else.
impl Organizations {
    /// An organization.
    ///
    /// # Errors
    /// If there is none for the caller to see.
    pub async fn organization(
        &self,
        listed: Listed,
        id: OrganizationId,
    ) -> Result<Organization, Refusal> {
        if let Listed::Employing(user) = listed {
            self.require_member(id, user).await?;
        }
        self.store.organization(id).await?.ok_or(Refusal::Hidden)
    }

    /// Organizations.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn organizations(
        &self,
        listed: Listed,
        keyset: Keyset,
    ) -> Result<Slice<Organization>, Refusal> {
        Ok(self.store.organizations(listed, keyset).await?)
    }

    /// One of the organization's people, for an administrator.
    ///
    /// # Errors
    /// If there is none for the caller to see.
    pub async fn employee(
        &self,
        by: UserId,
        EmployeeOf(organization, employee): EmployeeOf,
    ) -> Result<Employment, Refusal> {
        self.require_administrator(organization, by).await?;
        let employment = self.store.employment(organization, employee).await?;
        employment.ok_or(Refusal::Hidden)
    }

    /// The organization's people, for an administrator.
    ///
    /// # Errors
    /// If they are not for the caller to see.
    pub async fn employees(
        &self,
        by: UserId,
        organization: OrganizationId,
        keyset: Keyset,
    ) -> Result<Slice<Employment>, Refusal> {
        self.require_administrator(organization, by).await?;
        Ok(self.store.employments(organization, keyset).await?)
    }

    /// One of the organization's teams, for an administrator.
    ///
    /// # Errors
    /// If there is none for the caller to see.
    pub async fn team(
        &self,
        by: UserId,
        TeamOf(organization, team): TeamOf,
    ) -> Result<Team, Refusal> {
        self.require_administrator(organization, by).await?;
        let team = self.store.team(organization, team).await?;
        team.ok_or(Refusal::Hidden)
    }

    /// The organization's teams, for an administrator.
    ///
    /// # Errors
    /// If they are not for the caller to see.
    pub async fn teams(
        &self,
        by: UserId,
        organization: OrganizationId,
        keyset: Keyset,
    ) -> Result<Slice<Team>, Refusal> {
        self.require_administrator(organization, by).await?;
        Ok(self.store.teams(organization, keyset).await?)
    }

    /// Lets the organization's own people pass.
    ///
    /// # Errors
    /// If the caller is not one of them.
    pub async fn require_member(
        &self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<(), Refusal> {
        match self.store.standing(organization, user).await? {
            Standing::Stranger => Err(Refusal::Hidden),
            Standing::Member | Standing::Administrator => Ok(()),
        }
    }

    /// Lets the organization's administrators pass.
    ///
    /// # Errors
    /// If the caller is not one of them.
    pub async fn require_administrator(
        &self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<(), Refusal> {
        require_administrator(self.store.standing(organization, user).await?)
    }
}
