//! Organizations, people and teams, for those who may see them.

use access::UserId;

use super::{EmployeeOf, Failure, Organizations, TeamOf, require_administrator};
use crate::domain::{Employment, Organization, OrganizationId, Team};
use crate::store::{Keyset, Listed, Slice, Standing};

/// Who reads what: members their organization, its administrators also its people, teams and
/// schedules, those who create organizations all organizations, and nobody anything else.
impl Organizations {
    /// An organization.
    ///
    /// # Errors
    ///
    /// When there is none for the caller to see.
    pub async fn organization(
        &self,
        listed: Listed,
        id: OrganizationId,
    ) -> Result<Organization, Failure> {
        if let Listed::Employing(user) = listed {
            self.require_member(id, user).await?;
        }
        self.store.organization(id).await?.ok_or(Failure::Hidden)
    }

    /// Organizations.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn organizations(
        &self,
        listed: Listed,
        keyset: Keyset,
    ) -> Result<Slice<Organization>, Failure> {
        Ok(self.store.organizations(listed, keyset).await?)
    }

    /// One of the organization's people, for an administrator.
    ///
    /// # Errors
    ///
    /// When there is none for the caller to see.
    pub async fn employee(
        &self,
        by: UserId,
        EmployeeOf(organization, employee): EmployeeOf,
    ) -> Result<Employment, Failure> {
        self.require_administrator(organization, by).await?;
        let employment = self.store.employment(organization, employee).await?;
        employment.ok_or(Failure::Hidden)
    }

    /// The organization's people, for an administrator.
    ///
    /// # Errors
    ///
    /// When they are not for the caller to see.
    pub async fn employees(
        &self,
        by: UserId,
        organization: OrganizationId,
        keyset: Keyset,
    ) -> Result<Slice<Employment>, Failure> {
        self.require_administrator(organization, by).await?;
        Ok(self.store.employments(organization, keyset).await?)
    }

    /// One of the organization's teams, for an administrator.
    ///
    /// # Errors
    ///
    /// When there is none for the caller to see.
    pub async fn team(
        &self,
        by: UserId,
        TeamOf(organization, team): TeamOf,
    ) -> Result<Team, Failure> {
        self.require_administrator(organization, by).await?;
        let team = self.store.team(organization, team).await?;
        team.ok_or(Failure::Hidden)
    }

    /// The organization's teams, for an administrator.
    ///
    /// # Errors
    ///
    /// When they are not for the caller to see.
    pub async fn teams(
        &self,
        by: UserId,
        organization: OrganizationId,
        keyset: Keyset,
    ) -> Result<Slice<Team>, Failure> {
        self.require_administrator(organization, by).await?;
        Ok(self.store.teams(organization, keyset).await?)
    }

    /// Lets the organization's own people pass.
    ///
    /// # Errors
    ///
    /// When the caller is not one of them.
    pub async fn require_member(
        &self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<(), Failure> {
        match self.store.standing(organization, user).await? {
            Standing::Stranger => Err(Failure::Hidden),
            Standing::Member | Standing::Administrator => Ok(()),
        }
    }

    /// Lets the organization's administrators pass.
    ///
    /// # Errors
    ///
    /// When the caller is not one of them.
    pub async fn require_administrator(
        &self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<(), Failure> {
        require_administrator(self.store.standing(organization, user).await?)
    }
}
