//! What can be done with an organization: one use case a file.
//!
//! Each has the same outline: stand in line (the caller has stood in theirs, in [`http`](crate::http)), take the lock on the organization, look the caller up, read what is
//! to be changed, check the guards and the version, write, publish, commit. The caller is looked
//! up *under* the lock, so a right that was taken away a moment ago is gone.

mod appoint;
mod change_roles;
mod change_schedule;
mod create_team;
mod end_employment;
mod facts;
mod failure;
mod found;
mod hire;
mod members;
mod read;
mod remove;
mod remove_team;
mod rename;
mod team_roles;
mod turns;

pub use facts::{FactsAt, Told, UserFacts};
pub use failure::Failure;
pub use found::Founded;
pub use turns::{Lines, TurnToChange};

use access::{EmployeeId, TeamId, UserId};
use jiff::Timestamp;

use crate::Kind;
use crate::domain::{Employment, OrganizationId, Team, Version};
use crate::iam::Iam;
use crate::store::{Standing, Store, UnitOfWork};

/// The organizations that this service keeps, all of one kind.
#[derive(Clone)]
pub struct Organizations {
    /// Which kind.
    pub kind: &'static Kind,
    /// Where they are stored.
    pub store: Store,
    /// Where the users come from who are hired.
    pub iam: Iam,
    /// Where those stand in line who ask.
    pub lines: Lines,
}

/// Who asks for a change, when, and to which version of the thing.
#[derive(Debug, Clone, Copy)]
pub struct Intent {
    /// The caller.
    pub by: UserId,
    /// Now.
    pub at: Timestamp,
    /// The version that the caller has seen, if they insist on it.
    pub expected: Option<Version>,
}

impl Intent {
    /// The thing still is what the caller saw.
    ///
    /// # Errors
    ///
    /// When it has been changed since.
    pub fn applies_to(&self, current: Version) -> Result<(), Failure> {
        match self.expected {
            Some(expected) if expected != current => Err(Failure::Outdated),
            _ => Ok(()),
        }
    }
}

/// One of the organization's people.
#[derive(Debug, Clone, Copy)]
pub struct EmployeeOf(pub OrganizationId, pub EmployeeId);

/// One of the organization's teams.
#[derive(Debug, Clone, Copy)]
pub struct TeamOf(pub OrganizationId, pub TeamId);

impl Organizations {
    /// Begins a change of an organization by somebody who may change it.
    ///
    /// # Errors
    ///
    /// When there is no such organization, or too much of it is being changed at once.
    async fn begin(&self, organization: OrganizationId) -> Result<UnitOfWork, Failure> {
        let turn = self.lines.of(organization).await?;
        let work = self.store.change(self.kind, organization, turn).await?;
        work.ok_or(Failure::Hidden)
    }

    /// Begins a change by one of the organization's administrators. Only for them it is locked, and only they stand in
    /// its line; whether they still administer it counts under the lock.
    ///
    /// # Errors
    ///
    /// When there is no such organization, the caller is not one of its administrators, or too much is being
    /// changed at once.
    pub async fn administer(
        &self,
        organization: OrganizationId,
        by: UserId,
    ) -> Result<UnitOfWork, Failure> {
        self.require_administrator(organization, by).await?;
        let mut work = self.begin(organization).await?;
        require_administrator(work.standing(by).await?)?;
        Ok(work)
    }

    /// Begins a change of somebody else's employment.
    ///
    /// # Errors
    ///
    /// When there is none for the caller to change, it is their own, or it is not what they saw.
    pub async fn administer_employment(
        &self,
        intent: &Intent,
        EmployeeOf(organization, employee): EmployeeOf,
    ) -> Result<(UnitOfWork, Employment), Failure> {
        let mut work = self.administer(organization, intent.by).await?;
        let employment = work.employment(employee).await?.ok_or(Failure::Hidden)?;
        crate::domain::not_their_own(intent.by, &employment)?;
        intent.applies_to(employment.version)?;
        Ok((work, employment))
    }

    /// Begins a change of a team.
    ///
    /// # Errors
    ///
    /// When there is none for the caller to change, or it is not what they saw.
    pub async fn administer_team(
        &self,
        intent: &Intent,
        TeamOf(organization, team): TeamOf,
    ) -> Result<(UnitOfWork, Team), Failure> {
        let mut work = self.administer(organization, intent.by).await?;
        let team = work.team(team).await?.ok_or(Failure::Hidden)?;
        intent.applies_to(team.version)?;
        Ok((work, team))
    }
}

/// Lets administrators pass. Strangers do not learn what they are not let into.
fn require_administrator(standing: Standing) -> Result<(), Failure> {
    match standing {
        Standing::Stranger => Err(Failure::Hidden),
        Standing::Member => Err(Failure::NotAdministrator),
        Standing::Administrator => Ok(()),
    }
}
